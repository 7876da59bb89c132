package mf_test

import (
	"testing"

	"github.com/osusume/osusume/mf"
	"github.com/osusume/osusume/recommender/eval"
)

// The defaults, with no more than the length of the vectors set.
func TestQualityOfIALS(t *testing.T) {
	known, hidden := movieLens(t, "train"), movieLens(t, "test")
	for _, c := range []struct {
		factors int
		want    float64
	}{{64, 0.262}, {128, 0.266}, {256, 0.268}} {
		got := ndcg(t, train(t, mf.IALS{Factors: c.factors}, known), known, hidden, 20)
		t.Logf("MovieLens-1M, %d factors: NDCG@20 %.4f", c.factors, got)
		if got < c.want {
			t.Errorf("MovieLens-1M, %d factors: NDCG@20 is %.4f, want %.3f or more", c.factors, got, c.want)
		}
	}
	train1, test1 := halves(t, anime(t), eval.Random{})
	for _, c := range []struct {
		factors int
		want    float64
	}{{64, 0.39}, {256, 0.44}} {
		got := ndcg(t, train(t, mf.IALS{Factors: c.factors}, train1), train1, test1, 10)
		t.Logf("anime, %d factors: NDCG@10 %.4f", c.factors, got)
		if got < c.want {
			t.Errorf("anime, %d factors: NDCG@10 is %.4f, want %.2f or more", c.factors, got, c.want)
		}
	}
}
