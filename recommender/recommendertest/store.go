package recommendertest

import (
	"context"
	"errors"
	"fmt"
	"iter"
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
