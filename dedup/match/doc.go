// Package match finds the rows of two tables that are the same thing, or the
// duplicates within one table, without labels and without being told what the
// columns hold.
//
// Use it for tables of anything: products, papers, people, shops. For works with
// titles, seasons and parts in several catalogues use package dedup, which knows
// them; to build a matcher of your own use package fellegi.
//
// # A complete use
//
//	found, err := match.Config{}.Pair(ctx, left, right)
//	if err != nil {
//		return err
//	}
//	for _, m := range found.Matches {
//		fmt.Println(left.Rows[m.Left], right.Rows[m.Right], m.Probability)
//		for _, step := range found.Explain(m.Left, m.Right) {
//			fmt.Println("  ", step)
//		}
//	}
//
// # Basics
//
//   - Every column is looked at: names, texts, codes, numbers, dates and labels are
//     each compared in their own way ([Kind]). Columns of one name are counterparts;
//     others are where likely matches agree in them.
//   - Candidates are the nearest rows by TF-IDF of words and character 3-grams, of
//     the whole row and of each column of names. Every pair is never looked at.
//   - Agreements are levels of a Fellegi-Sunter model (package fellegi), learnt by
//     EM that knows that a row matches one other at most. Whole rows are fields
//     too: their cosine, their overlap, and the bits of the rare words they share,
//     and once more without prose, because two descriptions may share no sentence.
//     What several fields say alike is counted once, by a linear discriminant.
//   - A label that one table has alone says which of its rows have partners at all.
//   - Whether a best candidate is a match is judged by the runners-up of rows that
//     have found their partner: they show what a row without one looks like.
//     Where fewer than one row in five has a partner, each runner-up counts as
//     much as its row has probably found one.
//   - Pair takes the most probable pairs first and no row twice. Self groups rows by
//     average linkage; a chain of likenesses joins nothing.
//   - The same tables give the same result at any number of workers.
//
// # Caveats
//
// Numbers of rows are evidence like any other: leave out what merely counts rows
// (Config.On). Rows that are exact twins within a table tie, and the first is taken.
// Where a table has many near-duplicates, or matches are fewer than one row in
// ten, probabilities are less sure. Fewer than 30 rows with rivals are too few
// to learn from runners-up: there the prior of EM decides. All rows and their terms
// are held in memory: 100 MB for 14,000 rows of films with abstracts.
//
// Everything is safe for concurrent use.
package match
