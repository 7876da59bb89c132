package dedup_test

import (
	"bufio"
	"cmp"
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"iter"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/osusume/osusume/recommender"
)

// The catalogues of the anime data, in the order that pairs are named in.
var catalogues = []string{"mal", "anilist", "kitsu", "imdb", "anidb"}

// animeRecords reads the records of the five catalogues, or skips the test where
// OSUSUME_DATA does not name a folder that has them.
func animeRecords(tb testing.TB) []recommender.Item {
	items, _ := animeRecordsByKind(tb)
	return items
}

// animeRecordsByKind also says of AniList's records whether they are full ones or
// how their IDs were recovered, which no record shows.
func animeRecordsByKind(tb testing.TB) ([]recommender.Item, map[id]string) {
	tb.Helper()
	dir := os.Getenv("OSUSUME_DATA")
	if dir == "" {
		tb.Skip("OSUSUME_DATA is not set: the anime catalogues are needed")
	}
	var items []recommender.Item
	kinds := map[id]string{}
	for _, catalogue := range catalogues {
		lines := bufio.NewScanner(unzip(tb, filepath.Join(dir, "anime", catalogue+".jsonl.gz")))
		lines.Buffer(nil, 1<<22)
		for lines.Scan() {
			var r animeRecord
			if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
				tb.Fatal(err)
			}
			items = append(items, r.item(catalogue))
			if catalogue == "anilist" {
				kinds[items[len(items)-1].ID] = cmp.Or(r.Recovered, "full")
			}
		}
		if err := lines.Err(); err != nil {
			tb.Fatal(err)
		}
	}
	return items, kinds
}

// An animeRecord has the fields of all five layouts.
type animeRecord struct {
	ID       json.Number `json:"id"`
	Tconst   string      `json:"tconst"`
	Title    string      `json:"title"`
	Primary  string      `json:"primaryTitle"`
	Romaji   string      `json:"romaji"`
	English  string      `json:"english"`
	Native   string      `json:"native"`
	Japanese string      `json:"japanese"`
	Slug     string      `json:"slug"`
	Synonyms []string    `json:"synonyms"`
	Titles   []struct{ Type, Title string }
	Type     string      `json:"type"`
	Format   string      `json:"format"`
	Subtype  string      `json:"subtype"`
	Kind     string      `json:"titleType"`
	Season   string      `json:"season"`
	Episodes json.Number `json:"episodes"`
	Count    json.Number `json:"episodeCount"`
	Year     int         `json:"year"`
	Start    int         `json:"startYear"`
	Genres   []string    `json:"genres"`
	Tags     []string    `json:"tags"`
	Synopsis string      `json:"synopsis"`

	Recovered string `json:"recovered"`
}

func (r animeRecord) item(catalogue string) recommender.Item {
	it := recommender.Item{
		ID:    recommender.RecordID(catalogue, r.ID.String()+r.Tconst),
		Year:  r.Year + r.Start,
		Tags:  append(r.Genres, r.Tags...),
		Text:  r.Synopsis,
		Attrs: map[string]string{},
	}
	titles := append([]string{r.Title, r.Primary, r.Romaji, r.English, r.Native, r.Japanese, strings.ReplaceAll(r.Slug, "-", " ")}, r.Synonyms...)
	for _, t := range r.Titles {
		if t.Type == "main" {
			it.Title = t.Title
		} else {
			titles = append(titles, t.Title)
		}
	}
	for _, t := range titles {
		switch {
		case t == "":
		case it.Title == "":
			it.Title = t
		default:
			it.Aliases = append(it.Aliases, t)
		}
	}
	for name, value := range map[string]string{
		recommender.AttrFormat:   r.Type + r.Format + r.Subtype + r.Kind,
		recommender.AttrEpisodes: r.Episodes.String() + r.Count.String(),
		recommender.AttrSeason:   r.Season,
	} {
		if value != "" {
			it.Attrs[name] = value
		}
	}
	return it
}

// animeTruth reads which records are one work, and which are left out of judging.
func animeTruth(tb testing.TB) (truth map[recommender.ItemID]string, excluded map[recommender.ItemID]bool) {
	tb.Helper()
	dir := filepath.Join(os.Getenv("OSUSUME_DATA"), "anime")
	truth, excluded = map[recommender.ItemID]string{}, map[recommender.ItemID]bool{}
	for row := range rows(tb, filepath.Join(dir, "truth.csv.gz")) {
		truth[recommender.RecordID(row[1], row[2])] = row[0]
	}
	for row := range rows(tb, filepath.Join(dir, "excluded.csv.gz")) {
		excluded[recommender.RecordID(row[0], row[1])] = true
	}
	return truth, excluded
}

// halves splits the truth by a hash of the cluster: weights are set on one half
// and reported on both. Records of the other half stay in the run as strangers.
func halves(truth map[recommender.ItemID]string) [2]map[recommender.ItemID]string {
	out := [2]map[recommender.ItemID]string{{}, {}}
	for id, cluster := range truth {
		n, _ := strconv.ParseUint(cluster, 10, 64)
		out[n*0x9E3779B97F4A7C15>>63][id] = cluster
	}
	return out
}

func rows(tb testing.TB, path string) iter.Seq[[]string] {
	return func(yield func([]string) bool) {
		r := csv.NewReader(unzip(tb, path))
		for first := true; ; first = false {
			row, err := r.Read()
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				tb.Fatal(err)
			}
			if !first && !yield(row) {
				return
			}
		}
	}
}

func unzip(tb testing.TB, path string) io.Reader {
	tb.Helper()
	f, err := os.Open(path)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { f.Close() })
	z, err := gzip.NewReader(bufio.NewReader(f))
	if err != nil {
		tb.Fatal(err)
	}
	return z
}

// seq is the sequence of items without errors.
func seq(items []recommender.Item) iter.Seq2[recommender.Item, error] {
	return func(yield func(recommender.Item, error) bool) {
		for _, it := range items {
			if !yield(it, nil) {
				return
			}
		}
	}
}
