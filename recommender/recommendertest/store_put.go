package recommendertest

import (
	"math"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/osusume/osusume/recommender"
)

func fullItem() recommender.Item {
	return recommender.Item{
		ID: "a:1", Title: "時をかける少女", Aliases: []string{"The Girl Who Leapt", "", "Toki"}, Text: "A \"text\",\nof two lines.",
		Tags: []string{"drama", "sf"}, Year: 2006, Time: time.Date(2006, 7, 15, 0, 0, 0, 0, time.UTC),
		Refs: []recommender.ItemID{"b:9", "c:7"}, Attrs: map[string]string{"format": "Movie", "studio": "", "": "odd"},
	}
}

func storeKeepsItems(t *testing.T, s recommender.Store) {
	full := fullItem()
	old := recommender.Item{ID: "a:2", Year: -3, Time: time.Date(1907, 1, 2, 0, 0, 0, 0, time.UTC)}
	epoch := recommender.Item{ID: "a:3", Time: time.Unix(0, 0).UTC()}
	put(t, s, recommender.Page{Items: []recommender.Item{epoch, full, old}})
	for _, want := range []recommender.Item{full, old, epoch} {
		got, err := s.Item(t.Context(), want.ID)
		if err != nil {
			t.Fatalf("Item(%q): %v", want.ID, err)
		}
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("Item(%q) (-want +got):\n%s", want.ID, diff)
		}
	}
	if diff := cmp.Diff([]recommender.Item{full, old, epoch}, all(t, s.Items(t.Context())), cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("Items (-want +got):\n%s", diff)
	}
}

func storeKeepsInteractions(t *testing.T, s recommender.Store) {
	want := []recommender.Interaction{
		{User: "ann", Item: "a:1", Kind: recommender.View},
		{User: "ann", Item: "a:1", Kind: recommender.Click, Value: 2, Time: at(1)},
		{User: "ann", Item: "a:1", Kind: recommender.Rate, Value: 0, Time: at(2)},
		{User: "ann", Item: "a:1", Kind: recommender.Review, Value: 4.5, Text: "よかった, \"really\"\n", Time: at(3)},
		{User: "bob", Item: "unknown to the store", Kind: recommender.Like, Value: 1, Time: time.Unix(-86400, 0).UTC()},
		{User: "böb", Item: "a:1", Kind: recommender.Dislike, Value: 1e9, Time: at(4)},
	}
	put(t, s, recommender.Page{Items: titled("a:1"), Interactions: slices.Clone(want)})
	wantInteractions(t, s, recommender.Filter{}, want, "every field comes back, also of items without a record")
}

func storeCopies(t *testing.T, s recommender.Store) {
	it := fullItem()
	p := recommender.Page{Items: []recommender.Item{it}, Interactions: []recommender.Interaction{rate("ann", "a:1", 4, 1)}}
	put(t, s, p)
	p.Items[0].Tags[0], p.Items[0].Aliases[0], p.Items[0].Refs[0] = "changed", "changed", "changed"
	p.Items[0].Attrs["format"] = "changed"
	p.Interactions[0].Value = 1
	got, err := s.Item(t.Context(), "a:1")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(fullItem(), got); diff != "" {
		t.Errorf("item after the caller changed its page (-want +got); a Store copies what it keeps:\n%s", diff)
	}
	wantInteractions(t, s, recommender.Filter{}, []recommender.Interaction{rate("ann", "a:1", 4, 1)}, "a Store copies what it keeps")
}

func storeReplacesItems(t *testing.T, s recommender.Store) {
	put(t, s, recommender.Page{Items: []recommender.Item{fullItem(), {ID: "a:2", Title: "first"}, {ID: "a:2", Title: "last of the page"}}})
	put(t, s, recommender.Page{Items: []recommender.Item{{ID: "a:1", Title: "new"}}})
	want := []recommender.Item{{ID: "a:1", Title: "new"}, {ID: "a:2", Title: "last of the page"}}
	if diff := cmp.Diff(want, all(t, s.Items(t.Context())), cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("items (-want +got); a later item replaces the whole record of its ID:\n%s", diff)
	}
}

func storeReplacesStates(t *testing.T, s recommender.Store) {
	unknown := func(stars float32) recommender.Interaction {
		x := rate("cat", "a:1", stars, 0)
		x.Time = time.Time{}
		return x
	}
	put(t, s, recommender.Page{Interactions: []recommender.Interaction{
		rate("ann", "a:1", 1, 10), rate("bob", "a:1", 1, 10), rate("dan", "a:1", 1, 10), rate("dan", "a:1", 2, 10),
		rate("eve", "a:1", 5, 30), rate("eve", "a:1", 4, 20), unknown(1),
	}})
	put(t, s, recommender.Page{Interactions: []recommender.Interaction{rate("ann", "a:1", 2, 20), rate("bob", "a:1", 2, 5), unknown(3)}})
	put(t, s, recommender.Page{Interactions: []recommender.Interaction{
		rate("ann", "a:1", 3, 20), {User: "ann", Item: "a:1", Kind: recommender.View, Time: at(1)},
	}})
	wantInteractions(t, s, recommender.Filter{}, []recommender.Interaction{
		rate("ann", "a:1", 3, 20), {User: "ann", Item: "a:1", Kind: recommender.View, Time: at(1)},
		rate("bob", "a:1", 1, 10), rate("dan", "a:1", 2, 10), rate("eve", "a:1", 5, 30), unknown(3),
	}, "an interaction replaces one of the same user, item and state kind that is not newer, within a page and across pages")
}

func storeKeepsEvents(t *testing.T, s recommender.Store) {
	click := recommender.Interaction{User: "ann", Item: "a:1", Kind: recommender.Click, Time: at(1)}
	put(t, s, recommender.Page{Interactions: []recommender.Interaction{click, click}})
	put(t, s, recommender.Page{Interactions: []recommender.Interaction{click}})
	wantInteractions(t, s, recommender.Filter{}, []recommender.Interaction{click, click, click}, "clicks are events and add up")
}

func storeRefusesWholePages(t *testing.T, s recommender.Store) {
	put(t, s, recommender.Page{Items: titled("a:1"), Next: "one"})
	good := rate("ann", "a:1", 3, 1)
	bad := map[string]recommender.Page{
		"an empty item ID":              {Items: []recommender.Item{{ID: "a:2"}, {Title: "nameless"}}},
		"an empty user":                 {Interactions: []recommender.Interaction{good, {Item: "a:1"}}},
		"an empty item of interactions": {Interactions: []recommender.Interaction{good, {User: "ann"}}},
		"a NaN":                         {Interactions: []recommender.Interaction{good, rate("ann", "a:1", float32(math.NaN()), 2)}},
		"six stars":                     {Interactions: []recommender.Interaction{good, rate("ann", "a:1", 6, 2)}},
		"an unknown kind":               {Interactions: []recommender.Interaction{good, {User: "ann", Item: "a:1", Kind: 200}}},
	}
	for name, p := range bad {
		p.Items = append(titled("a:3"), p.Items...)
		p.Next = "two"
		wantError(t, s.Put(t.Context(), p, "suite"), recommender.ErrInvalid, "Put of a page with "+name)
	}
	wantItems(t, s, []recommender.ItemID{"a:1"}, "nothing of a refused page is stored")
	wantInteractions(t, s, recommender.Filter{}, nil, "nothing of a refused page is stored")
	if c, err := s.Cursor(t.Context(), "suite"); c != "one" || err != nil {
		t.Errorf("Cursor: got %q, %v; want %q: a refused page does not move it", c, err, "one")
	}
}

func storeCursor(t *testing.T, s recommender.Store) {
	for i, step := range []struct {
		source string
		next   recommender.Cursor
	}{{"x", "1"}, {"y", "uno"}, {"x", "2\x00\xff"}, {"x", "2\x00\xff"}, {"z", ""}} {
		if err := s.Put(t.Context(), recommender.Page{Next: step.next}, step.source); err != nil {
			t.Fatalf("Put %d: %v", i, err)
		}
	}
	for source, want := range map[string]recommender.Cursor{"x": "2\x00\xff", "y": "uno", "z": "", "never": ""} {
		if got, err := s.Cursor(t.Context(), source); got != want || err != nil {
			t.Errorf("Cursor(%q): got %q, %v; want %q, the Next of its last page", source, got, err, want)
		}
	}
}
