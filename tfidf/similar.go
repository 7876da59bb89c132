package tfidf

import (
	"context"
	"fmt"

	"github.com/osusume/osusume/internal/cosine"
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
	terms, values := m.rows.Row(place)
	return m.scored(m.index.Nearest(terms, values, k, int32(place))), nil
}

func (m *Model) scored(hits []cosine.Hit) []recommender.Scored {
	out := make([]recommender.Scored, len(hits))
	for i, h := range hits {
		out[i] = recommender.Scored{Item: m.Catalog()[h.Row], Score: h.Cosine}
	}
	return out
}

// Neighbours returns what Similar does for every item of the catalogue, by
// place, on so many workers (0: one per processor). An item without terms has
// none. It is exact, and looks at few of the pairs: the lists of frequent terms,
// which are most of the work, are passed over as soon as they can change
// nothing. Memory is that of the result, and four bytes a term and worker.
func (m *Model) Neighbours(ctx context.Context, k, workers int) ([][]Neighbour, error) {
	if k < 0 {
		return nil, fmt.Errorf("tfidf: neighbours: %w: k %d < 0", recommender.ErrInvalid, k)
	}
	out := make([][]Neighbour, m.rows.Rows())
	err := m.index.Each(ctx, workers, k, func(row int32, hits []cosine.Hit) {
		if len(hits) == 0 {
			return
		}
		list := make([]Neighbour, len(hits))
		for i, h := range hits {
			list[i] = Neighbour{h.Row, h.Cosine}
		}
		out[row] = list
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}
