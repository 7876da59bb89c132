package recommendertest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/osusume/osusume/recommender"
)

func storeFilters(t *testing.T, s recommender.Store) {
	log := []recommender.Interaction{
		rate("ann", "a:1", 1, 1), rate("ann", "a:2", 2, 2), rate("bob", "a:1", 3, 3),
		{User: "bob", Item: "a:2", Kind: recommender.View}, {User: "bob", Item: "a:3", Kind: recommender.Like, Time: at(4)},
	}
	put(t, s, recommender.Page{Interactions: slices.Clone(log[:3])})
	put(t, s, recommender.Page{Interactions: slices.Clone(log[3:])})
	for name, f := range map[string]recommender.Filter{
		"user":          {User: "ann"},
		"unknown user":  {User: "zoe"},
		"kinds":         {Kinds: []recommender.Kind{recommender.View, recommender.Like}},
		"no kind":       {Kinds: []recommender.Kind{}},
		"since":         {Since: at(2)},
		"until":         {Until: at(3)},
		"since, until":  {Since: at(2), Until: at(3)},
		"since in part": {Since: at(2).Add(time.Millisecond)},
		"user and kind": {User: "bob", Kinds: []recommender.Kind{recommender.Rate}},
	} {
		var want []recommender.Interaction
		for _, x := range log {
			if f.Match(x) {
				want = append(want, x)
			}
		}
		wantInteractions(t, s, f, want, "a Filter selects as Filter.Match does: "+name)
		table, err := recommender.Load(t.Context(), s, f)
		if err != nil {
			t.Fatalf("Load by %s: %v", name, err)
		}
		if table.Len() != len(want) {
			t.Errorf("Load by %s: got %d rows; want %d", name, table.Len(), len(want))
		}
	}
}

// byRows hides a Store's bulk path.
type byRows struct{ recommender.Dataset }

func storeLoads(t *testing.T, s recommender.Store) {
	linked(t, s)
	for page := range 7 {
		var p recommender.Page
		for i := range 40 {
			n := page*40 + i
			p.Interactions = append(p.Interactions, recommender.Interaction{
				User: recommender.UserID(fmt.Sprintf("u%d", n*7%11)), Item: []recommender.ItemID{"a:1", "b:1", "a:2", "one", "new"}[n*5%17%5],
				Kind: recommender.Kind(n * 3 % 13 % 6), Value: float32(n % 6), Time: at(n * 31 % 19),
			})
		}
		put(t, s, p)
	}
	for name, f := range map[string]recommender.Filter{
		"all": {}, "user": {User: "u3"}, "until": {Until: at(9)}, "rates": {Kinds: []recommender.Kind{recommender.Rate}},
	} {
		bulk, err := recommender.Load(t.Context(), s, f)
		if err != nil {
			t.Fatal(err)
		}
		rows, err := recommender.Load(t.Context(), byRows{s}, f)
		if err != nil {
			t.Fatal(err)
		}
		if rows.Len() == 0 || name == "all" && rows.Replaced == 0 {
			t.Fatalf("%s: %d rows, %d replaced by rows; want some, else this compares nothing", name, rows.Len(), rows.Replaced)
		}
		less := func(a, b recommender.Interaction) bool { return fmt.Sprint(a) < fmt.Sprint(b) }
		got := all(t, bulk.Dataset().Interactions(t.Context(), recommender.Filter{}))
		want := all(t, rows.Dataset().Interactions(t.Context(), recommender.Filter{}))
		if diff := cmp.Diff(want, got, cmpopts.SortSlices(less)); diff != "" {
			t.Errorf("%s: table (-by rows +in bulk):\n%s", name, diff)
		}
		if bulk.Replaced != rows.Replaced {
			t.Errorf("%s: got Replaced %d in bulk; want %d as by rows", name, bulk.Replaced, rows.Replaced)
		}
		sortIDs := cmpopts.SortSlices(func(a, b recommender.ItemID) bool { return a < b })
		if diff := cmp.Diff(rows.Items, bulk.Items, sortIDs); diff != "" {
			t.Errorf("%s: dictionary of items (-by rows +in bulk):\n%s", name, diff)
		}
	}
}

func storeWritesInLoops(t *testing.T, s recommender.Store) {
	put(t, s, recommender.Page{Items: titled("a:1", "a:2"), Interactions: []recommender.Interaction{rate("ann", "a:1", 1, 1), rate("bob", "a:2", 2, 2)}})
	done := make(chan struct{})
	go func() {
		defer close(done)
		for it, err := range s.Items(t.Context()) {
			if err == nil {
				err = s.Put(t.Context(), recommender.Page{Items: titled("new:" + it.ID)}, "loop")
			}
			if err != nil {
				t.Errorf("Put inside a walk of items: %v", err)
			}
		}
		for x, err := range s.Interactions(t.Context(), recommender.Filter{}) {
			if err == nil {
				err = s.Put(t.Context(), recommender.Page{Interactions: []recommender.Interaction{rate("new:"+x.User, x.Item, 3, 3)}}, "loop")
			}
			if err != nil {
				t.Errorf("Put inside a walk of interactions: %v", err)
			}
		}
	}()
	select {
	case <-done:
	case <-time.After(time.Minute): // only a Store that deadlocks waits
		t.Fatal("a Put inside a walk does not return; a walk holds no lock while it yields")
	}
	wantItems(t, s, []recommender.ItemID{"a:1", "a:2", "new:a:1", "new:a:2"}, "a loop body may write")
}

func storeWalksSnapshots(t *testing.T, s recommender.Store) {
	put(t, s, recommender.Page{Items: titled("a:1", "a:2", "a:3"), Interactions: []recommender.Interaction{rate("ann", "a:1", 1, 1), rate("ann", "a:2", 2, 2), rate("bob", "a:3", 3, 3)}})
	var items []recommender.ItemID
	for it, err := range s.Items(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if len(items) == 0 {
			put(t, s, recommender.Page{Items: titled("a:0", "a:9")})
			link(t, s, map[recommender.ItemID]recommender.ItemID{"a:2": "x"})
			if err := s.Delete(t.Context(), []recommender.ItemID{"a:3"}, nil); err != nil {
				t.Fatal(err)
			}
		}
		items = append(items, it.ID)
	}
	if diff := cmp.Diff([]recommender.ItemID{"a:1", "a:2", "a:3"}, items); diff != "" {
		t.Errorf("items (-want +got); a walk sees the state at its start:\n%s", diff)
	}
	before := all(t, s.Interactions(t.Context(), recommender.Filter{}))
	var during []recommender.Interaction
	for x, err := range s.Interactions(t.Context(), recommender.Filter{}) {
		if err != nil {
			t.Fatal(err)
		}
		if len(during) == 0 {
			put(t, s, recommender.Page{Interactions: []recommender.Interaction{rate("ann", "a:1", 5, 9), rate("zoe", "a:1", 5, 9)}})
			link(t, s, map[recommender.ItemID]recommender.ItemID{"a:1": "y"})
			if err := s.Delete(t.Context(), nil, []recommender.UserID{"ann"}); err != nil {
				t.Fatal(err)
			}
		}
		during = append(during, x)
	}
	if diff := cmp.Diff(before, during); diff != "" {
		t.Errorf("interactions (-want +got); a walk sees the state at its start:\n%s", diff)
	}
	wantInteractions(t, s, recommender.Filter{}, []recommender.Interaction{rate("zoe", "y", 5, 9)}, "the next walk sees what was written")
}

func storeBreaksWalks(t *testing.T, s recommender.Store) {
	put(t, s, recommender.Page{Items: titled("a:1", "a:2"), Interactions: []recommender.Interaction{rate("ann", "a:1", 1, 1), rate("ann", "a:2", 2, 2)}})
	for range 3 {
		for range s.Items(t.Context()) {
			break
		}
		for range s.Interactions(t.Context(), recommender.Filter{}) {
			break
		}
	}
	walk := s.Interactions(t.Context(), recommender.Filter{})
	if first, second := len(all(t, walk)), len(all(t, walk)); first != 2 || second != 2 {
		t.Errorf("walks of one sequence: got %d and %d interactions; want 2 each time", first, second)
	}
}
