package dedup_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/osusume/osusume/dedup"
	"github.com/osusume/osusume/recommender"
)

func known(id id, members ...id) recommender.Item {
	return recommender.Item{ID: id, Members: members}
}

func TestChangesTellWhatBecameOfKnownItems(t *testing.T) {
	for _, test := range []struct {
		name  string
		known []recommender.Item
		links map[id][]id // canonical → records
		want  []string
	}{
		{"nothing", []recommender.Item{known("x", "a:1", "b:1")}, map[id][]id{"x": {"a:1", "b:1"}}, nil},
		{"a new item", nil, map[id][]id{"x": {"b:1", "a:1"}}, []string{"created x: a:1, b:1"}},
		{"a known item grows", []recommender.Item{known("x", "a:1")}, map[id][]id{"x": {"a:1", "b:1"}}, []string{"grown x: b:1"}},
		{"two become one", []recommender.Item{known("x", "a:1"), known("y", "b:1", "c:1")}, map[id][]id{"y": {"a:1", "b:1", "c:1"}},
			[]string{"merged y ← x: a:1"}},
		{"one becomes two", []recommender.Item{known("x", "a:1", "b:1", "c:1")}, map[id][]id{"x": {"a:1", "b:1"}, "z": {"c:1"}},
			[]string{"split x → z: c:1", "moved z ← x: c:1"}},
		{"a record goes over", []recommender.Item{known("x", "a:1", "b:1"), known("y", "c:1")}, map[id][]id{"x": {"a:1"}, "y": {"b:1", "c:1"}},
			[]string{"split x → y: b:1", "moved y ← x: b:1"}},
		{"records that are no more", []recommender.Item{known("x", "a:1"), known("y", "b:1", "c:1")}, map[id][]id{"y": {"b:1"}}, []string{"gone x"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			var links []recommender.Link
			for c, records := range test.links {
				for _, r := range records {
					links = append(links, recommender.Link{Record: r, Canonical: c})
				}
			}
			changes, err := dedup.Changes(seq(test.known), links)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, c := range changes {
				got = append(got, c.String())
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("changes (-want +got):\n%s", diff)
			}
		})
	}
}

func TestChangesReturnTheErrorOfKnown(t *testing.T) {
	broken := errors.New("broken")
	_, err := dedup.Changes(func(yield func(recommender.Item, error) bool) { yield(recommender.Item{}, broken) }, nil)
	if !errors.Is(err, broken) {
		t.Errorf("error %v, want %v", err, broken)
	}
}

func ExampleChanges() {
	before := []recommender.Item{{ID: "item:one:1", Members: []recommender.ItemID{"one:1"}}}
	changes, err := dedup.Changes(seq(before), []recommender.Link{
		{Record: "one:1", Canonical: "item:one:1"}, {Record: "two:8", Canonical: "item:one:1"},
	})
	fmt.Println(changes, err)
	// Output: [grown item:one:1: two:8] <nil>
}
