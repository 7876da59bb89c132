package recommender

import (
	"cmp"
	"context"
	"fmt"
	"slices"
)

// explainedPerPart is how many pieces of evidence a part may show; the others
// are added up in its [ReasonPart].
const explainedPerPart = 3

// Explain attributes the item's blended score. Each part shows its strongest
// evidence, scaled as its scores were, and a [ReasonPart] with what is left of
// its contribution; the Parts of all reasons add up to the score.
func (h *Hybrid) Explain(ctx context.Context, req Request, item ItemID) ([]Reason, error) {
	b, err := h.blend(ctx, req, make([]float32, len(h.Catalog())))
	if err != nil {
		return nil, err
	}
	defer h.release(b)
	return h.reasons(ctx, req, b, item)
}

func (h *Hybrid) reasons(ctx context.Context, req Request, b *blending, item ItemID) ([]Reason, error) {
	place, ok := h.ranker.Place(item)
	if !ok {
		return nil, fmt.Errorf("%w: item %q", ErrNotFound, item)
	}
	var why []Reason
	for i, p := range h.parts {
		if !b.active[i] {
			continue
		}
		score, told := b.scores[i][place], true
		if score != score {
			score, told = b.fits[i].neutral, false
		}
		rest := float32(b.weight[i] * score)
		if e, ok := p.Model.(Explainer); ok && told && b.fits[i].linear && b.fits[i].scale != 0 {
			evidence, err := e.Explain(ctx, req, item)
			if err != nil {
				return nil, fmt.Errorf("recommender: hybrid part %s: explain %q: %w", p.Name, item, err)
			}
			for _, r := range strongest(evidence) {
				r.Part = float32(float32(r.Part*b.fits[i].scale) * b.weight[i])
				r.Via = p.Name
				rest -= r.Part
				why = append(why, r)
			}
		}
		why = append(why, Reason{Kind: ReasonPart, Term: p.Name, Via: p.Name, Part: rest})
	}
	return why, nil
}

// strongest returns the largest pieces of evidence that name something.
func strongest(evidence []Reason) []Reason {
	named := slices.DeleteFunc(slices.Clone(evidence), func(r Reason) bool {
		return r.Kind == ReasonRest || r.Kind == ReasonBias || r.Part == 0
	})
	slices.SortStableFunc(named, func(a, b Reason) int { return cmp.Compare(abs(b.Part), abs(a.Part)) })
	return named[:min(len(named), explainedPerPart)]
}

func abs(x float32) float32 { return max(x, -x) }
