package recommender

import (
	"context"
	"errors"
	"fmt"
	"math"
	"sync/atomic"

	"github.com/osusume/osusume/internal/par"
)

// HeirOptions are the options of [NewHeir].
type HeirOptions struct {
	// Neighbours is how many similar items an unknown one inherits from; 0 means
	// 20: a few are noise, and hundreds are everybody.
	Neighbours int
	// Share is how far an inherited score rises from the lowest that the Scorer
	// inside gives towards the mean of its kin, in (0, 1]; 0 means 0.2: what
	// nobody has tried yet is tried more rarely than what is like it, and where
	// half of a catalogue is unknown whole means would crowd out what is known.
	Share float64
}

// An Heir is a Scorer that also scores the items about which the Scorer inside
// cannot tell: such an item gets a share of the mean of the scores of the items
// most like it, weighted by the likeness. For a factor model that is the score by the mean
// of their vectors: nearest-neighbour regression from content to factors.
// Safe for concurrent use.
//
// What is like an item is asked once, by the first request for which the item is
// unknown, on all processors while other such requests wait, and kept: up to 640
// bytes an item. That request costs one Similar for each unknown item: on two
// processors with package tfidf, 3 s for all of a catalogue of 14,000 items and
// 40 s for 50,000. So make one before serving. After it, an unknown item costs up
// to 1 µs a request (BenchmarkHeir).
type Heir struct {
	inner  Scorer
	like   Resembler
	k      int
	asked  int // of like
	share  float32
	ranker *Ranker
	kin    []atomic.Pointer[[]relative] // by place; nil: not asked yet
	asking chan struct{}                // holds one token while somebody asks
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

// NewHeir wraps m. like must go on answering as it does now. Either being nil,
// Neighbours below 0, a Share outside [0, 1] and a catalogue that has an item twice are [ErrInvalid].
func NewHeir(m Scorer, like Resembler, o HeirOptions) (*Heir, error) {
	if m == nil || like == nil || o.Neighbours < 0 || !(o.Share >= 0 && o.Share <= 1) {
		return nil, fmt.Errorf("%w: heir: Scorer given: %t; Resembler given: %t; Neighbours %d; Share %v", ErrInvalid, m != nil, like != nil, o.Neighbours, o.Share)
	}
	ranker, err := NewRanker(m.Catalog())
	if err != nil {
		return nil, fmt.Errorf("recommender: heir: %w", err)
	}
	h := &Heir{
		inner: m, like: like, k: o.Neighbours, ranker: ranker,
		kin: make([]atomic.Pointer[[]relative], len(m.Catalog())), asking: make(chan struct{}, 1),
	}
	if h.share = float32(o.Share); h.share == 0 {
		h.share = heirShare
	}
	if h.k == 0 {
		h.k = 20
	}
	h.asked = 4 * min(h.k, math.MaxInt32/4)
	return h, nil
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
	lowest := lowestOf(dst)
	if err := h.find(ctx, unknown); err != nil {
		return err
	}
	inherited := make([]float32, len(unknown)) // apart, so that heirs do not inherit from heirs
	for n, i := range unknown {
		inherited[n] = h.inherit(h.mean(*h.kin[i].Load(), dst), lowest)
	}
	for n, i := range unknown {
		dst[i] = inherited[n]
	}
	return nil
}

// heirShare is the default of HeirOptions.Share.
const heirShare = 0.2

// inherit is the score by the mean of the kin; NaN stays.
func (h *Heir) inherit(mean, lowest float32) float32 {
	return float32(h.share*mean) + float32((1-h.share)*lowest)
}

// lowestOf returns the lowest score that is one; 0 without any.
func lowestOf(scores []float32) float32 {
	lowest, told := float32(0), false
	for _, s := range scores {
		if s == s && (!told || s < lowest) {
			lowest, told = s, true
		}
	}
	return lowest
}

// find asks what the items at these places inherit from, where nobody has asked.
// One request asks at a time; what it has found by the end of its ctx stays.
func (h *Heir) find(ctx context.Context, places []int32) error {
	missing := h.missing(places)
	if len(missing) == 0 {
		return nil
	}
	select {
	case h.asking <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-h.asking }()
	missing = h.missing(missing)
	return par.Do(ctx, 0, len(missing), func(n int) error {
		kin, err := h.relatives(ctx, int(missing[n]))
		if err != nil {
			return err
		}
		h.kin[missing[n]].Store(&kin)
		return nil
	})
}

func (h *Heir) missing(places []int32) []int32 {
	var list []int32
	for _, p := range places {
		if h.kin[p].Load() == nil {
			list = append(list, p)
		}
	}
	return list
}

// scored returns the nearest of kin that have a score.
func (h *Heir) scored(kin []relative, scores []float32) []relative {
	list := make([]relative, 0, min(h.k, len(kin)))
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
		s := scores[r.place]
		if s != s {
			continue
		}
		sum += float32(r.weight * s)
		weight += r.weight
		if left--; left == 0 {
			break
		}
	}
	return sum / weight
}

// relatives asks what the item at a place inherits from.
func (h *Heir) relatives(ctx context.Context, place int) ([]relative, error) {
	// More are asked for than are used: some of them will be unknown too.
	similar, err := h.like.Similar(ctx, h.Catalog()[place], h.asked)
	if err != nil && !errors.Is(err, ErrColdStart) && !errors.Is(err, ErrNotFound) {
		return nil, fmt.Errorf("recommender: what is like %q: %w", h.Catalog()[place], err)
	}
	kin := make([]relative, 0, len(similar)) // kept, and so without room to grow
	for _, s := range similar {
		if p, ok := h.ranker.Place(s.Item); ok && p != place && s.Score > 0 {
			kin = append(kin, relative{int32(p), s.Score})
		}
	}
	return kin, nil
}

// Recommend ranks by ScoreAll.
func (h *Heir) Recommend(ctx context.Context, req Request) (Ranking, error) {
	scores := make([]float32, len(h.Catalog()))
	if err := h.ScoreAll(ctx, req, scores); err != nil {
		return Ranking{}, err
	}
	out := h.ranker.Rank(req, scores, h.Seen(req.User))
	if !req.Explain {
		return out, nil
	}
	why, err := h.explaining(ctx, req)
	if err != nil {
		return Ranking{}, err
	}
	for i := range out.Items {
		if out.Items[i].Why, err = why(out.Items[i].Item); err != nil {
			return Ranking{}, err
		}
	}
	return out, nil
}

// Explain gives the reasons of the model inside for an item that it scores, and
// for another the items that it inherits from; [ErrNotFound] where there are
// none. It costs as much as ScoreAll: for a whole list set Request.Explain.
func (h *Heir) Explain(ctx context.Context, req Request, item ItemID) ([]Reason, error) {
	why, err := h.explaining(ctx, req)
	if err != nil {
		return nil, err
	}
	return why(item)
}

func (h *Heir) explaining(ctx context.Context, req Request) (explainer, error) {
	scores := make([]float32, len(h.Catalog()))
	if err := h.inner.ScoreAll(ctx, req, scores); err != nil {
		return nil, err
	}
	inner, err := explainerOf(ctx, h.inner, req)
	if err != nil {
		return nil, err
	}
	return func(item ItemID) ([]Reason, error) {
		place, ok := h.ranker.Place(item)
		if !ok {
			return nil, fmt.Errorf("%w: item %q", ErrNotFound, item)
		}
		switch s := scores[place]; {
		case s != s:
			return h.inherited(ctx, place, scores)
		case inner != nil:
			return inner(item)
		default:
			return []Reason{{Kind: ReasonRest, Part: s}}, nil
		}
	}, nil
}

// inherited are the shares of what the item at a place inherits from.
func (h *Heir) inherited(ctx context.Context, place int, scores []float32) ([]Reason, error) {
	if err := h.find(ctx, []int32{int32(place)}); err != nil {
		return nil, err
	}
	kin := h.scored(*h.kin[place].Load(), scores)
	if len(kin) == 0 {
		return nil, fmt.Errorf("%w: nothing that is known is like item %q", ErrNotFound, h.Catalog()[place])
	}
	var weight float32
	for _, r := range kin {
		weight += r.weight
	}
	why := make([]Reason, len(kin))
	for i, r := range kin {
		part := float32(r.weight*scores[r.place]) / weight
		why[i] = Reason{Kind: ReasonAlike, Item: h.Catalog()[r.place], Part: float32(h.share * part)}
	}
	if rest := float32((1 - h.share) * lowestOf(scores)); rest != 0 {
		why = append(why, Reason{Kind: ReasonRest, Part: rest})
	}
	return why, nil
}
