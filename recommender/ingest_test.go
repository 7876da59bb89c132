package recommender_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/storage"
)

// A paged is a Source of n pages with one item and one interaction each.
type paged struct {
	name  string
	n     int
	fail  int  // the page before which the walk fails; 0: never
	spoil bool // add an interaction that no store takes
}

func (p paged) Name() string { return p.name }

func (p paged) Pages(_ context.Context, from recommender.Cursor) iter.Seq2[recommender.Page, error] {
	return func(yield func(recommender.Page, error) bool) {
		first := 0
		if from != "" {
			if _, err := fmt.Sscan(string(from), &first); err != nil {
				yield(recommender.Page{}, err)
				return
			}
		}
		for i := first; i < p.n; i++ {
			if p.fail != 0 && i == p.fail {
				yield(recommender.Page{}, errBroken)
				return
			}
			id := recommender.RecordID(p.name, fmt.Sprint(i))
			page := recommender.Page{
				Items:        []recommender.Item{{ID: id, Title: fmt.Sprint("title ", i)}},
				Interactions: []recommender.Interaction{{User: "u", Item: id}},
				Next:         recommender.Cursor(fmt.Sprint(i + 1)),
			}
			if p.spoil {
				page.Interactions = append(page.Interactions, recommender.Interaction{User: "u", Item: id, Kind: recommender.Rate, Value: 9})
				page.Items = append(page.Items, recommender.Item{Title: "no ID"})
			}
			if !yield(page, nil) {
				return
			}
		}
	}
}

var errBroken = errors.New("broken")

func TestIngestGoesOnWhereItStopped(t *testing.T) {
	s := storage.NewMemory()
	rep, err := recommender.Ingest(t.Context(), paged{name: "a", n: 10, fail: 4}, s, recommender.IngestOptions{})
	if !errors.Is(err, errBroken) || rep.Items != 4 || rep.Resumed {
		t.Fatalf("first run: %+v, %v", rep, err)
	}
	calls := 0
	rep, err = recommender.Ingest(t.Context(), paged{name: "a", n: 10}, s, recommender.IngestOptions{
		Progress: func(recommender.IngestReport) { calls++ },
	})
	if err != nil || rep.Items != 6 || !rep.Resumed || calls != 6 {
		t.Fatalf("second run: %+v, %v, %d calls of Progress", rep, err, calls)
	}
	tb, err := recommender.Load(t.Context(), s, recommender.Filter{})
	if err != nil || tb.Len() != 10 || len(tb.Items) != 10 {
		t.Errorf("the store has %d interactions with %d items, %v; want 10, 10", tb.Len(), len(tb.Items), err)
	}
}

func TestIngestCountsWhatNoStoreTakes(t *testing.T) {
	s := storage.NewMemory()
	rep, err := recommender.Ingest(t.Context(), paged{name: "a", n: 5, spoil: true}, s, recommender.IngestOptions{KeepBad: 3})
	if err != nil {
		t.Fatal(err)
	}
	if rep.Items != 5 || rep.Interactions != 5 || rep.BadCount != 10 || len(rep.Bad) != 3 {
		t.Errorf("%d items, %d interactions, %d bad of which %d kept; want 5, 5, 10, 3", rep.Items, rep.Interactions, rep.BadCount, len(rep.Bad))
	}
	if !errors.Is(rep.Bad[0], recommender.ErrInvalid) {
		t.Errorf("reason %v does not wrap ErrInvalid", rep.Bad[0])
	}
}

// byTitle is a Deduplicator that puts equal titles together.
type byTitle struct{}

func (byTitle) Resolve(_ context.Context, _, records iter.Seq2[recommender.Item, error]) (*recommender.Resolution, error) {
	var res recommender.Resolution
	for it, err := range records {
		if err != nil {
			return nil, err
		}
		res.Links = append(res.Links, recommender.Link{Record: it.ID, Canonical: recommender.ItemID("item:" + it.Title), Confidence: 1})
	}
	return &res, nil
}

func TestDeduplicateMergesRecordsAndTheirInteractions(t *testing.T) {
	s := storage.NewMemory()
	for _, name := range []string{"a", "b"} {
		if _, err := recommender.Ingest(t.Context(), paged{name: name, n: 3}, s, recommender.IngestOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 { // the second run finds canonical items there
		if _, err := recommender.Deduplicate(t.Context(), byTitle{}, s); err != nil {
			t.Fatal(err)
		}
		it, err := s.Item(t.Context(), "item:title 1")
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]recommender.ItemID{"a:1", "b:1"}, it.Members); diff != "" {
			t.Error(diff)
		}
		tb, err := recommender.Load(t.Context(), s, recommender.Filter{})
		if err != nil {
			t.Fatal(err)
		}
		if tb.Len() != 3 || tb.Replaced != 3 || len(tb.Items) != 3 {
			t.Errorf("%d interactions with %d items, %d replaced; want 3, 3, 3", tb.Len(), len(tb.Items), tb.Replaced)
		}
	}
}

func TestRecordsWithoutABulkPath(t *testing.T) {
	s := storage.NewMemory()
	if _, err := recommender.Ingest(t.Context(), paged{name: "a", n: 3}, s, recommender.IngestOptions{}); err != nil {
		t.Fatal(err)
	}
	if _, err := recommender.Deduplicate(t.Context(), byTitle{}, s); err != nil {
		t.Fatal(err)
	}
	var got []recommender.ItemID
	for it, err := range recommender.Records(t.Context(), struct{ recommender.Store }{s}) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, it.ID)
	}
	if diff := cmp.Diff([]recommender.ItemID{"a:0", "a:1", "a:2"}, got); diff != "" {
		t.Error(diff)
	}
}

// A repeating is a Source whose pages are the same slices at every walk.
type repeating struct{ page recommender.Page }

func (repeating) Name() string { return "repeating" }

func (r repeating) Pages(context.Context, recommender.Cursor) iter.Seq2[recommender.Page, error] {
	return func(yield func(recommender.Page, error) bool) { yield(r.page, nil) }
}

func TestIngestLeavesThePagesOfASourceAsTheyAre(t *testing.T) {
	bad := make([]*recommender.RecordError, 0, 4)
	src := repeating{recommender.Page{
		Items:        []recommender.Item{{Title: "no ID"}, {ID: "s:1"}, {ID: "s:2"}},
		Interactions: []recommender.Interaction{{User: "u"}, {User: "u", Item: "s:1"}, {Item: "s:2"}, {User: "u", Item: "s:2"}},
		Bad:          bad,
	}}
	for walk := range 2 {
		rep, err := recommender.Ingest(t.Context(), src, storage.NewMemory(), recommender.IngestOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if got, want := [3]int{rep.Items, rep.Interactions, rep.BadCount}, [3]int{2, 2, 3}; got != want {
			t.Errorf("walk %d: %v items, interactions and bad ones, want %v", walk, got, want)
		}
	}
	if src.page.Items[0].Title != "no ID" || bad[:1][0] != nil {
		t.Errorf("the source's own slices have changed: %v, %v", src.page.Items, bad[:1])
	}
}
