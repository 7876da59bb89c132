package sources_test

import (
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/sources"
)

// data returns the folder of real data to measure on, or skips the test.
func data(t testing.TB) string {
	t.Helper()
	dir := os.Getenv("OSUSUME_DATA")
	if dir == "" {
		t.Skip("OSUSUME_DATA is not set: no real data to read")
	}
	return dir
}

// The counts are those that the folders' own descriptions give.
func TestEveryRealFileReadsCompletely(t *testing.T) {
	dir := data(t)
	for name, want := range map[string]int{
		"anime/mal.jsonl.gz":                       12283,
		"anime/anilist.jsonl.gz":                   10735,
		"anime/kitsu.jsonl.gz":                     5166,
		"anime/imdb.jsonl.gz":                      3549,
		"anime/anidb.jsonl.gz":                     7928,
		"anime/truth.csv.gz":                       35463,
		"anime/excluded.csv.gz":                    244,
		"anime/ratings.csv.gz":                     421396,
		"movielens/ml-100k/ratings.csv.gz":         100000,
		"movielens/ml-100k/items.csv.gz":           1682,
		"movielens/ml-100k/users.csv.gz":           943,
		"movielens/ml-1m-movies.csv.gz":            3883,
		"movielens/ml-1m-sequences.csv.gz":         897450,
		"movielens/ml-latest-small/ratings.csv.gz": 100836,
		"movielens/ml-latest-small/movies.csv.gz":  9742,
		"movielens/bars-ml-1m/train.txt.gz":        796244,
		"movielens/bars-ml-1m/test.txt.gz":         99455,
		"movielens/bars-amazon-cds/train.txt.gz":   604475,
		"er/D2-abt-buy/abt.csv.gz":                 1076,
		"er/D2-abt-buy/buy.csv.gz":                 1076,
		"er/D2-abt-buy/truth.csv.gz":               1076,
		"er/D3-amazon-google/amazon.csv.gz":        1354,
		"er/D3-amazon-google/gp.csv.gz":            3039,
		"er/D3-amazon-google/truth.csv.gz":         1103,
		"er/D4-dblp-acm/acm.csv.gz":                2294,
		"er/D4-dblp-acm/dblp.csv.gz":               2616,
		"er/D4-dblp-acm/truth.csv.gz":              2224,
		"er/D6-imdb-tvdb/imdb.csv.gz":              5118,
		"er/D6-imdb-tvdb/truth.csv.gz":             1072,
		"er/D6-imdb-tvdb/tvdb.csv.gz":              7810,
		"er/D7-tmdb-tvdb/tmdb.csv.gz":              6056,
		"er/D7-tmdb-tvdb/truth.csv.gz":             1095,
		"er/D7-tmdb-tvdb/tvdb.csv.gz":              7810,
		"er/febrl/dataset1.csv.gz":                 1000,
		"er/febrl/dataset2.csv.gz":                 5000,
		"er/febrl/dataset3.csv.gz":                 5000,
		"er/splink/fake_1000.csv.gz":               1000,
		"fixtures/imdb-tsv/title.basics.tsv.gz":    4999,
		"fixtures/imdb-tsv/title.ratings.tsv.gz":   4999,
	} {
		t.Run(name, func(t *testing.T) {
			rows, err := sources.OpenRows(filepath.Join(dir, name), sources.RowOptions{})
			if err != nil {
				t.Fatal(err)
			}
			defer rows.Close()
			n := 0
			for {
				_, err := rows.Next()
				if err == io.EOF {
					break
				}
				if err != nil {
					t.Fatal(err)
				}
				n++
			}
			if n != want {
				t.Errorf("%d rows, want %d", n, want)
			}
		})
	}
}

func TestEveryRealCatalogueMapsCompletely(t *testing.T) {
	dir := data(t)
	for name, want := range map[string]int{
		"anime/mal.jsonl.gz":                      12283,
		"anime/anilist.jsonl.gz":                  10735,
		"anime/kitsu.jsonl.gz":                    5166,
		"anime/imdb.jsonl.gz":                     3549,
		"anime/anidb.jsonl.gz":                    7928,
		"movielens/ml-100k/items.csv.gz":          1682,
		"movielens/ml-latest-small/movies.csv.gz": 9742,
		"movielens/ml-1m-movies.csv.gz":           3883,
		"fixtures/imdb-tsv/title.basics.tsv.gz":   4999,
	} {
		t.Run(name, func(t *testing.T) {
			items, _, bad := all(t, sources.Catalogue{Path: filepath.Join(dir, name)})
			if len(items) != want || len(bad) != 0 {
				t.Errorf("%d items and %d bad rows, want %d and 0", len(items), len(bad), want)
			}
			for _, it := range items {
				if it.Title == "" {
					t.Errorf("%s has no title", it.ID)
				}
			}
		})
	}
}

func TestRealRatingsReadCompletely(t *testing.T) {
	dir := data(t)
	for _, c := range []struct {
		source               sources.Ratings
		rows, rated, unknown int // unknown: without a time
	}{
		{sources.Ratings{Path: "anime/ratings.csv.gz", Scale: 10, Unrated: ptr(0)}, 421396, 341710, 421396},
		{sources.Ratings{Path: "movielens/ml-100k/ratings.csv.gz"}, 100000, 100000, 0},
		{sources.Ratings{Path: "movielens/ml-latest-small/ratings.csv.gz"}, 100836, 100836, 0},
		{sources.Ratings{Path: "movielens/ml-1m-sequences.csv.gz"}, 897450, 0, 0},
		{sources.Ratings{Path: "movielens/bars-ml-1m/train.txt.gz"}, 796244, 0, 796244},
	} {
		t.Run(c.source.Path, func(t *testing.T) {
			c.source.Path = filepath.Join(dir, c.source.Path)
			_, got, bad := all(t, c.source)
			rated, unknown := 0, 0
			for _, x := range got {
				if x.Kind == recommender.Rate {
					rated++
				}
				if x.Time.IsZero() {
					unknown++
				}
			}
			if len(got) != c.rows || rated != c.rated || unknown != c.unknown || bad != nil {
				t.Errorf("%d rows, %d rated, %d without a time, %d bad; want %d, %d, %d, 0", len(got), rated, unknown, len(bad), c.rows, c.rated, c.unknown)
			}
		})
	}
}
