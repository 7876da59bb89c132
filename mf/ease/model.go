package ease

import (
	"context"
	"io"

	"github.com/osusume/osusume/mf/internal/itemitem"
	"github.com/osusume/osusume/recommender"
)

const name = "mf/ease" // in errors

// A Model is what [Config] trains: what each item says about each other item.
// Immutable, safe for concurrent use.
//
// The score of item j is the sum of the weights B(i, j) of the own items i, in
// the scale of the training matrix: about 1 for an item that the user has surely
// chosen, about 0 for others; it may be negative. An item that nobody had
// positively scores NaN.
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

// Weight returns B(i, j), what having item i says about item j; false where
// training had no positive example of one of them. It is 0 for i = j, and for
// what Keep left out.
func (m *Model) Weight(i, j recommender.ItemID) (float32, bool) { return m.half.Weight(i, j) }

// ScoreAll scores the catalogue for the request's own items: see the package's
// Basics. It returns ErrColdStart where it knows none of them.
// O(own items · items).
func (m *Model) ScoreAll(ctx context.Context, req recommender.Request, dst []float32) error {
	return m.half.ScoreAll(ctx, req, dst)
}

// Recommend ranks the items that the user has not had by ScoreAll.
func (m *Model) Recommend(ctx context.Context, req recommender.Request) (recommender.Ranking, error) {
	return m.half.Recommend(ctx, req)
}

// Explain attributes the score of item to those five of the own items that say
// most for it, and what the others say, for and against, to a rest. It is exact:
// a part is B(i, j). An item that the model does not know is ErrNotFound.
func (m *Model) Explain(ctx context.Context, req recommender.Request, item recommender.ItemID) ([]recommender.Reason, error) {
	return m.half.Explain(ctx, req, item)
}
