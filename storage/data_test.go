package storage_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/osusume/osusume/internal/faultfs"
	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/storage"
)

func merged(id recommender.ItemID, members ...recommender.ItemID) (*recommender.Resolution, []recommender.Item) {
	r := &recommender.Resolution{}
	for _, m := range members {
		r.Links = append(r.Links, recommender.Link{Record: m, Canonical: id, Confidence: 1})
	}
	return r, []recommender.Item{{ID: id, Members: members}}
}

func TestNumbersStayAndAreNeverGivenOutAgain(t *testing.T) {
	fs := faultfs.NewMem()
	w := openFS(t, fs)
	number := func(id recommender.ItemID) int64 {
		t.Helper()
		n, err := w.Number(t.Context(), id)
		check(t, err)
		if back, err := w.ByNumber(t.Context(), n); back != id || err != nil {
			t.Errorf("ByNumber(%d): got %q, %v; want %q", n, back, err, id)
		}
		return n
	}
	items := func(ids ...recommender.ItemID) {
		t.Helper()
		var p recommender.Page
		for _, id := range ids {
			p.Items = append(p.Items, recommender.Item{ID: id})
		}
		check(t, w.Put(t.Context(), p, "src"))
	}
	link := func(id recommender.ItemID, members ...recommender.ItemID) {
		t.Helper()
		r, canonical := merged(id, members...)
		check(t, w.Link(t.Context(), r, canonical))
	}
	again := func() {
		t.Helper()
		check(t, w.Close())
		w = openFS(t, fs)
	}
	items("b", "a")
	link("one", "a", "b")
	got := []int64{number("b"), number("a"), number("one")}
	if want := []int64{1, 2, 3}; !slices.Equal(got, want) {
		t.Errorf("got numbers %v; want %v, in the order of coming", got, want)
	}
	items("a", "c")
	link("two", "a", "c")
	again()
	if _, err := w.ByNumber(t.Context(), 3); !errors.Is(err, recommender.ErrNotFound) {
		t.Errorf("ByNumber of a canonical item that is gone: got error %v; want ErrNotFound", err)
	}
	link("one", "a")
	if got := []int64{number("a"), number("c"), number("one")}; !slices.Equal(got, []int64{2, 4, 3}) {
		t.Errorf("got numbers %v after the canonical item came back; want 2 4 3", got)
	}
	check(t, w.Delete(t.Context(), []recommender.ItemID{"c", "one"}, nil))
	again()
	items("d", "c")
	if got := []int64{number("d"), number("c")}; !slices.Equal(got, []int64{6, 7}) {
		t.Errorf("got numbers %v for what came after a Delete; want 6 7: a number is given out once", got)
	}
}

// TestDataVersionDependsOnContentOnly loads the same rows in other pages, with
// and without merges, and killed and resumed.
func TestDataVersionDependsOnContentOnly(t *testing.T) {
	log := ratings(3000, 40, 300)
	load := func(size int, o storage.Options, reopen bool) (string, *recommender.Table) {
		fs := faultfs.NewMem()
		w, err := storage.OpenFS(fs, dir, o)
		check(t, err)
		for i, p := range pages(log, size) {
			p.Items = []recommender.Item{{ID: "a"}, {ID: recommender.ItemID(fmt.Sprint(i % 3))}}
			check(t, w.Put(t.Context(), p, "site"))
			if reopen {
				fs = fs.Crash(faultfs.LoseAll)
				w, err = storage.OpenFS(fs, dir, o)
				check(t, err)
			}
		}
		v, err := w.DataVersion(t.Context())
		check(t, err)
		table, err := w.Table(t.Context(), recommender.Filter{})
		check(t, err)
		return v, table
	}
	want, wantTable := load(100, storage.Options{Workers: 1}, false)
	for name, got := range map[string]func() (string, *recommender.Table){
		"other pages": func() (string, *recommender.Table) { return load(700, storage.Options{Workers: 3}, false) },
		"merged often": func() (string, *recommender.Table) {
			return load(100, storage.Options{CompactFiles: 2, Grace: -1}, false)
		},
		"killed and resumed": func() (string, *recommender.Table) { return load(1000, storage.Options{CompactFiles: 3}, true) },
	} {
		v, table := got()
		if v != want {
			t.Errorf("%s: got DataVersion %s; want %s", name, v, want)
		}
		if diff := cmp.Diff(wantTable, table); diff != "" {
			t.Errorf("%s: table (-want +got):\n%s", name, diff)
		}
	}
	for i := range log { // the last of its state is among them
		if log[i].User == log[5].User && log[i].Item == log[5].Item {
			log[i].Value = 5 - log[i].Value/2
		}
	}
	if v, _ := load(100, storage.Options{}, false); v == want {
		t.Errorf("got DataVersion %s for another rating too", v)
	}
}

func TestDataVersionIgnoresWhatIsNotLearnedFrom(t *testing.T) {
	w := openFS(t, faultfs.NewMem())
	steps := script(t)
	check(t, steps[0](w))
	version := func() string {
		t.Helper()
		v, err := w.DataVersion(t.Context())
		check(t, err)
		return v
	}
	want := version()
	check(t, w.Publish(t.Context(), recommender.Version{ID: "m"}, text("model")))
	check(t, w.Put(t.Context(), recommender.Page{Next: "further"}, "src"))
	if got := version(); got != want {
		t.Errorf("got %s after a model and a cursor; want %s as before", got, want)
	}
	r, canonical := merged("one", "src:10", "src:11")
	check(t, w.Link(t.Context(), r, canonical))
	if got := version(); got == want {
		t.Errorf("got %s after a Link too", got)
	}
}

func TestAPageThatChangesNothingCommitsNothing(t *testing.T) {
	w := openFS(t, faultfs.NewMem())
	for range 3 {
		check(t, w.Put(t.Context(), recommender.Page{Next: "end"}, "src"))
	}
	if got := w.Version(); got != 1 {
		t.Errorf("got version %d; want 1", got)
	}
}

// sameTable compares large tables quickly.
func sameTable(a, b *recommender.Table) bool {
	return slices.Equal(a.Users, b.Users) && slices.Equal(a.Items, b.Items) && slices.Equal(a.User, b.User) && slices.Equal(a.Item, b.Item) &&
		slices.Equal(a.Kind, b.Kind) && slices.Equal(a.Value, b.Value) && slices.Equal(a.Unix, b.Unix) && a.Replaced == b.Replaced
}
