package mf

import (
	"context"
	"fmt"
	"math"

	"github.com/osusume/osusume/internal/vec"
	"github.com/osusume/osusume/recommender"
)

// steadyAt is the number of interactions at which a vector weighs half of what it
// weighs with any number of them: with fewer, much of it is chance.
const steadyAt = 10

// learnFeatures fits the vectors of features to those of a finished model, and
// gives the items that nobody has theirs.
func (m *Model) learnFeatures(ctx context.Context, workers int, f Features, all traits) error {
	if !f.any() {
		return nil
	}
	f = f.withDefaults()
	v := &vocabulary{item: newTerms(nil, m.factors), user: newTerms(nil, m.factors)}
	v.item.rows, v.user.rows = make([]float32, v.item.width), make([]float32, v.user.width)
	m.vocabulary, m.ask = v, f.Users
	if all.users != nil {
		err := v.user.learn(ctx, workers, f.L2, all.users, m.factors, func(dst []float32, u int) int {
			copy(dst, m.userRow(u)[:m.factors])
			return len(m.liked.of(u))
		}, func(u int) bool { return len(m.liked.of(u)) > 0 })
		if err != nil {
			return err
		}
	}
	if all.items != nil {
		counts := m.liked.count(len(m.bias))
		err := v.item.learn(ctx, workers, f.L2, all.items, m.factors, func(dst []float32, i int) int {
			copy(dst, m.itemRow(i)[:m.factors])
			dst[m.factors] = m.bias[i]
			return int(counts[i])
		}, func(i int) bool { return counts[i] > 0 })
		if err != nil {
			return err
		}
		v.reserve = float32(float64(f.Reserve * m.untold(all.items)))
	}
	if !bounded(limit, v.item.rows, v.user.rows, []float32{v.reserve}) {
		return fmt.Errorf("%w: the vectors of the features grew beyond all bounds; raise Features.L2 or lower Features.Reserve", recommender.ErrInvalid)
	}
	for i, features := range all.items {
		if !m.known[i] {
			m.welcome(i, features)
		}
	}
	m.finish()
	return nil
}

// learn finds the features and fits their vectors. y writes what is to be fitted,
// and returns how many interactions it comes from.
func (t *terms) learn(ctx context.Context, workers int, l2 float64, all [][]string, factors int, y func(dst []float32, i int) int, learns func(i int) bool) error {
	*t = *newTerms(namesOf(all, learns), factors)
	own := make([][]int32, len(all))
	for i, features := range all {
		if learns(i) {
			own[i] = t.places(features)
		}
	}
	return t.fit(ctx, workers, own, l2, func(dst []float32, i int) float32 {
		n := y(dst, i)
		return float32(float64(n) / float64(n+steadyAt))
	})
}

// welcome gives an item without a history the vector of its features; nothing
// where none of them is known.
func (m *Model) welcome(i int, features []string) {
	row := make([]float32, m.stride)
	bias, ok := m.vectorOf(row, features)
	if !ok || !bounded(limit, []float32{bias}) {
		return
	}
	copy(m.itemRow(i), row)
	m.bias[i] = bias
	m.known[i] = true
	if m.guessed == nil {
		m.guessed = make([]bool, len(m.known))
	}
	m.guessed[i] = true
}

// untold is the standard deviation of what features do not tell of a score, over
// some users and items.
func (m *Model) untold(all [][]string) float64 {
	const most = 256
	var users, items []int
	for u := range m.Users() {
		if len(m.liked.of(u)) > 0 {
			users = append(users, u)
		}
	}
	t := m.vocabulary.item
	for i := range all {
		if m.known[i] && len(t.places(all[i])) > 0 {
			items = append(items, i)
		}
	}
	users, items = thinned(users, most), thinned(items, 4*most)
	var sum float64
	x, d := make([]float32, t.width), make([]float32, m.stride)
	for _, i := range items {
		t.sum(x, all[i])
		copy(d, m.itemRow(i))
		vec.Axpy(d[:m.factors], -1, x[:m.factors])
		b := float64(m.bias[i]) - float64(x[m.factors])
		for _, u := range users {
			e := float64(vec.Dot(m.userRow(u), d)) + b
			sum += float64(e * e)
		}
	}
	return math.Sqrt(sum / float64(max(1, len(users)*len(items))))
}

// thinned returns at most n of a list, from all over it.
func thinned(list []int, n int) []int {
	step := (len(list) + n - 1) / n
	if step < 2 {
		return list
	}
	var some []int
	for k := 0; k < len(list); k += step {
		some = append(some, list[k])
	}
	return some
}
