package storage

import (
	"context"
	"fmt"
	"iter"
	"maps"

	"github.com/osusume/osusume/recommender"
)

// Put implements [recommender.Store]: one commit, of a new file for each table
// that the page touches. From time to time it also merges small files of
// earlier pages. A page without content that leaves the cursor where it is
// commits nothing.
func (w *Warehouse) Put(ctx context.Context, p recommender.Page, source string) error {
	return w.write(ctx, "put page of "+source, func(s *snapshot, c *commit) (*snapshot, error) {
		if err := checkPage(p, source); err != nil {
			return nil, err
		}
		sources, err := s.sources()
		if err != nil {
			return nil, err
		}
		at, known := sources[source]
		if len(p.Items) == 0 && len(p.Interactions) == 0 && known && at.Cursor == p.Next {
			return s, nil
		}
		at.Name, at.Cursor = source, p.Next
		at.Records += int64(len(p.Items))
		at.Interactions += int64(len(p.Interactions))
		moved := maps.Clone(sources)
		moved[source] = at
		info, err := writeSources(c, moved)
		if err != nil {
			return nil, err
		}
		m, next := s.manifest.with(tableSource, "", []fileInfo{info}), *s
		next.sources = always(moved)
		if len(p.Items) > 0 {
			cat, err := s.catalog()
			if err != nil {
				return nil, err
			}
			cat, added := cat.with(p.Items)
			if m, err = w.putEntries(c, m, added); err != nil {
				return nil, err
			}
			m.NextItem = cat.next
			next.catalog = always(cat)
		}
		if len(p.Interactions) > 0 {
			if m, err = w.putRatings(ctx, c, m, p.Interactions); err != nil {
				return nil, err
			}
		}
		next.manifest = m
		return &next, nil
	})
}

// Link implements [recommender.Store]: it writes canonical items and links
// anew. Canonical IDs that go keep their catalogue numbers, should they return.
func (w *Warehouse) Link(ctx context.Context, r *recommender.Resolution, canonical []recommender.Item) error {
	return w.write(ctx, "link", func(s *snapshot, c *commit) (*snapshot, error) {
		cat, err := s.catalog()
		if err != nil {
			return nil, err
		}
		if cat, err = cat.linked(r, canonical); err != nil {
			return nil, err
		}
		return replaceCatalog(s, c, cat)
	})
}

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
		files := s.manifest.table(tableRating, "")
		info, err := w.mergeRatings(ctx, c, files, topLevel(files), func(r *rating) bool {
			return !noItem[recommender.ItemID(r.item)] && !noUser[recommender.UserID(r.user)]
		})
		if err != nil {
			return nil, err
		}
		deleted := *next
		deleted.manifest = next.manifest.with(tableRating, "", []fileInfo{info})
		deleted.manifest.Oldest = c.number
		return &deleted, nil
	})
}

// write runs one write: change says which snapshot follows s, after having
// written its files; s itself for no change.
func (w *Warehouse) write(ctx context.Context, what string, change func(s *snapshot, c *commit) (*snapshot, error)) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	s, err := w.current(ctx)
	if err != nil {
		return err
	}
	fail := func(err error) error { return fmt.Errorf("storage: warehouse %s: %s: %w", w.dir, what, err) }
	if w.o.ReadOnly {
		return fail(fmt.Errorf("%w: it is open for reading only", recommender.ErrInvalid))
	}
	if w.broken != nil {
		return fail(w.broken)
	}
	c := w.begin()
	next, err := change(s, c)
	if err != nil {
		return fail(c.abort(err))
	}
	if next == s {
		return nil
	}
	if err := c.finish(next.manifest); err != nil {
		return fail(err)
	}
	w.state.Store(next)
	return nil
}

func replaceCatalog(s *snapshot, c *commit, cat *catalog) (*snapshot, error) {
	m, err := putLinks(c, s.manifest, cat)
	if err != nil {
		return nil, err
	}
	m.NextItem = cat.next
	return &snapshot{m, always(cat), s.sources}, nil
}

// always is a value that is there already.
func always[T any](x T) func() (T, error) { return func() (T, error) { return x, nil } }

func topLevel(files []fileInfo) int {
	level := 0
	for _, f := range files {
		level = max(level, f.Level)
	}
	return level
}

// putRatings adds a page's interactions, merging small files first where there
// are enough of them.
func (w *Warehouse) putRatings(ctx context.Context, c *commit, m *manifest, log []recommender.Interaction) (*manifest, error) {
	files := m.table(tableRating, "")
	if from, level := mergeable(files, w.o.CompactFiles); from < len(files) {
		info, err := w.mergeRatings(ctx, c, files[from:], level, func(*rating) bool { return true })
		if err != nil {
			return nil, err
		}
		files = append(files[:from], info)
	}
	rows := make([]ratingRow, 0, len(log))
	for _, r := range sorted(log) {
		rows = append(rows, r.row(c.number))
	}
	info, err := tableFile(c, tableRating, "", batch(rows))
	if err != nil {
		return nil, err
	}
	return m.with(tableRating, "", append(files, info)), nil
}

// mergeRatings writes those ratings of files that keep keeps as one file. Their
// seq is that of the commit before: a page of the same commit is later.
func (w *Warehouse) mergeRatings(ctx context.Context, c *commit, files []fileInfo, level int, keep func(*rating) bool) (fileInfo, error) {
	info, err := tableFile(c, tableRating, "", func(emit func([]ratingRow) error) error {
		rows := make([]ratingRow, 0, 4096)
		err := w.merge(ctx, files, "", func(r *rating) (bool, error) {
			if !keep(r) {
				return true, nil
			}
			if rows = append(rows, r.row(c.number-1)); len(rows) < cap(rows) {
				return true, nil
			}
			err := emit(rows)
			rows = rows[:0]
			return true, err
		})
		if err != nil {
			return err
		}
		return emit(rows)
	})
	info.Level = level
	return info, err
}

// Interactions implements [recommender.Dataset]: sorted by user, then item as
// the source named it, then kind, then time. It reads as it goes, holding one
// row group of each file; a Filter with a User reads that user's groups only.
func (w *Warehouse) Interactions(ctx context.Context, f recommender.Filter) iter.Seq2[recommender.Interaction, error] {
	return func(yield func(recommender.Interaction, error) bool) {
		s, err := w.current(ctx)
		var cat *catalog
		if err == nil {
			cat, err = s.catalog()
		}
		if err == nil {
			err = w.merge(ctx, s.manifest.table(tableRating, ""), string(f.User), func(r *rating) (bool, error) {
				x := recommender.Interaction{
					User: recommender.UserID(r.user), Item: recommender.ItemID(r.item), Kind: r.kind, Value: r.value, Text: r.text, Time: timeOf(r.unix),
				}
				if !f.Match(x) {
					return true, nil
				}
				x.Item = cat.resolve(x.Item)
				return yield(x, nil), nil
			})
		}
		if err != nil {
			yield(recommender.Interaction{}, fmt.Errorf("storage: read interactions: %w", err))
		}
	}
}
