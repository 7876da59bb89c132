package dedup_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/osusume/osusume/dedup"
	"github.com/osusume/osusume/recommender"
)

func TestCanonicalIDsOutliveTheirFirstRecord(t *testing.T) {
	a, b, c := item("a:1", "Silver Tide", 2001, nil), item("b:1", "Silver Tide", 2001, nil), item("c:1", "Silver Tide", 2001, nil)
	first := resolve(t, dedup.Config{}, nil, []recommender.Item{b, c})
	if got, want := first.Links[0].Canonical, recommender.ItemID("item:b:1"); got != want {
		t.Fatalf("canonical %q, want %q", got, want)
	}
	known := []recommender.Item{{ID: "item:b:1", Members: []recommender.ItemID{"b:1", "c:1"}}}
	for _, l := range resolve(t, dedup.Config{}, known, []recommender.Item{a, c}).Links {
		if l.Canonical != "item:b:1" {
			t.Errorf("record %q has canonical %q, want item:b:1", l.Record, l.Canonical)
		}
	}
}

func TestCanonicalIDsOfMergesAndSplits(t *testing.T) {
	twin := func(id string) recommender.Item { return item(id, "Silver Tide", 2001, nil) }
	stranger := item("a:1", "Copper Moon", 1980, nil)
	for _, test := range []struct {
		name    string
		known   []recommender.Item
		records []recommender.Item
		want    map[recommender.ItemID]recommender.ItemID
	}{
		{
			"two known become one: the larger wins",
			[]recommender.Item{{ID: "x", Members: []recommender.ItemID{"a:1"}}, {ID: "y", Members: []recommender.ItemID{"b:1", "c:1"}}},
			[]recommender.Item{twin("a:1"), twin("b:1"), twin("c:1")},
			map[recommender.ItemID]recommender.ItemID{"a:1": "y", "b:1": "y", "c:1": "y"},
		},
		{
			"two known become one: of equals the smaller ID wins",
			[]recommender.Item{{ID: "y", Members: []recommender.ItemID{"a:1"}}, {ID: "x", Members: []recommender.ItemID{"b:1"}}},
			[]recommender.Item{twin("a:1"), twin("b:1")},
			map[recommender.ItemID]recommender.ItemID{"a:1": "x", "b:1": "x"},
		},
		{
			"one known becomes two: the larger part keeps the ID and nobody takes it",
			[]recommender.Item{{ID: "item:a:1", Members: []recommender.ItemID{"a:1", "b:1", "c:1"}}},
			[]recommender.Item{stranger, twin("b:1"), twin("c:1")},
			map[recommender.ItemID]recommender.ItemID{"a:1": "item:a:1~2", "b:1": "item:a:1", "c:1": "item:a:1"},
		},
		{
			"a source whose records look like canonical items",
			nil,
			[]recommender.Item{twin("a:1"), twin("b:1"), item("item:a:1", "Copper Moon", 1980, nil)},
			map[recommender.ItemID]recommender.ItemID{"a:1": "item:a:1~2", "b:1": "item:a:1~2", "item:a:1": "item:item:a:1"},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := map[recommender.ItemID]recommender.ItemID{}
			for _, l := range resolve(t, dedup.Config{}, test.known, test.records).Links {
				got[l.Record] = l.Canonical
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("canonical IDs (-want +got):\n%s", diff)
			}
		})
	}
}
