package recommendertest

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math"
	"slices"
	"strconv"
	"testing"

	"github.com/osusume/osusume/recommender"
)

// TestDeduplicator runs the contract of [recommender.Deduplicator] on d, over a
// generated catalogue of works in three sources.
//
//  1. Every record gets exactly one Link, sorted by record, with a canonical ID
//     and a Confidence in [0, 1].
//  2. Review holds links that were not made, best first.
//  3. The same records in any order give the same Resolution.
//  4. A second run with the canonical items of the first as known gives the same
//     Links, whatever the canonical items are called.
//  5. When records are added, a known ID lives on with one of its members.
//  6. An empty ID and two records with one ID are refused with ErrInvalid.
//  7. An error of either sequence ends the run and is returned.
//  8. A cancelled ctx ends the run with its error.
//  9. No records are no links and no error.
func TestDeduplicator(t *testing.T, d recommender.Deduplicator) {
	t.Helper()
	for _, c := range dedupChecks {
		t.Run(c.name, func(t *testing.T) { report(t, c.check(t.Context(), d)) })
	}
}

var dedupChecks = []struct {
	name  string
	check func(context.Context, recommender.Deduplicator) error
}{
	{"LinksEveryRecordOnce", dedupLinks},
	{"ReviewsLinksNotMade", dedupReview},
	{"OrderDoesNotMatter", dedupOrder},
	{"KnownIDsSurvive", dedupKnown},
	{"KnownIDsSurviveNewRecords", dedupGrowth},
	{"RefusesBadIDs", dedupIDs},
	{"SequenceErrorsEndTheRun", dedupErrors},
	{"HonoursContext", dedupContext},
	{"NothingIsNoError", dedupEmpty},
}

// twins makes the records of n works in three sources. Every fifth work is
// missing from one of them and every fourth has a second season, so that a run
// meets records alone, groups, and near misses.
func twins(n int) []recommender.Item {
	first := []string{"Amber", "Broken", "Crystal", "Distant", "Electric", "Fading", "Golden", "Hidden"}
	second := []string{"Voyager", "Orchard", "Marionette", "Lighthouse", "Symphony", "Harvest", "Labyrinth"}
	var out []recommender.Item
	for i := range n {
		title := first[i%len(first)] + " " + second[i%len(second)]
		if round := i / (len(first) * len(second)); round > 0 {
			title += " of House " + strconv.Itoa(100+round)
		}
		for s, source := range []string{"one", "two", "three"} {
			if i%5 == s {
				continue
			}
			it := recommender.Item{
				// The number of a work differs from source to source: it is no evidence.
				ID:    recommender.RecordID(source, strconv.Itoa((i*7+s*11)%(4*n))),
				Title: title,
				Year:  1990 + i%30,
				Attrs: map[string]string{recommender.AttrFormat: "TV", recommender.AttrEpisodes: "12"},
			}
			out = append(out, it)
			if i%4 == 0 {
				it.ID = recommender.RecordID(source, "s"+strconv.Itoa(i))
				it.Title += " 2nd Season"
				it.Year += 2
				out = append(out, it)
			}
		}
	}
	return out
}

// sequence yields items and then err, if there is one.
func sequence(items []recommender.Item, err error) iter.Seq2[recommender.Item, error] {
	return func(yield func(recommender.Item, error) bool) {
		for _, it := range items {
			if !yield(it, nil) {
				return
			}
		}
		if err != nil {
			yield(recommender.Item{}, err)
		}
	}
}

func resolve(ctx context.Context, d recommender.Deduplicator, known, records []recommender.Item) (*recommender.Resolution, error) {
	r, err := d.Resolve(ctx, sequence(known, nil), sequence(records, nil))
	if err != nil {
		return nil, fmt.Errorf("resolve %d records with %d known items: %w", len(records), len(known), err)
	}
	if r == nil {
		return nil, errors.New("no error and no Resolution")
	}
	return r, nil
}

// canonicals makes the known items that a Store would keep after r; rename, if
// not nil, gives them other IDs.
func canonicals(r *recommender.Resolution, rename func(recommender.ItemID) recommender.ItemID) []recommender.Item {
	place := map[recommender.ItemID]int{}
	var out []recommender.Item
	for _, l := range r.Links {
		i, ok := place[l.Canonical]
		if !ok {
			i = len(out)
			place[l.Canonical] = i
			id := l.Canonical
			if rename != nil {
				id = rename(id)
			}
			out = append(out, recommender.Item{ID: id})
		}
		out[i].Members = append(out[i].Members, l.Record)
	}
	return out
}

func dedupLinks(ctx context.Context, d recommender.Deduplicator) error {
	records := twins(60)
	r, err := resolve(ctx, d, nil, records)
	if err != nil {
		return err
	}
	want := make([]recommender.ItemID, len(records))
	for i, it := range records {
		want[i] = it.ID
	}
	slices.Sort(want)
	got := make([]recommender.ItemID, len(r.Links))
	for i, l := range r.Links {
		got[i] = l.Record
		if l.Canonical == "" {
			return fmt.Errorf("record %q has no canonical ID", l.Record)
		}
		if !(l.Confidence >= 0 && l.Confidence <= 1) {
			return fmt.Errorf("record %q has confidence %v", l.Record, l.Confidence)
		}
	}
	if !slices.Equal(got, want) {
		return fmt.Errorf("links are of %d records, want each of %d once, sorted", len(got), len(want))
	}
	return nil
}

func dedupReview(ctx context.Context, d recommender.Deduplicator) error {
	r, err := resolve(ctx, d, nil, twins(60))
	if err != nil {
		return err
	}
	canonical := map[recommender.ItemID]recommender.ItemID{}
	exists := map[recommender.ItemID]bool{}
	for _, l := range r.Links {
		canonical[l.Record] = l.Canonical
		exists[l.Canonical] = true
	}
	last := math.Inf(1)
	for _, l := range r.Review {
		own, ok := canonical[l.Record]
		switch {
		case !ok:
			return fmt.Errorf("review of %q, which is no record", l.Record)
		case own == l.Canonical:
			return fmt.Errorf("review of %q → %q, a link that was made", l.Record, l.Canonical)
		case !exists[l.Canonical]:
			return fmt.Errorf("review of %q → %q, to which nothing is linked", l.Record, l.Canonical)
		case !(l.Confidence >= 0 && l.Confidence <= 1):
			return fmt.Errorf("review of %q has confidence %v", l.Record, l.Confidence)
		case l.Confidence > last:
			return fmt.Errorf("review of %q with confidence %v comes after one with %v", l.Record, l.Confidence, last)
		}
		last = l.Confidence
	}
	return nil
}

func dedupOrder(ctx context.Context, d recommender.Deduplicator) error {
	records := twins(60)
	a, err := resolve(ctx, d, nil, records)
	if err != nil {
		return err
	}
	for _, seed := range []uint64{1, 2} {
		shuffled := shuffle(records, seed)
		b, err := resolve(ctx, d, nil, shuffled)
		if err != nil {
			return err
		}
		if !slices.Equal(a.Links, b.Links) {
			return fmt.Errorf("records in another order (seed %d) give other links: %v", seed, firstDifference(a.Links, b.Links))
		}
		if !slices.Equal(a.Review, b.Review) {
			return fmt.Errorf("records in another order (seed %d) give another review", seed)
		}
	}
	return nil
}

// shuffle returns a reordered copy, the same for the same seed.
func shuffle(items []recommender.Item, seed uint64) []recommender.Item {
	out := slices.Clone(items)
	state := seed
	for i := len(out) - 1; i > 0; i-- {
		state = state*6364136223846793005 + 1442695040888963407
		j := int((state >> 33) % uint64(i+1))
		out[i], out[j] = out[j], out[i]
	}
	return out
}

func firstDifference(a, b []recommender.Link) string {
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return fmt.Sprintf("%+v and %+v", a[i], b[i])
		}
	}
	return fmt.Sprintf("%d and %d links", len(a), len(b))
}

var errSequence = errors.New("the sequence broke")

func dedupErrors(ctx context.Context, d recommender.Deduplicator) error {
	records := twins(6)
	if _, err := d.Resolve(ctx, sequence(nil, nil), sequence(records, errSequence)); !errors.Is(err, errSequence) {
		return fmt.Errorf("records end with an error, Resolve returns %v", err)
	}
	if _, err := d.Resolve(ctx, sequence(nil, errSequence), sequence(records, nil)); !errors.Is(err, errSequence) {
		return fmt.Errorf("known ends with an error, Resolve returns %v", err)
	}
	return nil
}

func dedupContext(ctx context.Context, d recommender.Deduplicator) error {
	ctx, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := d.Resolve(ctx, sequence(nil, nil), sequence(twins(6), nil)); !errors.Is(err, context.Canceled) {
		return fmt.Errorf("ctx is cancelled, Resolve returns %v", err)
	}
	return nil
}

func dedupEmpty(ctx context.Context, d recommender.Deduplicator) error {
	r, err := resolve(ctx, d, nil, nil)
	if err != nil {
		return err
	}
	if len(r.Links) > 0 || len(r.Review) > 0 {
		return fmt.Errorf("no records give %d links and %d reviews", len(r.Links), len(r.Review))
	}
	return nil
}
