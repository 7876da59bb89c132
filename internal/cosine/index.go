package cosine

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"sync"

	"github.com/osusume/osusume/internal/csr"
)

// An Index finds rows of a matrix. Immutable.
type Index struct {
	rows  csr.Matrix
	posts csr.Matrix // rows transposed
	most  []float32  // by column: its largest number
	least float32    // the smallest number anywhere
	slack float64    // what bounds are raised by for the rounding of float32 sums
	cuts  []cut
	block int       // rows in a block: a search takes one after the other
	at    [][]int32 // by block and column: how far into the column's list the block begins; one more block at the end
	pool  sync.Pool // *walker
}

// A cut is a column at which a search may stop, with the length of what every
// row has from there on.
type cut struct {
	column int32
	length []float32 // by row, rounded up
}

// firstShare is the share of the rows that the first cut's columns have at least,
// and step the factor to the next: three numbers a row bound the columns that
// more than 1/512 of the rows have.
const (
	firstShare = 1.0 / 512
	step       = 4
)

// New returns an index of the rows, which it keeps. It says which number is
// negative, not finite or beyond 1, and which row is longer than 1. Time and memory are linear in the numbers.
func New(rows csr.Matrix) (*Index, error) {
	x := &Index{rows: rows, most: make([]float32, rows.Columns), least: 1}
	for at, c := range rows.Column {
		v := rows.Value[at]
		if !(v >= 0 && v <= 1.0001) {
			return nil, fmt.Errorf("place %d has the number %v outside [0, 1]", at, v)
		}
		x.most[c] = max(x.most[c], v)
		x.least = min(x.least, v)
	}
	longest := 0
	for i := range rows.Rows() {
		columns, values := rows.Row(i)
		longest = max(longest, len(columns))
		var sum float64
		for _, v := range values {
			sum += float64(float64(v) * float64(v))
		}
		if sum > 1.001 {
			return nil, fmt.Errorf("row %d has the length %v beyond 1", i, math.Sqrt(sum))
		}
	}
	x.slack = 1 + float64(float64(longest+8)/(1<<23)) // each sum of n parts is off by n·2⁻²⁴ at most
	x.posts = rows.Transposed()
	x.makeBlocks()
	x.makeCuts()
	x.pool.New = func() any { return newWalker(x) }
	return x, nil
}

// blockRows is how many sums fit a processor's first cache beside the lists that
// stream by: 16 kB of them.
const blockRows = 4096

// makeBlocks cuts the rows into blocks of equal size, of which there are fewer
// where the columns are many and the lists short.
func (x *Index) makeBlocks() {
	n, columns := x.rows.Rows(), x.rows.Columns
	most := max(1, 4*len(x.rows.Column)/max(1, columns)) // so that at is not larger than the lists
	blocks := min(most, (n+blockRows-1)/blockRows)
	x.block = max(1, (n+max(1, blocks)-1)/max(1, blocks))
	next := make([]int32, columns)
	for b := 0; b*x.block < n; b++ {
		x.at = append(x.at, slices.Clone(next))
		from, to := x.rows.Offset[b*x.block], x.rows.Offset[min(n, (b+1)*x.block)]
		for _, c := range x.rows.Column[from:to] {
			next[c]++
		}
	}
	x.at = append(x.at, next)
}

// list is what block b has of column c.
func (x *Index) list(b int, c int32) ([]int32, []float32) {
	from := x.posts.Offset[c]
	from, to := from+int(x.at[b][c]), from+int(x.at[b+1][c])
	return x.posts.Column[from:to], x.posts.Value[from:to]
}

// makeCuts finds the columns where lists get so long that stopping pays.
func (x *Index) makeCuts() {
	n := x.rows.Rows()
	next := max(64, firstShare*float64(n))
	for c := range x.rows.Columns {
		if float64(x.posts.Offset[c+1]-x.posts.Offset[c]) >= next {
			x.cuts = append(x.cuts, cut{int32(c), make([]float32, n)})
			for ; float64(x.posts.Offset[c+1]-x.posts.Offset[c]) >= next; next *= step {
			}
		}
	}
	if len(x.cuts) == 0 {
		return
	}
	for i := range n {
		columns, values := x.rows.Row(i)
		var sum float64
		at := len(columns)
		for k := len(x.cuts) - 1; k >= 0; k-- {
			for ; at > 0 && columns[at-1] >= x.cuts[k].column; at-- {
				v := float64(values[at-1])
				sum += float64(v * v)
			}
			x.cuts[k].length[i] = float32(math.Sqrt(sum) * x.slack)
		}
	}
}

// Posts returns the matrix transposed: row c lists the rows that have column c. Not to be
// modified.
func (x *Index) Posts() csr.Matrix { return x.posts }

// Dot returns the product of rows i and j: their cosine.
func (x *Index) Dot(i, j int32) float32 {
	a, v := x.rows.Row(int(i))
	b, w := x.rows.Row(int(j))
	return dot(a, v, b, w)
}

func dot(a []int32, v []float32, b []int32, w []float32) float32 {
	var sum float32
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] < b[j]:
			i++
		case a[i] > b[j]:
			j++
		default:
			sum += float32(v[i] * w[j])
			i++
			j++
		}
	}
	return sum
}

// Order returns the number that each column should have, by how many rows have
// it: the rarest first, ties as they stand.
func Order(counts []int32) []int32 {
	columns := make([]int32, len(counts))
	for i := range columns {
		columns[i] = int32(i)
	}
	slices.SortFunc(columns, func(a, b int32) int { return cmp.Or(cmp.Compare(counts[a], counts[b]), cmp.Compare(a, b)) })
	order := make([]int32, len(counts))
	for number, c := range columns {
		order[c] = int32(number)
	}
	return order
}
