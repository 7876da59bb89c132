package recommender

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
)

// A blending is what one request computed: per part the normalised scores over
// the hybrid's catalogue, and how they came about.
type blending struct {
	active []bool
	base   []float64 // the request's weights, before the silent parts' are shared out
	weight []float32
	fits   []fit
	scores [][]float32
	part   []float32 // scratch for a part's own catalogue
}

func (h *Hybrid) borrow() *blending {
	if b, ok := h.spare.Get().(*blending); ok {
		return b
	}
	n := len(h.parts)
	b := &blending{active: make([]bool, n), base: make([]float64, n), weight: make([]float32, n), fits: make([]fit, n), scores: make([][]float32, n)}
	for i := range b.scores {
		b.scores[i] = make([]float32, len(h.Catalog()))
	}
	return b
}

func (h *Hybrid) release(b *blending) {
	if b != nil {
		h.spare.Put(b)
	}
}

// blend writes the blended scores into dst and returns how they came about. It
// asks the parts that weigh something for this request, or every part.
func (h *Hybrid) blend(ctx context.Context, req Request, dst []float32, every bool) (*blending, error) {
	if err := req.Check(); err != nil {
		return nil, err
	}
	if len(dst) != len(h.Catalog()) {
		return nil, fmt.Errorf("%w: dst has %d places, the catalogue %d", ErrInvalid, len(dst), len(h.Catalog()))
	}
	b := h.borrow()
	h.weightsFor(req, b.base)
	total, personal, cold := 0.0, 0, 0
	for i, p := range h.parts {
		if b.active[i] = false; b.base[i] == 0 && !every {
			continue
		}
		err := h.scorePart(ctx, req, p, b, b.scores[i])
		b.active[i] = err == nil
		if !p.Impersonal && b.base[i] > 0 {
			personal++
			if errors.Is(err, ErrColdStart) {
				cold++
			}
		}
		switch {
		case err == nil:
			total += b.base[i]
		case !errors.Is(err, ErrColdStart):
			h.release(b)
			return nil, fmt.Errorf("recommender: hybrid part %s: %w", p.Name, err)
		}
	}
	if !(total > 0) || cold > 0 && cold == personal {
		h.release(b)
		return nil, ErrColdStart
	}
	for i := range dst {
		dst[i] = float32(math.NaN())
	}
	for i := range h.parts {
		if b.active[i] {
			b.weight[i] = float32(b.base[i] / total)
			b.fits[i] = normalize(h.norm, b.scores[i])
			markTold(dst, b.scores[i])
		}
	}
	for i := range h.parts {
		if b.active[i] {
			addWeighted(dst, b.weight[i], b.scores[i], b.fits[i].neutral)
		}
	}
	return b, nil
}

// markTold turns NaN into 0 where a part can tell.
func markTold(dst, scores []float32) {
	for i, s := range scores {
		if s == s && dst[i] != dst[i] {
			dst[i] = 0
		}
	}
}

func addWeighted(dst []float32, weight float32, scores []float32, neutral float32) {
	for i, s := range scores {
		if s != s {
			s = neutral
		}
		dst[i] += float32(weight * s)
	}
}

// scorePart writes a part's scores into dst, by the hybrid's places.
func (h *Hybrid) scorePart(ctx context.Context, req Request, p hybridPart, b *blending, dst []float32) error {
	if p.scorer == nil {
		return h.scoreList(ctx, req, p.Model, dst)
	}
	if p.place == nil {
		return p.scorer.ScoreAll(ctx, req, dst)
	}
	b.part = slices.Grow(b.part[:0], len(p.place))[:len(p.place)]
	if err := p.scorer.ScoreAll(ctx, req, b.part); err != nil {
		return err
	}
	for i := range dst {
		dst[i] = float32(math.NaN())
	}
	for i, place := range p.place {
		dst[place] = b.part[i]
	}
	return nil
}

// scoreList scores by the list of a part that is no Scorer; the rest gets the
// list's lowest score. Filters are left out, as of any score: what may not be
// shown must not change what the others are worth.
func (h *Hybrid) scoreList(ctx context.Context, req Request, m Model, dst []float32) error {
	req.N, req.IncludeSeen, req.Explain = h.depth, true, false
	req.Within, req.Exclude, req.Keep = nil, nil, nil
	r, err := m.Recommend(ctx, req)
	if err != nil {
		return err
	}
	if len(r.Items) == 0 {
		return ErrColdStart
	}
	lowest := r.Items[0].Score
	for _, s := range r.Items { // a re-ranked list does not end with its lowest score
		lowest = min(lowest, s.Score)
	}
	for i := range dst {
		dst[i] = lowest
	}
	for _, s := range r.Items {
		if i, ok := h.ranker.Place(s.Item); ok {
			dst[i] = s.Score
		}
	}
	return nil
}
