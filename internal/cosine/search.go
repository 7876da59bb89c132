package cosine

import (
	"context"
	"math"
	"slices"

	"github.com/osusume/osusume/internal/par"
)

// A Hit is a row that was found.
type Hit struct {
	Row    int32
	Cosine float32 // above 0, at most 1
}

// Nearest returns the k rows that have the largest product with the vector, best
// first, ties to the smaller row; fewer where fewer share a column with it. Columns
// ascend; those that the index does not have are ignored. The row except is left
// out; -1 leaves out none.
func (x *Index) Nearest(columns []int32, values []float32, k int, except int32) []Hit {
	w := x.pool.Get().(*walker)
	defer x.pool.Put(w)
	return slices.Clone(w.nearest(columns, values, k, except))
}

// Each calls f with what Nearest finds for every row, itself left out, on so
// many workers (0: one a processor), in no order and at the same time. f may
// keep hits.
func (x *Index) Each(ctx context.Context, workers, k int, f func(row int32, hits []Hit)) error {
	const chunk = 64
	n := x.rows.Rows()
	return par.Do(ctx, workers, (n+chunk-1)/chunk, func(c int) error {
		w := x.pool.Get().(*walker)
		defer x.pool.Put(w)
		var all []Hit
		var ends [chunk]int
		from, to := c*chunk, min(n, (c+1)*chunk)
		for i := from; i < to; i++ {
			columns, values := x.rows.Row(i)
			all = append(all, w.nearest(columns, values, k, int32(i))...)
			ends[i-from] = len(all)
		}
		all = slices.Clone(all)
		begin := 0
		for i := from; i < to; i++ {
			end := ends[i-from]
			f(int32(i), all[begin:end:end])
			begin = end
		}
		return nil
	})
}

// A walker holds what one search after the other needs. Between searches sum and
// query are all 0.
type walker struct {
	x       *Index
	sum     []float32 // by row of the block: its product with the columns walked so far
	touched []int32   // rows of the block with a sum; one place more than it has
	n       int       // how many are touched
	query   []float32 // by column
	left    []float64 // by place in the query: length of it from there on
	most    []float64 // by place: what it can add to any row from there on
	found   []Hit     // the best k so far, best first
	reach   []int32   // rows that can still be among them
	top     []Hit     // what look looks at
	floor   float64   // a product that the k-th best has at least
}

func newWalker(x *Index) *walker {
	return &walker{x: x, sum: make([]float32, x.block), touched: make([]int32, x.block+1), query: make([]float32, x.rows.Columns)}
}

func (w *walker) nearest(columns []int32, values []float32, k int, except int32) []Hit {
	w.found = w.found[:0]
	for len(columns) > 0 && int(columns[len(columns)-1]) >= w.x.rows.Columns {
		columns = columns[:len(columns)-1]
	}
	values = values[:len(columns)]
	if k <= 0 || len(columns) == 0 {
		return nil
	}
	w.prepare(columns, values)
	w.floor = 0
	for b := range len(w.x.at) - 1 {
		base := int32(b * w.x.block)
		w.n = 0
		if !w.walk(b, columns, values, k, except) {
			for _, d := range w.touched[:w.n] {
				w.found = offer(w.found, Hit{base + d, w.sum[d]}, k, except)
			}
		}
		for _, d := range w.touched[:w.n] {
			w.sum[d] = 0
		}
		w.rise(w.found, k)
	}
	for _, c := range columns {
		w.query[c] = 0
	}
	for i := range w.found {
		w.found[i].Cosine = min(w.found[i].Cosine, 1) // which rounding may pass
	}
	return w.found
}

// prepare spreads the query out and bounds what it has from every place on.
func (w *walker) prepare(columns []int32, values []float32) {
	w.left = slices.Grow(w.left[:0], len(columns)+1)[:len(columns)+1]
	w.most = slices.Grow(w.most[:0], len(columns)+1)[:len(columns)+1]
	var squares, most float64
	w.left[len(columns)], w.most[len(columns)] = 0, 0
	for i := len(columns) - 1; i >= 0; i-- {
		w.query[columns[i]] = values[i]
		v := float64(values[i])
		squares += float64(v * v)
		most += float64(v * float64(w.x.most[columns[i]]))
		w.left[i] = math.Sqrt(squares) * w.x.slack
		w.most[i] = min(most*w.x.slack, w.left[i])
	}
}

// rise raises the floor to the k-th of hits, if there are so many.
func (w *walker) rise(hits []Hit, k int) {
	if len(hits) == k {
		w.floor = max(w.floor, float64(hits[k-1].Cosine)/w.x.slack)
	}
}

// walk adds up the lists of the query's columns in a block until it pays to
// complete the rows that can still be among the best; then it does so and
// reports true.
func (w *walker) walk(b int, columns []int32, values []float32, k int, except int32) bool {
	x := w.x
	next := 0   // in x.cuts
	looked := 0 // rows touched at the last look
	wait := 0   // entries to walk before the next try to finish
	for i, c := range columns {
		for next < len(x.cuts) && x.cuts[next].column <= c {
			next++
		}
		rows, numbers := x.list(b, c)
		if next > 0 && len(w.found) < k && w.n > k && len(rows) > w.n/4 && w.n >= lookStep*looked {
			w.look(b, c, k, except)
			looked = w.n
		}
		if next > 0 && w.most[i] < w.floor && wait <= 0 {
			if w.finish(b, c, i, next-1, len(rows), k, except) {
				return true
			}
			wait = w.n
		}
		w.add(int32(b*x.block), rows, numbers, values[i])
		wait -= len(rows)
	}
	return false
}

// add adds v times a list to the sums.
func (w *walker) add(base int32, rows []int32, numbers []float32, v float32) {
	sum, touched, n := w.sum, w.touched, w.n
	if float32(v*w.x.least) == 0 { // a product of 0 would touch a row again and again
		for j, d := range rows {
			d -= base
			p := float32(v * numbers[j])
			if sum[d] == 0 && p > 0 {
				touched[n] = d
				n++
			}
			sum[d] += p
		}
		w.n = n
		return
	}
	numbers = numbers[:len(rows)]
	for j, d := range rows {
		d -= base
		s := sum[d]
		touched[n] = d
		if math.Float32bits(s) == 0 {
			n++
		}
		sum[d] = s + float32(v*numbers[j])
	}
	w.n = n
}

// lookStep is by which factor the rows touched grow between looks.
const lookStep = 4

// completion is what completing a row costs, in entries of a list walked.
const completion = 24

// look raises the floor: it completes the rows of the block that have the k
// largest sums, the columns before from having been walked, and the worst of them
// is one that the k-th best cannot be below.
func (w *walker) look(b int, from int32, k int, except int32) {
	base := int32(b * w.x.block)
	top := w.top[:0]
	for _, d := range w.touched[:w.n] {
		if s := w.sum[d]; len(top) < k || s > top[k-1].Cosine {
			top = offer(top, Hit{base + d, s}, k, except)
		}
	}
	w.top = top
	if len(top) < k {
		return
	}
	least := float32(2)
	for _, h := range top {
		least = min(least, w.complete(h.Row, from, h.Cosine))
	}
	w.floor = max(w.floor, float64(least)/w.x.slack)
}

// finish completes the rows of the block that can be among the best k, unless
// walking the next list (of so many rows) is cheaper.
func (w *walker) finish(b int, from int32, place, cut, list, k int, except int32) bool {
	base := int32(b * w.x.block)
	length := w.x.cuts[cut].length[base:]
	left, most := float32(w.left[place]), float32(w.most[place])
	floor := float32(w.floor / w.x.slack)
	reach := w.reach[:0]
	for _, d := range w.touched[:w.n] {
		if w.sum[d]+min(most, float32(left*length[d])) >= floor {
			reach = append(reach, d)
		}
	}
	w.reach = reach
	if len(reach)*completion > list+w.n+k*completion {
		return false
	}
	for _, d := range reach {
		if w.sum[d]+min(most, float32(left*length[d])) < floor {
			continue // the floor has risen since
		}
		w.found = offer(w.found, Hit{base + d, w.complete(base+d, from, w.sum[d])}, k, except)
		w.rise(w.found, k)
		floor = float32(w.floor / w.x.slack)
	}
	return true
}

// complete adds to sum what row d has of the query from a column on.
func (w *walker) complete(d, from int32, sum float32) float32 {
	columns, values := w.x.rows.Row(int(d))
	at := len(columns)
	for at > 0 && columns[at-1] >= from {
		at--
	}
	for ; at < len(columns); at++ {
		sum += float32(w.query[columns[at]] * values[at])
	}
	return sum
}

// offer puts h among the best k of hits, if it is one, and returns them.
func offer(hits []Hit, h Hit, k int, except int32) []Hit {
	if h.Row == except || h.Cosine <= 0 {
		return hits
	}
	if len(hits) == k {
		if !before(h, hits[k-1]) {
			return hits
		}
		hits = hits[:k-1]
	}
	hits = append(hits, h)
	at := len(hits) - 1
	for ; at > 0 && before(h, hits[at-1]); at-- {
		hits[at] = hits[at-1]
	}
	hits[at] = h
	return hits
}

func before(a, b Hit) bool {
	return a.Cosine > b.Cosine || a.Cosine == b.Cosine && a.Row < b.Row
}
