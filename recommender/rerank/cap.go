package rerank

import (
	"context"
	"fmt"
	"slices"

	"github.com/osusume/osusume/recommender"
)

// A Cap lets no more than so many items of one group into a list: of a
// franchise, a creator, a studio. A list still completes to N where N items
// exist under the cap: the inner Model is asked for more, up to its whole catalogue.
type Cap struct {
	inner
	most   int
	groups func(recommender.ItemID) []string
}

var _ recommender.Model = (*Cap)(nil)

// NewCap wraps m: at most most items of each group. groups names the groups of
// an item; it is called concurrently, and none means that nothing limits the item.
func NewCap(m recommender.Model, most int, groups func(recommender.ItemID) []string) (*Cap, error) {
	in, err := newInner(m, 0)
	if err != nil {
		return nil, fmt.Errorf("rerank: cap: %w", err)
	}
	if most < 1 || groups == nil {
		return nil, fmt.Errorf("rerank: cap: %w: at most %d of each of the groups (given: %t)", recommender.ErrInvalid, most, groups != nil)
	}
	return &Cap{in, most, groups}, nil
}

// Recommend takes the inner Model's list in its order, and leaves out what
// comes after the cap.
func (c *Cap) Recommend(ctx context.Context, req recommender.Request) (recommender.Ranking, error) {
	n := length(req)
	in := c.inner
	for in.depth = max(in.depth, n); ; in.depth *= 8 {
		from, err := in.candidates(ctx, req)
		if err != nil {
			return recommender.Ranking{}, err
		}
		picked := c.pick(from.Items, n)
		if len(picked) == n || len(from.Items) < in.depth {
			return c.finish(ctx, req, from, picked, "a limit on others of a group")
		}
	}
}

func (c *Cap) pick(list []recommender.Scored, n int) []int {
	count := map[string]int{}
	var picked []int
	for i, s := range list {
		if len(picked) == n {
			break
		}
		groups := c.groups(s.Item)
		full := false
		for _, g := range groups {
			full = full || count[g] >= c.most
		}
		if full {
			continue
		}
		for k, g := range groups {
			if !slices.Contains(groups[:k], g) {
				count[g]++
			}
		}
		picked = append(picked, i)
	}
	return picked
}
