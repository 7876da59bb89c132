package itemitem

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/osusume/osusume/recommender"
)

// MaxReasons is how many of the user's own items an explanation names.
const MaxReasons = 5

// Explain attributes the score of an item to those own items that say most for
// it, at most MaxReasons, and what the other own items say to a rest. An item
// that nobody has is ErrNotFound.
func (m *Model) Explain(_ context.Context, req recommender.Request, item recommender.ItemID) ([]recommender.Reason, error) {
	own, err := m.own(req)
	if err != nil {
		return nil, err
	}
	place, ok := m.Place(item)
	if !ok {
		return nil, fmt.Errorf("%s: explain item %q: %w", m.name, item, recommender.ErrNotFound)
	}
	return m.explain(own, place), nil
}

func (m *Model) explain(own []int32, place int32) []recommender.Reason {
	scale := float32(1)
	if m.Scale != nil {
		scale = m.Scale[place]
	}
	var sum float32 // in the order of ScoreAll
	why := make([]recommender.Reason, len(own))
	for k, i := range own {
		w := m.Weights.At(i, place)
		sum += w
		why[k] = recommender.Reason{Kind: recommender.ReasonLiked, Item: m.Catalog()[i], Part: w * scale}
	}
	slices.SortStableFunc(why, func(a, b recommender.Reason) int { return cmp.Compare(b.Part, a.Part) })
	rest := float64(sum * scale)
	why = slices.Clip(why[:min(MaxReasons, len(why))])
	for _, r := range why {
		rest -= float64(r.Part)
	}
	return append(why, recommender.Reason{Kind: recommender.ReasonRest, Part: float32(rest)})
}
