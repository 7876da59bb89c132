package storage

import (
	"cmp"
	"context"
	"slices"
	"sync/atomic"

	"github.com/osusume/osusume/internal/par"
	"github.com/osusume/osusume/recommender"
)

// A settler orders what a loader has read, user by user.
type settler struct {
	*loader
	f         recommender.Filter
	canonical []int32 // of an item's number: the place of the item that it stands for
	first     [][]int32
	touched   []atomic.Bool
}

// settleAll makes the Table where rows are not in order yet: of several runs,
// with a filter, or with links that lead to items in another order.
func (l *loader) settleAll(ctx context.Context, cat *catalog, f recommender.Filter, o itemOrder) (*recommender.Table, error) {
	s := &settler{loader: l, f: f, canonical: o.canonical, touched: make([]atomic.Bool, len(o.of))}
	if s.canonical == nil {
		s.canonical = make([]int32, len(o.of))
		for i := range s.canonical {
			s.canonical[i] = int32(i)
		}
	}
	t, c := &recommender.Table{}, &l.columns
	s.index()
	// Each user's rows stand at first in t's columns as many as they can be.
	room := make([]int, len(l.users)+1)
	for u := range l.users {
		room[u+1] = room[u]
		for _, first := range s.first {
			room[u+1] += int(first[u+1] - first[u])
		}
	}
	n := room[len(l.users)]
	t.User, t.Item, t.Kind, t.Value, t.Unix = make([]int32, n), make([]int32, n), make([]recommender.Kind, n), make([]float32, n), make([]int64, n)
	kept := make([]int32, len(l.users))
	var replaced atomic.Int64
	const chunk = 512
	err := par.Do(ctx, l.w.o.Workers, (len(l.users)+chunk-1)/chunk, func(i int) error {
		var rows []int32
		for u := i * chunk; u < min((i+1)*chunk, len(l.users)); u++ {
			var several bool
			rows, several = s.rowsOf(rows[:0], u)
			order, dropped := s.settle(u, rows, several)
			replaced.Add(int64(dropped))
			for k, r := range order {
				at := room[u] + k
				t.User[at], t.Item[at], t.Kind[at], t.Value[at], t.Unix[at] = int32(u), s.canonical[c.Item[r]], c.Kind[r], c.Value[r], c.Unix[r]
			}
			kept[u] = int32(len(order))
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	t.Replaced = int(replaced.Load())
	s.gather(t, cat, o, room, kept)
	return t, nil
}

// gather moves the rows of all users together, and makes the dictionaries those
// of what is left.
func (s *settler) gather(t *recommender.Table, cat *catalog, o itemOrder, room []int, kept []int32) {
	n := 0
	for u, name := range s.users {
		k := int(kept[u])
		if k == 0 {
			continue
		}
		for at := n; at < n+k; at++ {
			t.User[at] = int32(len(t.Users))
		}
		t.Users = append(t.Users, recommender.UserID(name))
		if n != room[u] {
			move(t.Item, n, room[u], k)
			move(t.Kind, n, room[u], k)
			move(t.Value, n, room[u], k)
			move(t.Unix, n, room[u], k)
		}
		n += k
	}
	t.User, t.Item, t.Kind, t.Value, t.Unix = t.User[:n], t.Item[:n], t.Kind[:n], t.Value[:n], t.Unix[:n]
	var touched []recommender.ItemID
	for i, id := range o.of {
		if s.touched[i].Load() {
			touched = append(touched, id)
		}
	}
	t.Items = itemsAnd(cat, touched)
	if len(t.Items) == len(o.ids) {
		return
	}
	moved := make([]int32, len(o.ids))
	for i, id := range o.ids {
		at, _ := slices.BinarySearch(t.Items, id)
		moved[i] = int32(at)
	}
	for i, x := range t.Item {
		t.Item[i] = moved[x]
	}
}

func move[T any](column []T, to, from, n int) { copy(column[to:to+n], column[from:from+n]) }

// ranks returns the place of every name among the sorted ones.
func ranks(names []string) []int32 {
	order := make([]int32, len(names))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortFunc(order, func(a, b int32) int { return cmp.Compare(names[a], names[b]) })
	rank := make([]int32, len(names))
	for i, p := range order {
		rank[p] = int32(i)
	}
	return rank
}

// index finds where each user's rows begin in each run.
func (s *settler) index() {
	for _, run := range s.runs {
		first := make([]int32, len(s.users)+1)
		u := 0
		for i := run[0]; i < run[1]; i++ {
			for ; u <= int(s.columns.User[i]); u++ {
				first[u] = int32(i)
			}
		}
		for ; u <= len(s.users); u++ {
			first[u] = int32(run[1])
		}
		s.first = append(s.first, first)
	}
}

// rowsOf lists the rows of a user, oldest run first, and says whether they are
// of several runs.
func (s *settler) rowsOf(dst []int32, u int) (rows []int32, several bool) {
	for _, first := range s.first {
		several = several || len(dst) > 0 && first[u] < first[u+1]
		for r := first[u]; r < first[u+1]; r++ {
			dst = append(dst, r)
		}
	}
	return dst, several
}

// settle returns those of user u's rows that are in the Table, in its order,
// and how many of different records of one item were replaced. It does what a
// walk and Table.Sort would do: the last of each state of a record, the filter,
// then the last of each state of an item. Within a run, each state of a record
// stands once.
func (s *settler) settle(u int, rows []int32, several bool) (order []int32, replaced int) {
	c := &s.columns
	if several {
		slices.SortFunc(rows, func(a, b int32) int {
			return cmp.Or(cmp.Compare(c.Item[a], c.Item[b]), cmp.Compare(c.Kind[a], c.Kind[b]), cmp.Compare(c.Unix[a], c.Unix[b]), cmp.Compare(a, b))
		})
	}
	kept := rows[:0]
	for i, r := range rows {
		if several && i+1 < len(rows) && c.Kind[r].State() && c.Kind[rows[i+1]] == c.Kind[r] && c.Item[rows[i+1]] == c.Item[r] {
			continue
		}
		x := recommender.Interaction{User: recommender.UserID(s.users[u]), Kind: c.Kind[r], Time: timeOf(c.Unix[r])}
		if s.f.Match(x) {
			if at := &s.touched[c.Item[r]]; !at.Load() {
				at.Store(true)
			}
			kept = append(kept, r)
		}
	}
	final := func(a, b int32) int {
		return cmp.Or(cmp.Compare(s.canonical[c.Item[a]], s.canonical[c.Item[b]]), cmp.Compare(c.Unix[a], c.Unix[b]),
			cmp.Compare(c.Kind[a], c.Kind[b]), cmp.Compare(c.Item[a], c.Item[b]), cmp.Compare(a, b))
	}
	if !slices.IsSortedFunc(kept, final) {
		slices.SortFunc(kept, final)
	}
	// Backwards, a state is replaced if its kind has been met for the item.
	var met uint64 // a bit a kind
	end := len(kept)
	for i := len(kept) - 1; i >= 0; i-- {
		r := kept[i]
		if i == len(kept)-1 || s.canonical[c.Item[r]] != s.canonical[c.Item[kept[i+1]]] {
			met = 0
		}
		bit := uint64(1) << c.Kind[r]
		if c.Kind[r].State() && met&bit != 0 {
			replaced++
			continue
		}
		met |= bit
		end--
		kept[end] = r
	}
	return kept[end:], replaced
}
