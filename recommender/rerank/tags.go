package rerank

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/osusume/osusume/recommender"
)

// A Similarity says how alike items are. Prepare is called once a list; the
// function that it returns gives the likeness of two places of the list, in
// [0, 1], and is called by one goroutine.
type Similarity interface {
	Prepare(list []recommender.ItemID) func(a, b int) float32
}

// Tags are the tags of items, as a [Similarity] and for [NewCalibrated].
// Immutable, safe for concurrent use.
type Tags struct {
	of    map[recommender.ItemID][]int32 // ascending
	names []string
}

var _ Similarity = (*Tags)(nil)

// NewTags reads the tags of d's items. A tag is what its exact text is.
func NewTags(ctx context.Context, d recommender.Dataset) (*Tags, error) {
	t := &Tags{of: map[recommender.ItemID][]int32{}}
	number := map[string]int32{}
	for it, err := range d.Items(ctx) {
		if err != nil {
			return nil, fmt.Errorf("rerank: read the items: %w", err)
		}
		var own []int32
		for _, tag := range it.Tags {
			n, ok := number[tag]
			if !ok {
				n = int32(len(t.names))
				number[tag] = n
				t.names = append(t.names, tag)
			}
			own = append(own, n)
		}
		slices.Sort(own)
		if own = slices.Compact(own); own != nil {
			t.of[it.ID] = own
		}
	}
	return t, nil
}

// Prepare returns the cosine of the items' sets of tags: the number that two
// share by the root of the product of their numbers. An item without tags is
// like none.
func (t *Tags) Prepare(list []recommender.ItemID) func(a, b int) float32 {
	own := t.ofAll(list)
	return func(a, b int) float32 {
		x, y := own[a], own[b]
		if len(x) == 0 || len(y) == 0 {
			return 0
		}
		return float32(float64(shared(x, y)) / math.Sqrt(float64(len(x)*len(y))))
	}
}

func (t *Tags) ofAll(list []recommender.ItemID) [][]int32 {
	own := make([][]int32, len(list))
	for i, id := range list {
		own[i] = t.of[id]
	}
	return own
}

// shared counts what two ascending lists have in common.
func shared(x, y []int32) int {
	n := 0
	for len(x) > 0 && len(y) > 0 {
		switch {
		case x[0] < y[0]:
			x = x[1:]
		case x[0] > y[0]:
			y = y[1:]
		default:
			n++
			x, y = x[1:], y[1:]
		}
	}
	return n
}

// Diversity is the mean of one minus the likeness over all pairs of a list: the
// intra-list diversity that eval.Options.Diversity wants. 0 for fewer than two.
func Diversity(s Similarity) func(list []recommender.ItemID) float64 {
	return func(list []recommender.ItemID) float64 {
		like := s.Prepare(list)
		sum, pairs := 0.0, 0
		for a := range list {
			for b := range a {
				sum += 1 - float64(like(a, b))
				pairs++
			}
		}
		return sum / float64(max(1, pairs))
	}
}
