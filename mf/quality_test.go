package mf_test

import (
	"bufio"
	"compress/gzip"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/osusume/osusume/mf"
	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/recommender/eval"
)

// lines reads a file of the shared data, or skips the test where there is none.
func lines(t testing.TB, name string) []string {
	t.Helper()
	root := os.Getenv("OSUSUME_DATA")
	if root == "" {
		t.Skip("OSUSUME_DATA is not set: no real data to measure on")
	}
	f, err := os.Open(filepath.Join(root, filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	s := bufio.NewScanner(z)
	s.Buffer(nil, 1<<20)
	for s.Scan() {
		all = append(all, s.Text())
	}
	if err := s.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

// ndcg is NDCG at k over the full catalogue, by package eval.
func ndcg(t testing.TB, m recommender.Model, train, test recommender.Dataset, k int) float64 {
	t.Helper()
	known, err1 := recommender.Load(t.Context(), train, recommender.Filter{})
	asked, err2 := recommender.Load(t.Context(), test, recommender.Filter{})
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	r, err := eval.Evaluate(t.Context(), m, known, asked, eval.Options{K: []int{k}, Resamples: -1})
	if err != nil {
		t.Fatal(err)
	}
	return r.Metrics[eval.MetricName("ndcg", k)].Mean
}

// movieLens reads one part of the published split of MovieLens-1M.
func movieLens(tb testing.TB, part string) recommender.Dataset {
	tb.Helper()
	var rows []recommender.Interaction
	for _, line := range lines(tb, "movielens/bars-ml-1m/"+part+".txt.gz") {
		fields := strings.Fields(line)
		for _, item := range fields[1:] {
			rows = append(rows, recommender.Interaction{User: recommender.UserID(fields[0]), Item: recommender.ItemID(item)})
		}
	}
	return dataset(tb, 0, rows...)
}

func TestQualityOnMovieLens(t *testing.T) {
	d := movieLens(t, "train")
	got := ndcg(t, train(t, mf.Config{}, d), d, movieLens(t, "test"), 20)
	t.Logf("NDCG@20 %.4f", got)
	if got < 0.26 {
		t.Errorf("NDCG@20 is %.4f, want 0.26 or more", got)
	}
}

// A random fifth of each user's is the test.
func TestQualityOnAnime(t *testing.T) {
	d, hidden := halves(t, anime(t), eval.Random{Fraction: 0.2})
	popular, err := recommender.Popular{}.Train(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	floor, got := ndcg(t, popular, d, hidden, 10), ndcg(t, train(t, mf.Config{}, d), d, hidden, 10)
	t.Logf("NDCG@10 %.4f, of Popular %.4f", got, floor)
	if got < 0.41 || got < 2*floor {
		t.Errorf("NDCG@10 is %.4f with Popular at %.4f, want 0.41 and twice the floor", got, floor)
	}
}
