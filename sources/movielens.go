package sources

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/osusume/osusume/recommender"
)

// MovieLens returns the sources of a MovieLens data set: its films, as a
// catalogue named "movielens", and its ratings of them. path is the folder as
// GroupLens packs it, or its file of ratings. It reads the layouts of 100K
// (u.data, u.item), of 1M and 10M (ratings.dat, movies.dat), and of the CSV sets
// (ratings.csv with movies.csv or items.csv); each file may be compressed with
// gzip or zstd. A folder that has none of them is an error that wraps
// [recommender.ErrInvalid] and lists them. Fields of the results may be changed.
//
// The data: F. M. Harper, J. A. Konstan, "The MovieLens Datasets: History and
// Context", ACM TiiS 5(4), 2015. Its terms allow research and forbid passing it on.
func MovieLens(path string) (films Catalogue, ratings Ratings, err error) {
	info, err := os.Stat(path)
	if err != nil {
		return films, ratings, fmt.Errorf("sources: movielens: %w", err)
	}
	folder, only := path, ""
	if !info.IsDir() {
		folder = filepath.Dir(path)
		only, _ = bareName(path)
	}
	var wanted []string
	for _, l := range movieLensLayouts {
		wanted = append(wanted, l.ratings+" with "+strings.Join(l.films, " or "))
		r, ok := present(folder, l.ratings)
		if !ok || only != "" && only != l.ratings {
			continue
		}
		for _, name := range l.films {
			if f, ok := present(folder, name); ok {
				films = Catalogue{Path: f, Label: movieLens, Mapping: l.mapping, Rows: l.filmRows}
				ratings = Ratings{Path: r, Label: movieLens + "-ratings", Catalogue: movieLens, Rows: l.ratingRows}
				return films, ratings, nil
			}
		}
	}
	return films, ratings, fmt.Errorf("sources: movielens: %s: %w: want %s", path, recommender.ErrInvalid, strings.Join(wanted, ", "))
}

const movieLens = "movielens"

// A movieLensLayout is the files of one generation of the data sets.
type movieLensLayout struct {
	ratings    string
	films      []string
	ratingRows RowOptions
	filmRows   RowOptions
	mapping    Mapping
}

var (
	movieLens100KGenres = []string{"Action", "Adventure", "Animation", "Children's", "Comedy", "Crime", "Documentary", "Drama", "Fantasy",
		"Film-Noir", "Horror", "Musical", "Mystery", "Romance", "Sci-Fi", "Thriller", "War", "Western"}
	movieLensRating = []string{"user", "item", "rating", "timestamp"}

	movieLensLayouts = []movieLensLayout{
		{
			ratings: "u.data", films: []string{"u.item"},
			ratingRows: RowOptions{Format: TSV, Header: movieLensRating},
			filmRows: RowOptions{Format: CSV, Separator: "|", Latin1: true,
				Header: append([]string{"item", "title", "release", "video", "url", "unknown"}, movieLens100KGenres...)},
			mapping: Mapping{ID: "item", Title: []string{"title"}, Time: "release", Flags: movieLens100KGenres, YearInTitle: true},
		},
		{
			ratings: "ratings.dat", films: []string{"movies.dat"},
			ratingRows: RowOptions{Format: CSV, Separator: "::", Header: movieLensRating},
			filmRows:   RowOptions{Format: CSV, Separator: "::", Latin1: true, Header: []string{"item", "title", "genres"}},
			mapping:    Mapping{ID: "item", Title: []string{"title"}, Tags: []string{"genres"}, Separator: "|", YearInTitle: true},
		},
		{ // the header tells
			ratings: "ratings.csv", films: []string{"movies.csv", "items.csv"},
			ratingRows: RowOptions{Format: CSV}, filmRows: RowOptions{Format: CSV},
		},
	}
)

// present finds a file under its name or compressed.
func present(folder, name string) (path string, ok bool) {
	for _, ext := range []string{"", ".gz", ".zst"} {
		p := filepath.Join(folder, name+ext)
		if info, err := os.Stat(p); err == nil && !info.IsDir() {
			return p, true
		}
	}
	return "", false
}
