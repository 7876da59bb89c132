// Package sentiment says how good a text sounds, by a lexicon and the rules of
// VADER made better, and ranks items by what their reviewers write.
//
// Use an [Analyzer] for texts, [Aspects] for what they say of story, art or sound,
// [Learn] to fit the lexicon to texts with ratings, and a [Config] to train a
// [Model] of reviews: a part for [recommender.Hybrid] that needs no history of the
// user, and can say of each item how sure it is.
//
// # A complete use
//
//	config := sentiment.Config{Options: sentiment.Options{Lexicon: sentiment.Fiction()}}
//	model, err := config.Train(ctx, dataset)
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
//     they stand, and no farther than the next comma. CAPITALS and exclamation
//     marks add strength; what follows "but" in a sentence weighs more than what
//     stands before it. Emoticons and emoji speak for themselves. The sum x, of long
//     texts less, is squeezed into [-1, 1] by x/√(x²+15). The paper: C.J. Hutto and
//     E. Gilbert, VADER, ICWSM 2014. [Options].Strict reproduces its program.
//   - [English] is VADER's lexicon with some 800 words and phrases more; [Fiction]
//     is for reviews of stories; [ReadLexicon] reads others, and [Lexicon.With] lays
//     one over another. A text in another language than the lexicon's is not
//     understood: its [Score] has Known 0.
//   - A [Mask] keeps the words of titles from counting. A Config masks the titles
//     of its data unless told otherwise.
//   - An item's score is the mean of its reviews, shrunk towards the mean of all
//     by [Config.Prior]; it is ranked by the lower end of that score's interval.
//     One reviewer counts once, at no more than four times the usual weight, and
//     no farther than two deviations from the others. [Model.ItemScore] gives
//     count, interval, stars, and how many texts their stars contradict.
//   - [Analyzer.Explain] and [Model.Explain] give shares that add up to the score.
//   - A [Scorer] of one's own, such as a transformer behind HTTP, can score reviews
//     instead: docs/sentiment.md and examples/textclass.
//   - Everything is safe for concurrent use, and the same at any number of workers.
//
// # Caveats
//
// The built-in lexicons and the context rules of a Mask are English. Languages
// without spaces between words need a Scorer of their own. Sarcasm is taken at its
// word. Scores are of what is written, which is kinder than what is thought:
// compare items with each other, not with zero.
//
// vader.txt and emoji.txt are made by _gen from the MIT-licensed lists of VADER; the
// notices are in LICENSE.vader. english.txt and fiction.txt are our own.
package sentiment
