package itemitem

import (
	"context"
	"fmt"
	"math"

	"github.com/osusume/osusume/internal/csr"
	"github.com/osusume/osusume/recommender"
)

// Weights are what items say about items, before the scale.
type Weights interface {
	// Add adds what item i says about each item of the catalogue to dst.
	Add(dst []float32, i int32)
	// At returns what item i says about item j.
	At(i, j int32) float32
}

// A Model scores by Weights.
type Model struct {
	Weights Weights
	Scale   []float32 // of each item's score; nil: 1

	name    string // in errors
	taste   Taste
	ranker  *recommender.Ranker
	history *recommender.Histories
	liked   csr.Matrix // a row a user
	rows    map[recommender.UserID]int32
	known   []bool // items with positives
}

// New returns a model without Weights. It keeps what it is given. IDs of the
// catalogue that are not distinct are ErrInvalid.
func New(name string, taste Taste, catalog []recommender.ItemID, h *recommender.Histories, liked csr.Matrix) (*Model, error) {
	ranker, err := recommender.NewRanker(catalog)
	if err != nil {
		return nil, err
	}
	users := h.Users()
	m := &Model{
		name: name, taste: taste, ranker: ranker, history: h, liked: liked,
		rows: make(map[recommender.UserID]int32, len(users)), known: make([]bool, len(catalog)),
	}
	for u, id := range users {
		if len(liked.Of(u)) > 0 {
			m.rows[id] = int32(u)
		}
	}
	for i, n := range liked.Counts() {
		m.known[i] = n > 0
	}
	return m, nil
}

// Known returns the places of the items that somebody has positively, ascending.
func (m *Model) Known() []int32 {
	var list []int32
	for i, known := range m.known {
		if known {
			list = append(list, int32(i))
		}
	}
	return list
}

// Users returns the users of the training data, in its order.
func (m *Model) Users() []recommender.UserID { return m.history.Users() }

// Catalog returns the items of the training data, in its order.
func (m *Model) Catalog() []recommender.ItemID { return m.ranker.Catalog() }

// Place returns where a known item stands.
func (m *Model) Place(id recommender.ItemID) (int32, bool) {
	i, ok := m.ranker.Place(id)
	if !ok || !m.known[i] {
		return 0, false
	}
	return int32(i), true
}

// Seen returns all that the user had in the training data.
func (m *Model) Seen(user recommender.UserID) []recommender.ItemID { return m.history.Seen(user) }

// ScoreAll scores the catalogue.
func (m *Model) ScoreAll(ctx context.Context, req recommender.Request, dst []float32) error {
	own, err := m.own(req)
	if err != nil {
		return err
	}
	return m.score(ctx, own, dst)
}

func (m *Model) score(ctx context.Context, own []int32, dst []float32) error {
	if len(dst) != len(m.known) {
		return fmt.Errorf("%s: score: %w: dst has %d places, the catalogue %d", m.name, recommender.ErrInvalid, len(dst), len(m.known))
	}
	clear(dst)
	for k, i := range own {
		const part = 64 // own items between two looks at ctx
		if k%part == 0 {
			if err := ctx.Err(); err != nil {
				return err
			}
		}
		m.Weights.Add(dst, i)
	}
	for j := range dst {
		if !m.known[j] {
			dst[j] = float32(math.NaN())
		} else if m.Scale != nil {
			dst[j] *= m.Scale[j]
		}
	}
	return nil
}

// Recommend ranks what the user has not had.
func (m *Model) Recommend(ctx context.Context, req recommender.Request) (recommender.Ranking, error) {
	own, err := m.own(req)
	if err != nil {
		return recommender.Ranking{}, err
	}
	scores := make([]float32, len(m.known))
	if err := m.score(ctx, own, scores); err != nil {
		return recommender.Ranking{}, err
	}
	out := m.ranker.Rank(req, scores, m.Seen(req.User))
	if req.Explain {
		for k := range out.Items {
			place, _ := m.ranker.Place(out.Items[k].Item)
			out.Items[k].Why = m.explain(own, int32(place))
		}
	}
	return out, nil
}

// Weight returns what item i says about item j, scaled; false where one of them
// is not known.
func (m *Model) Weight(i, j recommender.ItemID) (float32, bool) {
	from, ok := m.Place(i)
	to, too := m.Place(j)
	if !ok || !too {
		return 0, false
	}
	w := m.Weights.At(from, to)
	if m.Scale != nil {
		w *= m.Scale[to]
	}
	return w, true
}
