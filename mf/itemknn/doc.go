// Package itemknn recommends what is like the user's own items, where items are
// alike that the same users have: item neighbourhoods.
//
// Use it where there are many items with few users each, where the catalogue is
// too large for package ease, and where answers must be explained: it trains in
// seconds, has little to tune, and answers strangers by their history as exactly
// as users of the training data.
//
// # A complete use
//
//	model, err := itemknn.Config{}.Train(ctx, dataset)
//	if err != nil {
//		return err
//	}
//	ranking, err := model.Recommend(ctx, recommender.Request{User: "alice", N: 5})
//
// # Basics
//
//   - Two items are as alike as the users who have both add up to, each by the
//     weight of [Config.Weighting], divided by how popular both are, and shrunk
//     where few users have both. For each item the likest are kept. The score of
//     an item is the sum of its likenesses to the own items.
//   - The own items of a request are its seeds; else what the user had positively
//     in training together with Request.History, as if the history had been there:
//     a Dislike in it takes an item back. Unknown seeds and items are passed over;
//     where nothing known is left, the answer is recommender.ErrColdStart.
//   - Positive is a pair of user and item with any interaction of [Config.Kinds],
//     ratings from [Config.MinStars], unless it also has a Dislike. How often and
//     with what weight does not matter. What is not positive is still remembered
//     as seen.
//   - The model is the same to the last byte at any number of workers.
//   - A [Model] saves itself by WriteTo; [ReadModel] reads it back, and [Kind]
//     names it in a registry.
//
// # Caveats
//
// Users with very many items take most of the time, which grows with the square
// of their number: leave robots out. New items need another training; users do
// not. An item without a positive interaction scores NaN, one that is nobody's
// neighbour 0. Scores of two requests cannot be compared.
//
// Everything is safe for concurrent use.
package itemknn
