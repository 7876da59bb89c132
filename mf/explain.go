package mf

import (
	"context"
	"fmt"
	"slices"

	"github.com/osusume/osusume/internal/topk"
	"github.com/osusume/osusume/internal/vec"
	"github.com/osusume/osusume/recommender"
)

// maxReasons is how many of the user's own items an explanation names.
const maxReasons = 5

// Explain attributes the score of item to the items behind the request that
// contribute most, at most five, to the item's bias, and to a rest.
//
// For seeds, and in a model of iALS for users and histories too, the attribution
// is exact: scores are sums over the user's items there (the vector is A⁻¹ Σ q,
// as Hu, Koren and Volinsky have it), and the rest is what the items beyond the
// fifth contribute. In a model of BPR it is that of the ridge regression which
// comes nearest to the user's vector, and the rest also holds what training knew
// better.
//
// An item that the model does not know is ErrNotFound. O(n · factors) for n
// items behind the request.
func (m *Model) Explain(_ context.Context, req recommender.Request, item recommender.ItemID) ([]recommender.Reason, error) {
	if err := m.enter(); err != nil {
		return nil, err
	}
	defer m.leave()
	q, err := m.query(req)
	if err != nil {
		return nil, err
	}
	place, ok := m.ranker.Place(item)
	if !ok || !m.known[place] {
		return nil, fmt.Errorf("mf: explain item %q: %w", item, recommender.ErrNotFound)
	}
	return m.explain(q, place), nil
}

func (m *Model) explain(q query, place int) []recommender.Reason {
	// An own item contributes the product of its vector with weights.
	weights := m.itemRow(place)
	if q.cosine {
		weights = slices.Clone(weights)
		if n := m.itemNorm[place]; n == 0 {
			clear(weights)
		} else {
			scaleBy(weights, q.share/n)
		}
	} else {
		weights = m.folding.user.shares(weights, q.own)
	}
	parts := make([]float32, len(q.own))
	vec.DotGather(parts, weights, m.item, m.stride, q.own)
	why := make([]recommender.Reason, 0, maxReasons+2)
	for _, k := range topk.Select(parts, maxReasons) {
		why = append(why, recommender.Reason{Kind: recommender.ReasonLiked, Item: m.Catalog()[q.own[k]], Part: parts[k]})
	}
	if !q.cosine && m.kind == Kind {
		why = append(why, recommender.Reason{Kind: recommender.ReasonBias, Part: m.bias[place]})
	}
	rest := float64(m.score(q, place))
	for _, r := range why {
		rest -= float64(r.Part)
	}
	return append(why, recommender.Reason{Kind: recommender.ReasonRest, Part: float32(rest)})
}
