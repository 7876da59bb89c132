package recommender

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"slices"
	"time"
)

// A Table is a Dataset's interactions column by column: what trainers work on.
//
// Users and Items are dictionaries that the columns User and Item point into;
// their order is fixed by the Dataset. Items also holds the catalogue's items
// that nobody touched. Rows are sorted by user, then item, then time, then
// kind, and a user has at most one row per item and state kind (see
// [Kind.State]): the last one.
//
// A Table gives a Dataset, by its method of that name. It is safe for concurrent
// use as long as nobody changes it. Splits return Tables that share dictionaries,
// so that an index into Users or Items means the same in all of them.
type Table struct {
	Users []UserID
	Items []ItemID
	User  []int32   // index into Users
	Item  []int32   // index into Items
	Kind  []Kind    //
	Value []float32 // as in Interaction
	Unix  []int64   // seconds; 0: unknown

	Replaced int // rows dropped by Load because a later one of the same user, item and kind replaced them
}

// Load reads d's interactions into a Table, by d's own bulk path if it has one
// (an optional method Table(ctx, Filter) (*Table, error)) and row by row if not.
// The result may share memory with d: callers do not modify it.
func Load(ctx context.Context, d Dataset, f Filter) (*Table, error) {
	if b, ok := d.(interface {
		Table(ctx context.Context, f Filter) (*Table, error)
	}); ok {
		return b.Table(ctx, f)
	}
	b := NewTableBuilder(0)
	for x, err := range d.Interactions(ctx, f) {
		if err != nil {
			return nil, err
		}
		if err := b.Add(x); err != nil {
			return nil, err
		}
	}
	return b.Table().withItems(ctx, d)
}

// Len returns the number of rows.
func (t *Table) Len() int { return len(t.User) }

// Table returns t, or the rows of t that f selects over the same dictionaries.
func (t *Table) Table(_ context.Context, f Filter) (*Table, error) {
	if f.User == "" && f.Kinds == nil && f.Since.IsZero() && f.Until.IsZero() {
		return t, nil
	}
	return t.Select(func(row int) bool { return f.Match(t.row(row)) }), nil
}

// Select returns the rows that keep keeps, over the same dictionaries.
func (t *Table) Select(keep func(row int) bool) *Table {
	n := 0
	for i := range t.User {
		if keep(i) {
			n++
		}
	}
	s := &Table{
		Users: t.Users, Items: t.Items,
		User: make([]int32, 0, n), Item: make([]int32, 0, n), Kind: make([]Kind, 0, n),
		Value: make([]float32, 0, n), Unix: make([]int64, 0, n),
	}
	for i := range t.User {
		if keep(i) {
			s.User = append(s.User, t.User[i])
			s.Item = append(s.Item, t.Item[i])
			s.Kind = append(s.Kind, t.Kind[i])
			s.Value = append(s.Value, t.Value[i])
			s.Unix = append(s.Unix, t.Unix[i])
		}
	}
	return s
}

// ByUser returns offsets into the rows: user u has rows offsets[u] to offsets[u+1].
func (t *Table) ByUser() []int {
	off := make([]int, len(t.Users)+1)
	for _, u := range t.User {
		off[u+1]++
	}
	for u := range t.Users {
		off[u+1] += off[u]
	}
	return off
}

// items yields the dictionary, IDs only.
func (t *Table) items() iter.Seq2[Item, error] {
	return func(yield func(Item, error) bool) {
		for _, id := range t.Items {
			if !yield(Item{ID: id}, nil) {
				return
			}
		}
	}
}

// Dataset returns t as a [Dataset] whose items carry IDs only and whose
// interactions carry no text: [Combine] puts a catalogue beside it. (A struct
// cannot have a field and a method of one name, and the column is called Items.)
func (t *Table) Dataset() Dataset { return tableDataset{t} }

type tableDataset struct{ t *Table }

func (d tableDataset) Items(context.Context) iter.Seq2[Item, error] { return d.t.items() }

func (d tableDataset) Table(ctx context.Context, f Filter) (*Table, error) { return d.t.Table(ctx, f) }

func (d tableDataset) Interactions(ctx context.Context, f Filter) iter.Seq2[Interaction, error] {
	return func(yield func(Interaction, error) bool) {
		for i := range d.t.User {
			if i%4096 == 0 && ctx.Err() != nil {
				yield(Interaction{}, ctx.Err())
				return
			}
			if x := d.t.row(i); f.Match(x) && !yield(x, nil) {
				return
			}
		}
	}
}

func (t *Table) row(i int) Interaction {
	x := Interaction{User: t.Users[t.User[i]], Item: t.Items[t.Item[i]], Kind: t.Kind[i], Value: t.Value[i]}
	if t.Unix[i] != 0 {
		x.Time = time.Unix(t.Unix[i], 0).UTC()
	}
	return x
}

// withItems appends the items of d that the dictionary lacks; t itself is not changed.
func (t *Table) withItems(ctx context.Context, d Dataset) (*Table, error) {
	known := make(map[ItemID]struct{}, len(t.Items))
	for _, id := range t.Items {
		known[id] = struct{}{}
	}
	items := t.Items[:len(t.Items):len(t.Items)]
	for it, err := range d.Items(ctx) {
		if err != nil {
			return nil, err
		}
		if _, ok := known[it.ID]; !ok {
			known[it.ID] = struct{}{}
			items = append(items, it.ID)
		}
	}
	if len(items) == len(t.Items) {
		return t, nil
	}
	grown := *t
	grown.Items = items
	return &grown, nil
}

// A TableBuilder collects interactions into a Table. Dictionaries are in order
// of first appearance. Not safe for concurrent use.
type TableBuilder struct {
	t     Table
	users map[UserID]int32
	items map[ItemID]int32
}

// NewTableBuilder returns an empty builder with room for n rows.
func NewTableBuilder(n int) *TableBuilder {
	return &TableBuilder{
		t: Table{
			User: make([]int32, 0, n), Item: make([]int32, 0, n), Kind: make([]Kind, 0, n),
			Value: make([]float32, 0, n), Unix: make([]int64, 0, n),
		},
		users: make(map[UserID]int32), items: make(map[ItemID]int32),
	}
}

// AddItem puts an item into the dictionary, if it is not there yet, and returns its index.
func (b *TableBuilder) AddItem(id ItemID) int32 {
	i, ok := b.items[id]
	if !ok {
		i = int32(len(b.t.Items))
		b.items[id] = i
		b.t.Items = append(b.t.Items, id)
	}
	return i
}

// Add appends a row. What [CheckInteraction] refuses is refused here.
func (b *TableBuilder) Add(x Interaction) error {
	if err := CheckInteraction(x); err != nil {
		return err
	}
	u, ok := b.users[x.User]
	if !ok {
		u = int32(len(b.t.Users))
		b.users[x.User] = u
		b.t.Users = append(b.t.Users, x.User)
	}
	var unix int64
	if !x.Time.IsZero() {
		unix = x.Time.Unix()
	}
	b.t.User = append(b.t.User, u)
	b.t.Item = append(b.t.Item, b.AddItem(x.Item))
	b.t.Kind = append(b.t.Kind, x.Kind)
	b.t.Value = append(b.t.Value, x.Value)
	b.t.Unix = append(b.t.Unix, unix)
	return nil
}

// Table sorts and returns what was added. The builder must not be used afterwards.
func (b *TableBuilder) Table() *Table {
	t := &b.t
	t.Sort()
	return t
}

// Sort puts rows into a Table's order and drops those that a later row of the
// same user, item and state kind replaces (of two with equal times, the one
// that stood later), counting them in Replaced. Whoever fills the columns by
// hand calls it once at the end. O(n log n).
func (t *Table) Sort() {
	n := len(t.User)
	if len(t.Item) != n || len(t.Kind) != n || len(t.Value) != n || len(t.Unix) != n {
		panic(fmt.Sprintf("recommender: table columns differ in length: %d %d %d %d %d", n, len(t.Item), len(t.Kind), len(t.Value), len(t.Unix)))
	}
	perm := make([]int32, n)
	for i := range perm {
		perm[i] = int32(i)
	}
	slices.SortFunc(perm, func(a, b int32) int {
		return cmp.Or(
			cmp.Compare(t.User[a], t.User[b]), cmp.Compare(t.Item[a], t.Item[b]),
			cmp.Compare(t.Unix[a], t.Unix[b]), cmp.Compare(t.Kind[a], t.Kind[b]), cmp.Compare(a, b))
	})
	kept := perm[:0]
	for i, p := range perm {
		if t.Kind[p].State() && t.replacedBy(perm[i+1:], p) {
			t.Replaced++
			continue
		}
		kept = append(kept, p)
	}
	t.User = gather(t.User, kept)
	t.Item = gather(t.Item, kept)
	t.Kind = gather(t.Kind, kept)
	t.Value = gather(t.Value, kept)
	t.Unix = gather(t.Unix, kept)
}

// replacedBy reports whether one of the rows that follow p in sorted order, of
// the same user and item, has p's kind.
func (t *Table) replacedBy(following []int32, p int32) bool {
	for _, q := range following {
		if t.User[q] != t.User[p] || t.Item[q] != t.Item[p] {
			return false
		}
		if t.Kind[q] == t.Kind[p] {
			return true
		}
	}
	return false
}

func gather[T any](column []T, rows []int32) []T {
	dst := make([]T, len(rows))
	for i, r := range rows {
		dst[i] = column[r]
	}
	return dst
}
