package itemknn

import (
	"context"
	"io"

	"github.com/osusume/osusume/mf/internal/itemitem"
	"github.com/osusume/osusume/recommender"
)

const name = "mf/itemknn" // in errors

// A Model is what [Config] trains: how like each item is to its neighbours.
// Immutable, safe for concurrent use.
//
// The score of an item is the sum of its likenesses to the own items: 0 where it
// is no neighbour of any. It has no unit: only the order of the items of one
// request means something. An item that nobody had positively scores NaN.
type Model struct{ half *itemitem.Model }

var (
	_ recommender.Scorer    = (*Model)(nil)
	_ recommender.Historian = (*Model)(nil)
	_ recommender.Explainer = (*Model)(nil)
	_ io.WriterTo           = (*Model)(nil)
)

// Users returns the users of the training data, in its order. Callers do not
// modify it.
func (m *Model) Users() []recommender.UserID { return m.half.Users() }

// Catalog returns the items of the training data, in its order. Callers do not
// modify it.
func (m *Model) Catalog() []recommender.ItemID { return m.half.Catalog() }

// Seen returns all that the user had in the training data, positive or not.
func (m *Model) Seen(user recommender.UserID) []recommender.ItemID { return m.half.Seen(user) }

// Weight returns what having item i says about item j: their likeness, or 0
// where it is not among those kept; false where training had no positive example
// of one of them.
func (m *Model) Weight(i, j recommender.ItemID) (float32, bool) { return m.half.Weight(i, j) }

// ScoreAll scores the catalogue for the request's own items: see the package's
// Basics. It returns ErrColdStart where it knows none of them.
// O(own items · Neighbours + items).
func (m *Model) ScoreAll(ctx context.Context, req recommender.Request, dst []float32) error {
	return m.half.ScoreAll(ctx, req, dst)
}

// Recommend ranks the items that the user has not had by ScoreAll.
func (m *Model) Recommend(ctx context.Context, req recommender.Request) (recommender.Ranking, error) {
	return m.half.Recommend(ctx, req)
}

// Explain attributes the score of item to those five of the own items that it
// is most like, and what the others add to a rest. It is exact: a part is the
// likeness. An item that the model does not know is ErrNotFound.
func (m *Model) Explain(ctx context.Context, req recommender.Request, item recommender.ItemID) ([]recommender.Reason, error) {
	return m.half.Explain(ctx, req, item)
}
