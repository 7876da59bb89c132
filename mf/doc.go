// Package mf learns what users want from what they have had, by matrix
// factorisation: a short vector for each user and each item, such that their
// product ranks what a user has above what the user has not.
//
// Use it where there are interactions of some thousand users. It knows nothing
// of texts: items that nobody has had need features, such as tags (see
// [Features]), or a content model beside it, and users without any history
// features or a fallback. See recommender.Hybrid and recommender.Fallback.
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
//     Within a cell the items drawn come from its own block, and 32 users take a
//     step each in turn, their negatives chosen before the first of these steps.
//   - [IALS] learns the same kind of model by least squares: every item that a
//     user does not have counts a little, and vectors are solved for instead of
//     being moved by samples. Folding in and explanations are exact. Longer
//     vectors help it: with 64, 128 and 256 factors
//     NDCG@20 on MovieLens-1M is .265, .269 and .270, and with 64 and 256 NDCG@10
//     on the anime ratings .399 and .444. Take iALS where histories change faster
//     than models are trained.
//   - A request with seeds is answered by the cosine of each item with the mean
//     of the seeds, whoever asks. Otherwise the user's vector answers. A history
//     that adds positive items, or dislikes such as the user has, makes a vector of
//     all of them, without touching the model: in one of iALS by the least squares
//     that training solves, in one of BPR by training it on against the items as
//     they are. Held-out users rank as well by their histories as after training
//     with them (about 98 % of NDCG or more on MovieLens). Unknown seeds and items are
//     passed over; where nothing known is left, the answer is
//     recommender.ErrColdStart.
//   - With [Features] new items rank by their tags and the words of their titles,
//     and new users by their attributes, at once: [Model.WithItems] and
//     [Model.WithUsers] bring in those who come after training. What has a history
//     keeps the vector that it has without features. Scores of new items are a little
//     reserved, so that they do not push out what is known to be good.
//   - [Model.RecommendAll] ranks for all users, [Model.SimilarItems] and
//     [Model.SimilarUsers] find neighbours, [Model.FoldUser] and [Model.FoldItem]
//     give vectors of those whom training has not seen, and [Model.Forget] takes
//     users out.
//   - Positive is a pair of user and item with any interaction of
//     [Config.Kinds], ratings from [Config.MinStars], unless it also has a
//     Dislike. How often, with what weight and when matters only where
//     [Config.KindWeights], [Config.ValuePower] or [Config.HalfLife] say so. What
//     is not positive is still remembered as seen.
//   - A [Model] saves itself by WriteTo; [ReadModel] reads it back, [OpenModel]
//     maps it from a file, [ModelOf] takes embedded bytes, and [Kind] and
//     [KindIALS] name it in a registry. [ReadNPZ] and [Model.WriteNPZ] exchange
//     factors with the Python library implicit.
//   - [Foreign] makes a model of factors that were trained elsewhere, given as plain slices.
//
// # Caveats
//
// Scores of two requests, or of two models, cannot be compared. An item without
// a positive interaction scores NaN, unless its features are known. What the
// features of an item mean for it is not in explanations: it is part of the rest.
// A request with a new history costs some
// tenth of a millisecond more than one without, for 100 items of 64 factors. The
// memory of a model is 4·Factors bytes, rounded up to 16 factors, for each user
// and item, 12 bytes for each interaction, and 8·Factors² bytes;
// with features, 4·Factors bytes more for each that any item or user has, and in
// training six times that and once the memory of the items or users.
//
// Everything is safe for concurrent use; a Config's hooks are called by the
// goroutine that trains, but for [Features.Users], which requests call as well.
package mf
