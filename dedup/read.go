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
func read(ctx context.Context, what string, seq iter.Seq2[recommender.Item, error], use func(recommender.Item) error) error {
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
		if err := use(it); err != nil {
			return err
		}
		n++
	}
	return nil
}

// reportEvery is how many records are read between two reports.
const reportEvery = 10_000

// readBatch is how many items wait to have their titles read together.
const readBatch = 2048

// readRecords keeps of each record only what is compared.
func (c Config) readRecords(ctx context.Context, seq iter.Seq2[recommender.Item, error]) (*corpus, error) {
	b := newBuilder()
	b.fields = c.Fields
	var records []record
	batch := make([]recommender.Item, 0, readBatch)
	flush := func() error {
		titles, err := readTitles(ctx, c.Workers, batch)
		if err != nil {
			return fmt.Errorf("dedup: read records: after %d: %w", len(records), err)
		}
		for i, it := range batch {
			records = append(records, b.record(it, titles[i]))
		}
		batch = batch[:0]
		return nil
	}
	n := 0
	err := read(ctx, "records", seq, func(it recommender.Item) error {
		if n%reportEvery == 0 {
			c.report(Progress{Stage: "read", Done: n})
		}
		n++
		if batch = append(batch, it); len(batch) < readBatch {
			return nil
		}
		return flush()
	})
	if err == nil {
		err = flush()
	}
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
	err := read(ctx, "known items", seq, func(it recommender.Item) error {
		items = append(items, recommender.Item{ID: it.ID, Members: slices.Clone(it.Members)})
		return nil
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
