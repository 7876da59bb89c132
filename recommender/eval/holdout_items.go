package eval

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/osusume/osusume/internal/rng"
	"github.com/osusume/osusume/recommender"
)

// HoldoutItems moves whole items into the test: how well does a model serve what
// nobody has tried? They stay in the catalogue; with [New] and [Options.Among]
// they are ranked among themselves.
type HoldoutItems struct {
	Fraction float64 // of the items that somebody has, in (0, 1); 0 means 0.2
	Seed     uint64
	Then     Splitter // divides what is left; nil: all of it is training
}

var _ Splitter = HoldoutItems{}

// Split implements [Splitter].
func (s HoldoutItems) Split(t *recommender.Table) (train, test *recommender.Table, err error) {
	fraction, err := fractionOr(s.Fraction, 0.2)
	if err != nil {
		return nil, nil, fmt.Errorf("eval: items split: %w", err)
	}
	had := make([]bool, len(t.Items))
	for _, i := range t.Item {
		had[i] = true
	}
	var items []int32
	for i := range t.Items {
		if had[i] {
			items = append(items, int32(i))
		}
	}
	slices.SortFunc(items, func(a, b int32) int {
		x, y := string(t.Items[a]), string(t.Items[b])
		return cmp.Or(cmp.Compare(rng.Hash(s.Seed, x), rng.Hash(s.Seed, y)), cmp.Compare(x, y))
	})
	held := make([]bool, len(t.Items))
	for _, i := range items[:nearest(fraction, len(items))] {
		held[i] = true
	}
	train = t.Select(func(row int) bool { return !held[t.Item[row]] })
	test = t.Select(func(row int) bool { return held[t.Item[row]] })
	if s.Then == nil {
		return train, test, nil
	}
	train, more, err := s.Then.Split(train)
	if err != nil {
		return nil, nil, err
	}
	return train, joined(test, more), nil
}

// joined is the rows of two tables over the same dictionaries.
func joined(a, b *recommender.Table) *recommender.Table {
	t := &recommender.Table{
		Users: a.Users, Items: a.Items,
		User: slices.Concat(a.User, b.User), Item: slices.Concat(a.Item, b.Item), Kind: slices.Concat(a.Kind, b.Kind),
		Value: slices.Concat(a.Value, b.Value), Unix: slices.Concat(a.Unix, b.Unix),
	}
	t.Sort()
	return t
}
