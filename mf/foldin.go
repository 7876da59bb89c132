package mf

import (
	"fmt"
	"slices"

	"github.com/osusume/osusume/internal/vec"
	"github.com/osusume/osusume/recommender"
)

// A query is what a request becomes: a vector to multiply the items' with.
type query struct {
	vector []float32
	cosine bool // divide by the item's length, add no bias
	// own are the places of the items that the vector stands for, and share is
	// what each of their vectors contributes to it: exactly for seeds and for a
	// history alone, approximately for a user of the training data.
	own   []int32
	share float32
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
	var own []int32
	vector := make([]float32, m.stride)
	u, known := m.rows[req.User]
	if known {
		own = m.liked.of(int(u))
		copy(vector, m.userRow(int(u)))
	}
	fresh := m.fresh(req.History, own)
	if len(own)+len(fresh) == 0 {
		return query{}, fmt.Errorf("mf: user %q with %d interactions of history: %w",
			req.User, len(req.History), recommender.ErrColdStart)
	}
	all := float32(len(own) + len(fresh))
	if len(fresh) > 0 {
		scaleBy(vector, float32(len(own))/all)
		for _, i := range fresh {
			vec.Axpy(vector, m.scale/all, m.itemRow(int(i)))
		}
	}
	return query{vector: vector, own: slices.Concat(own, fresh), share: m.scale / all}, nil
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
	var list []int32
	for _, id := range ids {
		if i, ok := m.ranker.Place(id); ok && m.known[i] {
			list = append(list, int32(i))
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// fresh returns the known items that a history makes positive, by the rule of
// training, and that are not in own, which is ascending.
func (m *Model) fresh(history []recommender.Interaction, own []int32) []int32 {
	var liked, disliked []recommender.ItemID
	for _, x := range history {
		if x.Kind == recommender.Dislike {
			disliked = append(disliked, x.Item)
		} else if m.likes.likes(x.Kind, x.Value) {
			liked = append(liked, x.Item)
		}
	}
	not := m.places(disliked)
	return slices.DeleteFunc(m.places(liked), func(i int32) bool {
		_, had := slices.BinarySearch(own, i)
		_, taken := slices.BinarySearch(not, i)
		return had || taken
	})
}

// foldScale returns the s that brings the users' vectors p nearest to s times
// the mean of their items' vectors: Σ p·mean / Σ mean·mean. It puts a history
// on the scale of the trained users, where the weight of the bias is right.
func (m *Model) foldScale() float32 {
	var num, den float64
	mean := make([]float32, m.stride)
	for u := range m.history.Users() {
		own := m.liked.of(u)
		if len(own) == 0 {
			continue
		}
		m.mean(mean, own)
		num += float64(vec.Dot(m.userRow(u), mean))
		den += float64(vec.Dot(mean, mean))
	}
	if !(num > 0 && den > 0) {
		return 1
	}
	return float32(min(num/den, limit))
}

// mean writes the mean of the items' vectors into dst.
func (m *Model) mean(dst []float32, items []int32) {
	clear(dst)
	for _, i := range items {
		vec.Axpy(dst, 1, m.itemRow(int(i)))
	}
	scaleBy(dst, 1/float32(len(items)))
}

func scaleBy(dst []float32, by float32) {
	for f := range dst {
		dst[f] *= by
	}
}
