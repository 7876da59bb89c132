// Package tfidf recommends by content: items whose titles, tags and texts
// resemble what a user liked, by TF-IDF vectors and their cosine.
//
// Use it where interactions are few or missing: for new items, for new users
// who name a few titles, for "more like this" pages, and as the content part of
// a recommender.Hybrid. By itself it ranks worse than whatever learns from
// interactions, even than plain popularity where lists follow the crowd.
//
// # A complete use
//
//	model, err := tfidf.Config{}.Train(ctx, dataset)
//	if err != nil {
//		return err
//	}
//	ranking, err := model.Recommend(ctx, recommender.Request{Seeds: []recommender.ItemID{"anilist:1"}, N: 5})
//
// # Basics
//
//   - [Options] cut text into terms (words or characters, alone or several in a
//     row; stop words) and say which are kept and how they weigh (TF-IDF or
//     BM25); a [Vectorizer] has learned a vocabulary and is equal to
//     scikit-learn's TfidfVectorizer at the same settings. Both stand on their own.
//   - [Config] is a recommender.Trainer. Each field of an item (title, aliases,
//     tags, text, attributes) is a vector of length 1 of its own before the
//     fields are weighted and added, so that a tag is not drowned by a long synopsis.
//   - A [Model] scores an item by the weighted mean of its cosines with what the
//     user liked, less what the item would get from a user who likes everything.
//     The score is a sum over the user's items, which makes it explainable: every
//     reason is one of them.
//   - [Model.Similar] and [Model.Neighbours] give exact nearest neighbours,
//     [Model.Search] those of a free text, [Model.Nearest] those of a vector.
//   - The vocabulary is part of the model and its snapshot: [Model.Vector] makes
//     vectors of new items, [Model.Extend] takes them in between trainings, and
//     [Config.Vocabulary] trains with the terms and weights of an earlier model.
//   - Everything here is safe for concurrent use. The number of workers changes
//     speed, never a byte of the result.
//
// # Caveats
//
// Scores are in [-1, 1] by default, and bunch up; compare them within one request only. An
// item without terms has no score (NaN) and is never recommended. Snapshots of
// version 1, which had no vocabulary, are refused: train again. Logarithms
// come from package math, whose last bit may differ between processor
// architectures; on one architecture the same data gives the same bytes.
package tfidf
