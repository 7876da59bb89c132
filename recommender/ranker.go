package recommender

import (
	"fmt"
	"math"

	"github.com/osusume/osusume/internal/topk"
)

// A Ranker turns whole-catalogue scores into lists: it leaves out what the
// request filters, completes to N, and breaks ties by the place in the
// catalogue. Scorers use it for Recommend. Immutable, safe for concurrent use.
type Ranker struct {
	items []ItemID
	place map[ItemID]int32
}

// NewRanker returns a Ranker over catalog, which it keeps. IDs must be distinct.
func NewRanker(catalog []ItemID) (*Ranker, error) {
	r := &Ranker{items: catalog, place: make(map[ItemID]int32, len(catalog))}
	for i, id := range catalog {
		r.place[id] = int32(i)
	}
	if len(r.place) != len(catalog) {
		return nil, fmt.Errorf("%w: catalogue of %d items has %d distinct IDs", ErrInvalid, len(catalog), len(r.place))
	}
	return r, nil
}

// Catalog returns the items in the order of their places. Not to be modified.
func (r *Ranker) Catalog() []ItemID { return r.items }

// Place returns where id stands in the catalogue.
func (r *Ranker) Place(id ItemID) (int, bool) {
	i, ok := r.place[id]
	return int(i), ok
}

// Rank returns the best req.N eligible items by scores, one per catalogue item.
// Items whose score is NaN are not recommended. seen are the items the user has
// had; with req.Seeds, req.Exclude and req.History's items they are left out
// (seen and history not where req.IncludeSeen is set). It masks by writing NaN
// into scores.
func (r *Ranker) Rank(req Request, scores []float32, seen []ItemID) Ranking {
	var out Ranking
	mask := func(id ItemID) {
		if i, ok := r.place[id]; ok && scores[i] == scores[i] {
			scores[i] = float32(math.NaN())
			out.Blocked++
		}
	}
	if req.Within != nil {
		r.maskOutside(req.Within, scores, &out)
	}
	for _, id := range req.Exclude {
		mask(id)
	}
	for _, id := range req.Seeds {
		mask(id)
	}
	if !req.IncludeSeen {
		for _, id := range seen {
			mask(id)
		}
		for _, x := range req.History {
			mask(x.Item)
		}
	}
	if req.Keep != nil {
		for i, s := range scores {
			if s == s && !req.Keep(r.items[i]) {
				mask(r.items[i])
			}
		}
	}
	n := req.N
	if n == 0 {
		n = DefaultN
	}
	best := topk.Select(scores, n)
	out.Items = make([]Scored, len(best))
	for i, p := range best {
		out.Items[i] = Scored{Item: r.items[p], Score: scores[p]}
	}
	return out
}

func (r *Ranker) maskOutside(within []ItemID, scores []float32, out *Ranking) {
	inside := make([]bool, len(r.items))
	for _, id := range within {
		if i, ok := r.place[id]; ok {
			inside[i] = true
		}
	}
	for i := range scores {
		if !inside[i] && scores[i] == scores[i] {
			scores[i] = float32(math.NaN())
			out.Blocked++
		}
	}
}
