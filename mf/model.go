package mf

import (
	"context"
	"fmt"
	"io"
	"math"

	"github.com/osusume/osusume/internal/vec"
	"github.com/osusume/osusume/recommender"
)

// A Model is what [Config] trains: a vector for each user and item, and a bias
// for each item. Immutable, safe for concurrent use.
//
// The score of an item is the product of the two vectors plus the bias. It has
// no unit: only the order of the items of one request means something. An item
// that nobody had positively scores NaN.
type Model struct {
	factors int
	stride  int // length of a row: factors, padded with zeros to whole vec.Lanes
	likes   taste

	ranker  *recommender.Ranker
	history *recommender.Histories
	liked   positives
	rows    map[recommender.UserID]int32 // of users with positives

	user, item []float32 // rows
	bias       []float32
	known      []bool    // items with positives
	norm       []float32 // lengths of the item vectors
	scale      float32   // of folding in: see foldScale

	training Training // how it came about; not saved
}

var (
	_ recommender.Scorer    = (*Model)(nil)
	_ recommender.Historian = (*Model)(nil)
	_ recommender.Explainer = (*Model)(nil)
	_ io.WriterTo           = (*Model)(nil)
)

// newModel returns a model whose factors are zero. After they are set, norm and
// scale must be.
func newModel(factors int, likes taste, catalog []recommender.ItemID, h *recommender.Histories, liked positives) (*Model, error) {
	ranker, err := recommender.NewRanker(catalog)
	if err != nil {
		return nil, err
	}
	stride := (factors + vec.Lanes - 1) / vec.Lanes * vec.Lanes
	users := h.Users()
	m := &Model{
		factors: factors, stride: stride, likes: likes,
		ranker: ranker, history: h, liked: liked,
		rows: make(map[recommender.UserID]int32, len(users)),
		user: make([]float32, stride*len(users)), item: make([]float32, stride*len(catalog)),
		bias: make([]float32, len(catalog)), known: make([]bool, len(catalog)),
	}
	for u, id := range users {
		if len(liked.of(u)) > 0 {
			m.rows[id] = int32(u)
		}
	}
	for i, n := range liked.count(len(catalog)) {
		m.known[i] = n > 0
	}
	return m, nil
}

func (m *Model) norms() []float32 {
	list := make([]float32, len(m.bias))
	for i := range list {
		list[i] = vec.Norm(m.itemRow(i))
	}
	return list
}

// limit bounds every number of a model: those of a training that comes to rest
// are below 100, and within it no score overflows.
const limit = 1e6

func (m *Model) bounded() bool {
	for _, list := range [][]float32{m.user, m.item, m.bias, {m.scale}} {
		for _, x := range list {
			if !(x >= -limit && x <= limit) {
				return false
			}
		}
	}
	return true
}

func (m *Model) userRow(u int) []float32 { return m.user[u*m.stride:][:m.stride:m.stride] }
func (m *Model) itemRow(i int) []float32 { return m.item[i*m.stride:][:m.stride:m.stride] }

// Factors returns the length of the vectors.
func (m *Model) Factors() int { return m.factors }

// Users returns the users of the training data, in its order. Callers do not
// modify it.
func (m *Model) Users() []recommender.UserID { return m.history.Users() }

// UserFactors returns the vector of a user; nil where training had no positive
// example of the user. Callers do not modify it.
func (m *Model) UserFactors(id recommender.UserID) []float32 {
	u, ok := m.rows[id]
	if !ok {
		return nil
	}
	return m.userRow(int(u))[:m.factors:m.factors]
}

// ItemFactors returns the vector and the bias of an item; nil where training
// had no positive example of the item. Callers do not modify it.
func (m *Model) ItemFactors(id recommender.ItemID) (factors []float32, bias float32) {
	i, ok := m.ranker.Place(id)
	if !ok || !m.known[i] {
		return nil, 0
	}
	return m.itemRow(i)[:m.factors:m.factors], m.bias[i]
}

// Trained says how the model came about: the zero Training for a model that
// was read, because snapshots do not hold it.
func (m *Model) Trained() Training { return m.training }

// Catalog returns the items of the training data, in its order.
func (m *Model) Catalog() []recommender.ItemID { return m.ranker.Catalog() }

// Seen returns all that the user had in the training data, positive or not.
func (m *Model) Seen(user recommender.UserID) []recommender.ItemID { return m.history.Seen(user) }

// ScoreAll scores the catalogue for the request's seeds, user or history: see
// the package's Basics. It returns ErrColdStart where it knows none of them.
// O(items · factors).
func (m *Model) ScoreAll(ctx context.Context, req recommender.Request, dst []float32) error {
	q, err := m.query(req)
	if err != nil {
		return err
	}
	if len(dst) != len(m.bias) {
		return fmt.Errorf("mf: score: %w: dst has %d places, the catalogue %d", recommender.ErrInvalid, len(dst), len(m.bias))
	}
	const part = 1024 // items between two looks at ctx
	for from := 0; from < len(dst); from += part {
		if err := ctx.Err(); err != nil {
			return err
		}
		scores := dst[from:min(from+part, len(dst))]
		vec.DotRows(scores, q.vector, m.item[from*m.stride:], m.stride)
		for k, product := range scores {
			scores[k] = m.score(q, from+k, product)
		}
	}
	return nil
}

// score returns the score of the item at place i, whose vector has this product
// with the query's.
func (m *Model) score(q query, i int, product float32) float32 {
	switch {
	case !m.known[i]:
		return float32(math.NaN())
	case !q.cosine:
		return product + m.bias[i]
	case m.norm[i] == 0:
		return 0
	}
	return product / m.norm[i]
}

// Recommend ranks the items that the user has not had by ScoreAll.
func (m *Model) Recommend(ctx context.Context, req recommender.Request) (recommender.Ranking, error) {
	scores := make([]float32, len(m.bias))
	if err := m.ScoreAll(ctx, req, scores); err != nil {
		return recommender.Ranking{}, err
	}
	out := m.ranker.Rank(req, scores, m.Seen(req.User))
	if !req.Explain {
		return out, nil
	}
	q, err := m.query(req)
	if err != nil {
		return recommender.Ranking{}, err
	}
	for k := range out.Items {
		place, _ := m.ranker.Place(out.Items[k].Item)
		out.Items[k].Why = m.explain(q, place)
	}
	return out, nil
}
