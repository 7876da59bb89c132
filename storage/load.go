package storage

import (
	"context"
	"fmt"
	"math"
	"slices"
	"sync/atomic"

	"github.com/osusume/osusume/internal/par"
	"github.com/osusume/osusume/recommender"
)

// Table is the bulk path of [recommender.Load]: it decodes columns, several row
// groups at a time, and never a row as such. Dictionaries are sorted by ID;
// Items holds every item of [Warehouse.Items] and whatever else was interacted
// with. It returns 21 bytes a row, and holds as much again where it has to sort:
// where there are several runs of files (see [Warehouse.Compact]), where links
// change the order of a user's items, or with a filter.
func (w *Warehouse) Table(ctx context.Context, f recommender.Filter) (*recommender.Table, error) {
	s, err := w.current(ctx)
	if err != nil {
		return nil, err
	}
	cat, err := s.catalog()
	if err == nil {
		var l *loader
		if l, err = w.decode(ctx, s.manifest.table(tableRating, ""), string(f.User)); err == nil {
			return l.load(ctx, cat, f)
		}
	}
	return nil, fmt.Errorf("storage: load interactions: %w", err)
}

// A loader holds the columns of all files, one after another, oldest first.
type loader struct {
	workers    int
	runs       [][2]int // the rows of each run
	pieces     []*piece
	items      *dictionary // as the sources named them
	users      []string    // of all pieces, sorted
	user, item []int32
	kind       []recommender.Kind
	value      []float32
	unix       []int64
}

// A piece is a row group and where its rows are in the columns.
type piece struct {
	f        *dataFile
	reader   *groupReader
	from, to int
	run      int
	users    []string // its own, sorted, that user points into
	rank     []int32  // of its users among all
}

// decode reads every row group into its place in the columns.
func (w *Warehouse) decode(ctx context.Context, files []fileInfo, user string) (*loader, error) {
	l := &loader{workers: w.o.Workers, items: newDictionary()}
	n := 0
	for at, run := range runsOf(files) {
		start := n
		for _, info := range run {
			if user != "" && !mayHold(info, user) {
				continue
			}
			file, err := w.openData(info, ratingLeaves...)
			if err != nil {
				return nil, err
			}
			defer file.close()
			for i := range file.RowGroups() {
				var (
					r  *groupReader
					ok bool
				)
				err := w.guard(info, func() (err error) {
					r, ok, err = openGroup(file, i, user)
					return err
				})
				if err != nil {
					return nil, err
				}
				if ok {
					l.pieces = append(l.pieces, &piece{f: file, reader: r, from: n, to: n + r.to - r.from, run: at})
					n += r.to - r.from
				}
			}
		}
		l.runs = append(l.runs, [2]int{start, n})
	}
	if n > math.MaxInt32 {
		return nil, fmt.Errorf("%w: %d rows are more than a Table can have", recommender.ErrInvalid, n)
	}
	l.user, l.item, l.kind, l.value, l.unix = make([]int32, n), make([]int32, n), make([]recommender.Kind, n), make([]float32, n), make([]int64, n)
	err := par.Do(ctx, w.o.Workers, len(l.pieces), func(i int) error {
		p := l.pieces[i]
		return w.guard(p.f.info, func() error {
			if user == "" {
				if err := p.reader.preload(columnUnix); err != nil {
					return err
				}
			}
			err := l.read(p)
			p.reader.unload()
			return err
		})
	})
	return l, err
}

// read decodes a piece.
func (l *loader) read(p *piece) error {
	at := p.from
	names, err := p.reader.indexed(columnUser, nil, func(places []int32) { at += copy(l.user[at:p.to], places) })
	if err != nil {
		return err
	}
	if at == p.to && (p.reader.from > 0 || int64(p.to-p.from) != p.f.RowGroups()[p.reader.group].NumRows()) {
		names = l.only(p, names)
	}
	for i := 1; i < len(names); i++ {
		if names[i-1] >= names[i] {
			return fmt.Errorf("%w: users are out of order", recommender.ErrCorrupt)
		}
	}
	p.users = names
	full := at == p.to
	var moved []int32
	at = p.from
	_, err = p.reader.indexed(columnItem, func(names []string) { moved = l.items.places(names) }, func(places []int32) {
		dst := l.item[at:p.to]
		for i, place := range places[:min(len(places), len(dst))] {
			dst[i] = moved[place]
		}
		at += len(places)
	})
	if err != nil {
		return err
	}
	full, at = full && at == p.to, p.from
	if err := p.reader.kinds(func(k []recommender.Kind) { at += copy(l.kind[at:p.to], k) }); err != nil {
		return err
	}
	full, at = full && at == p.to, p.from
	if err := p.reader.values(func(v []float32) { at += copy(l.value[at:p.to], v) }); err != nil {
		return err
	}
	full, at = full && at == p.to, p.from
	if err := p.reader.times(func(t []int64) { at += copy(l.unix[at:p.to], t) }); err != nil {
		return err
	}
	if !full || at != p.to {
		return errColumns
	}
	return nil
}

// only makes the dictionary of a piece with one user's rows that user alone.
func (l *loader) only(p *piece, names []string) []string {
	u := l.user[p.from]
	clear(l.user[p.from:p.to])
	return names[u : u+1 : u+1]
}

// load resolves links, orders rows and drops those that a later one replaces.
func (l *loader) load(ctx context.Context, cat *catalog, f recommender.Filter) (*recommender.Table, error) {
	l.rankUsers()
	of, ids := l.resolve(cat)
	rank := make([]int32, len(of))
	for i, id := range of {
		at, _ := slices.BinarySearch(ids, id)
		rank[i] = int32(at)
	}
	err := l.each(ctx, func(p *piece) {
		user := l.user[p.from:p.to]
		for k, u := range user {
			user[k] = p.rank[u]
		}
	})
	if err != nil {
		return nil, err
	}
	t := &recommender.Table{}
	if f.User != "" || f.Kinds != nil || !f.Since.IsZero() || !f.Until.IsZero() || len(l.runs) > 1 || !l.allClean(ctx, rank) {
		return t, l.settleAll(ctx, t, cat, f, of, rank, ids)
	}
	err = l.each(ctx, func(p *piece) {
		item := l.item[p.from:p.to]
		for k, x := range item {
			item[k] = rank[x]
		}
	})
	t.Users = make([]recommender.UserID, len(l.users))
	for i, name := range l.users {
		t.Users[i] = recommender.UserID(name)
	}
	t.Items, t.User, t.Item, t.Kind, t.Value, t.Unix = ids, l.user, l.item, l.kind, l.value, l.unix
	return t, err
}

// each calls do with every piece.
func (l *loader) each(ctx context.Context, do func(p *piece)) error {
	return par.Do(ctx, l.workers, len(l.pieces), func(i int) error {
		do(l.pieces[i])
		return nil
	})
}

// allClean reports whether all rows are in a Table's order, and none replaces
// another.
func (l *loader) allClean(ctx context.Context, rank []int32) bool {
	var dirty atomic.Bool
	err := l.each(ctx, func(p *piece) {
		if !dirty.Load() && !l.clean(max(p.from-1, 0), p.to, rank) {
			dirty.Store(true)
		}
	})
	return err == nil && !dirty.Load()
}

// clean is allClean of a stretch.
func (l *loader) clean(from, to int, rank []int32) bool {
	if from == to {
		return true
	}
	last := rank[l.item[from]]
	for i := from + 1; i < to; i++ {
		before := last
		last = rank[l.item[i]]
		if l.user[i] > l.user[i-1] || l.user[i] == l.user[i-1] && last > before {
			continue
		}
		if l.user[i] != l.user[i-1] || last != before || l.unix[i] < l.unix[i-1] ||
			l.kind[i] < l.kind[i-1] || l.kind[i] == l.kind[i-1] && l.kind[i].State() {
			return false
		}
	}
	return true
}

// resolve returns the ID that every item's link leads to, by its place, and all
// IDs that a Table can have, sorted.
func (l *loader) resolve(cat *catalog) (of, ids []recommender.ItemID) {
	of = make([]recommender.ItemID, len(l.items.names))
	for i, name := range l.items.names {
		of[i] = cat.resolve(recommender.ItemID(name))
	}
	return of, itemsAnd(cat, of)
}

// itemsAnd is the catalogue's items and others, sorted.
func itemsAnd(cat *catalog, others []recommender.ItemID) []recommender.ItemID {
	ids := slices.Clone(others)
	cat.each(func(e *entry) bool { ids = append(ids, e.ID); return true })
	slices.Sort(ids)
	return slices.Clip(slices.Compact(ids))
}
