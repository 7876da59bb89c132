package storage

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"sync/atomic"

	"github.com/parquet-go/parquet-go"

	"github.com/osusume/osusume/internal/par"
	"github.com/osusume/osusume/recommender"
)

// Table is the bulk path of [recommender.Load]: it decodes columns, several row
// groups at a time, and never a row as such. Dictionaries are sorted by ID;
// Items holds every item of [Warehouse.Items] and whatever else was interacted
// with. It returns 21 bytes a row; at its peak it holds about 60 for every stored
// row (measured with 20 million).
func (w *Warehouse) Table(ctx context.Context, f recommender.Filter) (*recommender.Table, error) {
	s, err := w.current(ctx)
	if err != nil {
		return nil, err
	}
	cat, err := s.catalog()
	if err == nil {
		var l *loader
		if l, err = w.decode(ctx, s.manifest.table(tableRating, ""), f); err == nil {
			return l.table(ctx, cat, f)
		}
	}
	return nil, fmt.Errorf("storage: load interactions: %w", err)
}

// A loader holds the columns of all files, one after another, oldest first.
type loader struct {
	workers     int
	users       dictionary
	items       dictionary // as the sources named them
	user, item  []int32
	kind        []recommender.Kind
	value       []float32
	unix        []int64
	canonical   []int32 // of an item's place: its place in the Table's Items
	order       []int32 // rows by user
	first, last []int   // of a user's place: its rows in order
}

// decode reads every row group into its place in the columns.
func (w *Warehouse) decode(ctx context.Context, files []fileInfo, f recommender.Filter) (*loader, error) {
	type piece struct {
		info fileInfo
		rg   parquet.RowGroup
		at   int
	}
	var (
		pieces []piece
		n      int
	)
	for _, info := range files {
		file, err := w.openData(info, ratingColumns...)
		if err != nil {
			return nil, err
		}
		defer file.close()
		for _, rg := range file.RowGroups() {
			pieces = append(pieces, piece{info, rg, n})
			n += int(rg.NumRows())
		}
	}
	if n > math.MaxInt32 {
		return nil, fmt.Errorf("%w: %d rows are more than a Table can have", recommender.ErrInvalid, n)
	}
	l := &loader{
		workers: w.o.Workers,
		user:    make([]int32, n), item: make([]int32, n), kind: make([]recommender.Kind, n), value: make([]float32, n), unix: make([]int64, n),
	}
	err := par.Do(ctx, w.o.Workers, len(pieces), func(i int) error {
		p := pieces[i]
		return w.guard(p.info, func() error {
			g, err := readGroup(p.rg, string(f.User))
			if err != nil {
				return err
			}
			l.add(p.at, int(p.rg.NumRows()), g)
			return nil
		})
	})
	return l, err
}

// skipped marks rows of groups that were not read.
const skipped = -1

func (l *loader) add(at, n int, g *ratingGroup) {
	if g == nil {
		for i := at; i < at+n; i++ {
			l.user[i] = skipped
		}
		return
	}
	users, items := l.users.places(g.users), l.items.places(g.items)
	for i := range g.user {
		l.user[at+i] = users[g.user[i]]
		l.item[at+i] = items[g.item[i]]
	}
	copy(l.kind[at:], g.kind)
	copy(l.value[at:], g.value)
	copy(l.unix[at:], g.unix)
}

// table resolves links, orders rows and drops those that a later one replaces.
func (l *loader) table(ctx context.Context, cat *catalog, f recommender.Filter) (*recommender.Table, error) {
	users, items := l.users.sort(), l.items.sort()
	for i, u := range l.user {
		if u != skipped {
			l.user[i], l.item[i] = users[u], items[l.item[i]]
		}
	}
	t := &recommender.Table{}
	l.groupByUser()
	var replaced atomic.Int64
	touched := make([]atomic.Bool, len(l.items.names))
	of := l.resolve(cat)
	const chunk = 256
	err := par.Do(ctx, l.workers, (len(l.users.names)+chunk-1)/chunk, func(i int) error {
		for u := i * chunk; u < min((i+1)*chunk, len(l.users.names)); u++ {
			replaced.Add(int64(l.settle(u, f, of, touched)))
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	t.Replaced = int(replaced.Load())
	t.Items = l.place(cat, of, touched)
	l.fill(t)
	return t, nil
}

// resolve returns the ID that every item's link leads to, by its place, and
// sets canonical to the ranks of those IDs, so that comparing numbers orders
// rows by canonical item.
func (l *loader) resolve(cat *catalog) []recommender.ItemID {
	of := make([]recommender.ItemID, len(l.items.names))
	for i, name := range l.items.names {
		of[i] = cat.resolve(recommender.ItemID(name))
	}
	ids := slices.Compact(slices.Sorted(slices.Values(of)))
	l.canonical = make([]int32, len(of))
	for i, id := range of {
		at, _ := slices.BinarySearch(ids, id)
		l.canonical[i] = int32(at)
	}
	return of
}

// groupByUser lists every user's rows, oldest file first, by counting.
func (l *loader) groupByUser() {
	l.first = make([]int, len(l.users.names)+1)
	for _, u := range l.user {
		if u != skipped {
			l.first[u+1]++
		}
	}
	for u := range l.users.names {
		l.first[u+1] += l.first[u]
	}
	l.last = slices.Clone(l.first[:len(l.users.names)])
	l.order = make([]int32, l.first[len(l.users.names)])
	for i, u := range l.user {
		if u != skipped {
			l.order[l.last[u]] = int32(i)
			l.last[u]++
		}
	}
}

// settle leaves of user u's rows those that are in the Table, in its order,
// and returns how many of different records of one item were replaced. It does
// what a walk and Table.Sort would do: the last of each state of a record, the
// filter, then the last of each state of an item.
func (l *loader) settle(u int, f recommender.Filter, of []recommender.ItemID, touched []atomic.Bool) (replaced int) {
	rows := l.order[l.first[u]:l.last[u]]
	slices.SortFunc(rows, func(a, b int32) int {
		return cmp.Or(cmp.Compare(l.item[a], l.item[b]), cmp.Compare(l.kind[a], l.kind[b]), cmp.Compare(l.unix[a], l.unix[b]), cmp.Compare(a, b))
	})
	kept := rows[:0]
	for i, r := range rows {
		if i+1 < len(rows) && l.kind[r].State() && l.kind[rows[i+1]] == l.kind[r] && l.item[rows[i+1]] == l.item[r] {
			continue
		}
		x := recommender.Interaction{User: recommender.UserID(l.users.names[u]), Kind: l.kind[r], Time: timeOf(l.unix[r])}
		if f.Match(x) {
			touched[l.item[r]].Store(true)
			kept = append(kept, r)
		}
	}
	slices.SortFunc(kept, func(a, b int32) int {
		return cmp.Or(cmp.Compare(l.canonical[l.item[a]], l.canonical[l.item[b]]), cmp.Compare(l.unix[a], l.unix[b]),
			cmp.Compare(l.kind[a], l.kind[b]), cmp.Compare(l.item[a], l.item[b]), cmp.Compare(a, b))
	})
	// Backwards, a state is replaced if its kind has been met for the item.
	var met uint64 // a bit a kind
	end := len(kept)
	for i := len(kept) - 1; i >= 0; i-- {
		r := kept[i]
		if i == len(kept)-1 || l.canonical[l.item[r]] != l.canonical[l.item[kept[i+1]]] {
			met = 0
		}
		bit := uint64(1) << l.kind[r]
		if l.kind[r].State() && met&bit != 0 {
			replaced++
			continue
		}
		met |= bit
		end--
		kept[end] = r
	}
	l.first[u] += end
	l.last[u] = l.first[u] + len(kept) - end
	return replaced
}

// place makes the Table's dictionary of items and points canonical into it.
func (l *loader) place(cat *catalog, of []recommender.ItemID, touched []atomic.Bool) []recommender.ItemID {
	var ids []recommender.ItemID
	cat.each(func(e *entry) bool { ids = append(ids, e.ID); return true })
	for i, id := range of {
		if touched[i].Load() {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	ids = slices.Clip(slices.Compact(ids))
	for i, id := range of {
		at, _ := slices.BinarySearch(ids, id)
		l.canonical[i] = int32(at)
	}
	return ids
}

// fill gathers the columns, one after another, so that there is never more
// than one twice.
func (l *loader) fill(t *recommender.Table) {
	n := 0
	for u := range l.users.names {
		n += l.last[u] - l.first[u]
	}
	order := l.order[:0]
	t.User = make([]int32, 0, n)
	for u, name := range l.users.names {
		if l.first[u] < l.last[u] {
			t.Users = append(t.Users, recommender.UserID(name))
			for range l.last[u] - l.first[u] {
				t.User = append(t.User, int32(len(t.Users)-1))
			}
			order = append(order, l.order[l.first[u]:l.last[u]]...)
		}
	}
	l.user = nil
	t.Item = gather(l.item, order)
	for i, p := range t.Item {
		t.Item[i] = l.canonical[p]
	}
	l.item = nil
	t.Kind = gather(l.kind, order)
	l.kind = nil
	t.Value = gather(l.value, order)
	l.value = nil
	t.Unix = gather(l.unix, order)
}

func gather[T any](column []T, rows []int32) []T {
	dst := make([]T, len(rows))
	for i, r := range rows {
		dst[i] = column[r]
	}
	return dst
}
