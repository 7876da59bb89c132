package storage_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/osusume/osusume/internal/faultfs"
	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/storage"
)

// filled is a file system with a warehouse after the script.
func filled(t *testing.T) *faultfs.Mem {
	t.Helper()
	fs := faultfs.NewMem()
	w := openFS(t, fs)
	for _, step := range script(t) {
		check(t, step(w))
	}
	check(t, w.Close())
	return fs
}

// named are the names of the files that begin with prefix, sorted.
func named(fs *faultfs.Mem, prefix string) []string {
	var names []string
	for name := range fs.Files() {
		if strings.HasPrefix(filepath.Base(name), prefix) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// filesOf are the files that a manifest names of a table ("": of all), oldest first.
func filesOf(t *testing.T, fs *faultfs.Mem, manifest, table string) (names []string) {
	t.Helper()
	var m struct {
		Manifest struct {
			Files []struct{ Table, Name string }
		}
	}
	check(t, json.Unmarshal(fs.Files()[manifest], &m))
	for _, f := range m.Manifest.Files {
		if table == "" || f.Table == table {
			names = append(names, filepath.Join(dir, f.Name))
		}
	}
	return names
}

// readAll reads everything there is and returns the first error.
func readAll(t *testing.T, fs faultfs.FS) error {
	w, err := storage.OpenFS(fs, dir, storage.Options{ReadOnly: true})
	if err != nil {
		return err
	}
	var errs []error
	for _, err := range w.Items(t.Context()) {
		errs = append(errs, err)
	}
	for _, err := range w.Interactions(t.Context(), recommender.Filter{}) {
		errs = append(errs, err)
	}
	_, err = w.Table(t.Context(), recommender.Filter{})
	errs = append(errs, err)
	_, err = w.Cursor(t.Context(), "src")
	errs = append(errs, err)
	for _, err := range w.Users(t.Context()) {
		errs = append(errs, err)
	}
	for _, err := range w.Scores(t.Context(), "m", "") {
		errs = append(errs, err)
	}
	_, err = w.AliasHistory(t.Context(), "")
	errs = append(errs, err)
	versions, err := w.Versions(t.Context())
	errs = append(errs, err)
	for _, v := range versions {
		_, rc, err := w.Open(t.Context(), v.ID)
		if err == nil {
			_, err = io.ReadAll(rc)
			err = errors.Join(err, rc.Close())
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

func TestDamageOfAnyFileIsFoundAndNamed(t *testing.T) {
	fs := filled(t)
	manifests := named(fs, "manifest")
	newest := manifests[len(manifests)-1]
	names := append([]string{newest}, filesOf(t, fs, newest, "")...)
	if err := readAll(t, fs); err != nil {
		t.Fatalf("undamaged: %v", err)
	}
	damages := map[string]func([]byte) []byte{
		"a flipped bit at the start":  func(b []byte) []byte { b[0] ^= 1; return b },
		"a flipped bit in the middle": func(b []byte) []byte { b[len(b)/2] ^= 4; return b },
		"a cut end":                   func(b []byte) []byte { return b[:len(b)-1] },
		"one byte more":               func(b []byte) []byte { return append(b, '{') },
		"nothing left":                func([]byte) []byte { return []byte{} },
	}
	for _, name := range names {
		for what, damage := range damages {
			bad := fs.Crash(faultfs.LoseAll)
			bad.Corrupt(name, damage(bad.Files()[name]))
			err := readAll(t, bad)
			if what == "a cut end" && name == newest {
				continue // the last byte of a manifest is a line feed
			}
			if !errors.Is(err, recommender.ErrCorrupt) || !strings.Contains(fmt.Sprint(err), name) {
				t.Errorf("%s with %s: got error %v; want ErrCorrupt that names the file", name, what, err)
			}
		}
		if name == newest {
			continue // without it the one before is the newest
		}
		gone := fs.Crash(faultfs.LoseAll)
		gone.Corrupt(name, nil)
		if err := readAll(t, gone); !errors.Is(err, recommender.ErrCorrupt) {
			t.Errorf("%s removed: got error %v; want ErrCorrupt", name, err)
		}
	}
}

func TestWarehouseSurvivesATornManifestThatWasNotCommitted(t *testing.T) {
	fs := filled(t)
	want := fingerprint(t, openFS(t, fs.Crash(faultfs.LoseAll)))
	fs.Corrupt(dir+"/manifest-00000010-99.tmp", []byte(`{"format": 1, "crc32c": "0`))
	fs.Corrupt(dir+"/fact_rating-00000010-98.parquet", []byte("PAR1 torn"))
	fs.Corrupt(dir+"/notes-of-a-person.txt", []byte("mine"))
	if got := fingerprint(t, openFS(t, fs)); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if left := named(fs, "manifest-00000010"); left != nil {
		t.Errorf("got %v after opening for writing; want what an interrupted commit left collected", left)
	}
	if named(fs, "notes") == nil {
		t.Error("a file that is not the warehouse's was removed")
	}
}

func TestAWriterTouchesNoFileThatIsNotItsOwn(t *testing.T) {
	for _, name := range []string{"model-1-final.bin", "model-2024.bin", "model-2024-final.bin", "dim_item-3-backup.parquet", "dim_item-00000003-1.bin", "manifest-5.json", "manifest-00000003-1.parquet"} {
		fs := filled(t)
		fs.Corrupt(dir+"/"+name, []byte("mine"))
		check(t, openFS(t, fs).Close())
		if string(fs.Files()[dir+"/"+name]) != "mine" {
			t.Errorf("%s of a person is gone", name)
		}
	}
}

func TestADamagedOlderManifestDoesNotStopWrites(t *testing.T) {
	fs := filled(t)
	manifests := named(fs, "manifest")
	fs.Corrupt(manifests[len(manifests)-2], []byte("{}"))
	fs.Corrupt(dir+"/dim_source-00000010-1.parquet", []byte("torn")) // of an interrupted commit
	before := len(named(fs, "dim_item"))
	w := openFS(t, fs)
	check(t, w.Put(t.Context(), recommender.Page{Next: "on"}, "src"))
	check(t, w.Close())
	if got := len(named(fs, "dim_item")); got != before {
		t.Errorf("got %d files of items; want all %d left, since nobody knows which the damaged manifest named", got, before)
	}
}

func TestAWriterRefusesADirectoryThatLostItsManifests(t *testing.T) {
	fs := filled(t)
	for _, name := range named(fs, "manifest") {
		fs.Corrupt(name, nil)
	}
	before := len(fs.Files())
	_, err := storage.OpenFS(fs, dir, storage.Options{})
	if !errors.Is(err, recommender.ErrCorrupt) || len(fs.Files()) != before {
		t.Errorf("got error %v and %d files; want ErrCorrupt and all %d files left", err, len(fs.Files()), before)
	}
}

func TestANewerFormatIsRefusedByName(t *testing.T) {
	fs := filled(t)
	fs.Corrupt(dir+"/manifest-00000099.json", []byte(`{"format": 7, "later": {}}`))
	_, err := storage.OpenFS(fs, dir, storage.Options{})
	if !errors.Is(err, recommender.ErrInvalid) {
		t.Fatalf("got error %v; want ErrInvalid", err)
	}
	for _, part := range []string{"warehouse " + dir, "format 7", fmt.Sprint("up to ", storage.Format)} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("got error %q; want it to say %q", err, part)
		}
	}
}

func TestASecondWriterIsToldWhoHoldsTheLock(t *testing.T) {
	dir := t.TempDir()
	w := open(t, dir, storage.Options{})
	_, err := storage.Open(dir, storage.Options{})
	if !errors.Is(err, faultfs.ErrLocked) || !strings.Contains(err.Error(), fmt.Sprintf("pid %d on host", os.Getpid())) {
		t.Errorf("got error %v; want one that names the owner", err)
	}
	check(t, w.Close())
	open(t, dir, storage.Options{}) // a closed warehouse holds no lock
}

func TestReadersNeverBlockAndSeeTheStateTheyOpened(t *testing.T) {
	dir := t.TempDir()
	w := open(t, dir, storage.Options{CompactFiles: 2, Grace: -1})
	steps := script(t)
	check(t, steps[0](w))
	reader := open(t, dir, storage.Options{ReadOnly: true})
	before := fingerprint(t, reader)
	for _, step := range steps[1:] {
		check(t, step(w))
	}
	if got := fingerprint(t, reader); got != before {
		t.Errorf("a reader while a writer commits: got\n%s\nwant what it opened\n%s", got, before)
	}
	if err := reader.Put(t.Context(), recommender.Page{Next: "x"}, "src"); !errors.Is(err, recommender.ErrInvalid) {
		t.Errorf("Put of a reader: got error %v; want ErrInvalid", err)
	}
	check(t, reader.Refresh(t.Context()))
	if got, want := fingerprint(t, reader), fingerprint(t, w); got != want || got == before {
		t.Errorf("a reader after Refresh: got\n%s\nwant\n%s", got, want)
	}
	if reader.Version() != w.Version() || w.Version() != uint64(len(steps)) {
		t.Errorf("got versions %d and %d; want %d, one a commit", reader.Version(), w.Version(), len(steps))
	}
	if _, err := storage.Open(filepath.Join(dir, "nowhere"), storage.Options{ReadOnly: true}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a reader of no directory: got error %v; want one that says so", err)
	}
}

func TestOpeningCollectsWhatNoRecentStateNeeds(t *testing.T) {
	fs := faultfs.NewMem()
	w := openFS(t, fs)
	for i := range 40 {
		check(t, w.Put(t.Context(), recommender.Page{
			Interactions: []recommender.Interaction{{User: "ann", Item: recommender.ItemID(fmt.Sprint(i))}}, Next: recommender.Cursor(fmt.Sprint(i)),
		}, "src"))
	}
	want := fingerprint(t, w)
	check(t, w.Close())
	w = openFS(t, fs)
	if got := len(named(fs, "manifest")); got != 8 {
		t.Errorf("got %d manifests; want the 8 newest", got)
	}
	if got := len(named(fs, "fact_rating")); got > 30 {
		t.Errorf("got %d files of ratings; want those of 8 states", got)
	}
	if got := fingerprint(t, w); got != want {
		t.Errorf("after collecting got\n%s\nwant\n%s", got, want)
	}
	check(t, w.Delete(t.Context(), nil, []recommender.UserID{"ann"}))
	check(t, w.Close())
	w = openFS(t, fs)
	if got := len(named(fs, "manifest")); got != 1 {
		t.Errorf("got %d manifests after a Delete; want none that still knows what was deleted", got)
	}
	if got := named(fs, "fact_rating"); len(got) != 0 {
		t.Errorf("got files %v after all ratings were deleted; want none", got)
	}
	check(t, w.Close())
}

func TestOptionsReportAllFaultsTogether(t *testing.T) {
	_, err := storage.Open(t.TempDir(), storage.Options{Workers: -1, CompactFiles: 1})
	if !errors.Is(err, recommender.ErrInvalid) || !strings.Contains(err.Error(), "Workers -1") || !strings.Contains(err.Error(), "CompactFiles 1") {
		t.Errorf("got error %v; want ErrInvalid with both faults", err)
	}
}
