package eval

import (
	"context"
	"math"
	"slices"

	"github.com/osusume/osusume/internal/topk"
	"github.com/osusume/osusume/recommender"
)

// A view is a model seen through the evaluation's catalogue.
type view struct {
	model  recommender.Model
	scorer recommender.Scorer // nil where the model is none
	items  []recommender.ItemID
	index  map[recommender.ItemID]int32 // of items; only for what is no Scorer
	place  []int32                      // of the scorer's catalogue in items, −1 outside; nil where they are the same
}

func newView(m recommender.Model, items []recommender.ItemID) view {
	v := view{model: m, items: items}
	v.scorer, _ = m.(recommender.Scorer)
	if v.scorer != nil && slices.Equal(v.scorer.Catalog(), items) {
		return v
	}
	v.index = make(map[recommender.ItemID]int32, len(items))
	for i, id := range items {
		v.index[id] = int32(i)
	}
	if v.scorer != nil {
		v.place = make([]int32, len(v.scorer.Catalog()))
		for i, id := range v.scorer.Catalog() {
			p, ok := v.index[id]
			if !ok {
				p = -1
			}
			v.place[i] = p
		}
	}
	return v
}

// scratch is what one worker needs again and again.
type scratch struct {
	scores []float32 // by the evaluation's catalogue
	own    []float32 // by the model's
	hits   []bool
}

func newScratch(items int) *scratch { return &scratch{scores: make([]float32, items)} }

// rank returns the user's best n places among candidates, or among all items
// but the user's own where candidates is nil.
func (v view) rank(ctx context.Context, u *examinee, candidates []int32, n int, s *scratch) ([]int32, error) {
	if v.scorer == nil {
		return v.rankList(ctx, u, candidates, n)
	}
	if err := v.score(ctx, u, s); err != nil {
		return nil, err
	}
	if candidates != nil {
		return rankCandidates(s.scores, candidates, n), nil
	}
	for _, p := range u.mask {
		s.scores[p] = float32(math.NaN())
	}
	return complete(topk.Select(s.scores, n), n, len(v.items), u.mask), nil
}

// score fills s.scores.
func (v view) score(ctx context.Context, u *examinee, s *scratch) error {
	req := recommender.Request{User: u.id, History: u.history, IncludeSeen: true}
	if v.place == nil {
		return v.scorer.ScoreAll(ctx, req, s.scores)
	}
	s.own = slices.Grow(s.own[:0], len(v.place))[:len(v.place)]
	if err := v.scorer.ScoreAll(ctx, req, s.own); err != nil {
		return err
	}
	for i := range s.scores {
		s.scores[i] = float32(math.NaN())
	}
	for i, p := range v.place {
		if p >= 0 {
			s.scores[p] = s.own[i]
		}
	}
	return nil
}

func rankCandidates(scores []float32, candidates []int32, n int) []int32 {
	own := make([]float32, len(candidates)) // ascending places, so that ties break as in the catalogue
	for i, p := range candidates {
		own[i] = scores[p]
	}
	best := complete(topk.Select(own, n), n, len(candidates), nil)
	for i, c := range best {
		best[i] = candidates[c]
	}
	return best
}

// rankList asks a model that only makes lists for what score asks a scorer:
// leaving out what the user has is done here, by what the user has in training.
func (v view) rankList(ctx context.Context, u *examinee, candidates []int32, n int) ([]int32, error) {
	req := recommender.Request{User: u.id, History: u.history, N: n, Exclude: v.ids(u.mask), IncludeSeen: true}
	if candidates != nil {
		req.Within = v.ids(candidates)
	}
	ranking, err := v.model.Recommend(ctx, req)
	if err == nil && slices.ContainsFunc(ranking.Items, v.foreign) {
		// Its catalogue is larger than the evaluation's; asking so at once would
		// cost every other model a call for each item.
		req.Keep = func(id recommender.ItemID) bool { _, ok := v.index[id]; return ok }
		ranking, err = v.model.Recommend(ctx, req)
	}
	if err != nil {
		return nil, err
	}
	list := make([]int32, 0, n)
	for _, x := range ranking.Items {
		if p, ok := v.index[x.Item]; ok && len(list) < n && !has(u.mask, p) && !slices.Contains(list, p) {
			list = append(list, p)
		}
	}
	if candidates == nil {
		return complete(list, n, len(v.items), u.mask), nil
	}
	for _, p := range candidates {
		if len(list) < n && !slices.Contains(list, p) {
			list = append(list, p)
		}
	}
	return list, nil
}

func (v view) foreign(x recommender.Scored) bool { _, ok := v.index[x.Item]; return !ok }

func (v view) ids(places []int32) []recommender.ItemID {
	ids := make([]recommender.ItemID, len(places))
	for i, p := range places {
		ids[i] = v.items[p]
	}
	return ids
}

// complete appends, in the order of places, those of the total that are neither
// listed nor masked: items without a score come last.
func complete(list []int32, n, total int, mask []int32) []int32 {
	if len(list) >= n {
		return list
	}
	listed := slices.Sorted(slices.Values(list))
	for p := int32(0); int(p) < total && len(list) < n; p++ {
		if !has(mask, p) && !has(listed, p) {
			list = append(list, p)
		}
	}
	return list
}

// has reports whether a sorted slice holds p.
func has(sorted []int32, p int32) bool {
	_, ok := slices.BinarySearch(sorted, p)
	return ok
}
