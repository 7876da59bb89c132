package topk_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/osusume/osusume/internal/topk"
)

func TestSelectEqualsSorting(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		n := r.IntN(40)
		scores := make([]float32, n)
		for i := range scores {
			scores[i] = float32(r.IntN(8)) // many ties
			if r.IntN(6) == 0 {
				scores[i] = float32(math.NaN())
			}
		}
		k := r.IntN(45)
		got := topk.Select(scores, k)
		if want := sorted(scores, k); !cmp.Equal(got, want) {
			t.Fatalf("Select(%v, %d) = %v, want %v", scores, k, got, want)
		}
	}
}

func sorted(scores []float32, k int) []int32 {
	var all []int32
	for i, s := range scores {
		if s == s {
			all = append(all, int32(i))
		}
	}
	slices.SortStableFunc(all, func(a, b int32) int {
		switch {
		case scores[a] > scores[b]:
			return -1
		case scores[a] < scores[b]:
			return 1
		}
		return 0
	})
	if len(all) == 0 || k == 0 {
		if k == 0 || len(scores) == 0 {
			return nil
		}
		return []int32{}
	}
	return all[:min(k, len(all))]
}

func BenchmarkSelect(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	scores := make([]float32, 20_000)
	for i := range scores {
		scores[i] = r.Float32()
	}
	b.ReportAllocs()
	for b.Loop() {
		topk.Select(scores, 10)
	}
}
