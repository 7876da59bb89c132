package recommender

import (
	"context"
	"fmt"
	"iter"
)

// IngestOptions are the options of [Ingest].
type IngestOptions struct {
	// Progress is called after every commit, on the caller's goroutine; the walk
	// waits for it. nil is silent.
	Progress func(IngestReport)
	// KeepBad is how many unreadable records the report keeps; 0 means 20, enough
	// to see what is wrong with a file and few enough to print. All are counted.
	KeepBad int
}

// IngestReport says what [Ingest] did.
type IngestReport struct {
	Source       string
	Resumed      bool // the walk went on from an earlier run's cursor
	Pages        int
	Items        int
	Interactions int
	BadCount     int            // records that could not be read or stored
	Bad          []*RecordError // the first of them
	Done, Total  int64          // the last page's progress, in the source's own units
}

// Ingest walks src from where s stands and commits it page by page. It may be
// killed at any time: the next run goes on after the last commit, so that no
// record is lost or doubled. Items without an ID and interactions that a Store
// would refuse are counted as bad and left out. An error of the walk or of a
// commit ends it, after all earlier pages are safe.
func Ingest(ctx context.Context, src Source, s Store, o IngestOptions) (IngestReport, error) {
	if o.KeepBad == 0 {
		o.KeepBad = 20
	}
	rep := IngestReport{Source: src.Name()}
	from, err := s.Cursor(ctx, src.Name())
	if err != nil {
		return rep, fmt.Errorf("recommender: ingest %s: %w", src.Name(), err)
	}
	rep.Resumed = from != ""
	for page, err := range src.Pages(ctx, from) {
		if err != nil {
			return rep, fmt.Errorf("recommender: ingest %s: %w", src.Name(), err)
		}
		page.sift(src.Name())
		if err := s.Put(ctx, page, src.Name()); err != nil {
			return rep, fmt.Errorf("recommender: ingest %s: %w", src.Name(), err)
		}
		rep.add(page, o.KeepBad)
		if o.Progress != nil {
			o.Progress(rep)
		}
	}
	return rep, nil
}

// sift moves what a Store would refuse to Bad. The slices that the source gave
// stay as they are: it may give them again.
func (p *Page) sift(source string) {
	bad := p.Bad[:len(p.Bad):len(p.Bad)]
	p.Items = sound(p.Items, func(i int, it Item) bool {
		if it.ID == "" {
			bad = append(bad, &RecordError{Source: source, Where: fmt.Sprintf("item %d of a page (%q)", i+1, it.Title),
				Err: fmt.Errorf("%w: empty item ID", ErrInvalid)})
		}
		return it.ID != ""
	})
	p.Interactions = sound(p.Interactions, func(i int, x Interaction) bool {
		err := CheckInteraction(x)
		if err != nil {
			bad = append(bad, &RecordError{Source: source, Where: fmt.Sprintf("interaction %d of a page", i+1), Err: err})
		}
		return err == nil
	})
	p.Bad = bad
}

// sound returns those of list that keep keeps: list itself where it keeps all.
func sound[T any](list []T, keep func(i int, x T) bool) []T {
	var kept []T
	all := true
	for i, x := range list {
		switch ok := keep(i, x); {
		case !ok && all:
			all, kept = false, append(kept, list[:i]...)
		case ok && !all:
			kept = append(kept, x)
		}
	}
	if all {
		return list
	}
	return kept
}

func (r *IngestReport) add(p Page, keep int) {
	r.Pages++
	r.Items += len(p.Items)
	r.Interactions += len(p.Interactions)
	r.BadCount += len(p.Bad)
	r.Bad = append(r.Bad, p.Bad[:min(len(p.Bad), max(0, keep-len(r.Bad)))]...)
	r.Done, r.Total = p.Done, p.Total
}

// Records yields every record of s as its source gave it, by s's own bulk path
// if it has one and one by one if not.
func Records(ctx context.Context, s Store) iter.Seq2[Item, error] {
	if b, ok := s.(interface {
		Records(ctx context.Context) iter.Seq2[Item, error]
	}); ok {
		return b.Records(ctx)
	}
	return func(yield func(Item, error) bool) {
		for it, err := range s.Items(ctx) {
			if err != nil {
				yield(Item{}, err)
				return
			}
			if len(it.Members) == 0 {
				if !yield(it, nil) {
					return
				}
				continue
			}
			for _, id := range it.Members {
				record, err := s.Item(ctx, id)
				if !yield(record, err) || err != nil {
					return
				}
			}
		}
	}
}

// Deduplicate lets d group all records of s and stores the links with the
// canonical items that [Merge] makes of the groups. Canonical IDs of earlier
// runs survive. It holds the records in memory.
func Deduplicate(ctx context.Context, d Deduplicator, s Store) (*Resolution, error) {
	fail := func(err error) (*Resolution, error) { return nil, fmt.Errorf("recommender: deduplicate: %w", err) }
	records := make(map[ItemID]Item)
	known := func(yield func(Item, error) bool) {
		for it, err := range s.Items(ctx) {
			if err == nil && len(it.Members) == 0 {
				continue
			}
			if !yield(it, err) || err != nil {
				return
			}
		}
	}
	kept := func(yield func(Item, error) bool) {
		for it, err := range Records(ctx, s) {
			if err == nil {
				records[it.ID] = it
			}
			if !yield(it, err) || err != nil {
				return
			}
		}
	}
	res, err := d.Resolve(ctx, known, kept)
	if err != nil {
		return fail(err)
	}
	members := make(map[ItemID][]Item)
	var order []ItemID
	for _, l := range res.Links {
		if members[l.Canonical] == nil {
			order = append(order, l.Canonical)
		}
		members[l.Canonical] = append(members[l.Canonical], records[l.Record])
	}
	canonical := make([]Item, 0, len(order))
	for _, id := range order {
		canonical = append(canonical, Merge(id, members[id]))
	}
	if err := s.Link(ctx, res, canonical); err != nil {
		return fail(err)
	}
	return res, nil
}
