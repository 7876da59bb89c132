// Package sentiment says how good a text sounds, by the rules of VADER, and
// ranks items by what their reviewers write.
//
// Use an [Analyzer] for texts, and a [Config] to train a [Model] of reviews: a
// part for [recommender.Hybrid] that needs no history of the user, and can say
// of each item how sure it is.
//
// # A complete use
//
//	model, err := sentiment.Config{}.Train(ctx, dataset)
//	if errors.Is(err, sentiment.ErrNoReviews) {
//		// go on without this part
//	} else if err != nil {
//		return err
//	}
//	ranking, err := model.Recommend(ctx, recommender.Request{User: "alice", N: 5})
//
// # Basics
//
//   - Words have valences that people gave them. The words before one change
//     it: "very" and "slightly" its strength, "not" its sign, the more the nearer
//     they stand. CAPITALS and exclamation marks add strength; what follows
//     "but" weighs more than what stands before it. The sum x is squeezed into
//     [-1, 1] by x/√(x²+15). The paper: C.J. Hutto and E. Gilbert, VADER,
//     ICWSM 2014.
//   - It departs from the authors' program where that reads a text otherwise than
//     the paper means: "but" goes by place; phrases ("kind of", "at least", "to
//     die for") count once, as a whole; words are also found across line breaks,
//     dashes and "good/bad", with typographic apostrophes, and when drawn out
//     ("sooo"); handles and addresses say nothing. [Agree] measures what comes of
//     it.
//   - An item's score is the mean of its reviews, shrunk towards the mean of all
//     by [Config.Prior], so that one enthusiast does not lead the list.
//     [Model.ItemScore] gives the count and an interval beside it.
//   - Everything is safe for concurrent use, and the same at any number of workers.
//
// # Caveats
//
// The lexicon is English, of everyday words: film reviewers' "dark" and
// "killer" are negative in it, and romaji titles with "no" in them look like
// refusals. A long text drifts to -1 or 1, because a sum grows with its length.
// Sarcasm is taken at its word. The words "heart" and "hearts", and with them
// the red heart, which the authors' lexicon has, are not in the release that
// this one is made from.
//
// lexicon.txt is made by _gen from the MIT-licensed lists of VADER; the notices
// are in LICENSE.vader.
package sentiment
