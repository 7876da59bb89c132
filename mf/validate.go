package mf

import (
	"context"
	"math"

	"github.com/osusume/osusume/internal/par"
	"github.com/osusume/osusume/internal/rng"
	"github.com/osusume/osusume/internal/vec"
)

// What validation looks at: so many users, so many scores, and the first places
// of each list.
const (
	validateUsers  = 2000
	validateScores = 50e6
	validateTop    = 20
)

// A validation holds back part of the positives and measures how well the model
// finds them: NDCG@20 over the full catalogue, of at most 2,000 users.
type validation struct {
	m        *Model
	train    positives // what is left to learn from
	held     positives
	users    []int32 // to measure on
	discount []float32

	bestEpoch  int // epochs done at the best measurement; 0: none yet
	value      float64
	user, item []float32 // the factors then
	bias       []float32
}

// holdBack moves a share of each user's positives out of likes, at random by the
// seed, but leaves every user and every item one. kept says which pairs of likes stay.
func holdBack(likes positives, items int, share float64, seed uint64) (held positives, kept []bool) {
	draw := newStream(seed, holding)
	left := likes.count(items)
	kept = make([]bool, len(likes.items))
	held.offset = make([]int, 1, likes.users()+1)
	for u := range likes.users() {
		own := likes.of(u)
		most := len(own) - 1
		for k, item := range own {
			if draw.float() < share && most > 0 && left[item] > 1 {
				held.items = append(held.items, item)
				left[item]--
				most--
			} else {
				kept[likes.offset[u]+k] = true
			}
		}
		held.offset = append(held.offset, len(held.items))
	}
	return held, kept
}

func newValidation(m *Model, train, held positives, seed uint64) *validation {
	v := &validation{m: m, train: train, held: held, discount: make([]float32, validateTop)}
	for u := range held.users() {
		if len(held.of(u)) > 0 {
			v.users = append(v.users, int32(u))
		}
	}
	rng.New(seed, holding, 1).Shuffle(len(v.users), func(i, j int) { v.users[i], v.users[j] = v.users[j], v.users[i] })
	most := min(validateUsers, max(100, int(validateScores)/len(m.bias)))
	v.users = v.users[:min(len(v.users), most)]
	for k := range v.discount {
		// Rounded to float32, the last place of the logarithm, in which machines
		// may differ, is gone.
		v.discount[k] = float32(1 / math.Log2(float64(k+2)))
	}
	return v
}

// measure returns the mean NDCG, and keeps the factors where it is the best.
func (v *validation) measure(ctx context.Context, epochs, workers int) (float64, error) {
	found := make([]float64, len(v.users))
	err := par.Do(ctx, workers, len(v.users), func(k int) error {
		found[k] = v.ndcg(int(v.users[k]))
		return nil
	})
	if err != nil {
		return 0, err
	}
	mean := 0.0
	for _, x := range found {
		mean += x
	}
	mean /= float64(max(1, len(found)))
	if v.value == 0 || mean > v.value { // where nothing has been found yet, the newest is the best
		v.bestEpoch, v.value = epochs, mean
		v.user = append(v.user[:0], v.m.user...)
		v.item = append(v.item[:0], v.m.item...)
		v.bias = append(v.bias[:0], v.m.bias...)
	}
	return mean, nil
}

// restore brings back the best factors.
func (v *validation) restore() {
	copy(v.m.user, v.user)
	copy(v.m.item, v.item)
	copy(v.m.bias, v.bias)
}

// ndcg counts, for each item held back, how many others stand above it.
func (v *validation) ndcg(u int) float64 {
	scores := make([]float32, len(v.m.bias))
	const part = 1024 // rows at a time: see DotRows
	for from := 0; from < len(scores); from += part {
		vec.DotRows(scores[from:min(from+part, len(scores))], v.m.userRow(u), v.m.item[from*v.m.stride:], v.m.stride)
	}
	for i, b := range v.m.bias {
		if scores[i] += b; !v.m.known[i] {
			scores[i] = float32(math.Inf(-1))
		}
	}
	for _, i := range v.train.of(u) {
		scores[i] = float32(math.Inf(-1))
	}
	own := v.held.of(u)
	var got, most float64
	for k, item := range own {
		if k < validateTop {
			most += float64(v.discount[k])
		}
		rank := 0
		for i, s := range scores {
			if s > scores[item] || s == scores[item] && i < int(item) {
				rank++
			}
		}
		if rank < validateTop {
			got += float64(v.discount[rank])
		}
	}
	return got / most
}
