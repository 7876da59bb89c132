package storage_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/osusume/osusume/internal/faultfs"
	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/storage"
)

// A decoder that knows how much to read never sees the end of the file, where
// an error could still come.
func TestDamageOfAModelIsFoundBeforeItsLastByte(t *testing.T) {
	fs := filled(t)
	w := openFS(t, fs)
	_, rc, err := w.Open(t.Context(), "m1")
	check(t, err)
	check(t, rc.Close())
	name := named(fs, "model-")[0]
	b := fs.Files()[name]
	b[0] ^= 1
	fs.Corrupt(name, b) // also after it has been right once
	if _, _, err = w.Open(t.Context(), "m1"); !errors.Is(err, recommender.ErrCorrupt) {
		t.Errorf("got error %v; want ErrCorrupt", err)
	}
}

func TestRollbackGoesBackMoveByMove(t *testing.T) {
	w := openFS(t, faultfs.NewMem())
	for _, id := range []string{"one", "two", "three"} {
		check(t, w.Publish(t.Context(), recommender.Version{ID: id, Data: "d7", Metrics: map[string]float64{"mrr": 0.5}}, text(id)))
		check(t, w.Alias(t.Context(), "champion", id))
	}
	check(t, w.Alias(t.Context(), "challenger", "one"))
	for _, want := range []string{"two", "one"} {
		if id, err := w.Rollback(t.Context(), "champion"); id != want || err != nil {
			t.Errorf("Rollback: got %q, %v; want %s", id, err, want)
		}
	}
	if _, err := w.Rollback(t.Context(), "champion"); !errors.Is(err, recommender.ErrNotFound) {
		t.Errorf("Rollback beyond the first: got error %v; want ErrNotFound", err)
	}
	if _, err := w.Rollback(t.Context(), "nobody"); !errors.Is(err, recommender.ErrNotFound) {
		t.Errorf("Rollback of no alias: got error %v; want ErrNotFound", err)
	}
	check(t, w.Alias(t.Context(), "champion", "three"))
	if id, err := w.Rollback(t.Context(), "champion"); id != "one" || err != nil {
		t.Errorf("Rollback after going on: got %q, %v; want one", id, err)
	}
	history, err := w.AliasHistory(t.Context(), "champion")
	check(t, err)
	var got []string
	for _, c := range history {
		if c.Since.IsZero() || c.Commit == 0 {
			t.Errorf("move %+v has no time or commit", c)
		}
		got = append(got, c.Version)
	}
	if want := []string{"one", "two", "three", "two", "one", "three", "one"}; !slices.Equal(got, want) {
		t.Errorf("got history %v; want %v", got, want)
	}
	models, err := w.Models(t.Context())
	check(t, err)
	if !models[0].Active || models[1].Active || !slices.Equal(models[0].Aliases, []string{"challenger", "champion"}) || models[0].Data != "d7" {
		t.Errorf("got models %+v", models)
	}
}

func TestModelsSayWhichCodePublishedThem(t *testing.T) {
	w, err := storage.OpenFS(faultfs.NewMem(), dir, storage.Options{Code: "trainer 1.2"})
	check(t, err)
	check(t, w.Publish(t.Context(), recommender.Version{ID: "a"}, text("a")))
	models, err := w.Models(t.Context())
	check(t, err)
	if len(models) != 1 || models[0].Code != "trainer 1.2" || models[0].Active {
		t.Errorf("got %+v; want the code of the options, and no alias", models)
	}
}
