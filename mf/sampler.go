package mf

import (
	"math/bits"

	"github.com/osusume/osusume/internal/rng"
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

// A source draws candidates for negatives from an item block, places of which
// are counted from its start.
type source struct {
	stream
	from, to int         // the block
	popular  *popularity // nil: not by popularity
	ranked   bool        // by the user's vector
}

func (t *training) source(seed stream, from, to int) source {
	return source{stream: seed, from: from, to: to, popular: t.popular, ranked: t.ranked != nil}
}

// fill draws n places of items that the seated user does not have, of whom
// there must be one, and repeats them to fill dst. It returns how many it drew.
//
// Uniform draws are the first n free places from a random one on: every epoch
// shuffles the block anew, so that neighbours are as good as strangers, and their
// rows lie side by side. They are n different items, where there are n.
func (s *source) fill(dst []int32, n int, user *seat) int {
	if s.popular == nil && !s.ranked {
		n = user.has.free(dst[:n], s.below(s.to-s.from))
	} else {
		n = s.pickAll(dst[:n], user)
	}
	for k := n; k < len(dst); k++ {
		dst[k] = dst[k-n]
	}
	return n
}

// pickAll draws places one by one and passes over those of the user's items.
// Duplicates may be drawn. Draws that keep hitting the user's own items are
// bounded; where they found nothing, the next free place from a random one is
// taken.
func (s *source) pickAll(dst []int32, user *seat) int {
	n := 0
	for draws := len(dst) + spareDraws; n < len(dst) && draws > 0; draws-- {
		if at := s.pick(user); !user.has.has(at) {
			dst[n] = int32(at)
			n++
		}
	}
	if n == 0 {
		n = user.has.free(dst[:1], s.below(s.to-s.from))
	}
	return n
}

// pick draws a place.
func (s *source) pick(user *seat) int {
	if s.popular != nil {
		return s.popular.pick(&s.stream, s.from, s.to) - s.from
	}
	return user.ranked.pick(&s.stream, s.from, s.to) - s.from
}
