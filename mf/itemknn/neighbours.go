package itemknn

import (
	"context"
	"slices"
	"sync"

	"github.com/osusume/osusume/internal/csr"
	"github.com/osusume/osusume/internal/par"
	"github.com/osusume/osusume/internal/topk"
)

// A search finds the neighbours of every item.
type search struct {
	own, users csr.Matrix // items of each user, users of each item
	user       []float32  // what each adds to a pair: above 0
	item       []float32  // what a pair is multiplied by for each of its two
	shrink     float32
	k          int
}

// batch is how many items are searched for between two reports.
const batch = 4096

// neighbours returns for each item the k items that are most like it, or as
// many as share a user with it, and how like they are: a row an item. Ties go to
// the item that comes first.
//
// An item's sums are of its users in order, so that it does not matter who
// computes them. There is a sum for every item and worker, and k·8 bytes an item.
func (s *search) neighbours(ctx context.Context, workers int, report func(done, of int)) (csr.Matrix, error) {
	n := s.users.Rows()
	rows := make([]row, n)
	pool := sync.Pool{New: func() any { return &scratch{sum: make([]float32, n)} }}
	for from := 0; from < n; from += batch {
		to := min(n, from+batch)
		err := par.Do(ctx, workers, to-from, func(i int) error {
			w := pool.Get().(*scratch)
			rows[from+i] = s.nearest(w, from+i)
			pool.Put(w)
			return nil
		})
		if err != nil {
			return csr.Matrix{}, err
		}
		report(to, n)
	}
	return joined(rows), nil
}

// A row is one item's neighbours.
type row struct {
	items []int32
	likes []float32
}

// joined puts rows into one matrix, and lets go of them on the way.
func joined(rows []row) csr.Matrix {
	size := 0
	for _, r := range rows {
		size += len(r.items)
	}
	m := csr.Matrix{
		Columns: len(rows), Offset: make([]int, 1, len(rows)+1),
		Column: make([]int32, 0, size), Value: make([]float32, 0, size),
	}
	for i, r := range rows {
		m.Column = append(m.Column, r.items...)
		m.Value = append(m.Value, r.likes...)
		m.Offset = append(m.Offset, len(m.Column))
		rows[i] = row{}
	}
	return m
}

// scratch is what one worker needs.
type scratch struct {
	sum     []float32 // by item; all 0 between two searches
	touched []int32   // items that have a sum
	likes   []float32 // of touched
}

// nearest finds the neighbours of item i.
func (s *search) nearest(w *scratch, i int) row {
	w.touched = w.touched[:0]
	for _, u := range s.users.Of(i) {
		more := s.user[u]
		for _, j := range s.own.Of(int(u)) {
			if w.sum[j] == 0 {
				w.touched = append(w.touched, j)
			}
			w.sum[j] += more
		}
	}
	w.order()
	w.likes = w.likes[:0]
	for _, j := range w.touched {
		sum := w.sum[j]
		w.sum[j] = 0
		if int(j) == i {
			sum = 0
		}
		w.likes = append(w.likes, s.like(i, int(j), sum))
	}
	best := topk.Select(w.likes, s.k)
	slices.Sort(best)
	r := row{make([]int32, 0, len(best)), make([]float32, 0, len(best))}
	for _, at := range best {
		if like := w.likes[at]; like > 0 {
			r.items, r.likes = append(r.items, w.touched[at]), append(r.likes, like)
		}
	}
	return r
}

// like returns how like two items are to which users add sum.
func (s *search) like(i, j int, sum float32) float32 {
	if sum == 0 {
		return 0
	}
	return float32(s.item[i]*s.item[j]) * float32(sum*(sum/(sum+s.shrink)))
}

// order sorts touched: by looking at every item where there are many.
func (w *scratch) order() {
	if len(w.touched) < len(w.sum)/16 {
		slices.Sort(w.touched)
		return
	}
	w.touched = w.touched[:0]
	for j, sum := range w.sum {
		if sum != 0 {
			w.touched = append(w.touched, int32(j))
		}
	}
}
