package synthetic_test

import (
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/recommender/recommendertest"
	"github.com/osusume/osusume/sources/synthetic"
)

var small = synthetic.Config{Seed: 5, Works: 200, Users: 150, Ratings: 3000, Reviews: 600, PageSize: 60}

func sources(w *synthetic.World) []recommender.Source {
	return append(w.Catalogues(), w.Ratings(), w.Reviews())
}

func TestSourcesKeepTheContract(t *testing.T) {
	w := newWorld(t, small)
	for _, s := range sources(w) {
		t.Run(s.Name(), func(t *testing.T) { recommendertest.TestSource(t, s) })
	}
}

func TestInvalidConfigNamesEveryFault(t *testing.T) {
	_, err := synthetic.New(synthetic.Config{Works: -1, Users: -2, PageSize: -3, End: time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)})
	if !errors.Is(err, recommender.ErrInvalid) {
		t.Fatalf("got %v, want ErrInvalid", err)
	}
	for _, fault := range []string{"Works -1", "Users -2", "PageSize -3", "window from 2024-01-01 to 2000-01-01"} {
		if !strings.Contains(err.Error(), fault) {
			t.Errorf("error %q does not name %q", err, fault)
		}
	}
	_, err = synthetic.New(synthetic.Config{Works: 100, Users: 10, Ratings: 1000, Reviews: 900})
	if err == nil || !strings.Contains(err.Error(), "Ratings 1000 is 100.0 a user") || !strings.Contains(err.Error(), "Reviews 900") {
		t.Errorf("got %v, want too many ratings a user and too many reviews refused", err)
	}
}

func TestSmallestWorldIsWhole(t *testing.T) {
	w := newWorld(t, synthetic.Config{Works: 20, Users: 1, Ratings: 1, Reviews: -1})
	for _, s := range sources(w) {
		items, rows := walk(t, s)
		for _, x := range rows {
			if err := recommender.CheckInteraction(x); err != nil {
				t.Error(err)
			}
		}
		if s.Name() == "mal" && len(items) == 0 {
			t.Error("no records")
		}
		if s.Name() == "reviews" && len(rows) > 0 {
			t.Errorf("%d reviews of a world without any", len(rows))
		}
	}
}

func TestCursorOfAnotherWorldIsRefused(t *testing.T) {
	other := small
	other.Seed++
	a, b := sources(newWorld(t, small)), sources(newWorld(t, other))
	for i := range a {
		next := recommender.Cursor("")
		for p, err := range a[i].Pages(t.Context(), "") {
			if err != nil {
				t.Fatal(err)
			}
			next = p.Next
			break
		}
		for _, s := range []recommender.Source{b[i], a[(i+1)%len(a)]} {
			for _, err := range s.Pages(t.Context(), next) {
				if !errors.Is(err, recommender.ErrInvalid) {
					t.Errorf("%s took the cursor of another %s: error %v", s.Name(), a[i].Name(), err)
				}
				break
			}
		}
	}
}

// FuzzIDs feeds cursors, record and user IDs from outside: they are refused or
// mean what they say, and nothing panics.
func TestOnePageMayHoldTheWorld(t *testing.T) {
	w := newWorld(t, synthetic.Config{Works: 100, Users: 50, PageSize: math.MaxInt})
	for _, s := range append(w.Catalogues(), w.Ratings(), w.Reviews()) {
		pages := 0
		for _, err := range s.Pages(t.Context(), "") {
			if err != nil {
				t.Fatal(err)
			}
			pages++
		}
		if pages != 1 {
			t.Errorf("%s: got %d pages; want 1", s.Name(), pages)
		}
	}
}

func FuzzIDs(f *testing.F) {
	w := newWorld(f, small)
	for _, seed := range []string{"", "mal:1", "imdb:tt0102340", "anilist:021", "kitsu:-7", "user-000001", "x.5", "user-1"} {
		f.Add(seed)
	}
	for p, err := range w.Ratings().Pages(f.Context(), "") {
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(p.Next))
	}
	records := make(map[recommender.ItemID]string)
	for id, work := range w.Truth() {
		records[id] = work
	}
	f.Fuzz(func(t *testing.T, s string) {
		work, ok := w.Work(recommender.ItemID(s))
		if want, known := records[recommender.ItemID(s)]; ok != known || work != want {
			t.Errorf("Work(%q) = %q, %v; want %q, %v", s, work, ok, want, known)
		}
		if _, err := w.Oracle().Home(recommender.UserID(s)); err != nil && !errors.Is(err, recommender.ErrNotFound) {
			t.Errorf("Home(%q): %v", s, err)
		}
		for p, err := range w.Ratings().Pages(t.Context(), recommender.Cursor(s)) {
			if err != nil && !errors.Is(err, recommender.ErrInvalid) {
				t.Errorf("cursor %q: %v", s, err)
			}
			if err == nil && p.Next == recommender.Cursor(s) {
				t.Errorf("cursor %q does not move on", s)
			}
			break
		}
	})
}
