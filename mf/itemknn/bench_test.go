package itemknn_test

import (
	"fmt"
	"testing"

	"github.com/osusume/osusume/mf/itemknn"
	"github.com/osusume/osusume/recommender"
)

func BenchmarkTrain(b *testing.B) {
	for _, items := range []int{3000, 30_000} {
		d := longTailed(b, 6000, items, 400_000)
		b.Run(fmt.Sprintf("users=6000/items=%d/interactions=400k", items), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				train(b, itemknn.Config{}, d)
			}
		})
	}
}

func BenchmarkRecommend(b *testing.B) {
	m := train(b, itemknn.Config{}, longTailed(b, 2000, 20_000, 200_000))
	b.Run(fmt.Sprintf("items=20000/own=%d", len(m.Seen("u1000"))), func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := m.Recommend(b.Context(), recommender.Request{User: "u1000"}); err != nil {
				b.Fatal(err)
			}
		}
	})
}
