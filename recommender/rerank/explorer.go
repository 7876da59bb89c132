package rerank

import (
	"context"
	"fmt"
	"math"

	"github.com/osusume/osusume/internal/rng"
	"github.com/osusume/osusume/recommender"
)

// ExplorerOptions are the options of [NewExplorer].
type ExplorerOptions struct {
	// Temperature is how far down the draw reaches: an item whose relevance,
	// scaled to [0, 1], is lower by this is drawn e times more rarely. 0 means
	// 0.05.
	Temperature float64
	// Depth is how many items are drawn from; 0 means 50.
	Depth int
}

// An Explorer draws lists: place by place, an item of those left with a
// probability in proportion to exp(relevance / Temperature), which is the
// Plackett-Luce model. Scored.Propensity is the probability with which the item
// was drawn at its place, given those above it: what inverse-propensity
// estimates divide by.
//
// The same Request.User and Request.Seed give the same draw. A caller who wants
// another list gives another Seed. An Explorer belongs outermost: what is
// reordered after the draw no longer has its Propensity.
type Explorer struct {
	inner
	temperature float64
}

var _ recommender.Model = (*Explorer)(nil)

// NewExplorer wraps m.
func NewExplorer(m recommender.Model, o ExplorerOptions) (*Explorer, error) {
	if o.Depth == 0 {
		o.Depth = 50
	}
	in, err := newInner(m, o.Depth)
	if err != nil {
		return nil, fmt.Errorf("rerank: explorer: %w", err)
	}
	t := o.Temperature
	if t == 0 {
		t = 0.05
	}
	if !(t > 0 && t <= math.MaxFloat32) {
		return nil, fmt.Errorf("rerank: explorer: %w: Temperature %v", recommender.ErrInvalid, t)
	}
	return &Explorer{in, t}, nil
}

// Recommend draws N of the inner Model's list.
func (m *Explorer) Recommend(ctx context.Context, req recommender.Request) (recommender.Ranking, error) {
	from, err := m.candidates(ctx, req)
	if err != nil {
		return recommender.Ranking{}, err
	}
	draw := rng.New(req.Seed, rng.Hash(req.Seed, string(req.User)))
	weights := make([]float64, len(from.Items))
	left := make([]int, len(from.Items))
	for i, r := range relevance(from.Items) {
		weights[i] = math.Exp((float64(r) - 1) / m.temperature)
		left[i] = i
	}
	var picked []int
	for len(picked) < length(req) && len(left) > 0 {
		total := 0.0
		for _, i := range left {
			total += weights[i]
		}
		at, chance := choose(left, weights, total, draw.Float64())
		i := left[at]
		from.Items[i].Propensity = float32(chance)
		picked = append(picked, i)
		left = append(left[:at], left[at+1:]...)
	}
	return m.finish(ctx, req, from, picked, "exploration")
}

// choose returns the place in left on which u of the total falls, and its
// chance. Where nothing left weighs anything, the first is certain.
func choose(left []int, weights []float64, total, u float64) (at int, chance float64) {
	if !(total > 0) {
		return 0, 1
	}
	sum := 0.0
	for k, i := range left {
		sum += weights[i]
		if u*total < sum {
			return k, weights[i] / total
		}
	}
	last := len(left) - 1 // rounding
	return last, weights[left[last]] / total
}
