package rerank

import (
	"context"
	"fmt"
	"math"

	"github.com/osusume/osusume/recommender"
)

// UnpopularOptions are the options of [NewUnpopular].
type UnpopularOptions struct {
	// Penalty is what the most popular candidate loses of its relevance, which is
	// scaled to [0, 1]; 0 means 0.2, negative nothing.
	Penalty float64
	// Depth is how many items are picked from; 0 means [DefaultDepth].
	Depth int
}

// Unpopular lowers what everybody has: candidates are ordered by relevance −
// Penalty · ln(1 + users) / ln(1 + users of the most popular candidate).
type Unpopular struct {
	inner
	users   func(recommender.ItemID) float64
	penalty float64
}

var _ recommender.Model = (*Unpopular)(nil)

// NewUnpopular wraps m. users says how many users have an item; it is called
// concurrently.
func NewUnpopular(m recommender.Model, users func(recommender.ItemID) float64, o UnpopularOptions) (*Unpopular, error) {
	in, err := newInner(m, o.Depth)
	if err != nil {
		return nil, fmt.Errorf("rerank: unpopular: %w", err)
	}
	p, err := share("Penalty", o.Penalty, 0.2)
	if err != nil {
		return nil, fmt.Errorf("rerank: unpopular: %w", err)
	}
	if users == nil {
		return nil, fmt.Errorf("rerank: unpopular: %w: no number of users", recommender.ErrInvalid)
	}
	return &Unpopular{in, users, p}, nil
}

// Recommend picks N of the inner Model's list.
func (m *Unpopular) Recommend(ctx context.Context, req recommender.Request) (recommender.Ranking, error) {
	from, err := m.candidates(ctx, req)
	if err != nil {
		return recommender.Ranking{}, err
	}
	logs := make([]float64, len(from.Items))
	most := 0.0
	for i, s := range from.Items {
		logs[i] = math.Log1p(max(0, m.users(s.Item)))
		most = max(most, logs[i])
	}
	rel := relevance(from.Items)
	for i := range rel {
		if most > 0 {
			rel[i] -= float32(m.penalty * logs[i] / most)
		}
	}
	picked := greedy(len(rel), length(req), func(i int) float32 { return rel[i] }, func(int, []int) {})
	return m.finish(ctx, req, from, picked, "what is less known")
}
