// Package mf learns what users want from what they have had, by matrix
// factorisation: a short vector for each user and each item, such that their
// product ranks what a user has above what the user has not.
//
// Use it where there are interactions of some thousand users. It knows nothing
// of titles and texts: items that nobody has had need a content model beside
// it, and users without any history a fallback. See recommender.Hybrid and
// recommender.Fallback.
//
// # A complete use
//
//	model, err := mf.Config{Factors: 64}.Train(ctx, dataset)
//	if err != nil {
//		return err
//	}
//	ranking, err := model.Recommend(ctx, recommender.Request{User: "alice", N: 5})
//
// # Basics
//
//   - Training is Bayesian personalised ranking (Rendle, Freudenthaler, Gantner
//     and Schmidt-Thieme, UAI 2009): for each pair of user and positive item it
//     draws an item that the user does not have and moves the three vectors so
//     that the first item ranks higher. Of several items drawn, the one that the
//     model places highest is taken, which is worth far more than more epochs.
//     [Config.Loss] has another loss, WARP.
//   - The zero [Config] follows the data: rate, L2, weights of users, candidates
//     and epochs depend on how many users, items and pairs there are.
//     [Model.Trained] says what was chosen, and why training ended.
//   - A model can go on from an older one ([Config.From]), within a time
//     ([Config.Budget]), until it gets no better ([Config.Validation]).
//   - Every epoch shuffles users and items into blocks and trains the blocks of
//     a diagonal at the same time. They share no row: there are no data races,
//     and the model is the same to the last byte at any number of workers.
//   - A request with seeds is answered by the cosine of each item with the mean
//     of the seeds, whoever asks. Otherwise the user's vector answers, and a
//     history of m new positive items is folded into it: a user with n items in
//     training becomes n parts of the trained vector and m parts of the mean of
//     the new items' vectors, scaled to the length that trained users have. For
//     an unknown user n is 0. Unknown seeds and items are passed over; where
//     nothing known is left, the answer is recommender.ErrColdStart.
//   - Positive is a pair of user and item with any interaction of
//     [Config.Kinds], ratings from [Config.MinStars], unless it also has a
//     Dislike. How often, with what weight and when matters only where
//     [Config.KindWeights], [Config.ValuePower] or [Config.HalfLife] say so. What
//     is not positive is still remembered as seen.
//   - A [Model] saves itself by WriteTo; [ReadModel] reads it back, and [Kind]
//     names it in a registry.
//
// # Caveats
//
// Scores of two requests, or of two models, cannot be compared. An item without
// a positive interaction scores NaN. Folding in by the mean is a first
// approximation, coarser than training with the new interactions. The memory of
// a model is 4·Factors bytes, rounded up to 16 factors, for each user and item,
// and 12 bytes for each interaction.
//
// Everything is safe for concurrent use; a Config's hooks are called by the
// goroutine that trains.
package mf
