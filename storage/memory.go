package storage

import (
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"iter"
	"slices"
	"sync"
	"time"

	"github.com/osusume/osusume/recommender"
)

// Memory is a Store and a Registry in memory: for tests, examples and data that
// can be read again. Safe for concurrent use.
type Memory struct {
	mu      sync.RWMutex
	closed  bool
	catalog *catalog
	cursors map[string]recommender.Cursor
	log     []recommender.Interaction // events and the last of every state
	place   map[state]int             // where in log a state stands
	view    []recommender.Interaction // log in the order of walks; nil after a write; never changed in place
	models  models
}

var (
	_ recommender.Store    = (*Memory)(nil)
	_ recommender.Registry = (*Memory)(nil)
)

// A state is what a later interaction replaces.
type state struct {
	user recommender.UserID
	item recommender.ItemID
	kind recommender.Kind
}

// NewMemory returns an empty Memory.
func NewMemory() *Memory {
	return &Memory{
		catalog: newCatalog(nil, nil, nil, nil, 1),
		cursors: map[string]recommender.Cursor{},
		place:   map[state]int{},
		models:  models{alias: map[string]string{}},
	}
}

// check is the first question of every method; the caller holds mu.
func (m *Memory) check(ctx context.Context) error {
	if m.closed {
		return fmt.Errorf("storage: memory: %w", fs.ErrClosed)
	}
	return ctx.Err()
}

// Items implements [recommender.Dataset].
func (m *Memory) Items(ctx context.Context) iter.Seq2[recommender.Item, error] {
	return itemWalk(ctx, func() (*catalog, error) { return m.current(ctx) }, (*catalog).each)
}

// Records yields every record as its source gave it, sorted by ID.
func (m *Memory) Records(ctx context.Context) iter.Seq2[recommender.Item, error] {
	return itemWalk(ctx, func() (*catalog, error) { return m.current(ctx) }, (*catalog).eachRecord)
}

func (m *Memory) current(ctx context.Context) (*catalog, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.catalog, m.check(ctx)
}

// Interactions implements [recommender.Dataset]: sorted by user, then item as
// the source named it, then kind, then time. The first walk after a write
// sorts all interactions.
func (m *Memory) Interactions(ctx context.Context, f recommender.Filter) iter.Seq2[recommender.Interaction, error] {
	return func(yield func(recommender.Interaction, error) bool) {
		c, view, err := m.snapshot(ctx)
		if err != nil {
			yield(recommender.Interaction{}, err)
			return
		}
		for i, x := range view {
			if i%4096 == 4095 && ctx.Err() != nil {
				yield(recommender.Interaction{}, ctx.Err())
				return
			}
			if !f.Match(x) {
				continue
			}
			x.Item = c.resolve(x.Item)
			if !yield(x, nil) {
				return
			}
		}
	}
}

func (m *Memory) snapshot(ctx context.Context) (*catalog, []recommender.Interaction, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.check(ctx); err != nil {
		return nil, nil, err
	}
	if m.view == nil {
		m.view = slices.Clone(m.log)
		slices.SortStableFunc(m.view, compareRaw)
	}
	return m.catalog, m.view, nil
}

// compareRaw is the order of walks.
func compareRaw(a, b recommender.Interaction) int {
	return cmp.Or(cmp.Compare(a.User, b.User), cmp.Compare(a.Item, b.Item), cmp.Compare(a.Kind, b.Kind), cmp.Compare(unixOf(a.Time), unixOf(b.Time)))
}

// unixOf is a time as a Table has it.
func unixOf(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.Unix()
}

func timeOf(unix int64) time.Time {
	if unix == 0 {
		return time.Time{}
	}
	return time.Unix(unix, 0).UTC()
}

// Table is the bulk path of [recommender.Load]. Dictionaries are sorted by ID.
func (m *Memory) Table(ctx context.Context, f recommender.Filter) (*recommender.Table, error) {
	c, view, err := m.snapshot(ctx)
	if err != nil {
		return nil, err
	}
	t := &recommender.Table{}
	var items []recommender.ItemID
	c.each(func(e *entry) bool { items = append(items, e.ID); return true })
	for _, x := range view {
		if !f.Match(x) {
			continue
		}
		if len(t.Users) == 0 || t.Users[len(t.Users)-1] != x.User {
			t.Users = append(t.Users, x.User)
		}
		items = append(items, c.resolve(x.Item))
	}
	slices.Sort(items)
	t.Items = slices.Compact(items)
	place := make(map[recommender.ItemID]int32, len(t.Items))
	for i, id := range t.Items {
		place[id] = int32(i)
	}
	user := 0
	for _, x := range view {
		if !f.Match(x) {
			continue
		}
		for t.Users[user] != x.User {
			user++
		}
		t.User = append(t.User, int32(user))
		t.Item = append(t.Item, place[c.resolve(x.Item)])
		t.Kind = append(t.Kind, x.Kind)
		t.Value = append(t.Value, x.Value)
		t.Unix = append(t.Unix, unixOf(x.Time))
	}
	t.Sort()
	return t, nil
}

// Item implements [recommender.Store].
func (m *Memory) Item(ctx context.Context, id recommender.ItemID) (recommender.Item, error) {
	c, err := m.current(ctx)
	if err != nil {
		return recommender.Item{}, err
	}
	e := c.item(id)
	if e == nil {
		return recommender.Item{}, fmt.Errorf("storage: item %q: %w", id, recommender.ErrNotFound)
	}
	return e.Item, nil
}

// Put implements [recommender.Store].
func (m *Memory) Put(ctx context.Context, p recommender.Page, source string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.check(ctx); err != nil {
		return err
	}
	if err := checkPage(p, source); err != nil {
		return fmt.Errorf("storage: put page of %s: %w", source, err)
	}
	m.catalog, _ = m.catalog.with(p.Items)
	m.cursors[source] = p.Next
	for _, x := range p.Interactions {
		m.keep(x)
	}
	return nil
}

func (m *Memory) keep(x recommender.Interaction) {
	m.view = nil
	x.Time = timeOf(unixOf(x.Time))
	if x.Kind.State() {
		key := state{x.User, x.Item, x.Kind}
		if i, ok := m.place[key]; ok {
			if unixOf(x.Time) >= unixOf(m.log[i].Time) {
				m.log[i] = x
			}
			return
		}
		m.place[key] = len(m.log)
	}
	m.log = append(m.log, x)
}

// Cursor implements [recommender.Store].
func (m *Memory) Cursor(ctx context.Context, source string) (recommender.Cursor, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.cursors[source], m.check(ctx)
}

// Link implements [recommender.Store].
func (m *Memory) Link(ctx context.Context, r *recommender.Resolution, canonical []recommender.Item) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.check(ctx); err != nil {
		return err
	}
	c, err := m.catalog.linked(r, canonical)
	if err != nil {
		return fmt.Errorf("storage: link: %w", err)
	}
	m.catalog = c
	return nil
}

// Delete implements [recommender.Store].
func (m *Memory) Delete(ctx context.Context, items []recommender.ItemID, users []recommender.UserID) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.check(ctx); err != nil {
		return err
	}
	noItem, noUser := setOf(items), setOf(users)
	m.catalog = m.catalog.without(noItem)
	log := m.log
	m.log, m.view, m.place = nil, nil, map[state]int{}
	for _, x := range log {
		if !noItem[x.Item] && !noUser[x.User] {
			m.keep(x)
		}
	}
	return nil
}

func setOf[T comparable](list []T) map[T]bool {
	set := make(map[T]bool, len(list))
	for _, x := range list {
		set[x] = true
	}
	return set
}

// Close implements [recommender.Store]. What was stored is gone.
func (m *Memory) Close() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.check(context.Background()); err != nil {
		return err
	}
	m.closed = true
	return nil
}
