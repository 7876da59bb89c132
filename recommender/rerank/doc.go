// Package rerank has Models around Models that reorder lists: for variety, for
// balance, for surprise. Use one where the best items by score make a poor list.
//
//	tags, err := rerank.NewTags(ctx, dataset)
//	...
//	varied, err := rerank.NewMMR(model, tags, rerank.MMROptions{})
//	ranking, err := varied.Recommend(ctx, recommender.Request{User: "u"})
//
// # Basics
//
// A re-ranker asks the Model inside for a longer list, by default 200 items, and
// picks from it one by one. It changes the order, never a Score; with
// Request.Explain a picked item that moved, up or down, carries a reason of kind
// [recommender.ReasonOrder] that says from where and for what ("from place 7, for
// variety"), and weighs nothing. Filters of the request are the inner Model's.
// Re-rankers nest, a cap around MMR around a hybrid; the outermost gives the
// reason. All are safe for concurrent use.
//
//   - [MMR]: unlike what is already in the list (maximal marginal relevance).
//   - [Calibrated]: tags in the proportions in which the user has them.
//   - [Cap]: no more than so many of one franchise or creator.
//   - [Unpopular]: away from what everybody has.
//   - [Explorer]: a seeded draw, with the propensity that unbiased evaluation needs.
//
// # Caveats
//
// A re-ranker is no Scorer: blend first, re-rank last, and explore after that.
// Each costs relevance; docs/benchmarks.md has how much. Reasons of a Model that
// is a [recommender.Explainer] are asked for once the list is picked, by a second
// call: such a Model must not change in between, so a [recommender.Live] goes
// around a re-ranker, not inside. Other Models are asked to explain the whole
// longer list.
package rerank
