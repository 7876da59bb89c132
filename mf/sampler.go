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
	holding
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

// float returns a number in [0, 1).
func (s *stream) float() float64 { return float64(s.next()>>11) / (1 << 53) }

// below returns a number in [0, n). Its bias, n/2⁶⁴, cannot be seen.
func (s *stream) below(n int) int {
	hi, _ := bits.Mul64(s.next(), uint64(n))
	return int(hi)
}

// spareDraws bounds how many draws beyond the candidates may hit items that the
// user has, before the sampler takes what it has.
const spareDraws = 16

// batch is how many candidates are scored at once.
const batch = 16

// A negative is what was found for a pair.
type negative struct {
	item  int32 // -1: none
	score float32
	first float32 // score of the first item drawn that the user does not have
	draws int     // items drawn that the user does not have
}

// negative draws items of a block, passes over those that the user has, and returns the one to learn from: for BPR the one that the model
// places highest of t.Candidates, for WARP the first that scores above the
// positive less 1. Draws that keep hitting the user's own items are bounded; where
// they found nothing, the next free position from a random one is taken. There must
// be a free one. Duplicates may be drawn.
//
// Drawing uniformly and training on the hardest is the dynamic negative
// sampling of Zhang et al. (SIGIR 2013).
func (t *training) negative(draw *source, p []float32, positive float32) negative {
	var (
		best        = negative{item: -1}
		left, draws = t.Candidates, t.Candidates + spareDraws
		width       = draw.to - draw.from
		uniform     = draw.popular == nil && draw.ranked == nil
		items       [batch]int32
		scores      [batch]float32
	)
	for left > 0 && draws > 0 {
		n := 0
		for ; n < min(left, batch) && draws > 0; draws-- {
			at := draw.from
			if uniform { // which the compiler puts in line
				at += draw.below(width)
			} else {
				at = draw.pick()
			}
			if !t.has[at] {
				items[n] = t.order.items[at]
				n++
			}
		}
		if n == 0 {
			if best.draws > 0 {
				break
			}
			items[0], n = t.scan(draw), 1
		}
		left -= n
		vec.DotGather(scores[:n], p, t.m.item, t.m.stride, items[:n])
		for k, j := range items[:n] {
			s := scores[k] + t.m.bias[j]
			if best.draws++; best.draws == 1 {
				best.first = s
			}
			if t.Loss == WARP {
				if s > positive-1 {
					best.item, best.score = j, s
					return best
				}
			} else if best.item < 0 || s > best.score {
				best.item, best.score = j, s
			}
		}
	}
	return best
}

// scan returns the item at the first position, from a random one on and round,
// that the user does not have.
func (t *training) scan(draw *source) int32 {
	at := draw.from + draw.below(draw.to-draw.from)
	for t.has[at] {
		if at++; at == draw.to {
			at = draw.from
		}
	}
	return t.order.items[at]
}

// A source draws positions of one item block.
type source struct {
	stream
	from, to int
	popular  *popularity // both nil: uniformly
	ranked   *picker
}

func (t *training) source(seed stream, from, to int) source {
	s := source{stream: seed, from: from, to: to, popular: t.popular}
	if t.ranked != nil {
		s.ranked = t.ranked.picker()
	}
	return s
}

// visit prepares for the user of vector p.
func (s *source) visit(p []float32) {
	if s.ranked != nil {
		s.ranked.visit(p)
	}
}

// pick draws a position where it is not drawn uniformly.
func (s *source) pick() int {
	if s.popular != nil {
		return s.popular.pick(&s.stream, s.from, s.to)
	}
	return s.ranked.pick(&s.stream, s.from, s.to)
}
