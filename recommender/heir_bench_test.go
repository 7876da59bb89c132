package recommender_test

import (
	"fmt"
	"testing"

	"github.com/osusume/osusume/internal/rng"
	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/tfidf"
)

// described are n items with a title of three words and two tags each, rare and
// frequent ones.
func described(n int) []recommender.Item {
	r := rng.New(1)
	word := func(most int) string { return fmt.Sprintf("w%d", int(float64(most)*r.Float64()*r.Float64())) }
	items := make([]recommender.Item, n)
	for i := range items {
		items[i] = recommender.Item{
			ID: recommender.ItemID(fmt.Sprint(i)), Title: word(n) + " " + word(n/2) + " " + word(1000),
			Tags: []string{"tag " + word(40), "tag " + word(40)},
		}
	}
	return items
}

// Half of a catalogue inherits: the first request asks what is like each of
// those items, later ones remember.
func BenchmarkHeir(b *testing.B) {
	for _, n := range []int{1000, 10000} {
		items := described(n)
		content, err := tfidf.Config{}.Train(b.Context(), recommender.ItemsOf(items))
		if err != nil {
			b.Fatal(err)
		}
		inner := fixed{scores: make([]float32, n)}
		for i, it := range items {
			inner.items = append(inner.items, it.ID)
			if inner.scores[i] = float32(i % 7); i%2 == 0 {
				inner.scores[i] = nan
			}
		}
		dst := make([]float32, n)
		b.Run(fmt.Sprintf("items=%d/request=first", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				h := heir(b, inner, content.(*tfidf.Model), recommender.HeirOptions{})
				if err := h.ScoreAll(b.Context(), recommender.Request{}, dst); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(fmt.Sprintf("items=%d/request=later", n), func(b *testing.B) {
			h := heir(b, inner, content.(*tfidf.Model), recommender.HeirOptions{})
			if err := h.ScoreAll(b.Context(), recommender.Request{}, dst); err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				if err := h.ScoreAll(b.Context(), recommender.Request{}, dst); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
