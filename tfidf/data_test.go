package tfidf_test

import (
	"bufio"
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/osusume/osusume/recommender"
)

// dataDir returns the directory of real data sets, or skips.
func dataDir(tb testing.TB) string {
	tb.Helper()
	dir := os.Getenv("OSUSUME_DATA")
	if dir == "" {
		tb.Skip("OSUSUME_DATA is unset: no real data to measure on")
	}
	return dir
}

// unzipped opens a gzipped file until the test ends.
func unzipped(tb testing.TB, path string) io.Reader {
	tb.Helper()
	f, err := os.Open(path)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { f.Close() })
	z, err := gzip.NewReader(f)
	if err != nil {
		tb.Fatal(err)
	}
	return z
}

// table reads a gzipped CSV with a header, row by row.
func table(tb testing.TB, path string, row func(map[string]string)) {
	tb.Helper()
	all, err := csv.NewReader(unzipped(tb, path)).ReadAll()
	if err != nil {
		tb.Fatal(err)
	}
	for _, fields := range all[1:] {
		m := make(map[string]string, len(fields))
		for i, name := range all[0] {
			m[name] = fields[i]
		}
		row(m)
	}
}

// lines decodes gzipped JSON lines.
func lines[T any](tb testing.TB, path string, row func(T)) {
	tb.Helper()
	s := bufio.NewScanner(unzipped(tb, path))
	s.Buffer(nil, 1<<24)
	for s.Scan() {
		var x T
		if err := json.Unmarshal(s.Bytes(), &x); err != nil {
			tb.Fatal(err)
		}
		row(x)
	}
	if err := s.Err(); err != nil {
		tb.Fatal(err)
	}
}

// anime returns the items and ratings of the anime catalogue. With texts, a
// second catalogue gives the synopses that the first lacks.
func anime(tb testing.TB, texts bool) ([]recommender.Item, *recommender.Table) {
	dir := filepath.Join(dataDir(tb), "anime")
	type record struct {
		ID       int
		Title    string
		English  string
		Synonyms []string
		Type     string
		Genres   []string
		Synopsis string
	}
	second := make(map[string]record)
	partner := make(map[string]string) // of a first catalogue's item: the second's
	if texts {
		lines(tb, filepath.Join(dir, "kitsu.jsonl.gz"), func(x record) { second[strconv.Itoa(x.ID)] = x })
		clusters := make(map[string]string)
		var mal [][2]string
		table(tb, filepath.Join(dir, "truth.csv.gz"), func(r map[string]string) {
			switch r["source"] {
			case "kitsu":
				clusters[r["cluster"]] = r["id"]
			case "mal":
				mal = append(mal, [2]string{r["cluster"], r["id"]})
			}
		})
		for _, x := range mal {
			partner[x[1]] = clusters[x[0]]
		}
	}
	var items []recommender.Item
	lines(tb, filepath.Join(dir, "mal.jsonl.gz"), func(x record) {
		id := strconv.Itoa(x.ID)
		if x.Synopsis == "" {
			x.Synopsis = second[partner[id]].Synopsis
		}
		it := recommender.Item{
			ID: recommender.RecordID("mal", id), Title: x.Title, Aliases: x.Synonyms, Text: x.Synopsis, Tags: x.Genres,
			Attrs: map[string]string{recommender.AttrFormat: x.Type},
		}
		if x.English != "" {
			it.Aliases = append(it.Aliases, x.English)
		}
		items = append(items, it)
	})
	b := recommender.NewTableBuilder(0)
	table(tb, filepath.Join(dir, "ratings.csv.gz"), func(r map[string]string) {
		stars, _ := strconv.ParseFloat(r["rating"], 32)
		x := recommender.Interaction{User: recommender.UserID(r["user"]), Item: recommender.RecordID("mal", r["mal_id"])}
		if stars > 0 {
			x.Kind, x.Value = recommender.Rate, float32(stars/2)
		}
		if err := b.Add(x); err != nil {
			tb.Fatal(err)
		}
	})
	return items, b.Table()
}

// movies returns the items and ratings of MovieLens-100k.
func movies(tb testing.TB) ([]recommender.Item, *recommender.Table) {
	dir := filepath.Join(dataDir(tb), "movielens", "ml-100k")
	var items []recommender.Item
	table(tb, filepath.Join(dir, "items.csv.gz"), func(r map[string]string) {
		items = append(items, recommender.Item{ID: recommender.ItemID(r["item"]), Title: r["title"], Tags: strings.Split(r["genres"], "|")})
	})
	b := recommender.NewTableBuilder(0)
	table(tb, filepath.Join(dir, "ratings.csv.gz"), func(r map[string]string) {
		stars, _ := strconv.ParseFloat(r["rating"], 32)
		if err := b.Add(recommender.Interaction{User: recommender.UserID(r["user"]), Item: recommender.ItemID(r["item"]), Kind: recommender.Rate, Value: float32(stars)}); err != nil {
			tb.Fatal(err)
		}
	})
	return items, b.Table()
}
