package eval

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/osusume/osusume/recommender"
)

// An ItemSegment is a share of the catalogue, by how many users have an item in
// training. Its items are what [Options.Among] wants.
type ItemSegment string

// The segments of items.
const (
	// Head is the fifth of the items that somebody has that most users have.
	Head ItemSegment = "head"
	// Tail is the other items that somebody has.
	Tail ItemSegment = "tail"
	// New is the items that nobody has.
	New ItemSegment = "new"
)

// Items returns the segment's items, in the order of train's dictionary; those
// with equally many users fall to the head in that order.
func (s ItemSegment) Items(train *recommender.Table) ([]recommender.ItemID, error) {
	users := make([]int, len(train.Items))
	for row, item := range train.Item {
		if row == 0 || train.User[row-1] != train.User[row] || train.Item[row-1] != item {
			users[item]++
		}
	}
	var had, untouched []int
	for i, n := range users {
		if n > 0 {
			had = append(had, i)
		} else {
			untouched = append(untouched, i)
		}
	}
	slices.SortStableFunc(had, func(a, b int) int { return cmp.Compare(users[b], users[a]) })
	head := (len(had) + 4) / 5
	var chosen []int
	switch s {
	case Head:
		chosen = had[:head]
	case Tail:
		chosen = had[head:]
	case New:
		chosen = untouched
	default:
		return nil, fmt.Errorf("eval: segment of items %q: %w: want head, tail or new", s, recommender.ErrInvalid)
	}
	slices.Sort(chosen)
	ids := make([]recommender.ItemID, len(chosen))
	for i, p := range chosen {
		ids[i] = train.Items[p]
	}
	return ids, nil
}
