// Package ease learns what each item says about each other item, in closed form:
// EASE, the embarrassingly shallow autoencoder (Steck, WWW 2019).
//
// Use it for catalogues of up to some 20,000 items: there it is among the best
// rankers there are, has little to tune, answers strangers by their history as
// exactly as users of the training data, and says exactly why. Time grows with
// the cube of the number of items, memory with the square.
//
// # A complete use
//
//	model, err := ease.Config{}.Train(ctx, dataset)
//	if err != nil {
//		return err
//	}
//	ranking, err := model.Recommend(ctx, recommender.Request{User: "alice", N: 5})
//
// # Basics
//
//   - B minimises Σ w(u)·|x(u) − x(u)·B|² + λ·|B|² with nothing on its diagonal,
//     where x(u) has 1 for the items of user u and 0 for the others: with
//     P = (XᵀWX + λI)⁻¹, B(i, j) = −P(i, j)/P(j, j). The score of j is the sum of
//     B(i, j) over the own items i.
//   - Beyond the paper, by default: heavy users weigh less ([Config.UserPower]),
//     and the ridge grows with the item's users ([Config.Dropout]; Steck:
//     Autoencoders that don't overfit towards the identity, NeurIPS 2020).
//     Config{Lambda: 1000, NoDropout: true, EqualUsers: true} is the paper's.
//   - The own items of a request are its seeds; else what the user had positively
//     in training together with Request.History, as if the history had been there:
//     a Dislike in it takes an item back. Unknown seeds and items are passed over;
//     where nothing known is left, the answer is recommender.ErrColdStart.
//   - Positive is a pair of user and item with any interaction of [Config.Kinds],
//     ratings from [Config.MinStars], unless it also has a Dislike. How often and
//     with what weight does not matter. What is not positive is still remembered
//     as seen.
//   - The inverse is computed in float32, block by block, in the memory of the
//     matrix; the same bytes at any number of workers and on every kernel.
//   - A [Model] saves itself by WriteTo; [ReadModel] reads it back, and [Kind]
//     names it in a registry.
//
// # Caveats
//
// [Memory] says beforehand what training takes, and [Config.MaxMemory] refuses
// more. New items need another training; users do not. An item without a
// positive interaction scores NaN. Scores of two requests cannot be compared.
//
// Everything is safe for concurrent use.
package ease
