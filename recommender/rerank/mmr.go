package rerank

import (
	"context"
	"fmt"

	"github.com/osusume/osusume/recommender"
)

// MMROptions are the options of [NewMMR].
type MMROptions struct {
	// Diversity is the weight of being unlike what is already picked, against
	// that of relevance, in [0, 1]; 0 means 0.3, negative none.
	Diversity float64
	// Depth is how many items are picked from; 0 means [DefaultDepth].
	Depth int
}

// MMR picks, place by place, the item with the best (1−d)·relevance − d·(its
// greatest likeness to an item already picked), relevance being the score
// scaled to [0, 1] over the candidates: maximal marginal relevance (Carbonell
// and Goldstein, SIGIR 1998). O(N · Depth) likenesses.
type MMR struct {
	inner
	like      Similarity
	diversity float32
}

var _ recommender.Model = (*MMR)(nil)

// NewMMR wraps m.
func NewMMR(m recommender.Model, like Similarity, o MMROptions) (*MMR, error) {
	in, err := newInner(m, o.Depth)
	if err != nil {
		return nil, fmt.Errorf("rerank: MMR: %w", err)
	}
	d, err := share("Diversity", o.Diversity, 0.3)
	if err != nil {
		return nil, fmt.Errorf("rerank: MMR: %w", err)
	}
	if like == nil {
		return nil, fmt.Errorf("rerank: MMR: %w: no Similarity", recommender.ErrInvalid)
	}
	return &MMR{in, like, float32(d)}, nil
}

// Recommend picks N of the inner Model's list.
func (m *MMR) Recommend(ctx context.Context, req recommender.Request) (recommender.Ranking, error) {
	from, err := m.candidates(ctx, req)
	if err != nil {
		return recommender.Ranking{}, err
	}
	like := m.like.Prepare(itemsOf(from.Items))
	rel := relevance(from.Items)
	nearest := make([]float32, len(rel)) // likeness to the picked
	return m.finish(ctx, req, from, greedy(len(rel), length(req), func(i int) float32 {
		return float32((1-m.diversity)*rel[i]) - float32(m.diversity*nearest[i])
	}, func(picked int, left []int) {
		for _, i := range left {
			nearest[i] = max(nearest[i], like(picked, i))
		}
	}), "variety")
}

// greedy picks n of the candidates, each time the one with the highest value,
// ties to the lower place; after each pick it calls update with those left.
func greedy(candidates, n int, value func(i int) float32, update func(picked int, left []int)) []int {
	left := make([]int, candidates)
	for i := range left {
		left[i] = i
	}
	picked := make([]int, 0, min(n, candidates))
	for len(picked) < n && len(left) > 0 {
		best, at := value(left[0]), 0
		for k, i := range left[1:] {
			if v := value(i); v > best {
				best, at = v, k+1
			}
		}
		i := left[at]
		left = append(left[:at], left[at+1:]...)
		picked = append(picked, i)
		if len(picked) < n {
			update(i, left)
		}
	}
	return picked
}
