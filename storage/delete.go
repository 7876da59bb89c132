package storage

import (
	"context"
	"slices"

	"github.com/osusume/osusume/recommender"
)

// Delete implements [recommender.Store]. It writes the tables anew without what
// is deleted. Files of earlier states still hold it until the writer closes
// the warehouse, or the next one opens it, which removes them.
//
// The records of a deleted canonical item stand alone again, with their
// interactions; a canonical item whose last record is deleted goes with it.
func (w *Warehouse) Delete(ctx context.Context, items []recommender.ItemID, users []recommender.UserID) error {
	return w.write(ctx, "delete", func(s *snapshot, c *commit) (*snapshot, error) {
		if len(items) == 0 && len(users) == 0 {
			return s, nil
		}
		noItem, noUser := setOf(items), setOf(users)
		next := s
		if len(items) > 0 {
			cat, err := s.catalog()
			if err != nil {
				return nil, err
			}
			cat = cat.without(noItem)
			if next, err = replaceCatalog(s, c, cat); err != nil {
				return nil, err
			}
			rec, tags, err := writeEntries(c, partRecord, topLevel(s.manifest.table(tableItem, partRecord)), map[string][]*entry{kindRecord: cat.records})
			if err != nil {
				return nil, err
			}
			next.manifest = next.manifest.with(tableItem, partRecord, []fileInfo{rec}).with(tableTag, partRecord, []fileInfo{tags})
		}
		files, err := w.dropRatings(ctx, c, s.manifest.table(tableRating, ""), noItem, noUser)
		if err != nil {
			return nil, err
		}
		deleted := *next
		deleted.manifest = next.manifest.with(tableRating, "", files)
		deleted.manifest.Oldest = c.number
		return &deleted, nil
	})
}

// dropRatings writes those files anew that hold ratings of certain items and
// users, without them; others stay as they are.
func (w *Warehouse) dropRatings(ctx context.Context, c *commit, files []fileInfo, noItem map[recommender.ItemID]bool, noUser map[recommender.UserID]bool) ([]fileInfo, error) {
	var kept []fileInfo
	for _, info := range files {
		if len(noItem) == 0 && !mayHoldAny(info, noUser) {
			kept = append(kept, info)
			continue
		}
		fresh, changed, err := w.dropFrom(ctx, c, info, noItem, noUser)
		if err != nil {
			return nil, err
		}
		if !changed {
			fresh = []fileInfo{info}
		}
		kept = append(kept, fresh...)
	}
	return kept, nil
}

// mayHoldAny reports whether a file's bounds let it hold rows of one of users.
func mayHoldAny(info fileInfo, users map[recommender.UserID]bool) bool {
	for u := range users {
		if mayHold(info, string(u)) {
			return true
		}
	}
	return false
}

func (w *Warehouse) dropFrom(ctx context.Context, c *commit, info fileInfo, noItem map[recommender.ItemID]bool, noUser map[recommender.UserID]bool) (fresh []fileInfo, changed bool, err error) {
	f, err := w.openRatings(info)
	if err != nil {
		return nil, false, err
	}
	var seq uint64
	err = w.guard(info, func() (err error) {
		seq, err = f.seq()
		return err
	})
	f.close()
	if err != nil {
		return nil, false, err
	}
	gone := func(p part) bool {
		hit := false
		for i := p.from; i < p.to && !hit && len(noItem) > 0; i++ {
			hit = noItem[recommender.ItemID(p.g.items[p.g.item[i]])]
		}
		return hit || noUser[recommender.UserID(p.user)]
	}
	err = w.merge(ctx, []fileInfo{info}, "", false, func(parts []part) (bool, error) {
		changed = changed || slices.ContainsFunc(parts, gone)
		return !changed, nil
	})
	if err != nil || !changed {
		return nil, false, err
	}
	out := c.newRatingWriter(info.Level, seq)
	fresh, err = out.finish(w.merge(ctx, []fileInfo{info}, "", true, func(parts []part) (bool, error) {
		for _, p := range parts {
			if noUser[recommender.UserID(p.user)] {
				continue
			}
			for from := p.from; from < p.to; {
				one := p
				one.from, one.to = from, from
				for one.to < p.to && !noItem[recommender.ItemID(p.g.items[p.g.item[one.to]])] {
					one.to++
				}
				if one.from < one.to {
					if err := out.add(one.g, one.span); err != nil {
						return false, err
					}
				}
				from = one.to + 1
			}
		}
		return true, nil
	}))
	for i := range fresh {
		fresh[i].Run = info.Run
	}
	return fresh, true, err
}
