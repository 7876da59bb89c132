package mf

import (
	"maps"
	"slices"

	"github.com/osusume/osusume/internal/vec"
	"github.com/osusume/osusume/recommender"
)

// terms are the features of one side, the items or the users, and the vector of
// each: that of whoever has some features is the sum of theirs and of a common
// one, the last.
type terms struct {
	names []string
	at    map[string]int32
	width int       // of a vector: the factors, the bias, zeros to whole vec.Lanes
	rows  []float32 // one more than names
}

func newTerms(names []string, factors int) *terms {
	t := &terms{names: names, width: (factors + vec.Lanes) / vec.Lanes * vec.Lanes, at: make(map[string]int32, len(names))}
	for k, name := range names {
		t.at[name] = int32(k)
	}
	return t
}

// namesOf returns the features, sorted, of those who learn.
func namesOf(all [][]string, learns func(i int) bool) []string {
	names := map[string]bool{}
	for i, list := range all {
		if learns(i) {
			for _, name := range list {
				names[name] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(names))
}

// places returns where the known ones of some features stand, ascending and distinct.
func (t *terms) places(features []string) []int32 {
	var own []int32
	for _, name := range features {
		if k, ok := t.at[name]; ok {
			own = append(own, k)
		}
	}
	slices.Sort(own)
	return slices.Compact(own)
}

// sum writes the vector of whoever has features, and returns whether any is known.
func (t *terms) sum(dst []float32, features []string) bool {
	own := t.places(features)
	if len(own) == 0 {
		return false
	}
	t.add(dst, append(own, int32(len(t.names))))
	return true
}

// add writes the sum of the rows at own.
func (t *terms) add(dst []float32, own []int32) {
	clear(dst)
	for _, k := range own {
		vec.Axpy(dst, 1, t.rows[int(k)*t.width:][:t.width])
	}
}

// clone copies what may lie in a file.
func (t *terms) clone() *terms {
	c := *t
	c.rows = slices.Clone(t.rows)
	return &c
}

// A vocabulary is what a model has learned of features.
type vocabulary struct {
	item, user *terms
	reserve    float32 // what is taken off the bias of an item that nobody has
}

func (v *vocabulary) clone() *vocabulary {
	if v == nil {
		return nil
	}
	return &vocabulary{item: v.item.clone(), user: v.user.clone(), reserve: v.reserve}
}

// vectorOf writes an item's vector by its features into row, which is of stride,
// and returns its bias.
func (m *Model) vectorOf(row []float32, features []string) (bias float32, ok bool) {
	t := m.vocabulary.item
	x := make([]float32, t.width)
	if !t.sum(x, features) {
		return 0, false
	}
	clear(row)
	copy(row, x[:m.factors])
	return x[m.factors] - m.vocabulary.reserve, bounded(limit, x)
}

// stranger is the query of a user without a vector, by the user's features.
func (m *Model) stranger(id recommender.UserID) (query, bool) {
	if m.vocabulary == nil || m.ask == nil || id == "" {
		return query{}, false
	}
	v, ok := m.strangerBy(m.ask(id))
	return query{vector: v}, ok
}

// strangerBy returns the vector, of stride, of a user with features.
func (m *Model) strangerBy(features []string) ([]float32, bool) {
	t := m.vocabulary.user
	x := make([]float32, t.width)
	if !t.sum(x, features) || !bounded(limit, x) {
		return nil, false
	}
	row := make([]float32, m.stride)
	copy(row, x[:m.factors])
	return row, true
}
