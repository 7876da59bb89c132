package mf

import (
	"math/bits"

	"github.com/osusume/osusume/internal/rng"
	"github.com/osusume/osusume/internal/vec"
)

// What a path of random numbers is for; the second number is the epoch.
const (
	initialising uint64 = iota
	shuffling
	sampling
)

// A stream is a SplitMix64 generator, small enough to be inlined. It is seeded
// by a hash of what it is for, so that streams are independent.
type stream uint64

func newStream(seed uint64, path ...uint64) stream {
	s, _ := rng.Seeds(seed, path...)
	return stream(s)
}

func (s *stream) next() uint64 {
	*s += 0x9e3779b97f4a7c15
	z := uint64(*s)
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// below returns a number in [0, n). Its bias, n/2⁶⁴, cannot be seen.
func (s *stream) below(n int) int {
	hi, _ := bits.Mul64(s.next(), uint64(n))
	return int(hi)
}

// spareDraws bounds how many draws beyond the candidates may hit items that the
// user has, before the sampler takes what it has or gives up.
const spareDraws = 16

// batch is how many candidates are scored at once.
const batch = 16

// hardest draws candidates among the items at the positions [from, to), passes
// over those that the user has, and returns the one that the model would place
// highest, with its score; false where none was found. Duplicates may be drawn.
//
// Drawing uniformly and training on the hardest is the dynamic negative
// sampling of Zhang et al. (SIGIR 2013).
func (t *training) hardest(draw *stream, p []float32, from, to int) (item int32, score float32, found bool) {
	left, draws := t.Candidates, t.Candidates+spareDraws
	for left > 0 && draws > 0 {
		var (
			items  [batch]int32
			scores [batch]float32
			n      int
		)
		for ; n < min(left, batch) && draws > 0; draws-- {
			if at := from + draw.below(to-from); !t.has[at] {
				items[n] = t.order.items[at]
				n++
			}
		}
		left -= n
		vec.DotGather(scores[:n], p, t.m.item, t.m.stride, items[:n])
		for k, j := range items[:n] {
			if s := scores[k] + t.m.bias[j]; !found || s > score {
				item, score, found = j, s, true
			}
		}
	}
	return item, score, found
}
