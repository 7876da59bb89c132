package mf

import (
	"fmt"
	"slices"

	"github.com/osusume/osusume/internal/vec"
	"github.com/osusume/osusume/recommender"
)

// A query is what a request becomes: a vector to multiply the items' with.
type query struct {
	vector []float32 // of stride; not to be changed: it may be a user's own
	cosine bool      // divide by the item's length, add no bias
	own    []int32   // the places of the items that the vector stands for, ascending
	share  float32   // of seeds: what each of their vectors contributes to vector
}

// query finds out what is known about a request: seeds, else the user and the
// history.
func (m *Model) query(req recommender.Request) (query, error) {
	if err := req.Check(); err != nil {
		return query{}, fmt.Errorf("mf: %w", err)
	}
	if len(req.Seeds) > 0 {
		seeds := m.places(req.Seeds)
		if len(seeds) == 0 {
			return query{}, fmt.Errorf("mf: none of %d seeds is known: %w", len(req.Seeds), recommender.ErrColdStart)
		}
		return m.seeded(seeds), nil
	}
	var trained []int32
	u, known := m.rows[req.User]
	if known {
		trained = m.liked.of(int(u))
	}
	own, changed := trained, false
	if len(req.History) > 0 {
		own, changed = m.updated(trained, req.History)
	}
	switch {
	case known && !changed: // also one of a foreign model, without a history
		return query{vector: m.userRow(int(u)), own: own}, nil
	case len(own) == 0:
		if q, ok := m.stranger(req.User); ok {
			return q, nil
		}
		return query{}, fmt.Errorf("mf: user %q with %d interactions of history: %w",
			req.User, len(req.History), recommender.ErrColdStart)
	}
	q := query{vector: make([]float32, m.stride), own: own}
	switch {
	case m.kind == KindIALS:
		m.folding.user.fold(q.vector, own)
	case known && m.folding.descent.candidates > 0: // from what training knew
		copy(q.vector, m.userRow(int(u)))
		m.improve(q.vector, own)
	case known: // by the difference that the history makes
		before := make([]float32, m.stride)
		m.folding.user.fold(before, trained)
		m.folding.user.fold(q.vector, own)
		vec.Axpy(q.vector, 1, m.userRow(int(u)))
		vec.Axpy(q.vector, -1, before)
	default:
		m.folding.user.fold(q.vector, own)
		m.improve(q.vector, own)
	}
	return q, nil
}

// FoldUser returns the vector that a user with this history has: its product
// with an item's vector, plus the item's bias, is the item's score. Positives
// are found by the rule of training. In a model of iALS it is the exact minimum
// for the user, and so what training ends with. In one of BPR it is the ridge
// regression that comes nearest to trained vectors, trained on against the items
// as they are; it depends on nothing but the set of items.
//
// The model is not changed. It takes O(n · factors) time for n known items, a
// fifth of a millisecond for 100 of 64 factors. A history without a known
// positive item is ErrColdStart, an impossible one ErrInvalid.
func (m *Model) FoldUser(history []recommender.Interaction) ([]float32, error) {
	if err := m.enter(); err != nil {
		return nil, err
	}
	defer m.leave()
	q, err := m.query(recommender.Request{History: history})
	if err != nil {
		return nil, err
	}
	return q.vector[:m.factors:m.factors], nil
}

// FoldItem returns the vector and the bias that an item has which just these
// users of the training data have: the product with the vector of any user, plus
// the bias, is its score. Unknown users are passed over; where all are unknown,
// it returns ErrColdStart.
//
// The vector is the exact minimum in a model of iALS, and in one of BPR the
// ridge regression that comes nearest to trained ones. The model is not changed.
// O(n · factors) for n users.
func (m *Model) FoldItem(users []recommender.UserID) (factors []float32, bias float32, err error) {
	if err := m.enter(); err != nil {
		return nil, 0, err
	}
	defer m.leave()
	var own []int32
	for _, id := range users {
		if u, ok := m.rows[id]; ok {
			own = append(own, u)
		}
	}
	slices.Sort(own)
	own = slices.Compact(own)
	if len(own) == 0 {
		return nil, 0, fmt.Errorf("mf: fold in an item of %d users, none of them known: %w", len(users), recommender.ErrColdStart)
	}
	f := make([]float32, m.stride)
	m.folding.item.fold(f, own)
	b := m.folding.bias + float64(m.folding.slope*logOf(len(own)))
	return f[:m.factors:m.factors], float32(b), nil
}

// seeded is the query for items like all of the seeds: the mean of their
// vectors, at length 1.
func (m *Model) seeded(seeds []int32) query {
	q := query{vector: make([]float32, m.stride), cosine: true, own: seeds, share: 1}
	for _, i := range seeds {
		vec.Axpy(q.vector, 1, m.itemRow(int(i)))
	}
	if n := vec.Norm(q.vector); n > 0 {
		q.share = 1 / n
		scaleBy(q.vector, q.share)
	}
	return q
}

// places returns where the known ones of ids stand, ascending and distinct.
func (m *Model) places(ids []recommender.ItemID) []int32 {
	list := make([]int32, 0, len(ids))
	for _, id := range ids {
		if i, ok := m.ranker.Place(id); ok && m.known[i] {
			list = append(list, int32(i))
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// updated returns the positive items of trained after a history: those that it
// adds by the rule of training, less those that it dislikes. The result is
// ascending, as trained is, and may be trained itself.
func (m *Model) updated(trained []int32, history []recommender.Interaction) (own []int32, changed bool) {
	liked := make([]recommender.ItemID, 0, len(history))
	var disliked []recommender.ItemID
	for _, x := range history {
		if x.Kind == recommender.Dislike {
			disliked = append(disliked, x.Item)
		} else if m.likes.Likes(x.Kind, x.Value) {
			liked = append(liked, x.Item)
		}
	}
	own = m.places(liked)
	own = append(slices.Grow(own, len(trained)), trained...)
	slices.Sort(own)
	own = slices.Compact(own)
	if not := m.places(disliked); len(not) > 0 {
		own = slices.DeleteFunc(own, func(i int32) bool {
			_, found := slices.BinarySearch(not, i)
			return found
		})
	}
	if slices.Equal(own, trained) {
		return trained, false
	}
	return own, true
}
