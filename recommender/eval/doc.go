// Package eval measures models: it splits interactions, ranks every test user's
// whole catalogue, and reports metrics with intervals. Use it before believing
// any model, and to compare two.
//
// # A complete use
//
//	train, test, err := eval.Random{Fraction: 0.2, Seed: 1}.Split(table)
//	if err != nil {
//		return err
//	}
//	model, err := mf.Config{}.Train(ctx, train.Dataset())
//	if err != nil {
//		return err
//	}
//	report, err := eval.Evaluate(ctx, model, train, test, eval.Options{K: []int{10, 20}})
//	if err != nil {
//		return err
//	}
//	fmt.Println(report.Metrics["ndcg@10"])
//
// # Basics
//
//   - The catalogue is the Items of the training Table. Splits share
//     dictionaries, so it holds items that only the test has too; add a
//     catalogue of your own by recommender.Combine and recommender.Load.
//   - What a user has in training is masked here, whatever the model does.
//     Ties go to the item that comes first in the training Table, items
//     without a score come last.
//   - Means are over users. Intervals are 95 % percentile intervals of 1,000
//     bootstrap resamples over users; they say how far other users might differ,
//     not how far another training run might.
//   - [Compare] two models by the same users; two overlapping intervals say little.
//   - Same seed, same data, same report, at any number of workers.
//
// # Caveats
//
// Metrics of the sampled [Protocol] are not comparable with any others: look at
// their [Floors]. A random split lets a model learn from the future; [Time] does
// not. Everything here is safe for concurrent use.
package eval
