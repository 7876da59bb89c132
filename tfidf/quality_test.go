package tfidf_test

import (
	"fmt"
	"testing"

	"github.com/osusume/osusume/internal/rng"
	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/recommender/eval"
	"github.com/osusume/osusume/tfidf"
)

// BenchmarkQuality trains on four fifths of every user's rows and ranks for the
// rest: part=validation splits the training part again, and is what the
// defaults were chosen on. Config's comments quote data=anime/part=validation.
func BenchmarkQuality(b *testing.B) {
	configs := []struct {
		name string
		tr   recommender.Trainer
	}{
		{"popular", recommender.Popular{}},
		{"default", tfidf.Config{}},
		{"reference", tfidf.Reference()},
		{"centre=none", tfidf.Config{Centre: -1}},
		{"centre=1.5", tfidf.Config{Centre: 1.5}},
		{"bm25", tfidf.Config{Weighting: tfidf.BM25}},
		{"pairs", tfidf.Config{MaxGram: 2}},
		{"aliases=1", tfidf.Config{Aliases: 1}},
		{"stop=english", tfidf.Config{Stop: tfidf.English}},
		{"neighbours=10", tfidf.Config{Neighbours: 10}},
		{"features=300", tfidf.Config{MaxFeatures: 300}},
		{"features=1k", tfidf.Config{MaxFeatures: 1000}},
		{"features=5k", tfidf.Config{MaxFeatures: 5000}},
		{"features=20k", tfidf.Config{MaxFeatures: 20000}},
		{"mindf=2", tfidf.Config{MinDF: 2}},
		{"maxdf=0.2", tfidf.Config{MaxDF: 0.2}},
		{"rawcounts", tfidf.Config{RawCounts: true}},
		{"title=out", tfidf.Config{Title: -1}},
		{"attrs=1", tfidf.Config{Attrs: 1}},
	}
	for _, data := range []string{"anime", "anime-texts", "ml-100k"} {
		var items []recommender.Item
		var all *recommender.Table
		if data == "ml-100k" {
			items, all = movies(b)
		} else {
			items, all = anime(b, data == "anime-texts")
		}
		train, test := split(all, 1)
		fit, validation := split(train, 2)
		for _, part := range []struct {
			name          string
			train, hidden *recommender.Table
		}{{"validation", fit, validation}, {"test", train, test}} {
			d := recommender.Combine(recommender.ItemsOf(items), part.train.Dataset())
			known, err := recommender.Load(b.Context(), d, recommender.Filter{})
			if err != nil {
				b.Fatal(err)
			}
			for _, c := range configs {
				b.Run(fmt.Sprintf("data=%s/part=%s/%s", data, part.name, c.name), func(b *testing.B) {
					var m recommender.Model
					for b.Loop() {
						var err error
						if m, err = c.tr.Train(b.Context(), d); err != nil {
							b.Fatal(err)
						}
					}
					b.ReportMetric(ndcg(b, m, known, part.hidden), "ndcg@10")
				})
			}
		}
	}
}

// split hides a fifth of every user's rows.
func split(t *recommender.Table, seed uint64) (train, test *recommender.Table) {
	hidden := make([]bool, t.Len())
	off := t.ByUser()
	for u := range t.Users {
		rows := rng.New(seed, uint64(u)).Perm(off[u+1] - off[u])
		for _, i := range rows[:len(rows)/5] {
			hidden[off[u]+i] = true
		}
	}
	return t.Select(func(row int) bool { return !hidden[row] }), t.Select(func(row int) bool { return hidden[row] })
}

// ndcg is the mean NDCG@10 over the whole catalogue, by package eval.
func ndcg(tb testing.TB, m recommender.Model, train, hidden *recommender.Table) float64 {
	tb.Helper()
	r, err := eval.Evaluate(tb.Context(), m, train, hidden, eval.Options{Resamples: -1})
	if err != nil {
		tb.Fatal(err)
	}
	return r.Metrics["ndcg@10"].Mean
}
