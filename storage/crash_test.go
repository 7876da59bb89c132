package storage_test

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/osusume/osusume/internal/faultfs"
	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/storage"
)

const dir = "w"

type text string

func (s text) WriteTo(w io.Writer) (int64, error) {
	n, err := io.WriteString(w, string(s))
	return int64(n), err
}

// script is one of every kind of write, with merges of small files in between.
func script(t *testing.T) []func(w *storage.Warehouse) error {
	page := func(n int) func(*storage.Warehouse) error {
		return func(w *storage.Warehouse) error {
			p := recommender.Page{Next: recommender.Cursor(fmt.Sprint("after ", n))}
			for i := range 3 {
				id := recommender.RecordID("src", fmt.Sprintf("%d%d", n%2, i))
				p.Items = append(p.Items, recommender.Item{ID: id, Title: fmt.Sprint("title ", n), Tags: []string{"a", fmt.Sprint(n)}})
				p.Interactions = append(p.Interactions,
					recommender.Interaction{User: "ann", Item: id, Kind: recommender.Rate, Value: float32(n % 6)},
					recommender.Interaction{User: recommender.UserID(fmt.Sprint("user ", n)), Item: id, Kind: recommender.Click})
			}
			return w.Put(t.Context(), p, "src")
		}
	}
	return []func(w *storage.Warehouse) error{
		page(1), page(2), page(3),
		func(w *storage.Warehouse) error {
			return w.Link(t.Context(), &recommender.Resolution{Links: []recommender.Link{{Record: "src:00", Canonical: "one", Confidence: 1}, {Record: "src:11", Canonical: "one", Confidence: 0.5}}},
				[]recommender.Item{{ID: "one", Tags: []string{"merged"}, Members: []recommender.ItemID{"src:00", "src:11"}}})
		},
		func(w *storage.Warehouse) error {
			return w.Publish(t.Context(), recommender.Version{ID: "m1", Kind: "bpr"}, text("model"))
		},
		page(4),
		func(w *storage.Warehouse) error { return w.Alias(t.Context(), "champion", "m1") },
		func(w *storage.Warehouse) error {
			return w.Delete(t.Context(), []recommender.ItemID{"src:02"}, []recommender.UserID{"user 1"})
		},
		page(5),
	}
}

// fingerprint reads everything there is.
func fingerprint(t *testing.T, w *storage.Warehouse) string {
	t.Helper()
	var b strings.Builder
	version, err := w.DataVersion(t.Context())
	check(t, err)
	cursor, err := w.Cursor(t.Context(), "src")
	check(t, err)
	fmt.Fprintln(&b, "data", version, "cursor", cursor)
	for it, err := range w.Items(t.Context()) {
		check(t, err)
		n, err := w.Number(t.Context(), it.ID)
		check(t, err)
		fmt.Fprintln(&b, "item", it, n)
	}
	for x, err := range w.Interactions(t.Context(), recommender.Filter{}) {
		check(t, err)
		fmt.Fprintln(&b, x)
	}
	versions, err := w.Versions(t.Context())
	check(t, err)
	for _, v := range versions {
		_, rc, err := w.Open(t.Context(), v.ID)
		check(t, err)
		bytes, err := io.ReadAll(rc)
		check(t, errors.Join(err, rc.Close()))
		fmt.Fprintln(&b, "version", v, string(bytes))
	}
	aliases, err := w.Aliases(t.Context())
	check(t, err)
	fmt.Fprintln(&b, "aliases", aliases)
	return b.String()
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func openFS(t *testing.T, fs faultfs.FS) *storage.Warehouse {
	t.Helper()
	w, err := storage.OpenFS(fs, dir, storage.Options{CompactFiles: 2, Grace: -1})
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	return w
}

// states are the fingerprints after none, one, two … steps of the script.
func states(t *testing.T) []string {
	t.Helper()
	w := openFS(t, faultfs.NewMem())
	list := []string{fingerprint(t, w)}
	for _, step := range script(t) {
		check(t, step(w))
		list = append(list, fingerprint(t, w))
	}
	return list
}

// contents is a hash of all files and their names.
func contents(fs *faultfs.Mem) string {
	files := fs.Files()
	h := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(files)) {
		fmt.Fprintf(h, "%q %d ", name, len(files[name]))
		h.Write(files[name])
	}
	return string(h.Sum(nil))
}

func TestWarehouseSurvivesACrashAtEveryOperation(t *testing.T) {
	want := states(t)
	live := faultfs.NewMem()
	acked, crashes, ops := 0, 0, 0
	seen := map[string]bool{}
	live.Before = func(op faultfs.Op) error {
		if ops++; ops%stride(8) != 0 {
			return nil
		}
		for _, loss := range faultfs.Losses {
			after := live.Crash(loss)
			key := fmt.Sprint(acked, contents(after))
			if seen[key] {
				continue
			}
			seen[key] = true
			crashes++
			w, err := storage.OpenFS(after, dir, storage.Options{CompactFiles: 2, Grace: -1})
			if err != nil {
				t.Fatalf("crash before %v, losing %v: open: %v", op, loss, err)
			}
			got := fingerprint(t, w)
			if got != want[acked] && (acked+1 == len(want) || got != want[acked+1]) {
				t.Fatalf("crash before %v, losing %v: got\n%s\nwant the state after %d acknowledged steps\n%s", op, loss, got, acked, want[acked])
			}
			// The warehouse goes on from there.
			if got == want[acked] && acked < len(want)-1 {
				if err := script(t)[acked](w); err != nil {
					t.Fatalf("crash before %v, losing %v: repeat step %d: %v", op, loss, acked, err)
				}
				if got := fingerprint(t, w); got != want[acked+1] {
					t.Fatalf("crash before %v, losing %v: after repeating step %d got\n%s\nwant\n%s", op, loss, acked, got, want[acked+1])
				}
			}
			check(t, w.Close())
		}
		return nil
	}
	w := openFS(t, live)
	for _, step := range script(t) {
		check(t, step(w))
		acked++
	}
	check(t, w.Close())
	t.Logf("%d different crashes", crashes)
	if crashes < 100/stride(8) {
		t.Errorf("got %d different crashes; want at least 100, else the seam is not used", crashes)
	}
}

func TestWarehouseLosesNothingWhenAnOperationFails(t *testing.T) {
	want := states(t)
	base := faultfs.NewMem()
	failures := 0
	for acked, step := range script(t) {
		for nth := acked % stride(8); failOnce(t, base.Crash(faultfs.LoseNone), step, nth, want[acked], want[acked+1]); nth += stride(8) {
			failures++
		}
		w := openFS(t, base)
		check(t, step(w))
		check(t, w.Close())
	}
	t.Logf("%d operations failed, one at a time", failures)
	if failures < 100/stride(8) {
		t.Errorf("got %d failures; want at least 100, else the seam is not used", failures)
	}
}

// failOnce opens a warehouse and takes one step, in which the nth operation
// fails; it reports whether there was an nth.
func failOnce(t *testing.T, fs *faultfs.Mem, step func(*storage.Warehouse) error, nth int, before, after string) bool {
	t.Helper()
	boom := errors.New("no space left on device")
	var failed *faultfs.Op
	n := 0
	fs.Before = func(op faultfs.Op) error {
		if n++; n-1 == nth {
			failed = &op
			return boom
		}
		return nil
	}
	w, err := storage.OpenFS(fs, dir, storage.Options{CompactFiles: 2, Grace: -1})
	if err == nil {
		err = step(w)
	}
	if failed == nil {
		check(t, err)
		return false
	}
	if err != nil && (!errors.Is(err, boom) || !strings.Contains(err.Error(), dir)) {
		t.Fatalf("%v failed: got error %v; want one that wraps it and says where", failed, err)
	}
	if err != nil && w != nil {
		if got := fingerprint(t, w); got != before {
			t.Fatalf("%v failed: the handle shows\n%s\nwant the state before\n%s", failed, got, before)
		}
		err = step(w) // the disk is well again
		refused := err != nil && (strings.Contains(err.Error(), "in doubt") || strings.Contains(err.Error(), "fsync failed"))
		if err != nil && !refused {
			t.Fatalf("%v failed: the next write: %v; want it done, or refused", failed, err)
		}
		if strings.HasPrefix(failed.Kind, "sync") && !refused {
			t.Fatalf("%v failed: the next write: %v; want it refused, for a failed fsync is fatal", failed, err)
		}
	}
	got := fingerprint(t, openFS(t, fs.Crash(faultfs.LoseAll)))
	if got != after && (err == nil || got != before) {
		t.Fatalf("%v failed, last error %v: after opening again got\n%s\nwant\n%s", failed, err, got, after)
	}
	return true
}
