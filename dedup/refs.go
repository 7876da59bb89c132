package dedup

import (
	"fmt"
	"iter"
	"slices"

	"github.com/osusume/osusume/recommender"
)

// Refs maps canonical items to the IDs that they have in other catalogues, and
// back. IDs of catalogues that number whole franchises (IMDb, TVDB, TMDB, Trakt)
// lead to groups of items; all others to one. Safe for concurrent use.
type Refs struct {
	foreign   map[recommender.ItemID][]recommender.ItemID // canonical → foreign, sorted
	canonical map[recommender.ItemID][]recommender.ItemID // foreign → canonical, sorted
	members   map[recommender.ItemID]recommender.ItemID   // record → its item
	conflicts []RefConflict
}

// A RefConflict is an ID of another catalogue that several items claim although
// it should name one: a wrong reference, or records that were not put together.
type RefConflict struct {
	Foreign recommender.ItemID
	Items   []recommender.ItemID // sorted
}

// NewRefs reads canonical items: their Members are IDs in the catalogues that
// were merged, their Refs are what the records say about others. It fails with
// the error of the sequence, and with [recommender.ErrInvalid] on an empty ID or
// where a record is a member of two items.
func NewRefs(items iter.Seq2[recommender.Item, error]) (*Refs, error) {
	r := &Refs{
		foreign: map[recommender.ItemID][]recommender.ItemID{}, canonical: map[recommender.ItemID][]recommender.ItemID{},
		members: map[recommender.ItemID]recommender.ItemID{},
	}
	for it, err := range items {
		if err != nil {
			return nil, fmt.Errorf("dedup: read items: %w", err)
		}
		if it.ID == "" {
			return nil, fmt.Errorf("dedup: read items: %w: an item, titled %q, has an empty ID", recommender.ErrInvalid, clip(it.Title))
		}
		for _, m := range it.Members {
			if other, ok := r.members[m]; ok && other != it.ID {
				return nil, fmt.Errorf("dedup: read items: %w: record %q is a member of %q and %q", recommender.ErrInvalid, m, other, it.ID)
			}
			r.members[m] = it.ID
		}
		for _, id := range slices.Concat(it.Members, it.Refs) {
			r.foreign[it.ID] = append(r.foreign[it.ID], id)
			r.canonical[id] = append(r.canonical[id], it.ID)
		}
	}
	for _, side := range []map[recommender.ItemID][]recommender.ItemID{r.foreign, r.canonical} {
		for id, list := range side {
			slices.Sort(list)
			side[id] = slices.Compact(list)
		}
	}
	for id, items := range r.canonical {
		if _, member := r.members[id]; len(items) > 1 && !member && !franchiseLevel(id) {
			r.conflicts = append(r.conflicts, RefConflict{id, items})
		}
	}
	slices.SortFunc(r.conflicts, func(a, b RefConflict) int {
		return slices.Compare([]recommender.ItemID{a.Foreign}, []recommender.ItemID{b.Foreign})
	})
	return r, nil
}

// Foreign returns all IDs that an item has elsewhere, sorted; those of one
// catalogue if sources are named. The caller owns the result.
func (r *Refs) Foreign(canonical recommender.ItemID, sources ...string) []recommender.ItemID {
	var out []recommender.ItemID
	for _, id := range r.foreign[canonical] {
		if len(sources) == 0 || slices.Contains(sources, sourceOf(id)) {
			out = append(out, id)
		}
	}
	return out
}

// Canonical returns the one item that a foreign ID names: the item whose member
// it is, else the only one that refers to it. ok is false for IDs nobody knows,
// for those in conflict, and for franchise-level IDs of several items.
func (r *Refs) Canonical(foreign recommender.ItemID) (id recommender.ItemID, ok bool) {
	if id, ok := r.members[foreign]; ok {
		return id, true
	}
	if items := r.canonical[foreign]; len(items) == 1 {
		return items[0], true
	}
	return "", false
}

// Group returns all items that have a foreign ID, sorted: for a franchise-level
// ID the franchise. The caller owns the result.
func (r *Refs) Group(foreign recommender.ItemID) []recommender.ItemID {
	return slices.Clone(r.canonical[foreign])
}

// Conflicts returns, sorted, the IDs that several items claim and only one can
// have. The caller does not modify the result.
func (r *Refs) Conflicts() []RefConflict { return r.conflicts }
