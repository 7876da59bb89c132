package itemknn_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/osusume/osusume/mf/itemknn"
	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/recommender/eval"
	"github.com/osusume/osusume/sources"
)

// table reads a file of the shared data, or skips the test where there is none.
func table(tb testing.TB, name string) *recommender.Table {
	tb.Helper()
	root := os.Getenv("OSUSUME_DATA")
	if root == "" {
		tb.Skip("OSUSUME_DATA is not set: no real data to measure on")
	}
	unrated := 0.0
	b := recommender.NewTableBuilder(0)
	for page, err := range (sources.Ratings{Path: filepath.Join(root, filepath.FromSlash(name)), Scale: 10, Unrated: &unrated}).Pages(tb.Context(), "") {
		if err != nil {
			tb.Fatal(err)
		}
		for _, bad := range page.Bad {
			tb.Error(bad)
		}
		for _, x := range page.Interactions {
			if err := b.Add(x); err != nil {
				tb.Fatal(err)
			}
		}
	}
	return b.Table()
}

// ndcg is NDCG at k over the full catalogue, by package eval.
func ndcg(tb testing.TB, m recommender.Model, known, hidden *recommender.Table, k int) float64 {
	tb.Helper()
	r, err := eval.Evaluate(tb.Context(), m, known, hidden, eval.Options{K: []int{k}, Resamples: -1})
	if err != nil {
		tb.Fatal(err)
	}
	return r.Metrics[eval.MetricName("ndcg", k)].Mean
}

func TestQualityOnMovieLens(t *testing.T) {
	known, hidden := table(t, "movielens/bars-ml-1m/train.txt.gz"), table(t, "movielens/bars-ml-1m/test.txt.gz")
	got := ndcg(t, train(t, itemknn.Config{}, known.Dataset()), known, hidden, 20)
	t.Logf("NDCG@20 %.4f", got)
	if got < 0.23 {
		t.Errorf("NDCG@20 is %.4f, want 0.23 or more", got)
	}
}

// BenchmarkQuality measures on validation parts of the training data: what
// Config's comments quote. Of Amazon CDs an eighth of the users are asked.
func BenchmarkQuality(b *testing.B) {
	for _, data := range []struct {
		name, file string
		split      eval.Splitter
		k          int
		share      int32
	}{
		{"ml-1m", "movielens/bars-ml-1m/train.txt.gz", eval.Random{Seed: 11}, 20, 1},
		{"ml-100k", "movielens/ml-100k/ratings.csv.gz", eval.Last{N: 10}, 10, 1},
		{"anime", "anime/ratings.csv.gz", eval.Random{Seed: 11}, 10, 1},
		{"amazon-cds", "movielens/bars-amazon-cds/train.txt.gz", eval.Random{Seed: 11}, 20, 8},
	} {
		known := table(b, data.file)
		if data.k == 10 { // the first split takes the test away
			var err error
			if known, _, err = data.split.Split(known); err != nil {
				b.Fatal(err)
			}
		}
		known, hidden, err := data.split.Split(known)
		if err != nil {
			b.Fatal(err)
		}
		hidden = hidden.Select(func(row int) bool { return hidden.User[row]%data.share == 0 })
		for _, v := range []struct {
			name   string
			config itemknn.Config
		}{
			{"default", itemknn.Config{}},
			{"neighbours=50", itemknn.Config{Neighbours: 50}},
			{"neighbours=100", itemknn.Config{Neighbours: 100}},
			{"by=source", itemknn.Config{BySource: true}},
			{"shrink=none", itemknn.Config{NoShrink: true}},
			{"weighting=cosine", itemknn.Config{Weighting: itemknn.Cosine}},
			{"weighting=bm25", itemknn.Config{Weighting: itemknn.BM25}},
		} {
			b.Run(fmt.Sprintf("data=%s/part=validation/%s", data.name, v.name), func(b *testing.B) {
				var m *itemknn.Model
				for b.Loop() {
					m = train(b, v.config, known.Dataset())
				}
				b.ReportMetric(ndcg(b, m, known, hidden, data.k), fmt.Sprintf("ndcg@%d", data.k))
			})
		}
	}
}
