package storage_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/osusume/osusume/internal/faultfs"
	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/storage"
)

// clock is a time that tests move.
type clock struct{ now time.Time }

func (c *clock) Now() time.Time { return c.now }

func TestOlderVersionsReadAsTheyWere(t *testing.T) {
	fs := faultfs.NewMem()
	w, err := storage.OpenFS(fs, dir, storage.Options{CompactFiles: 2, KeepVersions: 5, Grace: -1})
	check(t, err)
	var want []string
	for _, step := range script(t)[:6] {
		check(t, step(w))
		want = append(want, fingerprint(t, w))
	}
	check(t, w.Close())
	w, err = storage.OpenFS(fs, dir, storage.Options{CompactFiles: 2, KeepVersions: 5, Grace: -1})
	check(t, err)
	states, err := w.History(t.Context())
	check(t, err)
	if len(states) != 5 || states[0].Version != 2 || states[4].Version != 6 || states[4].Time.IsZero() {
		t.Errorf("got history %v; want versions 2 to 6, with times", states)
	}
	for _, s := range states {
		old, err := w.At(t.Context(), s.Version)
		check(t, err)
		if got := fingerprint(t, old); got != want[s.Version-1] {
			t.Errorf("version %d: got\n%s\nwant\n%s", s.Version, got, want[s.Version-1])
		}
		check(t, old.Refresh(t.Context()))
		if old.Version() != s.Version {
			t.Errorf("version %d became %d", s.Version, old.Version())
		}
		check(t, old.Close())
	}
	for _, gone := range []uint64{0, 1, 7} {
		if _, err := w.At(t.Context(), gone); !errors.Is(err, recommender.ErrNotFound) {
			t.Errorf("version %d: got error %v; want ErrNotFound", gone, err)
		}
	}
	check(t, w.Delete(t.Context(), nil, []recommender.UserID{"ann"}))
	if _, err := w.At(t.Context(), 6); !errors.Is(err, recommender.ErrNotFound) {
		t.Errorf("a version before a Delete: got error %v; want ErrNotFound", err)
	}
	if _, err := storage.OpenFS(fs, dir, storage.Options{At: 6}); !errors.Is(err, recommender.ErrInvalid) {
		t.Errorf("At for writing: got error %v; want ErrInvalid", err)
	}
}

func TestSupersededVersionsStayForTheGracePeriodAndNoLonger(t *testing.T) {
	fs := faultfs.NewMem()
	c := &clock{time.Unix(1e9, 0)}
	w, err := storage.OpenFS(fs, dir, storage.Options{CompactFiles: 2, KeepVersions: 1, Grace: time.Hour, Clock: c.Now})
	check(t, err)
	put := func(n int) {
		t.Helper()
		check(t, w.Put(t.Context(), recommender.Page{
			Interactions: []recommender.Interaction{{User: "ann", Item: recommender.ItemID(fmt.Sprint(n))}}, Next: recommender.Cursor(fmt.Sprint(n)),
		}, "src"))
	}
	for n := range 50 { // a minute each; the writer stays open
		put(n)
		c.now = c.now.Add(time.Minute)
	}
	if got := len(named(fs, "manifest")); got != 50 {
		t.Errorf("within the grace period: got %d manifests; want all 50", got)
	}
	reader, err := storage.OpenFS(fs, dir, storage.Options{ReadOnly: true})
	check(t, err)
	for n := range 64 {
		put(100 + n)
		c.now = c.now.Add(time.Minute)
	}
	manifests := named(fs, "manifest")
	if len(manifests) > 95 || len(manifests) < 60 {
		t.Errorf("got %d manifests; want about those of an hour, and of the half hour until they are collected", len(manifests))
	}
	c.now = c.now.Add(2 * time.Hour)
	check(t, w.Close())
	if got := len(named(fs, "manifest")); got != 1 {
		t.Errorf("after the grace period: got %d manifests; want 1", got)
	}
	for _, err := range reader.Interactions(t.Context(), recommender.Filter{}) {
		if !errors.Is(err, os.ErrNotExist) || errors.Is(err, recommender.ErrCorrupt) {
			t.Errorf("a reader of a collected version: got error %v; want one that says so, and not ErrCorrupt", err)
		}
	}
	check(t, reader.Refresh(t.Context()))
	for _, err := range reader.Interactions(t.Context(), recommender.Filter{}) {
		check(t, err)
	}
}

// copyDir copies a directory of testdata, so that the test may write.
func copyDir(t *testing.T, from string) string {
	t.Helper()
	to := t.TempDir()
	check(t, os.CopyFS(to, os.DirFS(from)))
	return to
}

// TestFormat2OpensAndMigrates reads what the second format has: its row groups
// are all compressed and have no index of users.
func TestFormat2OpensAndMigrates(t *testing.T) {
	dir := copyDir(t, filepath.Join("testdata", "format2"))
	w := open(t, dir, storage.Options{CompactFiles: 2, Grace: -1})
	read := func(when string) *recommender.Table {
		t.Helper()
		if v, err := w.DataVersion(t.Context()); v != "1fd446fe2ee34bdb" || err != nil {
			t.Errorf("%s: got DataVersion %s, %v; want that of the writer of format 2", when, v, err)
		}
		for i := range 34 {
			rows := 0
			for x, err := range w.Interactions(t.Context(), recommender.Filter{User: recommender.UserID(fmt.Sprintf("user:%02d", i))}) {
				check(t, err)
				if rows++; x.Kind == recommender.Click && int(x.Time.Unix()-1e9)/1000 != i {
					t.Fatalf("%s: user %d has %v, which is another's", when, i, x)
				}
			}
			if want := 1000 + i/33; rows != want {
				t.Errorf("%s: user %d has %d rows; want %d", when, i, rows, want)
			}
		}
		table, err := w.Table(t.Context(), recommender.Filter{})
		check(t, err)
		return table
	}
	before := read("as it was")
	check(t, w.Compact(t.Context()))
	if diff := cmp.Diff(before, read("after Compact")); diff != "" {
		t.Errorf("table after Compact (-before +after):\n%s", diff)
	}
	check(t, w.Close())
}

// TestFormat1OpensAndMigrates reads what the first version of this package
// wrote, and writes on.
func TestFormat1OpensAndMigrates(t *testing.T) {
	dir := copyDir(t, filepath.Join("testdata", "format1"))
	r := open(t, dir, storage.Options{ReadOnly: true})
	before := fingerprint(t, r)
	if v, err := r.DataVersion(t.Context()); v != "d9751d948c46092b" || err != nil {
		t.Errorf("got DataVersion %s, %v; want that of the writer of format 1", v, err)
	}
	w := open(t, dir, storage.Options{CompactFiles: 2, Grace: -1})
	if got := fingerprint(t, w); got != before {
		t.Errorf("a writer sees\n%s\nwant\n%s", got, before)
	}
	table, err := w.Table(t.Context(), recommender.Filter{})
	check(t, err)
	check(t, w.Compact(t.Context()))
	if got := fingerprint(t, w); got != before {
		t.Errorf("after Compact got\n%s\nwant\n%s", got, before)
	}
	again, err := w.Table(t.Context(), recommender.Filter{})
	check(t, err)
	if diff := cmp.Diff(table, again); diff != "" {
		t.Errorf("table after Compact (-before +after):\n%s", diff)
	}
	models, err := w.Models(t.Context())
	check(t, err)
	if len(models) != 1 || models[0].ID != "m1" || !models[0].Active || models[0].Bytes != 5 || models[0].Metrics["ndcg@10"] != 0.25 {
		t.Errorf("got models %+v", models)
	}
	check(t, w.Publish(t.Context(), recommender.Version{ID: "m2"}, text("more")))
	check(t, w.Alias(t.Context(), "champion", "m2"))
	if id, err := w.Rollback(t.Context(), "champion"); id != "m1" || err != nil {
		t.Errorf("Rollback to what format 1 had: got %q, %v; want m1", id, err)
	}
	_, err = w.Forget(t.Context(), []recommender.UserID{"ann"}, storage.ForgetOptions{})
	check(t, err)
	for x, err := range w.Interactions(t.Context(), recommender.Filter{}) {
		check(t, err)
		if x.User == "ann" {
			t.Errorf("got %v of a user that was forgotten", x)
		}
	}
	j, err := storage.OpenJournal(filepath.Join(dir, "journal"), storage.JournalOptions{})
	check(t, err)
	if segments, err := j.Forget(t.Context(), []recommender.UserID{"ann"}); err != nil || !slices.Equal(segments, []uint64{1}) {
		t.Errorf("got segments %v, error %v; want that of format 1 rewritten", segments, err)
	}
	check(t, j.Close())
	check(t, w.Close())
	report, err := storage.Check(t.Context(), dir, storage.CheckOptions{})
	check(t, errors.Join(err, report.Err()))
}
