package mf_test

import (
	"strings"
	"testing"

	"github.com/osusume/osusume/mf"
	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/recommender/eval"
)

// anime reads the anime ratings: all rows are positive, rated or not.
func anime(tb testing.TB) recommender.Dataset {
	tb.Helper()
	var rows []recommender.Interaction
	for _, line := range lines(tb, "anime/ratings.csv.gz")[1:] {
		fields := strings.Split(line, ",")
		rows = append(rows, recommender.Interaction{User: recommender.UserID(fields[0]), Item: recommender.ItemID(fields[1])})
	}
	return dataset(tb, 0, rows...)
}

// halves splits a dataset by s into what is learned from and what is asked for.
func halves(tb testing.TB, d recommender.Dataset, s eval.Splitter) (known, hidden recommender.Dataset) {
	tb.Helper()
	all, err := recommender.Load(tb.Context(), d, recommender.Filter{})
	if err != nil {
		tb.Fatal(err)
	}
	a, b, err := s.Split(all)
	if err != nil {
		tb.Fatal(err)
	}
	return a.Dataset(), b.Dataset()
}

// BenchmarkDetails trains with the defaults but for one detail, and reports
// NDCG on a part of the training data: what docs/benchmarks/bpr-details.md
// tabulates. -benchtime 1x is enough: the same seed gives the same model.
func BenchmarkDetails(b *testing.B) {
	const off = 1e-12
	for _, d := range []struct {
		name string
		k    int
		load func() (known, hidden recommender.Dataset)
	}{
		{"ml-1m", 20, func() (known, hidden recommender.Dataset) {
			return halves(b, movieLens(b, "train"), eval.Random{Fraction: 0.1, Seed: 1})
		}},
		{"anime", 10, func() (known, hidden recommender.Dataset) {
			known, _ = halves(b, anime(b), eval.Random{Fraction: 0.2})
			return halves(b, known, eval.Random{Fraction: 0.2, Seed: 1})
		}},
	} {
		known, hidden := d.load()
		for _, v := range []struct {
			name   string
			config mf.Config
		}{
			{"none", mf.Config{}},
			{"no-bias", mf.Config{NoBias: true}},
			{"l2-apart", mf.Config{L2User: 0.04, L2Positive: 0.02, L2Negative: 0.01}},
			{"l2-by-count", mf.Config{L2Power: 0.25}},
			{"own-items-not-passed-over", mf.Unverified(mf.Config{})},
			{"rate-does-not-fall", mf.Config{FinalRate: 1}},
			{"no-user-weights", mf.Config{UserPower: off}},
			{"candidates=1", mf.Config{Candidates: 1}},
			{"candidates=1/popularity=0.5", mf.Config{Candidates: 1, Popularity: 0.5}},
			{"candidates=1/oversample=0.1", mf.Config{Candidates: 1, Oversample: 0.1}},
			{"candidates=16", mf.Config{Candidates: 16}},
			{"popularity=0.5", mf.Config{Popularity: 0.5}},
			{"factors=128", mf.Config{Factors: 128}},
			{"warp", mf.Config{Loss: mf.WARP}},
		} {
			b.Run("data="+d.name+"/change="+v.name, func(b *testing.B) {
				var (
					m    *mf.Model
					last mf.Progress
				)
				v.config.Progress = func(p mf.Progress) { last = p }
				for b.Loop() {
					m = train(b, v.config, known)
				}
				b.ReportMetric(ndcg(b, m, known, hidden, d.k), "ndcg")
				b.ReportMetric(last.UpdatesPerSecond(), "updates/s")
			})
		}
	}
}
