package eval

import (
	"context"
	"fmt"

	"github.com/osusume/osusume/internal/rng"
	"github.com/osusume/osusume/recommender"
)

// A Point of a learning curve is what was learned from a share of the data.
type Point struct {
	Share        float64
	Interactions int
	Report       *Report
}

// Curve trains on growing shares of train and measures each model against test:
// would more data help? A share of 0.5 is about half of the pairs of user and
// item, drawn by o.Seed and the IDs; each share is within the next. catalog may
// give items with titles and tags for trainers that learn from them; nil: IDs
// alone. The items of all of train are ranked at every share, and users have
// their items of all of train masked, so that the points differ in what was
// learned alone.
func Curve(ctx context.Context, tr recommender.Trainer, catalog recommender.Dataset, train, test *recommender.Table, shares []float64, o Options) ([]Point, error) {
	var points []Point
	for _, share := range shares {
		if !(share > 0 && share <= 1) {
			return nil, fmt.Errorf("eval: learning curve: %w: share %v is outside (0, 1]", recommender.ErrInvalid, share)
		}
	}
	for _, share := range shares {
		part := shareOf(train, share, o.Seed)
		d := part.Dataset()
		if catalog != nil {
			d = recommender.Combine(catalog, d)
		}
		m, err := tr.Train(ctx, d)
		if err != nil {
			return nil, fmt.Errorf("eval: learning curve: train on a share of %v: %w", share, err)
		}
		report, err := Evaluate(ctx, m, train, test, o)
		if err != nil {
			return nil, fmt.Errorf("eval: learning curve: share %v: %w", share, err)
		}
		points = append(points, Point{share, part.Len(), report})
	}
	return points, nil
}

// shareOf keeps a share of the pairs of user and item, drawn by their IDs.
func shareOf(t *recommender.Table, share float64, seed uint64) *recommender.Table {
	if share == 1 {
		return t
	}
	salts := make([]uint64, len(t.Users))
	for u, id := range t.Users {
		salts[u] = rng.Hash(seed^curving, string(id))
	}
	const whole = 1 << 32
	limit := uint64(share * whole)
	return t.Select(func(row int) bool {
		return rng.Hash(salts[t.User[row]], string(t.Items[t.Item[row]]))%whole < limit
	})
}

// curving keeps the draw apart from that of a Random split with the same seed,
// which has hashed the same IDs: what it left in training is no even sample.
const curving = 0x63757276
