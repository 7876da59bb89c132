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
// its contribution; the Parts of all reasons add up to the score. [ErrNotFound]
// for an item about which no part can tell. It costs as much as ScoreAll: for a
// whole list set Request.Explain.
func (h *Hybrid) Explain(ctx context.Context, req Request, item ItemID) ([]Reason, error) {
	why, err := h.explaining(ctx, req)
	if err != nil {
		return nil, err
	}
	return why(item)
}

// An explainer explains items under one request.
type explainer func(item ItemID) ([]Reason, error)

// explainerOf returns the explainer of m under req; nil where it is none. What
// has to score a catalogue to explain one item does so once for all.
func explainerOf(ctx context.Context, m Model, req Request) (explainer, error) {
	if e, ok := m.(interface {
		explaining(context.Context, Request) (explainer, error)
	}); ok {
		return e.explaining(ctx, req)
	}
	if e, ok := m.(Explainer); ok {
		return func(item ItemID) ([]Reason, error) { return e.Explain(ctx, req, item) }, nil
	}
	return nil, nil
}

func (h *Hybrid) explaining(ctx context.Context, req Request) (explainer, error) {
	b, err := h.blend(ctx, req, make([]float32, len(h.Catalog())), false)
	if err != nil {
		return nil, err
	}
	return h.explainer(ctx, req, b), nil // the explainer keeps b
}

// explainer explains what is in b.
func (h *Hybrid) explainer(ctx context.Context, req Request, b *blending) explainer {
	parts := map[int]explainer{} // by need
	evidence := func(i int, item ItemID) ([]Reason, error) {
		e, asked := parts[i]
		if !asked {
			var err error
			if e, err = explainerOf(ctx, h.parts[i].Model, req); err != nil {
				return nil, err
			}
			parts[i] = e
		}
		if e == nil {
			return nil, nil
		}
		return e(item)
	}
	return func(item ItemID) ([]Reason, error) { return h.reasons(b, item, evidence) }
}

// reasons attributes an item's score; evidence is what a part says for an item.
func (h *Hybrid) reasons(b *blending, item ItemID, evidence func(part int, item ItemID) ([]Reason, error)) ([]Reason, error) {
	place, ok := h.ranker.Place(item)
	if !ok {
		return nil, fmt.Errorf("%w: item %q", ErrNotFound, item)
	}
	var why []Reason
	known := false
	for i, p := range h.parts {
		if !b.active[i] {
			continue
		}
		score, told := b.scores[i][place], true
		if score != score {
			score, told = b.fits[i].neutral, false
		}
		known = known || told
		rest := float32(b.weight[i] * score)
		if told && b.fits[i].linear && b.fits[i].scale != 0 {
			list, err := evidence(i, item)
			if err != nil {
				return nil, fmt.Errorf("recommender: hybrid part %s: explain %q: %w", p.Name, item, err)
			}
			for _, r := range strongest(list) {
				r.Part = float32(float32(r.Part*b.fits[i].scale) * b.weight[i])
				r.Via = p.Name
				rest -= r.Part
				why = append(why, r)
			}
		}
		why = append(why, Reason{Kind: ReasonPart, Term: p.Name, Via: p.Name, Part: rest})
	}
	if !known {
		return nil, fmt.Errorf("%w: no part can tell about item %q", ErrNotFound, item)
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
