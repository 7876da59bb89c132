package topk

import (
	"math"
	"slices"
)

// Best keeps the k highest of the scores that are put into it, in any order of
// places: what Select returns for scores that come piece by piece. Its zero
// value keeps none; it can be used again after Reset.
type Best struct {
	k    int
	list []Place // a heap once there are k: list[0] is the worst
}

// A Place is a score and where it stands.
type Place struct {
	At    int32
	Score float32
}

// Reset empties b and makes it keep k.
func (b *Best) Reset(k int) {
	b.k = max(k, 0)
	b.list = b.list[:0]
}

// Bar returns the score that a candidate must reach to be kept: one below the
// bar, or NaN, need not be put. It is −Inf as long as fewer than k are kept.
func (b *Best) Bar() float32 {
	if len(b.list) < b.k {
		return float32(math.Inf(-1))
	}
	if b.k == 0 {
		return float32(math.Inf(1))
	}
	return b.list[0].Score
}

// Put offers a candidate. NaN is not kept.
func (b *Best) Put(at int32, score float32) {
	x := Place{at, score}
	switch {
	case score != score || b.k == 0:
	case len(b.list) < b.k:
		b.list = append(b.list, x)
		if len(b.list) == b.k {
			for i := b.k/2 - 1; i >= 0; i-- {
				b.down(i)
			}
		}
	case x.before(b.list[0]):
		b.list[0] = x
		b.down(0)
	}
}

// Sorted returns what was kept, best first, ties by place. It belongs to b,
// which must be Reset before the next Put.
func (b *Best) Sorted() []Place {
	slices.SortFunc(b.list, func(x, y Place) int {
		if x.before(y) {
			return -1
		}
		return 1
	})
	return b.list
}

func (x Place) before(y Place) bool {
	if x.Score != y.Score {
		return x.Score > y.Score
	}
	return x.At < y.At
}

func (b *Best) down(i int) {
	for {
		child := 2*i + 1
		if child >= len(b.list) {
			return
		}
		if r := child + 1; r < len(b.list) && b.list[child].before(b.list[r]) {
			child = r
		}
		if !b.list[i].before(b.list[child]) {
			return
		}
		b.list[i], b.list[child] = b.list[child], b.list[i]
		i = child
	}
}
