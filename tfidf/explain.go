package tfidf

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/osusume/osusume/recommender"
)

// reasons is how many of the user's items an explanation names: a few more than
// a page shows.
const reasons = 5

// Explain returns the user's items that give item the largest shares of its
// score, largest first, as recommender.ReasonLiked, a Rest for the others, and
// what Config.Centre takes off as recommender.ReasonBias; the parts add up to
// the score. The error is
// recommender.ErrNotFound for an item that is not in the catalogue or has no
// terms, else that of ScoreAll.
func (m *Model) Explain(ctx context.Context, req recommender.Request, item recommender.ItemID) ([]recommender.Reason, error) {
	p, ok := m.ranker.Place(item)
	place := int32(p)
	if !ok || !m.known(place) {
		return nil, fmt.Errorf("tfidf: explain %q: %w", item, recommender.ErrNotFound)
	}
	likes, err := m.likes(ctx, req)
	if err != nil {
		return nil, err
	}
	type share struct {
		place int32
		part  float32
	}
	shares := make([]share, 0, len(likes))
	for _, l := range likes {
		if part := float32(l.weight) * m.cosine(l.place, place); part != 0 {
			shares = append(shares, share{l.place, part})
		}
	}
	slices.SortFunc(shares, func(a, b share) int {
		return cmp.Or(cmp.Compare(b.part, a.part), cmp.Compare(a.place, b.place))
	})
	var why []recommender.Reason
	var rest float64
	for i, s := range shares {
		if i < reasons {
			why = append(why, recommender.Reason{Kind: recommender.ReasonLiked, Item: m.Catalog()[s.place], Part: s.part})
		} else {
			rest += float64(s.part)
		}
	}
	if centre := m.centred(req); centre > 0 && m.crowd[place] > 0 {
		why = append(why, recommender.Reason{Kind: recommender.ReasonBias, Part: -float32(centre * m.crowd[place])})
	}
	if rest != 0 || len(why) == 0 {
		why = append(why, recommender.Reason{Kind: recommender.ReasonRest, Part: float32(rest)})
	}
	return why, nil
}

// cosine is what liked says about place: 0 where it may not speak for it.
func (m *Model) cosine(liked, place int32) float32 {
	if m.k == 0 {
		return m.index.Dot(liked, place)
	}
	for _, n := range m.near[liked] {
		if n.Place == place {
			return n.Cosine
		}
	}
	return 0
}
