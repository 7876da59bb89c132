package ngram

import (
	"cmp"
	"context"
	"math"
	"slices"

	"github.com/osusume/osusume/internal/par"
	"github.com/osusume/osusume/internal/topk"
)

// An Index finds the texts of a range of a Space that resemble a text most. Safe
// for concurrent use.
type Index struct {
	space  *Space
	lo, hi int
	start  []int   // by term
	posts  []entry // texts with the term, ascending
}

type entry struct {
	text int32 // less lo
	part float32
}

// Budget is how many entries of the lists a search walks at most. It walks the
// lists of the rarest terms first, so that a large collection costs recall among
// the texts that share common terms only, and time per search stays bounded.
const Budget = 1 << 16

// NewIndex indexes texts lo (included) to hi (excluded).
func NewIndex(s *Space, lo, hi int) *Index {
	x := &Index{space: s, lo: lo, hi: hi, start: make([]int, len(s.seen)+1)}
	for j := s.start[lo]; j < s.start[hi]; j++ {
		x.start[s.terms[j]+1]++
	}
	for t := range s.seen {
		x.start[t+1] += x.start[t]
	}
	x.posts = make([]entry, x.start[len(s.seen)])
	next := make([]int, len(s.seen))
	copy(next, x.start)
	for i := lo; i < hi; i++ {
		terms, parts := s.vector(i)
		for j, t := range terms {
			x.posts[next[t]] = entry{int32(i - lo), parts[j]}
			next[t]++
		}
	}
	return x
}

// Neighbours returns, for every text from lo to hi of the Space, up to k indexed
// texts other than itself that resemble it most, best first, ties to the smaller
// number; texts that share no term are left out. The result does not depend on
// workers.
func (x *Index) Neighbours(ctx context.Context, workers, lo, hi, k int) ([][]int32, error) {
	found := make([][]int32, hi-lo)
	const chunk = 256
	err := par.Do(ctx, workers, (hi-lo+chunk-1)/chunk, func(c int) error {
		w := walker{x: x, sum: make([]float32, x.hi-x.lo)}
		for i := lo + c*chunk; i < min(lo+(c+1)*chunk, hi); i++ {
			found[i-lo] = w.nearest(i, k)
		}
		return nil
	})
	return found, err
}

// A walker holds what one search after the other needs.
type walker struct {
	x       *Index
	sum     []float32 // by text: the part of the cosine that was walked
	touched []int32
	scores  []float32
}

func (w *walker) nearest(i, k int) []int32 {
	x := w.x
	terms, parts := x.space.vector(i)
	w.touched = w.touched[:0]
	budget := Budget
	for j, t := range terms {
		list := x.posts[x.start[t]:x.start[t+1]]
		if budget -= len(list); budget < 0 {
			break // the rest are more common still
		}
		for _, e := range list {
			if w.sum[e.text] == 0 {
				w.touched = append(w.touched, e.text)
			}
			w.sum[e.text] += float32(e.part * parts[j])
		}
	}
	w.scores = w.scores[:0]
	for _, t := range w.touched {
		s := w.sum[t]
		w.sum[t] = 0
		if int(t)+x.lo == i || s == 0 {
			s = float32(math.NaN())
		}
		w.scores = append(w.scores, s)
	}
	return w.best(i, k)
}

// best picks three times k of the touched by their walked part, which the budget
// may have cut short, and returns the k of them with the largest whole cosine.
func (w *walker) best(i, k int) []int32 {
	x := w.x
	places := topk.Select(w.scores, 3*k)
	var nearest []int32
	for _, p := range places {
		nearest = append(nearest, w.touched[p]+int32(x.lo))
	}
	cosine := make(map[int32]float32, len(nearest))
	for _, t := range nearest {
		cosine[t] = x.space.Cosine(i, int(t))
	}
	slices.SortFunc(nearest, func(a, b int32) int {
		return cmp.Or(cmp.Compare(cosine[b], cosine[a]), cmp.Compare(a, b))
	})
	return nearest[:min(k, len(nearest))]
}
