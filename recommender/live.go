package recommender

import (
	"context"
	"sync/atomic"
)

// Live is a Model that can be exchanged while it serves: the root of a
// composition. Every request is answered whole by the Model that was there when
// it came in.
type Live struct{ current atomic.Pointer[Model] }

var _ Model = (*Live)(nil)

// NewLive returns a Live that serves m, which must not be nil.
func NewLive(m Model) *Live {
	l := &Live{}
	l.Swap(m)
	return l
}

// Swap lets m, which must not be nil, answer from now on, and returns the Model
// before it.
func (l *Live) Swap(m Model) Model {
	if m == nil {
		panic("recommender: Live.Swap of a nil Model")
	}
	old := l.current.Swap(&m)
	if old == nil {
		return nil
	}
	return *old
}

// Current returns the Model that answers now.
func (l *Live) Current() Model { return *l.current.Load() }

// Recommend asks the current Model.
func (l *Live) Recommend(ctx context.Context, req Request) (Ranking, error) {
	return l.Current().Recommend(ctx, req)
}
