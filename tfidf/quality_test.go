package tfidf_test

import (
	"context"
	"fmt"
	"math"
	"testing"

	"github.com/osusume/osusume/internal/par"
	"github.com/osusume/osusume/internal/rng"
	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/tfidf"
)

// BenchmarkQuality trains on four fifths of every user's rows and ranks for the
// rest: part=validation splits the training part again, and is what the
// defaults were chosen on.
func BenchmarkQuality(b *testing.B) {
	configs := []struct {
		name string
		tr   recommender.Trainer
	}{
		{"popular", recommender.Popular{}},
		{"default", tfidf.Config{}},
		{"reference", tfidf.Reference()},
		{"neighbours=10", tfidf.Config{Neighbours: 10}},
		{"features=300", tfidf.Config{MaxFeatures: 300}},
		{"features=1k", tfidf.Config{MaxFeatures: 1000}},
		{"features=5k", tfidf.Config{MaxFeatures: 5000}},
		{"features=20k", tfidf.Config{MaxFeatures: 20000}},
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
			for _, c := range configs {
				b.Run(fmt.Sprintf("data=%s/part=%s/%s", data, part.name, c.name), func(b *testing.B) {
					var m recommender.Model
					for b.Loop() {
						var err error
						if m, err = c.tr.Train(b.Context(), d); err != nil {
							b.Fatal(err)
						}
					}
					b.ReportMetric(ndcg(b, m, part.hidden), "ndcg@10")
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

// ndcg returns the mean NDCG@10 over the whole catalogue; every hidden row is
// relevant, items without a score come last, and so does a cold user's list.
func ndcg(tb testing.TB, m recommender.Model, test *recommender.Table) float64 {
	tb.Helper()
	off := test.ByUser()
	gains := make([]float64, len(test.Users))
	err := par.Do(context.Background(), 0, len(test.Users), func(u int) error {
		want := make(map[recommender.ItemID]bool)
		for row := off[u]; row < off[u+1]; row++ {
			want[test.Items[test.Item[row]]] = true
		}
		if len(want) == 0 {
			gains[u] = math.NaN()
			return nil
		}
		got, _ := m.Recommend(context.Background(), recommender.Request{User: test.Users[u]})
		var dcg, ideal float64
		for i := range min(10, len(want)) {
			ideal += 1 / math.Log2(float64(i+2))
		}
		for i, x := range got.Items {
			if want[x.Item] {
				dcg += 1 / math.Log2(float64(i+2))
			}
		}
		gains[u] = dcg / ideal
		return nil
	})
	if err != nil {
		tb.Fatal(err)
	}
	var sum, n float64
	for _, g := range gains {
		if g == g {
			sum += g
			n++
		}
	}
	return sum / n
}
