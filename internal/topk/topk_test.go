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

func TestBestIsSelectPieceByPiece(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 2))
	var b topk.Best
	for range 2000 {
		n, k := r.IntN(40), r.IntN(45)
		scores := make([]float32, n)
		for i := range scores {
			scores[i] = float32(r.IntN(8))
			if r.IntN(6) == 0 {
				scores[i] = float32(math.NaN())
			}
		}
		b.Reset(k)
		for _, i := range r.Perm(n) {
			if scores[i] < b.Bar() {
				continue
			}
			b.Put(int32(i), scores[i])
		}
		var got []int32
		for _, x := range b.Sorted() {
			if x.Score != scores[x.At] {
				t.Fatalf("place %d has score %v, want %v", x.At, x.Score, scores[x.At])
			}
			got = append(got, x.At)
		}
		if want := topk.Select(scores, k); !slices.Equal(got, want) {
			t.Fatalf("the best %d of %v are %v, want %v", k, scores, got, want)
		}
	}
}
