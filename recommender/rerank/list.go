package rerank

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/osusume/osusume/recommender"
)

// DefaultDepth is how many items a re-ranker picks from: beyond 200 little is
// relevant enough to be picked, and picking costs as much as ranking.
const DefaultDepth = 200

// inner is the Model inside, and what every re-ranker passes on from it.
type inner struct {
	model recommender.Model
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
	if h, ok := m.model.(recommender.Historian); ok {
		return h.Seen(user)
	}
	return nil
}

// Explain gives the reasons of the Model inside, for a score is not a
// re-ranker's. Where that does not explain single items, they are those of a list
// of just this item, and a rest without those; [recommender.ErrNotFound] where
// there is no such list.
func (m inner) Explain(ctx context.Context, req recommender.Request, item recommender.ItemID) ([]recommender.Reason, error) {
	if m.explains() {
		return m.model.(recommender.Explainer).Explain(ctx, req, item)
	}
	req.Within, req.Exclude, req.Keep = []recommender.ItemID{item}, nil, nil
	req.N, req.IncludeSeen, req.Explain = 1, true, true
	r, err := m.model.Recommend(ctx, req)
	if err != nil {
		return nil, err
	}
	for _, s := range r.Items {
		if s.Item != item {
			continue
		}
		if s.Why == nil {
			return []recommender.Reason{{Kind: recommender.ReasonRest, Part: s.Score}}, nil
		}
		return s.Why, nil
	}
	return nil, fmt.Errorf("rerank: explain %q: %w", item, recommender.ErrNotFound)
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
	return m.model.Recommend(ctx, req)
}

// explains says whether single items can be explained once they are picked. A
// re-ranker has the method whether or not the Model in its middle does.
func (m inner) explains() bool {
	if r, ok := m.model.(interface{ explains() bool }); ok {
		return r.explains()
	}
	_, ok := m.model.(recommender.Explainer)
	return ok
}

// core is the Model in the middle of re-rankers.
func (m inner) core() recommender.Model {
	if r, ok := m.model.(interface{ core() recommender.Model }); ok {
		return r.core()
	}
	return m.model
}

// finish returns the picked candidates, in that order, with reasons; what says
// for the sake of what some have moved.
func (m inner) finish(ctx context.Context, req recommender.Request, from recommender.Ranking, picked []int, what string) (recommender.Ranking, error) {
	out := from
	out.Items = make([]recommender.Scored, len(picked))
	for to, p := range picked {
		out.Items[to] = from.Items[p]
	}
	if !req.Explain {
		return out, nil
	}
	if m.explains() {
		if err := m.explainAll(ctx, req, out.Items); err != nil {
			return recommender.Ranking{}, err
		}
	}
	for to, p := range picked {
		s := &out.Items[to]
		why := slices.DeleteFunc(slices.Clone(s.Why), func(r recommender.Reason) bool { return r.Kind == recommender.ReasonOrder })
		if p != to {
			why = append(why, recommender.Reason{Kind: recommender.ReasonOrder, Term: fmt.Sprintf("from place %d, for %s", p+1, what)})
		}
		s.Why = why
	}
	return out, nil
}

// explainAll asks the core for a list of the picked items with reasons: it may
// have to score its catalogue to explain one item, and does that once for a list.
func (m inner) explainAll(ctx context.Context, req recommender.Request, picked []recommender.Scored) error {
	req.Within, req.Exclude, req.Keep = itemsOf(picked), nil, nil
	req.N, req.IncludeSeen = len(picked), true
	explained := map[recommender.ItemID]recommender.Scored{}
	if len(picked) > 0 {
		r, err := m.core().Recommend(ctx, req)
		if err != nil {
			return err
		}
		for _, s := range r.Items {
			explained[s.Item] = s
		}
	}
	for i, s := range picked {
		if e, ok := explained[s.Item]; ok && e.Score == s.Score && e.Why != nil {
			picked[i].Why = e.Why
			continue
		}
		why, err := m.Explain(ctx, req, s.Item) // what is no Scorer may score a shorter list otherwise
		if err != nil {
			return err
		}
		picked[i].Why = why
	}
	return nil
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
