package storage

import (
	"context"
	"fmt"
	"io/fs"
	"iter"
	"slices"
	"sync"
	"time"

	"github.com/osusume/osusume/recommender"
)

// MemoryJournal is a recommender.Journal in memory, for tests and examples: it
// keeps what a [Journal] keeps, until Close. Safe for concurrent use.
type MemoryJournal struct {
	mu        sync.Mutex
	closed    bool
	exposures []recommender.Exposure // only appended to, so that a walk may keep a prefix
	events    []recommender.Event
}

var _ recommender.Journal = (*MemoryJournal)(nil)

// NewMemoryJournal returns an empty MemoryJournal.
func NewMemoryJournal() *MemoryJournal { return &MemoryJournal{} }

// Append implements [recommender.Journal], with the ErrInvalid of [Journal.Append].
func (m *MemoryJournal) Append(ctx context.Context, exposures []recommender.Exposure, events []recommender.Event) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	err := m.check(ctx)
	if err == nil {
		err = checkEntries(exposures, events)
	}
	if err != nil {
		return fmt.Errorf("storage: append to memory journal: %w", err)
	}
	for _, x := range exposures {
		x.Items, x.Time = slices.Clone(x.Items), asKept(x.Time)
		if len(x.Items) == 0 {
			x.Items = nil
		}
		m.exposures = append(m.exposures, x)
	}
	for _, e := range events {
		e.Time = asKept(e.Time)
		m.events = append(m.events, e)
	}
	return nil
}

// asKept is t as a Journal gives it back.
func asKept(t time.Time) time.Time { return microTime(t.UnixMicro()) }

// check is the first question of every method; the caller holds mu.
func (m *MemoryJournal) check(ctx context.Context) error {
	if m.closed {
		return fs.ErrClosed
	}
	return ctx.Err()
}

// Exposures implements [recommender.Journal].
func (m *MemoryJournal) Exposures(ctx context.Context) iter.Seq2[recommender.Exposure, error] {
	return memoryWalk(ctx, m, func() []recommender.Exposure { return m.exposures })
}

// Events implements [recommender.Journal].
func (m *MemoryJournal) Events(ctx context.Context) iter.Seq2[recommender.Event, error] {
	return memoryWalk(ctx, m, func() []recommender.Event { return m.events })
}

// memoryWalk yields what entries returns when the walk begins.
func memoryWalk[E any](ctx context.Context, m *MemoryJournal, entries func() []E) iter.Seq2[E, error] {
	return func(yield func(E, error) bool) {
		m.mu.Lock()
		err, list := m.check(ctx), entries()
		m.mu.Unlock()
		for i := 0; i < len(list) && err == nil; i++ {
			if !yield(list[i], nil) {
				return
			}
			err = ctx.Err()
		}
		if err != nil {
			var none E
			yield(none, fmt.Errorf("storage: read memory journal: %w", err))
		}
	}
}

// Close implements [recommender.Journal]. What was appended is gone.
func (m *MemoryJournal) Close() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.check(context.Background()); err != nil {
		return fmt.Errorf("storage: close memory journal: %w", err)
	}
	m.closed = true
	return nil
}
