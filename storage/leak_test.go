package storage_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/storage"
)

// held is what the process holds: goroutines, and the files of a directory that
// are open or mapped, where the system lists them.
func held(t *testing.T, dir string) (goroutines int, files []string) {
	t.Helper()
	fds, err := os.ReadDir("/proc/self/fd")
	if err == nil {
		for _, fd := range fds {
			if name, err := os.Readlink("/proc/self/fd/" + fd.Name()); err == nil && strings.HasPrefix(name, dir) {
				files = append(files, name)
			}
		}
	}
	maps, _ := os.ReadFile("/proc/self/maps")
	for line := range strings.Lines(string(maps)) {
		if strings.Contains(line, dir) {
			files = append(files, "mapped: "+strings.TrimSpace(line))
		}
	}
	return runtime.NumGoroutine(), files
}

// wantNothingHeld wants no file of dir open and no more goroutines than there
// were; one that has just been waited for may take a moment to go.
func wantNothingHeld(t *testing.T, dir string, goroutines int, when string) {
	t.Helper()
	var now int
	var files []string
	for range 1000 {
		if now, files = held(t, dir); now <= goroutines && files == nil {
			return
		}
		runtime.Gosched()
	}
	t.Errorf("%s: %d goroutines, %d more than before; open: %v", when, now, now-goroutines, files)
}

func TestNothingIsHeldAfterClose(t *testing.T) {
	dir := t.TempDir()
	w, j := star(t)
	check(t, j.Close())
	check(t, w.Close())
	before, _ := held(t, dir)
	data, log := filepath.Join(dir, "w"), filepath.Join(dir, "j")
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	use := func(o storage.Options, jo storage.JournalOptions) {
		w := open(t, data, o)
		j, err := storage.OpenJournal(log, jo)
		check(t, err)
		if !o.ReadOnly {
			check(t, w.Put(t.Context(), recommender.Page{Items: []recommender.Item{{ID: "a"}}, Interactions: ratings(3000, 20, 50), Next: "1"}, "src"))
			check(t, w.PutUsers(t.Context(), values(storage.User{ID: "ann"}, storage.User{ID: "bob"})))
			check(t, j.Append(t.Context(), exposure(0), event(0)))
			check(t, j.Append(t.Context(), exposure(1), event(1)))
			check(t, j.Flush(t.Context()))
			if err := j.Append(cancelled, exposure(2), nil); !errors.Is(err, context.Canceled) {
				t.Errorf("Append: got error %v; want context.Canceled", err)
			}
			if err := w.Put(cancelled, recommender.Page{Next: "2"}, "src"); !errors.Is(err, context.Canceled) {
				t.Errorf("Put: got error %v; want context.Canceled", err)
			}
		}
		for _, ctx := range []context.Context{t.Context(), cancelled} { // each walk ends early
			for range w.Interactions(ctx, recommender.Filter{}) {
				break
			}
			for range w.Items(ctx) {
				break
			}
			for range w.Users(ctx) {
				break
			}
			for range j.Exposures(ctx) {
				break
			}
			for range j.Events(ctx) {
				break
			}
			_, _ = w.Table(ctx, recommender.Filter{})
		}
		old, err := w.At(t.Context(), w.Version())
		check(t, err)
		check(t, old.Close())
		check(t, j.Close())
		check(t, w.Close())
	}
	use(storage.Options{}, storage.JournalOptions{})
	wantNothingHeld(t, dir, before, "a writer")
	use(storage.Options{ReadOnly: true}, storage.JournalOptions{ReadOnly: true})
	wantNothingHeld(t, dir, before, "a reader")
	if _, err := storage.Open(data, storage.Options{At: 99, ReadOnly: true}); !errors.Is(err, recommender.ErrNotFound) {
		t.Errorf("Open of a version that is not there: got error %v; want ErrNotFound", err)
	}
	wantNothingHeld(t, dir, before, "a version that is not there")
	for _, pattern := range []string{"w/manifest-*.json", "j/segment-*.json"} {
		names, err := filepath.Glob(filepath.Join(dir, pattern))
		check(t, err)
		for _, name := range names {
			check(t, os.WriteFile(name, []byte("{}"), 0o666))
		}
	}
	for range 2 { // the lock is free again
		if _, err := storage.Open(data, storage.Options{}); !errors.Is(err, recommender.ErrCorrupt) {
			t.Errorf("Open of a damaged warehouse: got error %v; want ErrCorrupt", err)
		}
		if err := openDamaged(log); !errors.Is(err, recommender.ErrCorrupt) {
			t.Errorf("OpenJournal of a damaged journal: got error %v; want ErrCorrupt", err)
		}
	}
	wantNothingHeld(t, dir, before, "an error of Open")
}

// openDamaged opens a journal, and reads it if that succeeds.
func openDamaged(dir string) error {
	j, err := storage.OpenJournal(dir, storage.JournalOptions{})
	if err != nil {
		return err
	}
	for _, eerr := range j.Events(context.Background()) {
		err = eerr
	}
	return errors.Join(err, j.Close())
}
