package ease_test

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/osusume/osusume/mf/ease"
	"github.com/osusume/osusume/recommender"
)

func BenchmarkTrain(b *testing.B) {
	for _, items := range []int{1000, 3000} {
		d := longTailed(b, 6000, items, 400_000)
		b.Run(fmt.Sprintf("users=6000/items=%d/interactions=400k", items), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				train(b, ease.Config{}, d)
			}
		})
	}
}

func BenchmarkRecommend(b *testing.B) {
	d := longTailed(b, 2000, 3000, 200_000)
	for _, keep := range []int{0, 100} {
		m := train(b, ease.Config{Keep: keep}, d)
		own := len(m.Seen("u1000"))
		b.Run(fmt.Sprintf("items=3000/own=%d/keep=%d", own, keep), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := m.Recommend(b.Context(), recommender.Request{User: "u1000"}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkReadModel(b *testing.B) {
	data := save(b, train(b, ease.Config{}, longTailed(b, 2000, 3000, 200_000)))
	b.Run("items=3000", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		b.ReportAllocs()
		for b.Loop() {
			if _, err := ease.ReadModel(bytes.NewReader(data)); err != nil {
				b.Fatal(err)
			}
		}
	})
}
