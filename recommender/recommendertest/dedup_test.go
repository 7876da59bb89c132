package recommendertest

// From inside, as mutant_test.go: the checks are seen to fail.

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"slices"
	"testing"

	"github.com/osusume/osusume/recommender"
)

// A byTitle is the simplest Deduplicator that keeps the contract: equal titles
// and years are one work. A field that is set breaks one rule.
type byTitle struct {
	takesAnyID, swallowsErrors, ignoresContext bool
	forgetsKnown, marksByOrder, reviewsLinks   bool
	drops, doubts                              bool
}

func (d byTitle) Resolve(ctx context.Context, known, records iter.Seq2[recommender.Item, error]) (*recommender.Resolution, error) {
	read := func(items iter.Seq2[recommender.Item, error]) ([]recommender.Item, error) {
		var out []recommender.Item
		seen := map[recommender.ItemID]bool{}
		for it, err := range items {
			if err != nil && !d.swallowsErrors {
				return nil, err
			}
			if (it.ID == "" || seen[it.ID]) && !d.takesAnyID {
				return nil, fmt.Errorf("%w: ID %q", recommender.ErrInvalid, it.ID)
			}
			seen[it.ID] = true
			out = append(out, it)
		}
		return out, nil
	}
	if ctx.Err() != nil && !d.ignoresContext {
		return nil, ctx.Err()
	}
	kept, err := read(known)
	if err != nil {
		return nil, err
	}
	items, err := read(records)
	if err != nil {
		return nil, err
	}
	if !d.marksByOrder {
		slices.SortFunc(items, func(a, b recommender.Item) int { return cmp.Compare(a.ID, b.ID) })
	}
	name := map[recommender.ItemID]recommender.ItemID{}
	for _, k := range kept {
		for _, m := range k.Members {
			if !d.forgetsKnown {
				name[m] = k.ID
			}
		}
	}
	key := func(it recommender.Item) string { return fmt.Sprint(it.Title, it.Year) }
	canonical := map[string]recommender.ItemID{}
	for _, it := range items {
		if id, ok := name[it.ID]; ok {
			canonical[key(it)] = id
		}
	}
	r := &recommender.Resolution{}
	for _, it := range items {
		if canonical[key(it)] == "" {
			canonical[key(it)] = recommender.RecordID("item", string(it.ID))
			if d.forgetsKnown && len(kept) > 0 {
				canonical[key(it)] += "'"
			}
		}
		l := recommender.Link{Record: it.ID, Canonical: canonical[key(it)], Confidence: 1}
		if d.doubts {
			l.Confidence = 1.5
		}
		r.Links = append(r.Links, l)
	}
	slices.SortFunc(r.Links, func(a, b recommender.Link) int { return cmp.Compare(a.Record, b.Record) })
	if d.drops && len(r.Links) > 0 {
		r.Links = r.Links[1:]
	}
	if d.reviewsLinks {
		r.Review = r.Links
	}
	return r, nil
}

func TestDeduplicatorSuitePassesWhatKeepsTheContract(t *testing.T) {
	TestDeduplicator(t, byTitle{})
}

func TestDeduplicatorSuiteFindsEveryBrokenRule(t *testing.T) {
	for _, test := range []struct {
		name, check string
		d           byTitle
	}{
		{"drops a record", "LinksEveryRecordOnce", byTitle{drops: true}},
		{"is surer than sure", "LinksEveryRecordOnce", byTitle{doubts: true}},
		{"reviews links that it made", "ReviewsLinksNotMade", byTitle{reviewsLinks: true}},
		{"names groups after the first to come", "OrderDoesNotMatter", byTitle{marksByOrder: true}},
		{"forgets known IDs", "KnownIDsSurvive", byTitle{forgetsKnown: true}},
		{"forgets known IDs", "KnownIDsSurviveNewRecords", byTitle{forgetsKnown: true}},
		{"takes any ID", "RefusesBadIDs", byTitle{takesAnyID: true}},
		{"swallows errors", "SequenceErrorsEndTheRun", byTitle{swallowsErrors: true, takesAnyID: true}},
		{"ignores the context", "HonoursContext", byTitle{ignoresContext: true}},
	} {
		t.Run(test.name, func(t *testing.T) {
			for _, c := range dedupChecks {
				if c.name != test.check {
					continue
				}
				if err := c.check(context.Background(), test.d); err == nil {
					t.Errorf("%s passes a Deduplicator that %s", c.name, test.name)
				}
				return
			}
			t.Errorf("there is no check %s", test.check)
		})
	}
}
