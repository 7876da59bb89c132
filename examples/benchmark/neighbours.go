package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/osusume/osusume/examples/internal/process"
	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/tfidf"
)

const neighboursHelp = `benchmark neighbours finds, for every item of a catalogue, the k items whose
titles, tags and texts resemble it most, and says how long that takes.

  benchmark neighbours -records mal.jsonl.gz -k 10 -set minDF=2

Output: a line, or with -json an object with the fields items, features (the
terms), seconds (training and search), peak_rss_bytes and neighbours (how many
were found in all).
`

type neighboursResult struct {
	Items        int     `json:"items"`
	Features     int     `json:"features"`
	Seconds      float64 `json:"seconds"`
	PeakRSSBytes int64   `json:"peak_rss_bytes"`
	Neighbours   int     `json:"neighbours"`
}

func neighbours(ctx context.Context, args []string, out, notes io.Writer) error {
	f := newFlags("neighbours", neighboursHelp, out, notes)
	records := f.String("records", "", "`file` of the catalogue, or NAME=FILE for a known layout")
	k := f.Int("k", 10, "neighbours an item")
	set := f.String("set", "", "`Field=value,…` of the configuration, by Go name, any case")
	workers := f.Int("workers", 0, "goroutines; 0: one per processor. Results do not depend on it")
	asJSON := f.Bool("json", false, "print JSON")
	if err := f.parse(args, "records"); err != nil {
		return err
	}
	config := tfidf.Config{Workers: *workers}
	if err := applyAll(&config, *set); err != nil {
		return err
	}
	label, path, named := strings.Cut(*records, "=")
	if !named {
		label, path = "", *records
	}
	items, err := readItems(ctx, label, path, false, notes)
	if err != nil {
		return err
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
	found, err := m.Neighbours(ctx, *k, *workers)
	if err != nil {
		return err
	}
	r := neighboursResult{
		Items: len(found), Features: m.Features(), Seconds: time.Since(start).Seconds(), PeakRSSBytes: process.PeakRSS(),
	}
	for _, list := range found {
		r.Neighbours += len(list)
	}
	if *asJSON {
		return writeJSON(out, r)
	}
	_, err = fmt.Fprintf(out, "%d items, %d terms: %d neighbours in %.2f s, peak memory %d MB\n",
		r.Items, r.Features, r.Neighbours, r.Seconds, r.PeakRSSBytes>>20)
	return err
}
