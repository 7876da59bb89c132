package mf

import (
	"math/rand/v2"
	"slices"
	"testing"
)

func TestFreePlacesComeInOrderFromAnyPlace(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var m marks
	for _, n := range []int{1, 2, 63, 64, 65, 128, 200} {
		for _, share := range []float64{0, 0.1, 0.9, 1} {
			m.open(n)
			var free []int32
			for at := range n {
				if r.Float64() < share {
					m.set(at)
				} else {
					free = append(free, int32(at))
				}
			}
			for at := range n {
				before, _ := slices.BinarySearch(free, int32(at))
				round := slices.Concat(free[before:], free[:before])
				for _, want := range []int{1, 2, 8, len(free), len(free) + 3} {
					dst := make([]int32, max(want, 1))
					got := m.free(dst, at)
					expect := round[:min(len(dst), len(round))]
					if !slices.Equal(dst[:got], expect) {
						t.Fatalf("n=%d at=%d: free places %v, want %v", n, at, dst[:got], expect)
					}
				}
			}
		}
	}
}

func TestMarksAreSetAndUnset(t *testing.T) {
	var m marks
	m.open(130)
	for _, at := range []int{0, 63, 64, 129} {
		if m.has(at) {
			t.Errorf("place %d is set in an empty set", at)
		}
		m.set(at)
		if !m.has(at) || m.has(at^1) {
			t.Errorf("setting place %d: it is %v, its neighbour %v", at, m.has(at), m.has(at^1))
		}
		m.unset(at)
		if m.has(at) {
			t.Errorf("place %d is still set", at)
		}
	}
	m.set(5)
	if m.open(70); m.has(5) {
		t.Error("an opened set is not empty")
	}
}
