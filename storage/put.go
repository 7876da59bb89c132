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
	// What cannot be removed now is garbage, which Close removes or reports.
	if c.number%16 == 0 && w.o.Clock().Sub(w.collected) >= max(w.o.Grace, 0)/2 {
		_ = w.collect(next.manifest)
	}
	return nil
}

func replaceCatalog(s *snapshot, c *commit, cat *catalog) (*snapshot, error) {
	m, err := putLinks(c, s.manifest, cat)
	if err != nil {
		return nil, err
	}
	m.NextItem = cat.next
	return &snapshot{m, always(cat), always(cat.links), s.sources}, nil
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
		run, err := w.mergeRatings(ctx, c, files[from:], level)
		if err != nil {
			return nil, err
		}
		files = append(files[:from], run...)
	}
	g := pageGroup(log)
	out := c.newRatingWriter(0, c.number)
	var err error
	for at := 0; at < len(g.user) && err == nil; {
		s := g.spanAt(at)
		err, at = out.add(g, s), s.to
	}
	run, err := out.finish(err)
	if err != nil {
		return nil, err
	}
	return m.with(tableRating, "", append(files, run...)), nil
}

// mergeRatings writes the ratings of files as one run. Their seq is that of the
// commit before: a page of the same commit is later.
func (w *Warehouse) mergeRatings(ctx context.Context, c *commit, files []fileInfo, level int) ([]fileInfo, error) {
	out := c.newRatingWriter(level, c.number-1)
	return out.finish(w.merge(ctx, files, "", true, func(parts []part) (bool, error) {
		for _, p := range parts {
			if err := out.add(p.g, p.span); err != nil {
				return false, err
			}
		}
		return true, nil
	}))
}

// Interactions implements [recommender.Dataset]: sorted by user, then item as
// the source named it, then kind, then time. It reads as it goes, holding up to
// 131,072 rows of each run of files. A Filter with a User reads the pages that
// the user stands on, and the names that they use: bounds in the manifest say
// which file, statistics and the page index the rest.
func (w *Warehouse) Interactions(ctx context.Context, f recommender.Filter) iter.Seq2[recommender.Interaction, error] {
	return func(yield func(recommender.Interaction, error) bool) {
		s, err := w.current(ctx)
		var links linkTable
		if err == nil {
			links, err = s.links()
		}
		if err == nil {
			err = w.merge(ctx, s.manifest.table(tableRating, ""), string(f.User), true, func(parts []part) (bool, error) {
				return eachRating(parts, func(x recommender.Interaction) bool {
					if !f.Match(x) {
						return true
					}
					x.Item = links.resolve(x.Item)
					return yield(x, nil)
				}), nil
			})
		}
		if err != nil {
			yield(recommender.Interaction{}, fmt.Errorf("storage: read interactions: %w", err))
		}
	}
}
