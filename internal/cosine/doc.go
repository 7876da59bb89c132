// Package cosine finds, among sparse vectors of length 1, those with the largest
// product with a given one: exact nearest neighbours by cosine, over an inverted
// index, without a look at every pair.
//
//	index, err := cosine.New(rows)            // rows of a csr.Matrix
//	hits := index.Nearest(terms, values, 10, -1)
//	err = index.Each(ctx, workers, 10, func(row int32, hits []cosine.Hit) { … })
//
// # Basics
//
// Columns should be numbered from the rarest to the most frequent ([Order] gives
// the numbers): a search walks the lists of the rows that have a column in that
// order. What the columns that are left can still add to a row is bounded by
// Cauchy and Schwarz: by their length in the query times their length in the
// row. Once the k-th best sum found so far is above what a row that no list has
// named could reach, no other row can enter, and the few that can still reach
// the k-th place are completed from their own vectors. The frequent columns,
// whose lists would cost most, are therefore rarely walked at all. (The bounds
// are those of Anastasiu and Karypis, L2AP, ICDE 2014; finishing a few candidates
// through the forward index is Anh and Moffat's pruning, SIGIR 2006.)
//
// Rows are taken in blocks whose sums stay in a processor's first cache; what one
// block has found tells the next from the start where it may stop.
//
// Products are added in ascending order of columns wherever the search stops, in
// float32 without fused multiply-add, so that a cosine is the same bits as that
// of a plain loop over two rows, and does not depend on k, on the other rows or
// on the number of workers. Ties go to the smaller row.
//
// # Caveats
//
// Numbers must not be negative and no row longer than 1, but for rounding;
// another numbering of the columns changes the speed and the last bits, never
// which rows are found but for such bits. Everything is safe for concurrent use.
package cosine
