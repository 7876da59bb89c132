package recommendertest

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/osusume/osusume/recommender"
)

func dedupKnown(ctx context.Context, d recommender.Deduplicator) error {
	records := twins(60)
	a, err := resolve(ctx, d, nil, records)
	if err != nil {
		return err
	}
	b, err := resolve(ctx, d, canonicals(a, nil), records)
	if err != nil {
		return err
	}
	if !slices.Equal(a.Links, b.Links) {
		return fmt.Errorf("a second run gives other links: %v", firstDifference(a.Links, b.Links))
	}
	// IDs from elsewhere survive as well as the run's own.
	rename := func(id recommender.ItemID) recommender.ItemID { return "kept:" + id }
	c, err := resolve(ctx, d, shuffle(canonicals(a, rename), 3), records)
	if err != nil {
		return err
	}
	want := slices.Clone(a.Links)
	for i := range want {
		want[i].Canonical = rename(want[i].Canonical)
	}
	if !slices.Equal(c.Links, want) {
		return fmt.Errorf("known IDs do not survive: %v", firstDifference(c.Links, want))
	}
	return nil
}

func dedupGrowth(ctx context.Context, d recommender.Deduplicator) error {
	all := twins(60)
	var some []recommender.Item
	for i, it := range all {
		if i%3 != 0 {
			some = append(some, it)
		}
	}
	a, err := resolve(ctx, d, nil, some)
	if err != nil {
		return err
	}
	known := canonicals(a, nil)
	b, err := resolve(ctx, d, known, all)
	if err != nil {
		return err
	}
	canonical := map[recommender.ItemID]recommender.ItemID{}
	old := map[recommender.ItemID]bool{}
	for _, l := range b.Links {
		canonical[l.Record] = l.Canonical
	}
	for _, k := range known {
		old[k.ID] = true
	}
	for _, k := range known {
		for _, m := range k.Members {
			// Two known items may have become one: its ID is then one of theirs.
			if !old[canonical[m]] && len(k.Members) == 1 {
				return fmt.Errorf("the only member %q of %q now belongs to the new ID %q", m, k.ID, canonical[m])
			}
		}
		survives := func(m recommender.ItemID) bool { return old[canonical[m]] }
		if !slices.ContainsFunc(k.Members, survives) {
			return fmt.Errorf("no member of %q has a known ID any more", k.ID)
		}
	}
	return nil
}

func dedupIDs(ctx context.Context, d recommender.Deduplicator) error {
	good := twins(6)
	for _, c := range []struct {
		name           string
		known, records []recommender.Item
	}{
		{"a record without an ID", nil, append(slices.Clone(good), recommender.Item{Title: "Nameless"})},
		{"two records with one ID", nil, append(slices.Clone(good), recommender.Item{ID: good[0].ID, Title: "Again"})},
		{"a known item without an ID", []recommender.Item{{Members: []recommender.ItemID{good[0].ID}}}, good},
	} {
		_, err := d.Resolve(ctx, sequence(c.known, nil), sequence(c.records, nil))
		if !errors.Is(err, recommender.ErrInvalid) {
			return fmt.Errorf("%s: error %v, want ErrInvalid", c.name, err)
		}
	}
	return nil
}
