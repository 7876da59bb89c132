package recommendertest

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/osusume/osusume/recommender"
)

// TestStore checks every rule in the contract of [recommender.Store]. open
// returns a new, empty Store at each call; TestStore closes it.
//
// Times in the suite are whole seconds, in UTC: a Store need not keep more.
func TestStore(t *testing.T, open func(t *testing.T) recommender.Store) {
	t.Helper()
	rules := []struct {
		name  string
		check func(t *testing.T, s recommender.Store)
	}{
		{"AnEmptyStoreHasNothing", storeEmpty},
		{"PutKeepsAllFieldsOfAnItem", storeKeepsItems},
		{"PutKeepsAllFieldsOfAnInteraction", storeKeepsInteractions},
		{"PutCopiesWhatItKeeps", storeCopies},
		{"AnItemReplacesTheEarlierOne", storeReplacesItems},
		{"AStateReplacesTheEarlierUnlessOlder", storeReplacesStates},
		{"ClicksAddUp", storeKeepsEvents},
		{"ARefusedPageLeavesNothing", storeRefusesWholePages},
		{"TheCursorIsCommittedWithItsPage", storeCursor},
		{"FiltersSelect", storeFilters},
		{"InteractionsResolveThroughTheLinks", storeResolves},
		{"AMergeCanBeUndone", storeUndoesMerges},
		{"BadLinksAreRefused", storeRefusesLinks},
		{"ItemsComeCanonicalFirstSortedByID", storeItemOrder},
		{"LoadIsTheSameByRowsAndInBulk", storeLoads},
		{"TheLoopBodyMayWrite", storeWritesInLoops},
		{"AWalkSeesTheStateAtItsStart", storeWalksSnapshots},
		{"AWalkMayBeBrokenOff", storeBreaksWalks},
		{"DeleteForgets", storeDeletes},
		{"ACancelledContextEndsTheCall", storeHonoursContext},
		{"ConcurrentUseIsSafe", storeConcurrent},
		{"AfterCloseEveryMethodErrors", storeCloses},
	}
	for _, rule := range rules {
		t.Run(rule.name, func(t *testing.T) {
			s := open(t)
			t.Cleanup(func() { _ = s.Close() })
			rule.check(t, s)
		})
	}
}

// at is a whole second, n minutes into the suite's time.
func at(n int) time.Time { return time.Unix(1_600_000_000+int64(n)*60, 0).UTC() }

func rate(user recommender.UserID, item recommender.ItemID, stars float32, minute int) recommender.Interaction {
	return recommender.Interaction{User: user, Item: item, Kind: recommender.Rate, Value: stars, Time: at(minute)}
}

func put(t *testing.T, s recommender.Store, p recommender.Page) {
	t.Helper()
	if err := s.Put(t.Context(), p, "suite"); err != nil {
		t.Fatalf("Put: %v; want the page stored", err)
	}
}

func titled(ids ...recommender.ItemID) []recommender.Item {
	items := make([]recommender.Item, len(ids))
	for i, id := range ids {
		items[i] = recommender.Item{ID: id, Title: "title of " + string(id)}
	}
	return items
}

// all drains a walk, which must not fail.
func all[T any](t *testing.T, walk iter.Seq2[T, error]) []T {
	t.Helper()
	var got []T
	for x, err := range walk {
		if err != nil {
			t.Fatalf("walk: %v; want no error", err)
		}
		got = append(got, x)
	}
	return got
}

func itemIDs(items []recommender.Item) []recommender.ItemID {
	ids := make([]recommender.ItemID, len(items))
	for i, it := range items {
		ids[i] = it.ID
	}
	return ids
}

// wantInteractions compares the interactions that f selects, in any order.
func wantInteractions(t *testing.T, s recommender.Store, f recommender.Filter, want []recommender.Interaction, rule string) {
	t.Helper()
	got := all(t, s.Interactions(t.Context(), f))
	less := func(a, b recommender.Interaction) bool { return fmt.Sprint(a) < fmt.Sprint(b) }
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty(), cmpopts.SortSlices(less)); diff != "" {
		t.Errorf("interactions (-want +got); %s:\n%s", rule, diff)
	}
}

func wantItems(t *testing.T, s recommender.Store, want []recommender.ItemID, rule string) {
	t.Helper()
	got := itemIDs(all(t, s.Items(t.Context())))
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("items (-want +got); %s:\n%s", rule, diff)
	}
}

func wantError(t *testing.T, err, want error, call string) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%s: got error %v; want one that wraps %q", call, err, want)
	}
}

func storeEmpty(t *testing.T, s recommender.Store) {
	wantItems(t, s, nil, "a new Store is empty")
	wantInteractions(t, s, recommender.Filter{}, nil, "a new Store is empty")
	_, err := s.Item(t.Context(), "a:1")
	wantError(t, err, recommender.ErrNotFound, "Item of an unknown ID")
	if c, err := s.Cursor(t.Context(), "suite"); c != "" || err != nil {
		t.Errorf("Cursor before the first Put: got %q, %v; want the zero Cursor", c, err)
	}
	table, err := recommender.Load(t.Context(), s, recommender.Filter{})
	if err != nil || table.Len() != 0 {
		t.Errorf("Load: got %v, %v; want an empty Table", table, err)
	}
}

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

func storeDeletes(t *testing.T, s recommender.Store) {
	linked(t, s)
	put(t, s, recommender.Page{Interactions: []recommender.Interaction{
		rate("ann", "a:1", 1, 1), rate("ann", "b:2", 2, 2), rate("bob", "b:1", 3, 3), rate("bob", "a:2", 4, 4), rate("cat", "a:2", 5, 5), rate("dan", "one", 1, 6),
	}, Next: "kept"})
	if err := s.Delete(t.Context(), []recommender.ItemID{"b:1", "never there"}, []recommender.UserID{"cat", "never there"}); err != nil {
		t.Fatalf("Delete: %v; IDs that are not there are no error", err)
	}
	_, err := s.Item(t.Context(), "b:1")
	wantError(t, err, recommender.ErrNotFound, "Item of a deleted record")
	wantInteractions(t, s, recommender.Filter{}, []recommender.Interaction{
		rate("ann", "one", 1, 1), rate("ann", "b:2", 2, 2), rate("bob", "a:2", 4, 4), rate("dan", "one", 1, 6),
	}, "deleted records and users go with their interactions, and only they")
	if err := s.Delete(t.Context(), []recommender.ItemID{"one"}, nil); err != nil {
		t.Fatal(err)
	}
	_, err = s.Item(t.Context(), "one")
	wantError(t, err, recommender.ErrNotFound, "Item of a deleted canonical item")
	for x, err := range s.Interactions(t.Context(), recommender.Filter{}) {
		if err != nil || x.Item == "one" {
			t.Errorf("interaction %v, %v; want none with a deleted canonical item", x, err)
		}
	}
	if err := s.Delete(t.Context(), nil, nil); err != nil {
		t.Errorf("Delete of nothing: %v", err)
	}
	if c, err := s.Cursor(t.Context(), "suite"); c != "kept" || err != nil {
		t.Errorf("Cursor after Delete: got %q, %v; want %q", c, err, "kept")
	}
	put(t, s, recommender.Page{Items: titled("b:1"), Interactions: []recommender.Interaction{rate("cat", "b:1", 2, 1)}})
	wantInteractions(t, s, recommender.Filter{User: "cat"}, []recommender.Interaction{rate("cat", "b:1", 2, 1)}, "what was deleted may come again, and is not linked")
}

func storeHonoursContext(t *testing.T, s recommender.Store) {
	put(t, s, recommender.Page{Items: titled("a:1"), Interactions: []recommender.Interaction{rate("ann", "a:1", 1, 1)}})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for call, err := range storeCalls(ctx, s) {
		wantError(t, err, context.Canceled, call+" with a cancelled context")
	}
	wantItems(t, s, []recommender.ItemID{"a:1"}, "a cancelled call writes nothing")
}

// storeCalls calls every method once and returns their errors.
func storeCalls(ctx context.Context, s recommender.Store) map[string]error {
	errs := map[string]error{}
	_, errs["Item"] = s.Item(ctx, "a:1")
	_, errs["Cursor"] = s.Cursor(ctx, "suite")
	_, errs["Load"] = recommender.Load(ctx, s, recommender.Filter{})
	errs["Put"] = s.Put(ctx, recommender.Page{Items: titled("a:2"), Next: "x"}, "suite")
	errs["Link"] = s.Link(ctx, &recommender.Resolution{}, nil)
	errs["Delete"] = s.Delete(ctx, []recommender.ItemID{"a:1"}, nil)
	errs["Items"] = nil
	for _, err := range s.Items(ctx) {
		errs["Items"] = err
	}
	errs["Interactions"] = nil
	for _, err := range s.Interactions(ctx, recommender.Filter{}) {
		errs["Interactions"] = err
	}
	return errs
}

func storeConcurrent(t *testing.T, s recommender.Store) {
	const writers, pages = 3, 4
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for p := range pages {
				id := recommender.ItemID(fmt.Sprintf("w%d:%d", w, p))
				user := recommender.UserID(fmt.Sprintf("user%d", w))
				err := s.Put(t.Context(), recommender.Page{
					Items: titled(id), Interactions: []recommender.Interaction{rate(user, id, 1, p), rate(user, "shared", 2, w*pages+p)},
					Next: recommender.Cursor(fmt.Sprint(p)),
				}, fmt.Sprint(w))
				if err != nil {
					t.Errorf("Put: %v", err)
				}
			}
		})
		wg.Go(func() {
			for range pages {
				items, log := 0, 0
				for _, err := range s.Items(t.Context()) {
					items++
					if err != nil {
						t.Errorf("Items: %v", err)
					}
				}
				for x, err := range s.Interactions(t.Context(), recommender.Filter{}) {
					if x.Item != "shared" {
						log++
					}
					if err != nil {
						t.Errorf("Interactions: %v", err)
					}
				}
				if log < items { // the second walk starts later, and every page brings one of each
					t.Errorf("a walk saw %d items and a later one %d interactions; want whole pages", items, log)
				}
				if _, err := recommender.Load(t.Context(), s, recommender.Filter{}); err != nil {
					t.Errorf("Load: %v", err)
				}
				if _, err := s.Cursor(t.Context(), "0"); err != nil {
					t.Errorf("Cursor: %v", err)
				}
			}
		})
	}
	wg.Wait()
	if got := len(all(t, s.Items(t.Context()))); got != writers*pages {
		t.Errorf("got %d items after concurrent Puts; want %d", got, writers*pages)
	}
	if got := len(all(t, s.Interactions(t.Context(), recommender.Filter{}))); got != writers*(pages+1) {
		t.Errorf("got %d interactions after concurrent Puts; want %d", got, writers*(pages+1))
	}
}

func storeCloses(t *testing.T, s recommender.Store) {
	put(t, s, recommender.Page{Items: titled("a:1"), Interactions: []recommender.Interaction{rate("ann", "a:1", 1, 1)}})
	if err := s.Close(); err != nil {
		t.Fatalf("Close: %v", err)
	}
	for call, err := range storeCalls(t.Context(), s) {
		if err == nil {
			t.Errorf("%s after Close: got no error; want one", call)
		}
	}
	if s.Close() == nil {
		t.Error("a second Close: got no error; want one")
	}
}
