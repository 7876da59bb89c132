package mf

import (
	"math"
	"sync"

	"github.com/osusume/osusume/internal/vec"
)

// A descent is how the vector of a user is trained on while the items stay as
// they are: BPR against the best-scored of some candidates, as in training. It
// draws from a stream of its own: the same items give the same vector.
type descent struct {
	rate, l2   float64
	candidates int
}

// A walker is the scratch memory of a descent.
type walker struct {
	order, drawn []int32
	scores       []float32
	has          []uint64 // a bit for each item: whether the user has it; all 0 between descents
}

var walkers = sync.Pool{New: func() any { return new(walker) }}

func (w *walker) size(items, candidates int) {
	if n := (items + 63) / 64; len(w.has) < n {
		w.has = make([]uint64, n)
	}
	if cap(w.drawn) < candidates {
		w.drawn, w.scores = make([]int32, 0, candidates), make([]float32, candidates)
	}
}

// A fold takes some 500 steps, a fifth of a millisecond, but visits every item
// at least 4 times and never more than 30 times.
const (
	foldSteps  = 500
	leastTimes = 4
	mostTimes  = 30
)

// descending is the path of the descent's random numbers, beside those of training.
const descending uint64 = 100

// improve moves p, the first guess of the vector of a user who has own.
func (m *Model) improve(p []float32, own []int32) {
	d := m.folding.descent
	if d.candidates == 0 || len(own) >= len(m.taught) {
		return // trained without negatives, or there are none
	}
	w := walkers.Get().(*walker)
	defer walkers.Put(w)
	w.size(len(m.bias), d.candidates)
	var (
		draw    = newStream(0, descending)
		order   = append(w.order[:0], own...)
		drawn   = w.drawn
		times   = min(max(foldSteps/len(own), leastTimes), mostTimes)
		visited = 0
	)
	w.order = order
	for _, i := range own {
		w.has[i/64] |= 1 << (i % 64)
	}
	defer func() {
		for _, i := range own {
			w.has[i/64] = 0
		}
	}()
	for range times {
		for k := len(order) - 1; k > 0; k-- {
			j := draw.below(k + 1)
			order[k], order[j] = order[j], order[k]
		}
		for _, i := range order {
			rate := float32(d.rate * (1 - float64(visited)/float64(times*len(own))))
			visited++
			drawn = drawn[:0]
			for tries := 0; len(drawn) < d.candidates && tries < d.candidates+spareDraws; tries++ {
				if j := m.taught[draw.below(len(m.taught))]; w.has[j/64]>>(j%64)&1 == 0 {
					drawn = append(drawn, j)
				}
			}
			if len(drawn) == 0 {
				continue
			}
			s := w.scores[:len(drawn)]
			vec.DotGather(s, p, m.item, m.stride, drawn)
			negative, best := int32(0), float32(math.Inf(-1))
			for k, j := range drawn {
				if x := s[k] + m.bias[j]; x > best {
					negative, best = j, x
				}
			}
			q := m.itemRow(int(i))
			g := float32(rate * vec.Sigmoid(best-(vec.Dot(p, q)+m.bias[i])))
			scaleBy(p, 1-float32(rate*float32(d.l2)))
			vec.Axpy(p, g, q)
			vec.Axpy(p, -g, m.itemRow(int(negative)))
		}
	}
	for f, x := range p {
		if p[f] = min(max(x, -limit), limit); x != x {
			p[f] = 0
		}
	}
}
