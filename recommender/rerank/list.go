package rerank

import (
	"context"
	"fmt"
	"math"

	"github.com/osusume/osusume/recommender"
)

// DefaultDepth is how many items a re-ranker picks from: beyond 200 little is
// relevant enough to be picked, and picking costs as much as ranking.
const DefaultDepth = 200

// inner is the Model inside, and what every re-ranker passes on from it.
type inner struct {
	recommender.Model
	depth int
}

func newInner(m recommender.Model, depth int) (inner, error) {
	switch {
	case m == nil:
		return inner{}, fmt.Errorf("%w: no Model", recommender.ErrInvalid)
	case depth < 0:
		return inner{}, fmt.Errorf("%w: Depth %d < 0", recommender.ErrInvalid, depth)
	case depth == 0:
		depth = DefaultDepth
	}
	return inner{m, depth}, nil
}

// Seen asks the Model inside.
func (m inner) Seen(user recommender.UserID) []recommender.ItemID {
	if h, ok := m.Model.(recommender.Historian); ok {
		return h.Seen(user)
	}
	return nil
}

// Explain asks the Model inside: a score is not a re-ranker's.
func (m inner) Explain(ctx context.Context, req recommender.Request, item recommender.ItemID) ([]recommender.Reason, error) {
	if e, ok := m.Model.(recommender.Explainer); ok {
		return e.Explain(ctx, req, item)
	}
	return nil, fmt.Errorf("rerank: %w: the model inside does not explain", recommender.ErrInvalid)
}

// length is how many items a request wants.
func length(req recommender.Request) int {
	if req.N == 0 {
		return recommender.DefaultN
	}
	return req.N
}

// candidates asks for the list to pick from. Reasons are asked for once it is
// known which items are picked: see finish.
func (m inner) candidates(ctx context.Context, req recommender.Request) (recommender.Ranking, error) {
	if err := req.Check(); err != nil {
		return recommender.Ranking{}, err
	}
	req.N = max(m.depth, length(req))
	req.Explain = req.Explain && !m.explains()
	return m.Model.Recommend(ctx, req)
}

// explains says whether Explain has an answer. A re-ranker has the method
// whether or not the Model in its middle does.
func (m inner) explains() bool {
	if r, ok := m.Model.(interface{ explains() bool }); ok {
		return r.explains()
	}
	_, ok := m.Model.(recommender.Explainer)
	return ok
}

// finish returns the picked candidates, in that order, with reasons.
func (m inner) finish(ctx context.Context, req recommender.Request, from recommender.Ranking, picked []int, what string) (recommender.Ranking, error) {
	out := from
	out.Items = make([]recommender.Scored, len(picked))
	for to, p := range picked {
		s := from.Items[p]
		if req.Explain {
			if m.explains() {
				why, err := m.Explain(ctx, req, s.Item)
				if err != nil {
					return recommender.Ranking{}, err
				}
				s.Why = why
			}
			if p != to {
				why := make([]recommender.Reason, 0, len(s.Why)+1)
				s.Why = append(append(why, s.Why...), recommender.Reason{
					Kind: recommender.ReasonOrder, Term: fmt.Sprintf("%s: from place %d", what, p+1),
				})
			}
		}
		out.Items[to] = s
	}
	return out, nil
}

// relevance maps the scores of a list linearly to [0, 1].
func relevance(list []recommender.Scored) []float32 {
	lo, hi := float32(math.Inf(1)), float32(math.Inf(-1))
	for _, s := range list {
		lo, hi = min(lo, s.Score), max(hi, s.Score)
	}
	rel := make([]float32, len(list))
	for i, s := range list {
		if hi > lo {
			rel[i] = (s.Score - lo) / (hi - lo)
		}
	}
	return rel
}

func itemsOf(list []recommender.Scored) []recommender.ItemID {
	ids := make([]recommender.ItemID, len(list))
	for i, s := range list {
		ids[i] = s.Item
	}
	return ids
}

// share reads an option in [0, 1] whose zero means a default; a negative value is 0.
func share(name string, x, std float64) (float64, error) {
	switch {
	case math.IsNaN(x) || x > 1:
		return 0, fmt.Errorf("%w: %s %v is not at most 1", recommender.ErrInvalid, name, x)
	case x == 0:
		return std, nil
	}
	return max(x, 0), nil
}
