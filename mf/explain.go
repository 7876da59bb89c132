package mf

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/osusume/osusume/internal/vec"
	"github.com/osusume/osusume/recommender"
)

// maxReasons is how many of the user's own items an explanation names.
const maxReasons = 5

// Explain attributes the score of item to the items behind the request that
// contribute most, at most five, to the item's bias, and to a rest.
//
// For seeds, and for a history without a known user, the attribution is exact
// but for what the items beyond the fifth contribute, which is in the rest. For
// a user of the training data it is approximate: it takes the user's vector for
// the scaled mean of the user's items, and the rest holds what is amiss.
//
// An item that the model does not know is ErrNotFound.
func (m *Model) Explain(_ context.Context, req recommender.Request, item recommender.ItemID) ([]recommender.Reason, error) {
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
	row, share := m.itemRow(place), q.share
	if q.cosine {
		if m.norm[place] == 0 {
			share = 0
		} else {
			share /= m.norm[place]
		}
	}
	why := make([]recommender.Reason, len(q.own))
	for k, i := range q.own {
		why[k] = recommender.Reason{
			Kind: recommender.ReasonLiked, Item: m.Catalog()[i],
			Part: float32(share * vec.Dot(row, m.itemRow(int(i)))),
		}
	}
	slices.SortStableFunc(why, func(a, b recommender.Reason) int { return cmp.Compare(b.Part, a.Part) })
	why = slices.Clip(why[:min(maxReasons, len(why))])
	if !q.cosine {
		why = append(why, recommender.Reason{Kind: recommender.ReasonBias, Part: m.bias[place]})
	}
	rest := float64(m.score(q, place, vec.Dot(q.vector, row)))
	for _, r := range why {
		rest -= float64(r.Part)
	}
	return append(why, recommender.Reason{Kind: recommender.ReasonRest, Part: float32(rest)})
}
