// Package recommender is the vocabulary of Osusume and the joints between its
// rooms: what an item, an interaction and a model are, and how models are
// composed, compared and served.
//
// Data flows one way:
//
//	source → dedup → store → train → blend → serve → measure
//
// A [Source] reads an origin page by page. A [Store] keeps what it read, and a
// [Deduplicator] says which records of several origins describe the same item;
// [Ingest] and [Deduplicate] do both. A Store is a [Dataset]: a [Trainer]
// learns a [Model] from it, by way of a [Table]. A Model answers a [Request]
// with a [Ranking]. Models nest as HTTP handlers do: [Hybrid] blends several,
// [Fallback] tries one after another, [Filtered] leaves items out, [Live] swaps the
// one that serves. [Popular] is the floor that every Model is measured against, by
// package recommender/eval. A [Registry] keeps trained versions, and [OpenModel]
// puts a published blend together again. A [Journal] keeps what was shown and what
// users did with it.
//
// # A complete use
//
//	model, err := mf.Config{}.Train(ctx, dataset)
//	if err != nil {
//		return err
//	}
//	ranking, err := model.Recommend(ctx, recommender.Request{User: "alice", N: 5})
//
// # Basics
//
//   - Training and serving are two types. There is no unfitted model, and a
//     Model may be shared by any number of goroutines.
//   - [Scorer] is the optional power of scoring the whole catalogue; blending
//     the union of short lists instead loses a third of the true top ten.
//   - Same seed, same data, same bytes, at any number of workers.
//   - No clock inside: [Request.At] is now.
//   - Interfaces cannot grow, structs can: structs in, structs out.
//
// # Caveats
//
// A [Kind] of Rate or Review carries stars in [0, 5]; sources convert other
// scales. Everything here is safe for concurrent use unless said otherwise.
package recommender
