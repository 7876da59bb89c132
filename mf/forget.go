package mf

import (
	"slices"

	"github.com/osusume/osusume/recommender"
)

// Forget returns a model that has nothing of some users: not their IDs, vectors
// and histories, nor the vectors of items that nobody else has, and the weights
// of folding in are made of the others alone. A snapshot of it holds no byte of
// their IDs, unless another ID does. Unknown users are passed over. m itself stays
// as it is.
//
// What the other vectors have learned from them in training remains, as it does
// in any model, and so do the names and vectors of their features, even of one
// that nobody else has: to take that back, train without them.
//
// It copies the model: O((users + items) · factors²) time.
func (m *Model) Forget(users ...recommender.UserID) (*Model, error) {
	if err := m.enter(); err != nil {
		return nil, err
	}
	defer m.leave()
	gone := make(map[recommender.UserID]bool, len(users))
	for _, id := range users {
		gone[id] = true
	}
	var (
		all  = m.history.Columns()
		c    = recommender.HistoryColumns{Offsets: []int32{0}}
		own  = positives{offset: []int{0}}
		rows []float32
	)
	marked, known := m.marks()
	inUse := []byte{}
	for u, id := range all.Users {
		if gone[id] {
			continue
		}
		from, to := all.Offsets[u], all.Offsets[u+1]
		c.Users = append(c.Users, id)
		c.Places = append(c.Places, all.Places[from:to]...)
		c.Values = append(c.Values, all.Values[from:to]...)
		c.Offsets = append(c.Offsets, int32(len(c.Places)))
		own.items = append(own.items, m.liked.of(u)...)
		own.offset = append(own.offset, len(own.items))
		rows = append(rows, m.userRow(u)...)
		inUse = append(inUse, marked[u])
	}
	h, err := recommender.HistoriesOf(m.Catalog(), c)
	if err != nil {
		return nil, err
	}
	n, err := newShell(m.factors, m.likes, m.Catalog(), h, own)
	if err != nil {
		return nil, err
	}
	n.kind, n.folding, n.vocabulary, n.ask = m.kind, m.folding, m.vocabulary.clone(), m.ask
	n.user, n.item, n.bias = rows, slices.Clone(m.item), slices.Clone(m.bias)
	before, left := m.liked.count(len(m.bias)), own.count(len(m.bias))
	for i := range known {
		if left[i] == 0 && before[i] > 0 {
			clear(n.itemRow(i))
			n.bias[i] = 0
			known[i] = unused
		}
	}
	if err := n.use(inUse, known); err != nil {
		return nil, err
	}
	n.finish()
	return n, n.weigh()
}
