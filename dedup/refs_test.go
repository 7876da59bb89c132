package dedup_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/osusume/osusume/dedup"
	"github.com/osusume/osusume/recommender"
)

func newRefs(t *testing.T, items ...recommender.Item) *dedup.Refs {
	t.Helper()
	r, err := dedup.NewRefs(seq(items))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestRefsLeadBothWays(t *testing.T) {
	r := newRefs(t,
		recommender.Item{ID: "x", Members: []id{"mal:1", "kitsu:7"}, Refs: []id{"anidb:23", "imdb:tt1"}},
		recommender.Item{ID: "y", Members: []id{"mal:2"}, Refs: []id{"anidb:24", "imdb:tt1"}},
	)
	if diff := cmp.Diff([]id{"anidb:23", "imdb:tt1", "kitsu:7", "mal:1"}, r.Foreign("x")); diff != "" {
		t.Errorf("IDs of x (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]id{"mal:1"}, r.Foreign("x", "mal")); diff != "" {
		t.Errorf("IDs of x at mal (-want +got):\n%s", diff)
	}
	for foreign, want := range map[id]id{"mal:1": "x", "kitsu:7": "x", "anidb:24": "y", "imdb:tt1": "", "mal:9": ""} {
		got, ok := r.Canonical(foreign)
		if got != want || ok != (want != "") {
			t.Errorf("Canonical(%s) = %q, %v; want %q", foreign, got, ok, want)
		}
	}
	if diff := cmp.Diff([]id{"x", "y"}, r.Group("imdb:tt1")); diff != "" {
		t.Errorf("the franchise (-want +got):\n%s", diff)
	}
	if got := r.Conflicts(); got != nil {
		t.Errorf("conflicts %v, want none: a franchise may have several items", got)
	}
}

func TestRefsReportIDsThatSeveralItemsClaim(t *testing.T) {
	r := newRefs(t,
		recommender.Item{ID: "x", Members: []id{"mal:1"}, Refs: []id{"anidb:23"}},
		recommender.Item{ID: "y", Members: []id{"mal:2"}, Refs: []id{"anidb:23"}},
	)
	if diff := cmp.Diff([]dedup.RefConflict{{Foreign: "anidb:23", Items: []id{"x", "y"}}}, r.Conflicts()); diff != "" {
		t.Errorf("conflicts (-want +got):\n%s", diff)
	}
	if got, ok := r.Canonical("anidb:23"); ok {
		t.Errorf("Canonical of a claimed ID is %q, want none", got)
	}
}

func TestNewRefsRefusesARecordInTwoItems(t *testing.T) {
	for _, items := range [][]recommender.Item{
		{{ID: "x", Members: []id{"mal:1"}}, {ID: "y", Members: []id{"mal:1"}}},
		{{Title: "nameless"}},
	} {
		if _, err := dedup.NewRefs(seq(items)); !errors.Is(err, recommender.ErrInvalid) {
			t.Errorf("error %v, want ErrInvalid", err)
		}
	}
}

func TestFranchiseIDsGroupAndDoNotMerge(t *testing.T) {
	a := item("a:1", "Kaze no Matsuri", 2011, nil)
	b := item("b:9", "Festival of Winds", 2011, nil)
	shared := func(ref id) []string {
		a, b := a, b
		a.Refs, b.Refs = []id{ref}, []id{ref}
		return groups(resolve(t, dedup.Config{}, nil, []recommender.Item{a, b}))
	}
	if got := shared("imdb:tt7"); got != nil {
		t.Errorf("a shared IMDb ID joins %v", got)
	}
	if got := shared("anidb:7"); len(got) != 1 {
		t.Errorf("a shared AniDB ID joins %v, want the two", got)
	}
}

func ExampleNewRefs() {
	refs, err := dedup.NewRefs(seq([]recommender.Item{
		{ID: "item:mal:1", Members: []recommender.ItemID{"anilist:5", "mal:1"}, Refs: []recommender.ItemID{"imdb:tt0213338"}},
	}))
	if err != nil {
		fmt.Println(err)
		return
	}
	item, _ := refs.Canonical("anilist:5")
	fmt.Println(item, refs.Foreign(item, "imdb"))
	// Output: item:mal:1 [imdb:tt0213338]
}
