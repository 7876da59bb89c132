package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/osusume/osusume/examples/internal/process"
	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/sources/synthetic"
	"github.com/osusume/osusume/tfidf"
)

const neighboursHelp = `benchmark neighbours finds, for every item of a catalogue, the k items whose
titles, tags and texts resemble it most, and says how long that takes. The search
is exact. What -write writes has no markup, so that any reader sees the same text.

  benchmark neighbours -records mal.jsonl.gz -k 10 -set minDF=2
  benchmark neighbours -world 100000 -write world.jsonl   # only write the records

Output: a line, or with -json an object with the fields items, features (the
terms), seconds (vectors and search; vector_seconds is the first part),
peak_rss_bytes and neighbours (how many were found in all).
`

type neighboursResult struct {
	Items         int     `json:"items"`
	Features      int     `json:"features"`
	Seconds       float64 `json:"seconds"`
	VectorSeconds float64 `json:"vector_seconds"`
	PeakRSSBytes  int64   `json:"peak_rss_bytes"`
	Neighbours    int     `json:"neighbours"`
}

func neighbours(ctx context.Context, args []string, out, notes io.Writer) error {
	f := newFlags("neighbours", neighboursHelp, out, notes)
	records := f.String("records", "", "`file` of the catalogue, or NAME=FILE for a known layout")
	world := f.Int("world", 0, "so many `records` of the built-in world instead of a file")
	write := f.String("write", "", "write the records to this JSONL `file` and stop: id, title, genres, synopsis")
	lists := f.String("lists", "", "write the neighbours to this JSONL `file`: id, and near, pairs of id and cosine")
	k := f.Int("k", 10, "neighbours an item")
	set := f.String("set", "", "`Field=value,…` of the configuration, by Go name, any case")
	workers := f.Int("workers", 0, "goroutines; 0: one per processor. Results do not depend on it")
	asJSON := f.Bool("json", false, "print JSON")
	if err := f.parse(args); err != nil {
		return err
	}
	config := tfidf.Config{Workers: *workers}
	if err := applyAll(&config, *set); err != nil {
		return err
	}
	items, err := neighbourItems(ctx, *records, *world, notes)
	if err != nil {
		return err
	}
	if *write != "" {
		return writeLines(*write, len(items), func(i int) any { return recordLine(items[i]) })
	}
	start := time.Now()
	trained, err := config.Train(ctx, recommender.ItemsOf(items))
	if err != nil {
		return err
	}
	m, ok := trained.(*tfidf.Model)
	if !ok {
		return fmt.Errorf("training returned a %T", trained)
	}
	vectors := time.Since(start)
	found, err := m.Neighbours(ctx, *k, *workers)
	if err != nil {
		return err
	}
	r := neighboursResult{
		Items: len(found), Features: m.Features(), Seconds: time.Since(start).Seconds(), VectorSeconds: vectors.Seconds(),
		PeakRSSBytes: process.PeakRSS(),
	}
	for _, list := range found {
		r.Neighbours += len(list)
	}
	if *lists != "" {
		if err := writeLines(*lists, len(found), func(i int) any { return nearLine(m.Catalog(), i, found[i]) }); err != nil {
			return err
		}
	}
	if *asJSON {
		return writeJSON(out, r)
	}
	_, err = fmt.Fprintf(out, "%d items, %d terms: %d neighbours in %.2f s, peak memory %d MB\n",
		r.Items, r.Features, r.Neighbours, r.Seconds, r.PeakRSSBytes>>20)
	return err
}

// neighbourItems reads the file, or invents the first records of a world that is
// large enough.
func neighbourItems(ctx context.Context, records string, world int, notes io.Writer) ([]recommender.Item, error) {
	switch {
	case (records == "") == (world == 0):
		return nil, errors.New("give either -records or -world")
	case world < 0:
		return nil, fmt.Errorf("-world %d is negative", world)
	case world == 0:
		label, path, named := strings.Cut(records, "=")
		if !named {
			label, path = "", records
		}
		return readItems(ctx, label, path, false, notes)
	}
	// Enough works for each catalogue to have its share; the smallest world has 20.
	w, err := synthetic.New(synthetic.Config{Works: world*2/3 + 20, Users: 1, Ratings: 1})
	if err != nil {
		return nil, err
	}
	// One record of each catalogue in turn would need all of them at once: take
	// the same share of each instead.
	var items []recommender.Item
	catalogues := w.Catalogues()
	for i, c := range catalogues {
		most := world*(i+1)/len(catalogues) - len(items)
		for page, err := range c.Pages(ctx, "") {
			if err != nil {
				return nil, err
			}
			items = append(items, page.Items[:min(most, len(page.Items))]...)
			if most -= len(page.Items); most <= 0 {
				break
			}
		}
	}
	return items, nil
}

// markup is what readers of catalogues take for HTML: without it, whoever reads
// the file reads the same text.
var markup = strings.NewReplacer("<", " ", ">", " ", "&", " ")

func recordLine(it recommender.Item) any {
	tags := make([]string, len(it.Tags))
	for i, tag := range it.Tags {
		tags[i] = markup.Replace(tag)
	}
	return struct {
		ID       recommender.ItemID `json:"id"`
		Title    string             `json:"title"`
		Genres   []string           `json:"genres,omitempty"`
		Synopsis string             `json:"synopsis,omitempty"`
	}{it.ID, markup.Replace(it.Title), tags, markup.Replace(it.Text)}
}

func nearLine(catalog []recommender.ItemID, item int, near []tfidf.Neighbour) any {
	pairs := make([][2]any, len(near))
	for i, n := range near {
		pairs[i] = [2]any{catalog[n.Place], n.Cosine}
	}
	return map[string]any{"id": catalog[item], "near": pairs}
}

// writeLines writes n values as JSON, one a line.
func writeLines(path string, n int, line func(int) any) (err error) {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	w := bufio.NewWriter(f)
	enc := json.NewEncoder(w)
	for i := range n {
		if err := enc.Encode(line(i)); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	}
	return w.Flush()
}
