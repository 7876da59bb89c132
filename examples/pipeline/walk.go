package main

import (
	"context"
	"fmt"
	"time"

	"github.com/osusume/osusume/examples/internal/process"
	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/storage"
)

// A walker carries what the stages hand to each other.
type walker struct {
	cfg   config
	in    *input
	store *storage.Warehouse
	show  *progress
	rep   *report

	links []recommender.Link
	table *recommender.Table
}

// walk runs every stage, each going on from what an earlier run committed.
func walk(ctx context.Context, cfg config, show *progress) (rep *report, err error) {
	in, err := cfg.open()
	if err != nil {
		return nil, err
	}
	store, err := storage.Open(cfg.dir, storage.Options{})
	if err != nil {
		return nil, err
	}
	defer func() {
		if cerr := store.Close(); err == nil && cerr != nil {
			rep, err = nil, cerr
		}
	}()
	if err := cfg.claim(); err != nil {
		return nil, err
	}
	w := &walker{cfg: cfg, in: in, store: store, show: show, rep: &report{Input: in.name, Dir: cfg.dir}}
	for _, s := range []struct {
		name string
		run  func(context.Context, *stage) error
	}{
		{"extract", w.extract},
		{"deduplicate", w.deduplicate},
		{"load", w.load},
	} {
		if err := s.run(ctx, show.stage(s.name)); err != nil {
			return nil, fmt.Errorf("%s: %w", s.name, err)
		}
	}
	if err := w.models(ctx); err != nil {
		return nil, err
	}
	if err := w.recommend(ctx, show.stage("recommend")); err != nil {
		return nil, fmt.Errorf("recommend: %w", err)
	}
	w.finish()
	return w.rep, nil
}

// finish fills in what is known at the end.
func (w *walker) finish() {
	for _, t := range w.store.Tables() {
		w.rep.Tables = append(w.rep.Tables, tableReport{t.Name, t.Rows, t.Files, t.Bytes})
	}
	w.rep.Stages = w.show.stages
	w.rep.Seconds = time.Since(w.show.began).Seconds()
	w.rep.PeakRSS = process.PeakRSS()
	server := "go run ./examples/server"
	if w.cfg.dir != defaultDir {
		server += " -dir " + w.cfg.dir
	}
	for _, next := range [][2]string{
		{server, "serve what was published, at http://127.0.0.1:8080/"},
		{"go run ./examples/pipeline -help", "the same on catalogues and ratings of yours"},
		{"go run ./examples/benchmark rank -help", "measure models on any file of ratings"},
	} {
		w.rep.Next = append(w.rep.Next, fmt.Sprintf("%-40s %s", next[0], next[1]))
	}
}
