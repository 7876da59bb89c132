package mf_test

import (
	"bufio"
	"compress/gzip"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/osusume/osusume/internal/rng"
	"github.com/osusume/osusume/mf"
	"github.com/osusume/osusume/recommender"
)

// lines reads a file of the shared data, or skips the test where there is none.
func lines(t *testing.T, name string) []string {
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

// ndcg is NDCG at k over the full catalogue, averaged over the users that the
// model knows.
func ndcg(t *testing.T, m recommender.Model, test []recommender.Interaction, k int) float64 {
	t.Helper()
	var sum float64
	users := 0
	for rest := test; len(rest) > 0; {
		user := rest[0].User
		wanted := map[recommender.ItemID]bool{}
		for len(rest) > 0 && rest[0].User == user {
			wanted[rest[0].Item] = true
			rest = rest[1:]
		}
		got, err := m.Recommend(t.Context(), recommender.Request{User: user, N: k})
		if err != nil {
			continue
		}
		var gain, ideal float64
		for place, x := range got.Items {
			if wanted[x.Item] {
				gain += 1 / math.Log2(float64(place+2))
			}
		}
		for place := range min(k, len(wanted)) {
			ideal += 1 / math.Log2(float64(place+2))
		}
		sum += gain / ideal
		users++
	}
	return sum / float64(max(1, users))
}

func TestQualityOnMovieLens(t *testing.T) {
	read := func(name string) (rows []recommender.Interaction) {
		for _, line := range lines(t, name) {
			fields := strings.Fields(line)
			for _, item := range fields[1:] {
				rows = append(rows, recommender.Interaction{User: recommender.UserID(fields[0]), Item: recommender.ItemID(item)})
			}
		}
		return rows
	}
	m := train(t, mf.Config{}, dataset(t, 0, read("movielens/bars-ml-1m/train.txt.gz")...))
	got := ndcg(t, m, read("movielens/bars-ml-1m/test.txt.gz"), 20)
	t.Logf("NDCG@20 %.4f", got)
	if got < 0.25 {
		t.Errorf("NDCG@20 is %.4f, want 0.25 or more", got)
	}
}

// All rows are positive, rated or not; a random fifth of each user's is the test.
func TestQualityOnAnime(t *testing.T) {
	var rows, test []recommender.Interaction
	r := rng.New(77)
	for _, line := range lines(t, "anime/ratings.csv.gz")[1:] {
		fields := strings.Split(line, ",")
		x := recommender.Interaction{User: recommender.UserID(fields[0]), Item: recommender.ItemID(fields[1])}
		if r.Float64() < 0.2 {
			test = append(test, x)
		} else {
			rows = append(rows, x)
		}
	}
	slices.SortStableFunc(test, func(a, b recommender.Interaction) int { return strings.Compare(string(a.User), string(b.User)) })
	d := dataset(t, 0, rows...)
	popular, err := recommender.Popular{}.Train(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	floor, got := ndcg(t, popular, test, 10), ndcg(t, train(t, mf.Config{}, d), test, 10)
	t.Logf("NDCG@10 %.4f, of Popular %.4f", got, floor)
	if got < 0.36 || got < 2*floor {
		t.Errorf("NDCG@10 is %.4f with Popular at %.4f, want 0.36 and twice the floor", got, floor)
	}
}
