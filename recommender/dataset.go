package recommender

import (
	"context"
	"iter"
	"slices"
	"time"
)

// A Dataset is what can be learned from: items, and interactions with them.
//
// Items yields canonical items and those records that no link has touched.
// Interactions yields each with its Item resolved to the canonical ID. Walks
// hold no lock while they yield, so the loop body may write to the Dataset; a
// walk sees one state from beginning to end.
type Dataset interface {
	Items(ctx context.Context) iter.Seq2[Item, error]
	Interactions(ctx context.Context, f Filter) iter.Seq2[Interaction, error]
}

// A Filter selects interactions. The zero Filter selects all.
type Filter struct {
	User  UserID    // "": every user
	Kinds []Kind    // nil: every kind
	Since time.Time // inclusive; zero: no bound. Interactions of unknown time pass only where neither bound is set
	Until time.Time // exclusive; zero: no bound
}

// Match reports whether f selects x.
func (f Filter) Match(x Interaction) bool {
	if f.User != "" && x.User != f.User {
		return false
	}
	if f.Kinds != nil && !slices.Contains(f.Kinds, x.Kind) {
		return false
	}
	if f.Since.IsZero() && f.Until.IsZero() {
		return true
	}
	if x.Time.IsZero() {
		return false
	}
	return (f.Since.IsZero() || !x.Time.Before(f.Since)) && (f.Until.IsZero() || x.Time.Before(f.Until))
}

// Combine is a Dataset with the items of one Dataset and the interactions of
// another: a catalogue beside a training split. Its bulk path is that of
// interactions, whose dictionary order it keeps; items that nobody touched are
// appended in the order of items.
func Combine(items, interactions Dataset) Dataset { return combined{items, interactions} }

type combined struct{ items, interactions Dataset }

func (c combined) Items(ctx context.Context) iter.Seq2[Item, error] {
	return func(yield func(Item, error) bool) {
		seen := make(map[ItemID]bool)
		for it, err := range c.items.Items(ctx) {
			if err == nil {
				seen[it.ID] = true
			}
			if !yield(it, err) || err != nil {
				return
			}
		}
		for it, err := range c.interactions.Items(ctx) {
			if err == nil && seen[it.ID] {
				continue
			}
			if !yield(it, err) || err != nil {
				return
			}
		}
	}
}

func (c combined) Interactions(ctx context.Context, f Filter) iter.Seq2[Interaction, error] {
	return c.interactions.Interactions(ctx, f)
}

func (c combined) Table(ctx context.Context, f Filter) (*Table, error) {
	t, err := Load(ctx, c.interactions, f)
	if err != nil {
		return nil, err
	}
	return t.withItems(ctx, c.items)
}

// ItemsOf is a Dataset of a slice of items and no interactions. It keeps the slice.
func ItemsOf(items []Item) Dataset { return itemSlice(items) }

type itemSlice []Item

func (s itemSlice) Items(ctx context.Context) iter.Seq2[Item, error] {
	return func(yield func(Item, error) bool) {
		for _, it := range s {
			if err := ctx.Err(); err != nil {
				yield(Item{}, err)
				return
			}
			if !yield(it, nil) {
				return
			}
		}
	}
}

func (itemSlice) Interactions(context.Context, Filter) iter.Seq2[Interaction, error] {
	return func(func(Interaction, error) bool) {}
}
