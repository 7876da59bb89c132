package recommender

import (
	"context"
	"errors"
)

// Fallback is a Model that asks models one after another until one does not
// answer [ErrColdStart]. Other errors are returned at once. Ranking.Model says
// who answered, where the parts name themselves (see [Versioned]).
//
// What Fallback, [Filtered], [Versioned] and [NewLive] return only makes lists: it
// hides that a part is a [Scorer] or a [Historian]. They belong around a [Hybrid],
// not inside (docs/adr/0003-optional-powers.md).
func Fallback(models ...Model) Model {
	return ModelFunc(func(ctx context.Context, req Request) (Ranking, error) {
		for _, m := range models {
			r, err := m.Recommend(ctx, req)
			if !errors.Is(err, ErrColdStart) {
				return r, err
			}
		}
		return Ranking{}, ErrColdStart
	})
}

// Filtered is m without the items that keep does not keep; lists still complete
// to N.
func Filtered(m Model, keep func(ItemID) bool) Model {
	return ModelFunc(func(ctx context.Context, req Request) (Ranking, error) {
		asked := req.Keep
		req.Keep = func(id ItemID) bool { return keep(id) && (asked == nil || asked(id)) }
		return m.Recommend(ctx, req)
	})
}

// Versioned is m answering under the name of a version.
func Versioned(id string, m Model) Model {
	return ModelFunc(func(ctx context.Context, req Request) (Ranking, error) {
		r, err := m.Recommend(ctx, req)
		if err == nil {
			r.Model = id
		}
		return r, err
	})
}
