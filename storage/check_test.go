package storage_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/osusume/osusume/internal/faultfs"
	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/storage"
)

func TestCheckFindsNothingInAWholeWarehouse(t *testing.T) {
	fs := filled(t)
	r, err := storage.CheckFS(t.Context(), fs, dir)
	check(t, errors.Join(err, r.Err()))
	if r.Newest == 0 || len(r.Whole) == 0 || r.Whole[len(r.Whole)-1] != r.Newest || r.Files < 8 || r.Bytes == 0 {
		t.Errorf("got report %+v", r)
	}
	before := contents(fs)
	repaired, err := storage.RepairFS(t.Context(), fs, dir)
	check(t, err)
	if repaired.Restored != 0 || contents(fs) != before {
		t.Errorf("Repair of a whole warehouse: got %+v, or files that differ", repaired)
	}
}

func TestRepairGoesBackToTheNewestWholeVersion(t *testing.T) {
	fs := faultfs.NewMem()
	w := openFS(t, fs)
	var want []string
	for _, step := range script(t)[:6] {
		check(t, step(w))
		want = append(want, fingerprint(t, w))
	}
	check(t, w.Close())
	for name, c := range map[string]struct {
		damage   []string // files that lose their last bytes
		restored uint64
		lost     []uint64
		aside    int
	}{
		"the newest manifest":       {[]string{"manifest-00000006.json"}, 5, []uint64{6}, 1},
		"two manifests":             {[]string{"manifest-00000006.json", "manifest-00000005.json"}, 4, []uint64{5, 6}, 2},
		"a file of the newest only": {[]string{filesOf(t, fs, dir+"/manifest-00000006.json", "fact_rating")[len(filesOf(t, fs, dir+"/manifest-00000006.json", "fact_rating"))-1]}, 5, []uint64{6}, 0},
	} {
		bad := fs.Crash(faultfs.LoseNone)
		for _, file := range c.damage {
			if !strings.HasPrefix(file, dir) {
				file = dir + "/" + file
			}
			b := bad.Files()[file]
			bad.Corrupt(file, b[:len(b)/2])
		}
		r, err := storage.CheckFS(t.Context(), bad, dir)
		check(t, err)
		if err := r.Err(); !errors.Is(err, recommender.ErrCorrupt) || len(r.Damage) != len(c.damage) {
			t.Errorf("%s: Check: got %v; want ErrCorrupt for %v", name, err, c.damage)
		}
		for i, d := range r.Damage {
			if !slices.ContainsFunc(c.damage, func(f string) bool { return strings.HasSuffix(d.File, f) }) || len(d.Versions) == 0 || strings.Count(r.Err().Error(), d.File) != 1 {
				t.Errorf("%s: damage %d is %+v, as text %v; want one of %v, named once", name, i, d, r.Err(), c.damage)
			}
		}
		done, err := storage.RepairFS(t.Context(), bad, dir)
		check(t, err)
		if done.Restored != c.restored || done.Version != 7 || !slices.Equal(done.Lost, c.lost) || len(done.Aside) != c.aside {
			t.Errorf("%s: got %+v; want version %d back as 7, lost %v", name, done, c.restored, c.lost)
		}
		w := openFS(t, bad)
		if got := fingerprint(t, w); got != want[c.restored-1] {
			t.Errorf("%s: got\n%s\nwant the state of version %d\n%s", name, got, c.restored, want[c.restored-1])
		}
		check(t, script(t)[0](w))
		check(t, w.Close())
	}
}

func TestRepairDoesNotBringBackWhatWasDeleted(t *testing.T) {
	fs := faultfs.NewMem()
	w, err := storage.OpenFS(fs, dir, storage.Options{})
	check(t, err)
	check(t, script(t)[0](w))
	check(t, w.Delete(t.Context(), nil, []recommender.UserID{"ann"}))
	check(t, script(t)[1](w))
	m := dir + "/manifest-00000002.json"
	check(t, w.Delete(t.Context(), nil, []recommender.UserID{"ann"}))
	if fs.Files()[m] == nil {
		t.Fatal("the manifest before the second Delete was collected already; the test tests nothing")
	}
	newest := dir + "/manifest-00000004.json"
	for _, name := range filesOf(t, fs, newest, "fact_rating") {
		fs.Corrupt(name, []byte("gone"))
	}
	before := contents(fs)
	if _, err := storage.RepairFS(t.Context(), fs, dir); err == nil || !strings.Contains(err.Error(), "locked") {
		t.Errorf("Repair beside a writer: got error %v; want that it is locked", err)
	}
	left := fs.Crash(faultfs.LoseNone)
	if _, err := storage.RepairFS(t.Context(), left, dir); !errors.Is(err, recommender.ErrCorrupt) {
		t.Errorf("got error %v; want ErrCorrupt, for older versions hold the user", err)
	}
	if contents(left) != before {
		t.Error("a Repair that failed changed files")
	}
}

// TestAnExportThatFailsLeavesNoHalfOfATable has a damaged file of ratings.
func TestAnExportThatFailsLeavesNoHalfOfATable(t *testing.T) {
	fs := filled(t)
	for _, name := range named(fs, "fact_rating") {
		fs.Corrupt(name, make([]byte, len(fs.Files()[name])))
	}
	w, err := storage.OpenFS(fs, dir, storage.Options{ReadOnly: true})
	check(t, err)
	if err := w.Export(t.Context(), "export", nil); !errors.Is(err, recommender.ErrCorrupt) {
		t.Fatalf("got error %v; want ErrCorrupt", err)
	}
	if _, half := fs.Files()["export/fact_rating.parquet"]; half {
		t.Error("there is a half-written fact_rating.parquet")
	}
}
