package mf

import (
	"context"
	"fmt"
	"io"
	"math"
	"slices"

	"github.com/osusume/osusume/internal/vec"
	"github.com/osusume/osusume/recommender"
)

// A Model is what [Config] and [IALS] train: a vector for each user and item,
// and a bias for each item, which is 0 in one of iALS. Immutable, safe for
// concurrent use.
//
// The score of an item is the product of the two vectors plus the bias. It has
// no unit: only the order of the items of one request means something. An item
// that nobody had positively scores NaN, unless its features say what it is like:
// see [Features].
type Model struct {
	kind    string
	factors int
	stride  int // length of a row: factors, padded with zeros to whole vec.Lanes
	likes   taste

	ranker  *recommender.Ranker
	history *recommender.Histories
	liked   positives
	rows    map[recommender.UserID]int32 // of users with positives

	user, item []float32 // rows
	bias       []float32
	folding    folding
	vocabulary *vocabulary                       // nil: nothing was learned of features
	ask        func(recommender.UserID) []string // for features of users without a vector; nil: nobody knows any
	origin     *Model                            // the model whose memory this one shares: it must outlive this one

	// What follows from the others: see finish.
	known              []bool    // items with positives, and those whose features say enough
	guessed            []bool    // the latter; nil: there are none
	scored             []int32   // the places of the known items, ascending
	taught             []int32   // of those with positives
	offset             []float32 // bias, or NaN where an item is not known
	itemNorm, userNorm []float32 // lengths of the vectors
	memory             *memory   // what the rows lie in, if it is a file

	training Training // how it came about; not saved
}

var (
	_ recommender.Scorer    = (*Model)(nil)
	_ recommender.Historian = (*Model)(nil)
	_ recommender.Explainer = (*Model)(nil)
	_ io.WriterTo           = (*Model)(nil)
)

// newModel returns a model of kind BPR whose factors are zero. When they are
// set, it must be finished.
func newModel(factors int, likes taste, catalog []recommender.ItemID, h *recommender.Histories, liked positives) (*Model, error) {
	m, err := newShell(factors, likes, catalog, h, liked)
	if err != nil {
		return nil, err
	}
	m.user = make([]float32, m.stride*len(h.Users()))
	m.item = make([]float32, m.stride*len(catalog))
	m.bias = make([]float32, len(catalog))
	return m, nil
}

// newShell returns a model without factors.
func newShell(factors int, likes taste, catalog []recommender.ItemID, h *recommender.Histories, liked positives) (*Model, error) {
	ranker, err := recommender.NewRanker(catalog)
	if err != nil {
		return nil, err
	}
	users := h.Users()
	m := &Model{
		kind: Kind, factors: factors, stride: (factors + vec.Lanes - 1) / vec.Lanes * vec.Lanes, likes: likes,
		ranker: ranker, history: h, liked: liked,
		rows: make(map[recommender.UserID]int32, len(users)), known: make([]bool, len(catalog)),
	}
	for u, id := range users {
		if len(liked.of(u)) > 0 {
			m.rows[id] = int32(u)
		}
	}
	for i, n := range liked.count(len(catalog)) {
		if n > 0 {
			m.known[i] = true
		}
	}
	return m, nil
}

// finish computes what follows from the factors.
func (m *Model) finish() {
	m.offset, m.scored, m.taught = slices.Clone(m.bias), nil, nil
	for i, known := range m.known {
		if known {
			m.scored = append(m.scored, int32(i))
			if m.guessed != nil && !m.guessed[i] {
				m.taught = append(m.taught, int32(i))
			}
		} else {
			m.offset[i] = nan
		}
	}
	if m.guessed == nil {
		m.taught = m.scored
	}
	m.itemNorm, m.userNorm = norms(m.item, m.stride), norms(m.user, m.stride)
	m.folding.user.over(m.item, m.stride, len(m.taught), m.guessed)
	m.folding.item.over(m.user, m.stride, len(m.rows), nil)
}

func norms(rows []float32, stride int) []float32 {
	list := make([]float32, len(rows)/stride)
	for i := range list {
		list[i] = vec.Norm(rows[i*stride:][:stride])
	}
	return list
}

// limit bounds every number of a model: those of a training that comes to rest
// are below 100, and within it no score overflows.
const limit = 1e6

// sumLimit bounds what is computed of such numbers: weights of folding in, and its
// parameters, which are sums of their products.
const sumLimit = 1e24

func (m *Model) bounded() bool { return bounded(limit, m.user, m.item, m.bias) }

func bounded(most float32, lists ...[]float32) bool {
	for _, list := range lists {
		for _, x := range list {
			if !(x >= -most && x <= most) {
				return false
			}
		}
	}
	return true
}

func (m *Model) userRow(u int) []float32 { return m.user[u*m.stride:][:m.stride:m.stride] }
func (m *Model) itemRow(i int) []float32 { return m.item[i*m.stride:][:m.stride:m.stride] }

// Kind says how the model was trained: [Kind] or [KindIALS].
func (m *Model) Kind() string { return m.kind }

// Factors returns the length of the vectors.
func (m *Model) Factors() int { return m.factors }

// Users returns the users of the training data, in its order. Callers do not
// modify it.
func (m *Model) Users() []recommender.UserID { return m.history.Users() }

// UserFactors returns the vector of a user; nil where training had no positive
// example of the user. Callers do not modify it.
func (m *Model) UserFactors(id recommender.UserID) []float32 {
	if m.enter() != nil {
		return nil
	}
	defer m.leave()
	u, ok := m.rows[id]
	if !ok {
		return nil
	}
	return m.lend(m.userRow(int(u)))
}

// ItemFactors returns the vector and the bias of an item; nil where training
// had neither a positive example nor a known feature of the item. Callers do not modify it.
func (m *Model) ItemFactors(id recommender.ItemID) (factors []float32, bias float32) {
	if m.enter() != nil {
		return nil, 0
	}
	defer m.leave()
	i, ok := m.ranker.Place(id)
	if !ok || !m.known[i] {
		return nil, 0
	}
	return m.lend(m.itemRow(i)), m.bias[i]
}

// lend returns what a caller may keep of a row.
func (m *Model) lend(row []float32) []float32 {
	row = row[:m.factors:m.factors]
	if m.memory != nil { // which may be gone tomorrow
		row = slices.Clone(row)
	}
	return row
}

// Trained says how a model of [Config] came about: the zero Training for one of
// [IALS], and for one that was read or made by Forget, because snapshots do not hold it.
func (m *Model) Trained() Training { return m.training }

// Catalog returns the items of the training data, in its order.
func (m *Model) Catalog() []recommender.ItemID { return m.ranker.Catalog() }

// Seen returns all that the user had in the training data, positive or not.
func (m *Model) Seen(user recommender.UserID) []recommender.ItemID { return m.history.Seen(user) }

// part is how many items are scored between two looks at ctx.
const part = 1024

var nan = float32(math.NaN())

// ScoreAll scores the catalogue for the request's seeds, user or history: see
// the package's Basics. It returns ErrColdStart where it knows none of them.
// O(items · factors).
func (m *Model) ScoreAll(ctx context.Context, req recommender.Request, dst []float32) error {
	if err := m.enter(); err != nil {
		return err
	}
	defer m.leave()
	q, err := m.query(req)
	if err != nil {
		return err
	}
	if len(dst) != len(m.bias) {
		return fmt.Errorf("mf: score: %w: dst has %d places, the catalogue %d", recommender.ErrInvalid, len(dst), len(m.bias))
	}
	for from := 0; from < len(dst); from += part {
		if err := ctx.Err(); err != nil {
			return err
		}
		m.scores(dst[from:min(from+part, len(dst))], q, from)
	}
	return nil
}

// scores scores the items that follow one another from a place on.
func (m *Model) scores(dst []float32, q query, from int) {
	vec.DotRows(dst, q.vector, m.item[from*m.stride:], m.stride)
	if q.cosine {
		for k, product := range dst {
			dst[k] = m.cosine(from+k, product)
		}
		return
	}
	vec.Axpy(dst, 1, m.offset[from:][:len(dst)])
}

// score scores one item.
func (m *Model) score(q query, i int) float32 {
	product := vec.Dot(q.vector, m.itemRow(i))
	if q.cosine {
		return m.cosine(i, product)
	}
	return product + m.offset[i]
}

// cosine is the score of an item whose vector has this product with the seeds'.
func (m *Model) cosine(i int, product float32) float32 {
	switch {
	case !m.known[i]:
		return nan
	case m.itemNorm[i] == 0:
		return 0
	}
	return product / m.itemNorm[i]
}
