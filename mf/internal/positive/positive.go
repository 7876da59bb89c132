// Package positive finds the pairs of user and item that models learn from.
//
// Use it in every trainer whose configuration has Kinds and MinStars:
//
//	faults = append(faults, positive.Faults(c.Kinds, c.MinStars)...)
//	offset, items := positive.TasteOf(c.Kinds, c.MinStars).Pairs(table)
//
// # Basics
//
// A pair is positive where one of its interactions is of the kinds, ratings and
// reviews only from the least stars, and none is a Dislike.
//
// # Caveats
//
// What is not positive has been seen all the same: see recommender.Histories.
package positive

import (
	"fmt"
	"slices"

	"github.com/osusume/osusume/recommender"
)

// A Taste says which interactions are positive.
type Taste struct {
	Kinds    uint8 // bit k: kind k
	MinStars float32
}

// TasteOf reads the Kinds (nil: all but Dislike) and MinStars of a configuration.
func TasteOf(kinds []recommender.Kind, minStars float32) Taste {
	t := Taste{MinStars: minStars}
	for k := recommender.Kind(0); k.Valid(); k++ {
		if kinds == nil && k != recommender.Dislike || slices.Contains(kinds, k) {
			t.Kinds |= 1 << k
		}
	}
	return t
}

// Faults returns what is wrong with them.
func Faults(kinds []recommender.Kind, minStars float32) []string {
	var faults []string
	for _, k := range kinds {
		if !k.Valid() || k == recommender.Dislike {
			faults = append(faults, fmt.Sprintf("Kinds has %v, which is never positive", k))
		}
	}
	if !(minStars >= 0 && minStars <= recommender.MaxStars) {
		faults = append(faults, fmt.Sprintf("MinStars %v is outside [0, %d]", minStars, recommender.MaxStars))
	}
	return faults
}

// Likes reports whether an interaction of kind k and this value is positive.
func (t Taste) Likes(k recommender.Kind, value float32) bool {
	if t.Kinds>>k&1 == 0 {
		return false
	}
	stars := k == recommender.Rate || k == recommender.Review
	return !stars || value >= t.MinStars
}

// Pairs returns the pairs that some row of the table makes positive and no Dislike
// takes back: user u has items[offset[u]:offset[u+1]], ascending.
func (t Taste) Pairs(table *recommender.Table) (offset []int, items []int32) {
	offset = make([]int, 1, len(table.Users)+1)
	row := 0
	for u := range table.Users {
		for row < table.Len() && int(table.User[row]) == u {
			item := table.Item[row]
			liked, disliked := false, false
			for ; row < table.Len() && int(table.User[row]) == u && table.Item[row] == item; row++ {
				liked = liked || t.Likes(table.Kind[row], table.Value[row])
				disliked = disliked || table.Kind[row] == recommender.Dislike
			}
			if liked && !disliked {
				items = append(items, item)
			}
		}
		offset = append(offset, len(items))
	}
	return offset, items
}
