package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/osusume/osusume/dedup"
	"github.com/osusume/osusume/mf"
	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/sentiment"
	"github.com/osusume/osusume/sources/synthetic"
	"github.com/osusume/osusume/storage"
	"github.com/osusume/osusume/tfidf"
)

// TestMain is also the server itself, for tests that need a process to kill.
func TestMain(m *testing.M) {
	if os.Getenv("OSUSUME_TEST_SERVER") != "" {
		main()
	}
	code := m.Run()
	if built.dir != "" {
		if err := os.RemoveAll(built.dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	os.Exit(code)
}

var built struct {
	once sync.Once
	dir  string
	err  error
}

// warehouse returns a directory of its own with a small world in it, published
// as the pipeline does.
func warehouse(t *testing.T) string {
	t.Helper()
	built.once.Do(func() {
		if built.dir, built.err = os.MkdirTemp("", "osusume-server"); built.err == nil {
			built.err = build(context.Background(), built.dir)
		}
	})
	if built.err != nil {
		t.Fatal(built.err)
	}
	dir := filepath.Join(t.TempDir(), "data")
	if err := os.CopyFS(dir, os.DirFS(built.dir)); err != nil {
		t.Fatal(err)
	}
	return dir
}

func build(ctx context.Context, dir string) error {
	w, err := storage.Open(dir, storage.Options{})
	if err != nil {
		return err
	}
	world, err := synthetic.New(synthetic.Config{Seed: 3, Works: 120, Users: 100, Ratings: 1500})
	if err != nil {
		return err
	}
	for _, src := range append(world.Catalogues(), world.Ratings(), world.Reviews()) {
		if _, err := recommender.Ingest(ctx, src, w, recommender.IngestOptions{}); err != nil {
			return err
		}
	}
	if _, err := recommender.Deduplicate(ctx, dedup.Config{}, w); err != nil {
		return err
	}
	if err := publish(ctx, w, 1); err != nil {
		return err
	}
	return w.Close()
}

// publish trains everything with a seed, publishes it, and moves the aliases.
func publish(ctx context.Context, w *storage.Warehouse, seed uint64) error {
	data, err := w.DataVersion(ctx)
	if err != nil {
		return err
	}
	id := func(name string) string {
		h := sha256.Sum256(fmt.Appendf(nil, "%s %s %d", name, data, seed))
		return name + "-" + hex.EncodeToString(h[:4])
	}
	metrics := map[string]float64{"ndcg@10": 0.3, "ndcg@10.lo": 0.25, "ndcg@10.hi": 0.35, "precision@10": 0.1,
		"precision@10.lo": 0.08, "precision@10.hi": 0.12, "coverage@10": 0.5, "users": 100}
	for _, b := range []struct {
		name    string
		trainer recommender.Trainer
	}{
		{"popular", recommender.Popular{}}, {"tfidf", tfidf.Config{}},
		{"bpr", mf.Config{Factors: 8, Epochs: 3, Seed: seed}}, {"sentiment", sentiment.Config{}},
	} {
		m, err := b.trainer.Train(ctx, w)
		if err != nil {
			return err
		}
		v := recommender.Version{ID: id(b.name), Kind: b.name, Created: time.Unix(1_700_000_000, 0), Data: data, Metrics: metrics}
		if err := w.Publish(ctx, v, m.(io.WriterTo)); err != nil {
			return err
		}
	}
	for name, weights := range map[string][3]float64{"hybrid-a": {.4, .4, .2}, "hybrid-b": {.3, .5, .2}} {
		r := recommender.Recipe{Normalization: recommender.MinMax.String(), Parts: []recommender.RecipePart{
			{Name: "content", Version: id("tfidf"), Weight: weights[0]},
			{Name: "collaborative", Version: id("bpr"), Weight: weights[1]},
			{Name: "reviews", Version: id("sentiment"), Weight: weights[2], Impersonal: true},
		}}
		v := recommender.Version{ID: id(name), Kind: recommender.HybridKind, Created: time.Unix(1_700_000_000, 0), Data: data, Metrics: metrics, Parts: r.Versions()}
		if err := w.Publish(ctx, v, r); err != nil {
			return err
		}
	}
	for alias, name := range map[string]string{"control": "tfidf", "treatment_a": "hybrid-a", "treatment_b": "hybrid-b", "champion": "hybrid-a"} {
		if err := w.Alias(ctx, alias, id(name)); err != nil {
			return err
		}
	}
	return nil
}

var discard = slog.New(slog.DiscardHandler)

// start opens a server on dir that polls only when it is told to.
func start(t *testing.T, dir string) *server {
	t.Helper()
	s, err := openServer(t.Context(), config{dir: dir, poll: time.Hour}, discard)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if s.journal == nil {
			return
		}
		if err := s.close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// stop closes a server before its test ends.
func stop(t *testing.T, s *server) {
	t.Helper()
	if err := s.close(); err != nil {
		t.Error(err)
	}
	s.journal = nil
}

// writer opens the warehouse as its one writer.
func writer(t *testing.T, dir string) *storage.Warehouse {
	t.Helper()
	w, err := storage.Open(dir, storage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.Close(); err != nil {
			t.Error(err)
		}
	})
	return w
}
