package itemitem

import (
	"fmt"
	"slices"

	"github.com/osusume/osusume/internal/csr"
	"github.com/osusume/osusume/recommender"
)

// A Taste says which interactions are positive.
type Taste struct {
	Kinds    uint8 // bit k: kind k
	MinStars float32
}

// NewTaste returns the taste that kinds (nil: all but Dislike) and minStars
// name, and adds what is wrong with them to faults.
func NewTaste(kinds []recommender.Kind, minStars float32, faults *Faults) Taste {
	t := Taste{MinStars: minStars}
	for _, k := range kinds {
		if !k.Valid() || k == recommender.Dislike {
			faults.Addf("Kinds has %v, which is never positive", k)
		}
	}
	if !(minStars >= 0 && minStars <= recommender.MaxStars) {
		faults.Addf("MinStars %v is outside [0, %d]", minStars, recommender.MaxStars)
	}
	for k := recommender.Kind(0); k.Valid(); k++ {
		if kinds == nil && k != recommender.Dislike || slices.Contains(kinds, k) {
			t.Kinds |= 1 << k
		}
	}
	return t
}

// Likes reports whether an interaction of kind k and this value is positive.
func (t Taste) Likes(k recommender.Kind, value float32) bool {
	if t.Kinds>>k&1 == 0 {
		return false
	}
	stars := k == recommender.Rate || k == recommender.Review
	return !stars || value >= t.MinStars
}

// Positives returns the pairs of user and item that some row of t makes positive
// and no Dislike takes back, a row a user. None at all is ErrInvalid.
func (t Taste) Positives(table *recommender.Table) (csr.Matrix, error) {
	m := csr.Matrix{Columns: len(table.Items), Offset: make([]int, 1, len(table.Users)+1)}
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
				m.Column = append(m.Column, item)
			}
		}
		m.Offset = append(m.Offset, len(m.Column))
	}
	if len(m.Column) == 0 {
		return m, fmt.Errorf("%w: none of the interactions is a positive example", recommender.ErrInvalid)
	}
	return m, nil
}
