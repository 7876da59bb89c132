// Package ngram finds texts that resemble each other, by the TF-IDF cosine of
// their words and character 3-grams over an inverted index (the best published
// cheap blocker: Sparkly, Paulsen et al., PVLDB 16(6), 2023).
//
//	space := ngram.NewSpace(texts)               // left texts, then right ones
//	index := ngram.NewIndex(space, n, len(texts)) // the right ones
//	nearest, err := index.Neighbours(ctx, workers, 0, n, 10)
//
// # Basics
//
// All texts that are to be compared live in one [Space], so that rarity means the
// same for all. An [Index] covers a range of them.
//
// # Caveats
//
// The nearest are exact where the lists that a search walks hold fewer entries
// than [Budget]; beyond it, texts that share only common terms may be missed.
package ngram
