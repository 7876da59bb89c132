package tfidf

import (
	"context"
	"fmt"
	"math"

	"github.com/osusume/osusume/internal/par"
	"github.com/osusume/osusume/internal/topk"
	"github.com/osusume/osusume/recommender"
)

// A Neighbour is an item that resembles another.
type Neighbour struct {
	Place  int32   // in Catalog
	Cosine float32 // in (0, 1]
}

// Similar returns the k items nearest to item by cosine, nearest first, ties by
// place; fewer where fewer share a term with it. The error is
// recommender.ErrNotFound for an item outside the catalogue and
// recommender.ErrColdStart for one without terms.
func (m *Model) Similar(ctx context.Context, item recommender.ItemID, k int) ([]recommender.Scored, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	place, ok := m.ranker.Place(item)
	switch {
	case k < 0:
		return nil, fmt.Errorf("tfidf: similar to %q: %w: k %d < 0", item, recommender.ErrInvalid, k)
	case !ok:
		return nil, fmt.Errorf("tfidf: similar to %q: %w", item, recommender.ErrNotFound)
	case !m.known(int32(place)):
		return nil, fmt.Errorf("tfidf: similar to %q, which has no terms: %w", item, recommender.ErrColdStart)
	}
	nearest := m.nearest(int32(place), k)
	out := make([]recommender.Scored, len(nearest))
	for i, n := range nearest {
		out[i] = recommender.Scored{Item: m.Catalog()[n.Place], Score: n.Cosine}
	}
	return out, nil
}

// Neighbours returns what Similar does for every item of the catalogue, by
// place, on so many workers (0: one per processor). An item without terms has
// none. Memory is that of the result and one score per item and worker; time is
// the sum over all terms of the square of how many items have the term.
func (m *Model) Neighbours(ctx context.Context, k, workers int) ([][]Neighbour, error) {
	if k < 0 {
		return nil, fmt.Errorf("tfidf: neighbours: %w: k %d < 0", recommender.ErrInvalid, k)
	}
	out := make([][]Neighbour, m.rows.rows())
	err := par.Do(ctx, workers, len(out), func(i int) error {
		if m.known(int32(i)) {
			out[i] = m.nearest(int32(i), k)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// nearest walks the postings of the item's terms.
func (m *Model) nearest(place int32, k int) []Neighbour {
	scores := m.scores.Get().(*[]float32)
	defer m.scores.Put(scores)
	dst := *scores
	clear(dst)
	terms, weights := m.rows.row(place)
	for n, t := range terms {
		w := weights[n]
		items, values := m.posts.row(t)
		for j, i := range items {
			dst[i] += float32(w * values[j])
		}
	}
	dst[place] = float32(math.NaN())
	best := topk.Select(dst, k)
	out := make([]Neighbour, 0, len(best))
	for _, p := range best {
		if dst[p] > 0 {
			out = append(out, Neighbour{p, min(dst[p], 1)})
		}
	}
	return out
}
