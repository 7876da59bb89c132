// Package tune learns what nobody should have to guess: the weights of a hybrid
// and the fields of a trainer's configuration, on a validation part of the
// training data. Use it before a model is published, not while it serves.
//
// Learn the blend of content and collaborative filtering, by how much there is
// of a user to go by:
//
//	blend := tune.Hybrid{Parts: []tune.Part{
//		{Name: "content", Trainer: tfidf.Config{}},
//		{Name: "collaborative", Trainer: mf.Config{}, Inherit: "content"},
//		{Name: "popular", Trainer: recommender.Popular{}, Impersonal: true},
//	}}
//	model, err := blend.Train(ctx, dataset)
//
// # Basics
//
// [Hybrid] is a [recommender.Trainer]: it trains the parts on a split of the
// data, finds the weights with the best NDCG on what was held back, and trains
// the parts again on all of it. It begins with the best part alone and moves
// weight to others only where the gain stands out from its standard error, so
// that a blend is not worse than its best part.
//
// # Caveats
//
// Parts are trained twice. What is learned holds for data like the validation
// part: choose the split that resembles use.
package tune
