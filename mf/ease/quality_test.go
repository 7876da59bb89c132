package ease_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/osusume/osusume/mf/ease"
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
	for _, c := range []struct {
		name   string
		config ease.Config
		want   float64
	}{
		{"default", ease.Config{}, 0.269},
		{"as in the paper", ease.Config{Lambda: 1000, NoDropout: true, EqualUsers: true}, 0.267},
		{"users weighed", ease.Config{Lambda: 1000, NoDropout: true, UserPower: 0.3}, 0.269},
	} {
		got := ndcg(t, train(t, c.config, known.Dataset()), known, hidden, 20)
		t.Logf("%s: NDCG@20 %.4f", c.name, got)
		if got < c.want {
			t.Errorf("%s: NDCG@20 is %.4f, want %v or more", c.name, got, c.want)
		}
	}
}

// All rows are positive, rated or not; a random fifth of each user's is the test.
func TestQualityOnAnime(t *testing.T) {
	known, hidden, err := eval.Random{Seed: 77}.Split(table(t, "anime/ratings.csv.gz"))
	if err != nil {
		t.Fatal(err)
	}
	got := ndcg(t, train(t, ease.Config{}, known.Dataset()), known, hidden, 10)
	t.Logf("NDCG@10 %.4f", got)
	if got < 0.48 {
		t.Errorf("NDCG@10 is %.4f, want 0.48 or more", got)
	}
}

// BenchmarkQuality measures on a validation part of MovieLens-1M's training
// part: what Config's comments quote.
func BenchmarkQuality(b *testing.B) {
	known, hidden, err := eval.Random{Seed: 11}.Split(table(b, "movielens/bars-ml-1m/train.txt.gz"))
	if err != nil {
		b.Fatal(err)
	}
	for _, v := range []struct {
		name   string
		config ease.Config
	}{
		{"default", ease.Config{}},
		{"lambda=half", ease.Config{Lambda: 140}},
		{"lambda=twice", ease.Config{Lambda: 560}},
		{"dropout=none", ease.Config{Lambda: 1000, NoDropout: true}},
		{"dropout=0.5", ease.Config{Dropout: 0.5}},
		{"users=equal", ease.Config{EqualUsers: true}},
		{"users=0.5", ease.Config{UserPower: 0.5}},
		{"keep=200", ease.Config{Keep: 200}},
		{"keep=50", ease.Config{Keep: 50}},
	} {
		b.Run("data=ml-1m/part=validation/"+v.name, func(b *testing.B) {
			var m *ease.Model
			for b.Loop() {
				m = train(b, v.config, known.Dataset())
			}
			b.ReportMetric(ndcg(b, m, known, hidden, 20), "ndcg@20")
			b.ReportMetric(float64(len(save(b, m))), "snapshot-B")
		})
	}
}
