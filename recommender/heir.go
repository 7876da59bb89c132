package recommender

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
)

// HeirOptions are the options of [NewHeir].
type HeirOptions struct {
	// Neighbours is how many similar items an unknown one inherits from; 0 means
	// 20: a few are noise, and hundreds are everybody.
	Neighbours int
}

// An Heir is a Scorer that also scores the items about which the Scorer inside
// cannot tell: such an item gets the mean of the scores of the items most like
// it, weighted by the likeness. For a factor model that is the score by the mean
// of their vectors: nearest-neighbour regression from content to factors.
// Safe for concurrent use.
//
// What is like an item is asked once and kept: 8 bytes a neighbour.
type Heir struct {
	inner  Scorer
	like   Resembler
	k      int
	ranker *Ranker
	kin    []atomic.Pointer[[]relative] // by place; nil: not asked yet
}

type relative struct {
	place  int32
	weight float32
}

var (
	_ Scorer    = (*Heir)(nil)
	_ Historian = (*Heir)(nil)
	_ Explainer = (*Heir)(nil)
)

// NewHeir wraps m. like must go on answering as it does now.
func NewHeir(m Scorer, like Resembler, o HeirOptions) *Heir {
	h := &Heir{inner: m, like: like, k: o.Neighbours, kin: make([]atomic.Pointer[[]relative], len(m.Catalog()))}
	if h.k <= 0 {
		h.k = 20
	}
	h.ranker = rankerOf(m.Catalog())
	return h
}

// rankerOf is NewRanker for the catalogue of a Scorer, whose IDs are distinct.
func rankerOf(catalog []ItemID) *Ranker {
	r, err := NewRanker(catalog)
	if err != nil {
		panic("recommender: a Scorer's catalogue has an item twice")
	}
	return r
}

// Catalog returns the catalogue of the Scorer inside.
func (h *Heir) Catalog() []ItemID { return h.inner.Catalog() }

// Seen asks the Scorer inside.
func (h *Heir) Seen(user UserID) []ItemID {
	if k, ok := h.inner.(Historian); ok {
		return k.Seen(user)
	}
	return nil
}

// ScoreAll scores as the Scorer inside, and then what it left out.
func (h *Heir) ScoreAll(ctx context.Context, req Request, dst []float32) error {
	if err := h.inner.ScoreAll(ctx, req, dst); err != nil {
		return err
	}
	var unknown []int32
	for i, s := range dst {
		if s != s {
			unknown = append(unknown, int32(i))
		}
	}
	inherited := make([]float32, len(unknown)) // apart, so that heirs do not inherit from heirs
	for n, i := range unknown {
		kin, err := h.relatives(ctx, int(i))
		if err != nil {
			return err
		}
		inherited[n] = h.mean(kin, dst)
	}
	for n, i := range unknown {
		dst[i] = inherited[n]
	}
	return nil
}

// scored returns the nearest of kin that have a score.
func (h *Heir) scored(kin []relative, scores []float32) []relative {
	list := make([]relative, 0, h.k)
	for _, r := range kin {
		if s := scores[r.place]; s == s && len(list) < h.k {
			list = append(list, r)
		}
	}
	return list
}

// mean is the mean of their scores by weight; NaN without any.
func (h *Heir) mean(kin []relative, scores []float32) float32 {
	var sum, weight float32
	left := h.k
	for _, r := range kin {
		if s := scores[r.place]; s == s && left > 0 {
			sum += float32(r.weight * s)
			weight += r.weight
			left--
		}
	}
	return sum / weight
}

// relatives returns what the item at a place inherits from.
func (h *Heir) relatives(ctx context.Context, place int) ([]relative, error) {
	if kin := h.kin[place].Load(); kin != nil {
		return *kin, nil
	}
	var kin []relative
	// More are asked for than are used: some of them will be unknown too.
	similar, err := h.like.Similar(ctx, h.Catalog()[place], 4*h.k)
	if err != nil && !errors.Is(err, ErrColdStart) && !errors.Is(err, ErrNotFound) {
		return nil, fmt.Errorf("recommender: what is like %q: %w", h.Catalog()[place], err)
	}
	for _, s := range similar {
		if p, ok := h.ranker.Place(s.Item); ok && s.Score > 0 {
			kin = append(kin, relative{int32(p), s.Score})
		}
	}
	h.kin[place].Store(&kin)
	return kin, nil
}

// Recommend ranks by ScoreAll.
func (h *Heir) Recommend(ctx context.Context, req Request) (Ranking, error) {
	scores := make([]float32, len(h.Catalog()))
	if err := h.ScoreAll(ctx, req, scores); err != nil {
		return Ranking{}, err
	}
	out := h.ranker.Rank(req, scores, h.Seen(req.User))
	if req.Explain {
		for i := range out.Items {
			var err error
			if out.Items[i].Why, err = h.Explain(ctx, req, out.Items[i].Item); err != nil {
				return Ranking{}, err
			}
		}
	}
	return out, nil
}

// Explain gives the reasons of the model inside for an item that it scores, and
// for another the items that it inherits from.
func (h *Heir) Explain(ctx context.Context, req Request, item ItemID) ([]Reason, error) {
	place, ok := h.ranker.Place(item)
	if !ok {
		return nil, fmt.Errorf("%w: item %q", ErrNotFound, item)
	}
	scores := make([]float32, len(h.Catalog()))
	if err := h.inner.ScoreAll(ctx, req, scores); err != nil {
		return nil, err
	}
	if s := scores[place]; s == s {
		if e, ok := h.inner.(Explainer); ok {
			return e.Explain(ctx, req, item)
		}
		return []Reason{{Kind: ReasonRest, Part: s}}, nil
	}
	kin, err := h.relatives(ctx, place)
	if err != nil {
		return nil, err
	}
	kin = h.scored(kin, scores)
	var weight float32
	for _, r := range kin {
		weight += r.weight
	}
	why := make([]Reason, len(kin))
	for i, r := range kin {
		why[i] = Reason{Kind: ReasonAlike, Item: h.Catalog()[r.place], Part: float32(r.weight*scores[r.place]) / weight}
	}
	return why, nil
}
