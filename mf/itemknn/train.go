package itemknn

import (
	"context"
	"fmt"

	"github.com/osusume/osusume/mf/internal/itemitem"
	"github.com/osusume/osusume/recommender"
)

// Train learns a [*Model] from d's interactions. It takes as many additions as
// the squares of the users' numbers of items add up to, and beside d's Table 8 bytes for each positive and 24·Neighbours
// for each item; pairs of items are never held at once.
//
// An invalid configuration and a Dataset without a positive example are errors
// that wrap [recommender.ErrInvalid]. The end of ctx is noticed after the item at
// hand, and its error returned.
func (c Config) Train(ctx context.Context, d recommender.Dataset) (recommender.Model, error) {
	c, taste, err := c.withDefaults()
	if err != nil {
		return nil, fmt.Errorf("mf/itemknn: %w", err)
	}
	table, err := recommender.Load(ctx, d, recommender.Filter{})
	if err != nil {
		return nil, fmt.Errorf("mf/itemknn: load the training data: %w", err)
	}
	m, err := c.fit(ctx, table, taste)
	if err != nil {
		return nil, fmt.Errorf("mf/itemknn: train on %d users, %d items and %d interactions: %w", len(table.Users), len(table.Items), table.Len(), err)
	}
	return m, nil
}

func (c Config) fit(ctx context.Context, table *recommender.Table, taste itemitem.Taste) (*Model, error) {
	liked, err := itemitem.Positives(taste, table)
	if err != nil {
		return nil, err
	}
	half, err := itemitem.New(name, taste, table.Items, recommender.NewHistories(table), liked)
	if err != nil {
		return nil, err
	}
	s := search{own: liked, users: liked.Transposed(), shrink: float32(c.Shrink), k: c.Neighbours}
	s.user, s.item = c.weigh(liked)
	// Likeness is symmetric: a row is whom an item is like, and who is like it.
	weights, err := s.neighbours(ctx, c.Workers, func(done, of int) {
		if c.Progress != nil {
			c.Progress(Progress{Items: done, Of: of})
		}
	})
	if err != nil {
		return nil, err
	}
	if !c.BySource {
		weights = weights.Transposed()
	}
	half.Weights = itemitem.Sparse{Matrix: weights}
	return &Model{half: half}, nil
}
