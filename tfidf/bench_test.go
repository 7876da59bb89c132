package tfidf_test

import (
	"fmt"
	"testing"

	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/tfidf"
)

func BenchmarkTrain(b *testing.B) {
	for _, n := range []int{1000, 10000} {
		s := library(n, 100)
		b.Run(fmt.Sprintf("items=%d", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				s.train(b, tfidf.Config{})
			}
		})
	}
}

func BenchmarkNeighbours(b *testing.B) {
	for _, n := range []int{1000, 10000} {
		m := library(n, 0).train(b, tfidf.Config{})
		b.Run(fmt.Sprintf("items=%d", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := m.Neighbours(b.Context(), 10, 0); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkScoreAll(b *testing.B) {
	for _, n := range []int{1000, 10000} {
		for _, k := range []int{0, 10} {
			m := library(n, 100).train(b, tfidf.Config{Neighbours: k})
			b.Run(fmt.Sprintf("items=%d/neighbours=%d", n, k), func(b *testing.B) {
				b.ReportAllocs()
				scores := make([]float32, n)
				for b.Loop() {
					if err := m.ScoreAll(b.Context(), recommender.Request{User: "17"}, scores); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
