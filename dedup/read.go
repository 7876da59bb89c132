package dedup

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"slices"

	"github.com/osusume/osusume/recommender"
)

// read hands over the items of a sequence one by one and refuses empty IDs. A nil
// sequence is empty.
func read(ctx context.Context, what string, seq iter.Seq2[recommender.Item, error], use func(recommender.Item)) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("dedup: read %s: %w", what, err)
	}
	if seq == nil {
		return nil
	}
	n := 0
	for it, err := range seq {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return fmt.Errorf("dedup: read %s: after %d: %w", what, n, err)
		}
		if it.ID == "" {
			return fmt.Errorf("dedup: read %s: %w: item %d, titled %q, has an empty ID", what, recommender.ErrInvalid, n, clip(it.Title))
		}
		use(it)
		n++
	}
	return nil
}

// reportEvery is how many records are read between two reports.
const reportEvery = 10_000

// readRecords keeps of each record only what is compared.
func (c Config) readRecords(ctx context.Context, seq iter.Seq2[recommender.Item, error]) (*corpus, error) {
	b := newBuilder()
	b.fields = c.Fields
	var records []record
	err := read(ctx, "records", seq, func(it recommender.Item) {
		if len(records)%reportEvery == 0 {
			c.report(Progress{Stage: "read", Done: len(records)})
		}
		records = append(records, b.record(it))
	})
	if err != nil {
		return nil, err
	}
	all := b.corpus(records)
	for i := 1; i < len(records); i++ {
		if all.records[i].id == all.records[i-1].id {
			return nil, repeated("records", all.records[i].id)
		}
	}
	return all, nil
}

// readKnown keeps IDs and members, sorted by ID.
func readKnown(ctx context.Context, seq iter.Seq2[recommender.Item, error]) ([]recommender.Item, error) {
	var items []recommender.Item
	err := read(ctx, "known items", seq, func(it recommender.Item) {
		items = append(items, recommender.Item{ID: it.ID, Members: slices.Clone(it.Members)})
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(items, func(a, b recommender.Item) int { return cmp.Compare(a.ID, b.ID) })
	for i := 1; i < len(items); i++ {
		if items[i].ID == items[i-1].ID {
			return nil, repeated("known items", items[i].ID)
		}
	}
	return items, nil
}

func repeated(what string, id recommender.ItemID) error {
	return fmt.Errorf("dedup: read %s: %w: two items have the ID %q", what, recommender.ErrInvalid, id)
}
