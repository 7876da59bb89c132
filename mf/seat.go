package mf

import (
	"math/bits"

	"github.com/osusume/osusume/internal/vec"
)

// A seat has the user who is trained, and the user's pairs of the cell.
type seat struct {
	user   int32 // the place in the block
	own    []pair
	worth  []float32 // of each pair; nil: all the same
	next   int       // in own
	has    marks     // which places of the block are the user's own
	rate   float32
	pull   float32 // what L2 is multiplied with
	ranked *picker
}

// open readies an empty seat for a block of n items.
func (s *seat) open(t *training, n int) {
	s.own, s.next = nil, 0
	s.has.open(n)
	if t.ranked != nil && s.ranked == nil {
		s.ranked = t.ranked.picker()
	}
}

// take seats the next user who lacks an item of the block, in the place of
// whoever sat there; false where there is none.
func (c *carousel) take(s *seat) bool {
	c.leave(s)
	for len(c.pairs) > 0 {
		n := 1
		for n < len(c.pairs) && c.pairs[n].user == c.pairs[0].user {
			n++
		}
		s.own, c.pairs = c.pairs[:n], c.pairs[n:]
		if c.worth != nil {
			s.worth, c.worth = c.worth[:n], c.worth[n:]
		}
		if n == c.draw.to-c.draw.from {
			c.sum.skipped += int64(n)
			continue
		}
		s.user, s.next = s.own[0].user, 0
		vec.Prefetch(c.vector(s)) // used when the round's other steps are prepared
		s.rate, s.pull = c.rate, 1
		if c.pace != nil {
			s.rate, s.pull = float32(s.rate*c.pace[s.user].gain), c.pace[s.user].pull
		}
		if !c.unverified {
			for _, x := range s.own {
				s.has.set(int(x.place))
			}
		}
		if s.ranked != nil {
			s.ranked.visit(c.vector(s))
		}
		return true
	}
	s.own, s.next = nil, 0
	return false
}

// vector is that of the seated user.
func (c *carousel) vector(s *seat) []float32 {
	return c.rows.User[int(s.user)*c.rows.Size:][:c.rows.Size]
}

// leave empties a seat.
func (c *carousel) leave(s *seat) {
	if !c.unverified {
		for _, x := range s.own {
			s.has.unset(int(x.place))
		}
	}
}

// marks are a set of places, a bit each. Bits past the last place are set.
type marks []uint64

// open makes the set empty, for n places.
func (m *marks) open(n int) {
	words := (n + 63) / 64
	if cap(*m) < words {
		*m = make(marks, words)
	}
	*m = (*m)[:words]
	clear(*m)
	if n%64 != 0 {
		(*m)[words-1] = ^uint64(0) << (n % 64)
	}
}

func (m marks) set(at int)      { m[at>>6] |= 1 << (at & 63) }
func (m marks) unset(at int)    { m[at>>6] &^= 1 << (at & 63) }
func (m marks) has(at int) bool { return m[at>>6]>>(at&63)&1 != 0 }

// free writes the first places, from one on and round, that are not in the set,
// and returns how many there are, at most len(dst).
func (m marks) free(dst []int32, at int) int {
	word, low := at>>6, uint64(1)<<(at&63)-1
	open := ^m[word] &^ low
	for n, left := 0, len(m); ; left-- {
		for ; open != 0; open &= open - 1 {
			dst[n] = int32(word<<6 | bits.TrailingZeros64(open))
			if n++; n == len(dst) {
				return n
			}
		}
		if left == 0 {
			return n
		}
		if word++; word == len(m) {
			word = 0
		}
		open = ^m[word]
		if left == 1 { // the first word again: what lies before at
			open &= low
		}
	}
}
