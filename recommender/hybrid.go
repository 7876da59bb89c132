package recommender

import (
	"context"
	"fmt"
	"slices"
	"sync"
)

// A Part is one Model of a [Hybrid].
type Part struct {
	Name   string  // shown in reasons: "content", "collaborative", "reviews"
	Model  Model   // a Scorer for exact blending; nil: absent, and its weight is shared out
	Weight float64 // ≥ 0; only the proportions count

	// Impersonal says that the part tells everybody the same, as reviews and
	// popularity do. It takes part in a blend, but does not answer for a user about
	// whom all personal parts know nothing.
	Impersonal bool

	// Inherit names another part, a [Resembler] such as content: items that this
	// part, which must be a Scorer, cannot tell about take over its scores of the
	// items that the other finds most like them (see [Heir]). So an item that
	// nobody has tried yet gets a collaborative score. "", or the other absent:
	// they stay unknown.
	Inherit string
}

// BlendA is the reference blend of arm A: content 40, collaborative 40, reviews 20.
func BlendA(content, collaborative, reviews Model) []Part {
	return blend(40, 40, 20, content, collaborative, reviews)
}

// BlendB is the reference blend of arm B: content 30, collaborative 50, reviews 20.
func BlendB(content, collaborative, reviews Model) []Part {
	return blend(30, 50, 20, content, collaborative, reviews)
}

func blend(a, b, c float64, content, collaborative, reviews Model) []Part {
	return []Part{
		{Name: "content", Model: content, Weight: a},
		{Name: "collaborative", Model: collaborative, Weight: b},
		{Name: "reviews", Model: reviews, Weight: c, Impersonal: true},
	}
}

// HybridOptions are the options of [NewHybrid].
type HybridOptions struct {
	// Normalization brings the parts onto one scale. The default is MinMax: the
	// weights then bound what each part can contribute.
	Normalization Normalization
	// ListDepth is how many items a part that is no Scorer is asked for, of its
	// whole catalogue, whatever the request leaves out. What is not in its list
	// counts as the worst that is. 0 means 1000: blending the best 50 of each part
	// loses a third of the true top ten.
	ListDepth int
	// Levels are other weights for users with more to go by; nil: the parts'
	// weights serve everybody. tune.Hybrid learns them.
	Levels []Level
}

// Hybrid is a Model made of Models: per request, every part scores the whole
// catalogue, its scores are normalised, weighted and added. (Adding up the
// parts' short lists instead loses a third of the true top ten.)
//
// Where a part says NaN, the item gets that part's mean: not knowing neither
// lifts nor sinks it. A part that answers [ErrColdStart] is left out for that
// request and its weight shared out among the others; if all personal parts do,
// so does the Hybrid. A part whose weight for the request is 0 is not asked. The
// catalogue is the union of the catalogues that the
// Scorers among the parts have when it is made; they must not change afterwards.
//
// Cost of a request: that of the parts' ScoreAll plus about 10 ns per part and
// item; with [Rank], which sorts, about 250 ns.
type Hybrid struct {
	parts  []hybridPart
	absent []string
	ranker *Ranker
	norm   Normalization
	depth  int
	levels []level
	spare  sync.Pool // *blending
}

type hybridPart struct {
	Part
	scorer Scorer  // nil for a Model that only makes lists
	place  []int32 // of the part's catalogue in the hybrid's; nil where they are the same
}

var (
	_ Scorer    = (*Hybrid)(nil)
	_ Historian = (*Hybrid)(nil)
	_ Explainer = (*Hybrid)(nil)
)

// NewHybrid blends parts. It wants distinct names, weights that are finite and
// not negative, at least one present part that is a [Scorer], and one that weighs
// something; every fault is reported at once, wrapped in [ErrInvalid].
func NewHybrid(parts []Part, o HybridOptions) (*Hybrid, error) {
	h := &Hybrid{norm: o.Normalization, depth: o.ListDepth}
	if h.depth == 0 {
		h.depth = 1000
	}
	if err := checkHybrid(parts, o); err != nil {
		return nil, err
	}
	var catalog []ItemID
	last := map[ItemID]int{} // the part that had the item last, counted from 1
	for n, p := range parts {
		if p.Model == nil {
			h.absent = append(h.absent, p.Name)
			continue
		}
		s, _ := p.Model.(Scorer)
		h.parts = append(h.parts, hybridPart{Part: p, scorer: s})
		if s == nil {
			continue
		}
		for _, id := range s.Catalog() {
			switch last[id] {
			case 0:
				catalog = append(catalog, id)
			case n + 1:
				return nil, fmt.Errorf("%w: hybrid: the catalogue of part %q has %q twice", ErrInvalid, p.Name, id)
			}
			last[id] = n + 1
		}
	}
	var err error
	if h.ranker, err = NewRanker(catalog); err != nil {
		return nil, err
	}
	for i := range h.parts {
		if s := h.parts[i].scorer; s != nil && !slices.Equal(s.Catalog(), catalog) {
			h.parts[i].place = h.placesOf(s.Catalog())
		}
	}
	if err := h.inherit(); err != nil {
		return nil, err
	}
	h.setLevels(o.Levels)
	return h, nil
}

// inherit wraps the parts that inherit, where the part to inherit from is there.
func (h *Hybrid) inherit() error {
	like := map[string]Resembler{} // as they were given: an Heir finds nothing alike
	for _, p := range h.parts {
		like[p.Name], _ = p.Model.(Resembler)
	}
	for i := range h.parts {
		p := &h.parts[i]
		if from := like[p.Inherit]; from != nil {
			heir, err := NewHeir(p.scorer, from, HeirOptions{})
			if err != nil {
				return err
			}
			p.Model, p.scorer = heir, heir
		}
	}
	return nil
}

func (h *Hybrid) placesOf(items []ItemID) []int32 {
	place := make([]int32, len(items))
	for i, id := range items {
		p, _ := h.ranker.Place(id)
		place[i] = int32(p)
	}
	return place
}

// Catalog returns the union of the parts' catalogues. Not to be modified.
func (h *Hybrid) Catalog() []ItemID { return h.ranker.Catalog() }

// Absent returns the names of the parts that were nil.
func (h *Hybrid) Absent() []string { return slices.Clone(h.absent) }

// Weights returns each present part's share below the first of Levels, after the
// absent parts' weight was shared out; they add up to 1.
func (h *Hybrid) Weights() map[string]float64 {
	total := 0.0
	for _, p := range h.parts {
		total += p.Weight
	}
	w := make(map[string]float64, len(h.parts))
	for _, p := range h.parts {
		w[p.Name] = p.Weight / total
	}
	return w
}

// Seen returns what any part knows the user to have had.
func (h *Hybrid) Seen(user UserID) []ItemID {
	var seen []ItemID
	for _, p := range h.parts {
		if k, ok := p.Model.(Historian); ok {
			seen = append(seen, k.Seen(user)...)
		}
	}
	slices.Sort(seen)
	return slices.Compact(seen)
}

// ScoreAll writes the blended scores. An item about which no part that was asked
// can tell gets NaN.
func (h *Hybrid) ScoreAll(ctx context.Context, req Request, dst []float32) error {
	b, err := h.blend(ctx, req, dst, false)
	h.release(b)
	return err
}

// PartScores writes what each present part says, also one that weighs nothing,
// in their order, normalised as blending does it, with a part's mean where it
// cannot tell, and NaN where none can: dst has a row for each of Weights, of the
// length of Catalog. It reports which parts answered; the rows of the others are
// undefined. Weights are learned from this.
func (h *Hybrid) PartScores(ctx context.Context, req Request, dst [][]float32) ([]bool, error) {
	if len(dst) != len(h.parts) {
		return nil, fmt.Errorf("%w: dst has %d rows for %d parts", ErrInvalid, len(dst), len(h.parts))
	}
	for i, row := range dst {
		if len(row) != len(h.Catalog()) {
			return nil, fmt.Errorf("%w: row %d of dst has %d places, the catalogue %d", ErrInvalid, i, len(row), len(h.Catalog()))
		}
	}
	// The blend is written where the first part's scores go in the end.
	told := dst[0]
	b, err := h.blend(ctx, req, told, true)
	if err != nil {
		return nil, err
	}
	defer h.release(b)
	for i := len(h.parts) - 1; i >= 0; i-- {
		if !b.active[i] {
			continue
		}
		for j, s := range b.scores[i] {
			switch {
			case told[j] != told[j]:
				s = told[j]
			case s != s:
				s = b.fits[i].neutral
			}
			dst[i][j] = s
		}
	}
	return slices.Clone(b.active), nil
}

// Recommend ranks by the blended scores, and with req.Explain says why.
func (h *Hybrid) Recommend(ctx context.Context, req Request) (Ranking, error) {
	scores := make([]float32, len(h.Catalog()))
	b, err := h.blend(ctx, req, scores, false)
	defer h.release(b)
	if err != nil {
		return Ranking{}, err
	}
	out := h.ranker.Rank(req, scores, h.Seen(req.User))
	if req.Explain {
		why := h.explainer(ctx, req, b)
		for i := range out.Items {
			if out.Items[i].Why, err = why(out.Items[i].Item); err != nil {
				return Ranking{}, err
			}
		}
	}
	return out, nil
}
