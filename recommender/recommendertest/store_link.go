package recommendertest

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/osusume/osusume/recommender"
)

// linked is a store of records a:1, a:2, b:1, b:2 of which a:1 and b:1 are one item.
func linked(t *testing.T, s recommender.Store) {
	t.Helper()
	put(t, s, recommender.Page{Items: titled("b:2", "b:1", "a:2", "a:1")})
	link(t, s, map[recommender.ItemID]recommender.ItemID{"a:1": "one", "b:1": "one"})
}

// link merges records into canonical items.
func link(t *testing.T, s recommender.Store, of map[recommender.ItemID]recommender.ItemID) {
	t.Helper()
	members := map[recommender.ItemID][]recommender.ItemID{}
	r := &recommender.Resolution{}
	for record, canonical := range of {
		r.Links = append(r.Links, recommender.Link{Record: record, Canonical: canonical, Confidence: 0.9})
		members[canonical] = append(members[canonical], record)
	}
	var items []recommender.Item
	for id, list := range members {
		slices.Sort(list)
		items = append(items, recommender.Item{ID: id, Title: "merged " + string(id), Members: list})
	}
	if err := s.Link(t.Context(), r, items); err != nil {
		t.Fatalf("Link: %v", err)
	}
}

func storeResolves(t *testing.T, s recommender.Store) {
	linked(t, s)
	put(t, s, recommender.Page{Interactions: []recommender.Interaction{
		rate("ann", "a:1", 4, 1), rate("bob", "b:1", 3, 2), rate("bob", "b:2", 2, 3), rate("cat", "one", 1, 4), rate("dan", "nowhere", 1, 5),
	}})
	wantInteractions(t, s, recommender.Filter{}, []recommender.Interaction{
		rate("ann", "one", 4, 1), rate("bob", "one", 3, 2), rate("bob", "b:2", 2, 3), rate("cat", "one", 1, 4), rate("dan", "nowhere", 1, 5),
	}, "a linked record resolves to its canonical item, any other ID to itself")
}

func storeUndoesMerges(t *testing.T, s recommender.Store) {
	linked(t, s)
	mine := []recommender.Interaction{rate("ann", "a:1", 4, 1), rate("ann", "b:1", 2, 2), rate("bob", "b:2", 1, 3)}
	put(t, s, recommender.Page{Interactions: slices.Clone(mine)})
	link(t, s, map[recommender.ItemID]recommender.ItemID{"b:1": "two", "b:2": "two"})
	wantItems(t, s, []recommender.ItemID{"two", "a:1", "a:2"}, "Link replaces all links and canonical items")
	wantInteractions(t, s, recommender.Filter{}, []recommender.Interaction{rate("ann", "a:1", 4, 1), rate("ann", "two", 2, 2), rate("bob", "two", 1, 3)},
		"Link replaces all links")
	if err := s.Link(t.Context(), &recommender.Resolution{}, nil); err != nil {
		t.Fatalf("Link of nothing: %v; want all links gone", err)
	}
	wantItems(t, s, []recommender.ItemID{"a:1", "a:2", "b:1", "b:2"}, "without links every record is an item")
	wantInteractions(t, s, recommender.Filter{}, mine, "without links every interaction is back under the ID it came with")
	_, err := s.Item(t.Context(), "one")
	wantError(t, err, recommender.ErrNotFound, "Item of a canonical item that was replaced")
}

func storeRefusesLinks(t *testing.T, s recommender.Store) {
	linked(t, s)
	one := func(l recommender.Link) *recommender.Resolution {
		return &recommender.Resolution{Links: []recommender.Link{l}}
	}
	canonical := []recommender.Item{{ID: "two", Members: []recommender.ItemID{"a:2"}}}
	for name, err := range map[string]error{
		"to an item that the call does not bring": s.Link(t.Context(), one(recommender.Link{Record: "a:2", Canonical: "one"}), canonical),
		"of a record that is not stored":          s.Link(t.Context(), one(recommender.Link{Record: "zzz", Canonical: "two"}), canonical),
		"of an empty ID":                          s.Link(t.Context(), one(recommender.Link{Canonical: "two"}), canonical),
		"to an item with an empty ID":             s.Link(t.Context(), &recommender.Resolution{}, []recommender.Item{{Title: "nameless"}}),
	} {
		wantError(t, err, recommender.ErrInvalid, "Link "+name)
	}
	wantItems(t, s, []recommender.ItemID{"one", "a:2", "b:2"}, "a refused Link changes nothing")
}

func storeItemOrder(t *testing.T, s recommender.Store) {
	put(t, s, recommender.Page{Items: titled("b:2", "z:1", "a:1")})
	put(t, s, recommender.Page{Items: titled("c:1", "a:0", "b:1")})
	link(t, s, map[recommender.ItemID]recommender.ItemID{"a:1": "x", "b:1": "k", "z:1": "k"})
	wantItems(t, s, []recommender.ItemID{"k", "x", "a:0", "b:2", "c:1"}, "canonical items, then records without a link, each sorted by ID")
	for _, id := range []recommender.ItemID{"k", "a:0", "z:1"} {
		if it, err := s.Item(t.Context(), id); err != nil || it.ID != id {
			t.Errorf("Item(%q): got %q, %v; want canonical items and all records found, linked ones too", id, it.ID, err)
		}
	}
	var records []recommender.ItemID
	for it, err := range recommender.Records(t.Context(), s) {
		if err != nil {
			t.Fatal(err)
		}
		records = append(records, it.ID)
	}
	slices.Sort(records)
	if diff := cmp.Diff([]recommender.ItemID{"a:0", "a:1", "b:1", "b:2", "c:1", "z:1"}, records); diff != "" {
		t.Errorf("records (-want +got); every record is there, linked or not:\n%s", diff)
	}
}
