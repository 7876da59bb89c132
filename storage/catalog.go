package storage

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/osusume/osusume/recommender"
)

// A catalog is one state of records, canonical items and links. It is
// immutable: writes make another one, which shares what did not change.
type catalog struct {
	records   []*entry // sorted by ID
	canonical []*entry // sorted by ID
	retired   []*entry // canonical IDs of earlier links, kept for their numbers; sorted by ID
	links     linkTable
	next      int64 // the number of the next new ID
	byNumber  func() map[int64]recommender.ItemID
}

// An entry is an item and its catalogue number.
type entry struct {
	recommender.Item
	number int64
}

func newCatalog(records, canonical, retired []*entry, links linkTable, next int64) *catalog {
	c := &catalog{records: records, canonical: canonical, retired: retired, links: links, next: next}
	c.byNumber = sync.OnceValue(func() map[int64]recommender.ItemID {
		m := make(map[int64]recommender.ItemID, len(c.records)+len(c.canonical))
		for _, list := range [][]*entry{c.records, c.canonical} {
			for _, e := range list {
				m[e.number] = e.ID
			}
		}
		return m
	})
	return c
}

func find(list []*entry, id recommender.ItemID) *entry {
	i, ok := slices.BinarySearchFunc(list, id, func(e *entry, id recommender.ItemID) int { return cmp.Compare(e.ID, id) })
	if !ok {
		return nil
	}
	return list[i]
}

func byID(a, b *entry) int { return cmp.Compare(a.ID, b.ID) }

// item finds a canonical item or a record, or nil.
func (c *catalog) item(id recommender.ItemID) *entry {
	if e := find(c.canonical, id); e != nil {
		return e
	}
	return find(c.records, id)
}

// resolve follows the link of id, if it has one.
func (c *catalog) resolve(id recommender.ItemID) recommender.ItemID { return c.links.resolve(id) }

// each visits the canonical items, then the records without a link.
func (c *catalog) each(visit func(*entry) bool) {
	for _, e := range c.canonical {
		if !visit(e) {
			return
		}
	}
	for _, e := range c.records {
		if _, linked := c.links[e.ID]; linked || find(c.canonical, e.ID) != nil {
			continue
		}
		if !visit(e) {
			return
		}
	}
}

// number is the number that id has, or *next, which it then takes.
func (c *catalog) number(id recommender.ItemID, next *int64) int64 {
	for _, list := range [][]*entry{c.canonical, c.records, c.retired} {
		if e := find(list, id); e != nil {
			return e.number
		}
	}
	*next++
	return *next - 1
}

// with returns the catalogue after a page's items, and their entries sorted by ID.
func (c *catalog) with(items []recommender.Item) (*catalog, []*entry) {
	if len(items) == 0 {
		return c, nil
	}
	next := newCatalog(c.records, c.canonical, c.retired, c.links, c.next)
	fresh := make(map[recommender.ItemID]*entry, len(items))
	for _, it := range items {
		if e := fresh[it.ID]; e != nil {
			e.Item = keepItem(it)
			continue
		}
		fresh[it.ID] = &entry{keepItem(it), c.number(it.ID, &next.next)}
	}
	added := slices.SortedFunc(maps.Values(fresh), byID)
	next.records = overlay(c.records, added)
	return next, added
}

// overlay merges two lists sorted by ID; entries of top win.
func overlay(base, top []*entry) []*entry {
	merged := make([]*entry, 0, len(base)+len(top))
	for _, e := range base {
		for len(top) > 0 && top[0].ID < e.ID {
			merged, top = append(merged, top[0]), top[1:]
		}
		if len(top) > 0 && top[0].ID == e.ID {
			continue
		}
		merged = append(merged, e)
	}
	return append(merged, top...)
}

// linked returns the catalogue with other links and canonical items.
func (c *catalog) linked(r *recommender.Resolution, canonical []recommender.Item) (*catalog, error) {
	next := newCatalog(c.records, nil, nil, linkTable{}, c.next)
	fresh := make(map[recommender.ItemID]*entry, len(canonical))
	for i, it := range canonical {
		if err := checkItem(it); err != nil {
			return nil, fmt.Errorf("canonical item %d: %w", i, err)
		}
		if fresh[it.ID] != nil {
			return nil, fmt.Errorf("%w: canonical item %q is given twice", recommender.ErrInvalid, it.ID)
		}
		fresh[it.ID] = &entry{keepItem(it), c.number(it.ID, &next.next)}
	}
	if r != nil {
		for _, l := range r.Links {
			if err := checkLink(c, fresh, next.links, l); err != nil {
				return nil, err
			}
			next.links[l.Record] = l
		}
	}
	next.canonical = slices.SortedFunc(maps.Values(fresh), byID)
	for _, e := range overlay(c.retired, c.canonical) {
		if fresh[e.ID] == nil && find(c.records, e.ID) == nil {
			next.retired = append(next.retired, &entry{recommender.Item{ID: e.ID}, e.number})
		}
	}
	return next, nil
}

func checkLink(c *catalog, canonical map[recommender.ItemID]*entry, links linkTable, l recommender.Link) error {
	switch {
	case find(c.records, l.Record) == nil:
		return fmt.Errorf("%w: link of %q, which is not a stored record", recommender.ErrInvalid, l.Record)
	case canonical[l.Canonical] == nil:
		return fmt.Errorf("%w: link of %q to %q, which is not among the canonical items", recommender.ErrInvalid, l.Record, l.Canonical)
	case !(l.Confidence >= 0 && l.Confidence <= 1):
		return fmt.Errorf("%w: link of %q has confidence %v, outside [0, 1]", recommender.ErrInvalid, l.Record, l.Confidence)
	}
	if _, twice := links[l.Record]; twice {
		return fmt.Errorf("%w: record %q is linked twice", recommender.ErrInvalid, l.Record)
	}
	return nil
}

// without returns the catalogue without items. The links of a deleted canonical
// item go, and its records stand alone again; a canonical item that loses its
// last record goes with it. Numbers are not given out again.
func (c *catalog) without(ids map[recommender.ItemID]bool) *catalog {
	gone := maps.Clone(ids)
	left := make(map[recommender.ItemID]int)
	lost := make(map[recommender.ItemID]bool)
	for _, l := range c.links {
		if ids[l.Record] {
			lost[l.Canonical] = true
		} else {
			left[l.Canonical]++
		}
	}
	for id := range lost {
		if left[id] == 0 {
			gone[id] = true
		}
	}
	drop := func(list []*entry, gone map[recommender.ItemID]bool) []*entry {
		return slices.DeleteFunc(slices.Clone(list), func(e *entry) bool { return gone[e.ID] })
	}
	links := maps.Clone(c.links)
	maps.DeleteFunc(links, func(_ recommender.ItemID, l recommender.Link) bool { return ids[l.Record] || gone[l.Canonical] })
	canonical := drop(c.canonical, gone)
	for i, e := range canonical {
		if lost[e.ID] {
			trimmed := *e
			trimmed.Members = slices.DeleteFunc(slices.Clone(e.Members), func(id recommender.ItemID) bool { return ids[id] })
			canonical[i] = &trimmed
		}
	}
	return newCatalog(drop(c.records, ids), canonical, drop(c.retired, ids), links, c.next)
}

// walkItems yields what visit calls back with, minding ctx.
func walkItems(ctx context.Context, each func(visit func(*entry) bool), yield func(recommender.Item, error) bool) {
	n := 0
	each(func(e *entry) bool {
		if n++; n%1024 == 1 && ctx.Err() != nil {
			yield(recommender.Item{}, ctx.Err())
			return false
		}
		return yield(e.Item, nil)
	})
}

// itemWalk is a walk over a catalogue that open finds when the walk starts.
func itemWalk(ctx context.Context, open func() (*catalog, error), each func(*catalog, func(*entry) bool)) iter.Seq2[recommender.Item, error] {
	return func(yield func(recommender.Item, error) bool) {
		c, err := open()
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			yield(recommender.Item{}, err)
			return
		}
		walkItems(ctx, func(visit func(*entry) bool) { each(c, visit) }, yield)
	}
}

// eachRecord visits the records as their sources gave them.
func (c *catalog) eachRecord(visit func(*entry) bool) {
	for _, e := range c.records {
		if !visit(e) {
			return
		}
	}
}

// keepItem is a deep copy, its time in whole seconds of UTC.
func keepItem(it recommender.Item) recommender.Item {
	it.Aliases, it.Tags = slices.Clone(it.Aliases), slices.Clone(it.Tags)
	it.Refs, it.Members = slices.Clone(it.Refs), slices.Clone(it.Members)
	it.Attrs = maps.Clone(it.Attrs)
	if !it.Time.IsZero() {
		it.Time = time.Unix(it.Time.Unix(), 0).UTC()
	}
	return it
}

// checkPage says whether a page may be stored.
func checkPage(p recommender.Page, source string) error {
	if source == "" {
		return fmt.Errorf("%w: empty name of the source", recommender.ErrInvalid)
	}
	for i, it := range p.Items {
		if err := checkItem(it); err != nil {
			return fmt.Errorf("item %d: %w", i, err)
		}
	}
	for i, x := range p.Interactions {
		if err := recommender.CheckInteraction(x); err != nil {
			return fmt.Errorf("interaction %d: %w", i, err)
		}
	}
	return nil
}

// checkItem says whether an item may be stored.
func checkItem(it recommender.Item) error {
	switch {
	case it.ID == "":
		return fmt.Errorf("%w: item titled %q has an empty ID", recommender.ErrInvalid, it.Title)
	case int(int32(it.Year)) != it.Year: // the column is 32 bits wide
		return fmt.Errorf("%w: item %q has year %d", recommender.ErrInvalid, it.ID, it.Year)
	}
	return nil
}
