// Package fellegi weighs evidence that two records are the same thing, by the
// model of Fellegi and Sunter, and learns its parameters without labels.
//
// Use it when pairs of records have been compared field by field and it is to be
// known what each agreement is worth. Package match uses it on tables; package
// dedup knows more about titles and has weights of its own.
//
// # A complete use
//
//	fields := []fellegi.Field{{Name: "name", Levels: 3}, {Name: "year", Levels: 2}}
//	var patterns []fellegi.Pattern
//	for _, pair := range pairs {
//		patterns = append(patterns, fellegi.Of(compareNames(pair), compareYears(pair)))
//	}
//	u, err := fellegi.SampleU(ctx, fields, fellegi.Sample{Left: n, Right: m}, comparePair)
//	if err != nil {
//		return err
//	}
//	model, err := fellegi.Options{U: u}.Fit(ctx, fields, fellegi.Tally(patterns))
//	if err != nil {
//		return err
//	}
//	fmt.Println(model.Probability(patterns[0]))
//	for _, step := range model.Waterfall(patterns[0]) {
//		fmt.Println(step)
//	}
//
// # Basics
//
//   - A [Pattern] says for every field at which level the two records agree: 1 is
//     the worst, Field.Levels the best, 0 says that they cannot be compared there.
//   - m is the probability of a level among pairs that match, u among the others,
//     λ ([Model].Lambda) the share of pairs that match. The weight of a level is
//     log2(m/u) bits, and weights add up; a level 0 adds nothing.
//   - [Options.Fit] learns m, u and λ by expectation maximisation over the distinct
//     patterns, so that its cost does not grow with the pairs. [Options.Learn] is
//     its M-step alone, for callers who know better which pairs match.
//   - What keeps EM honest: u can be fixed to what random pairs show ([SampleU]);
//     levels can be told to be ordered (Field.Ordered), so that better agreement
//     never counts less; no level has probability 0; λ can be bounded.
//   - [Model.Frequency] corrects the weight of an agreement for how common the
//     value is on which the two agree.
//
// # Caveats
//
// The model takes fields for independent given that the pair matches, or does not.
// Where they are not, probabilities are too near to 0 and 1; their order is right
// more often. EM finds a local optimum: with fewer than three informative fields
// and u not fixed, m and u are not identified.
//
// A Model is safe for concurrent use. Ivan P. Fellegi and Alan B. Sunter, A Theory
// for Record Linkage, JASA 64 (1969); William E. Winkler, Using the EM Algorithm
// for Weight Computation in the Fellegi-Sunter Model, 1988.
package fellegi
