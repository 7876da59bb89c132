package itemitem

import (
	"fmt"

	"github.com/osusume/osusume/internal/csr"
	"github.com/osusume/osusume/mf/internal/positive"
	"github.com/osusume/osusume/recommender"
)

// A Taste says which interactions are positive.
type Taste = positive.Taste

// NewTaste returns the taste that kinds (nil: all but Dislike) and minStars
// name, and adds what is wrong with them to faults.
func NewTaste(kinds []recommender.Kind, minStars float32, faults *Faults) Taste {
	*faults = append(*faults, positive.Faults(kinds, minStars)...)
	return positive.TasteOf(kinds, minStars)
}

// Positives returns the pairs of user and item that some row of table makes
// positive and no Dislike takes back, a row a user. None at all is ErrInvalid.
func Positives(t Taste, table *recommender.Table) (csr.Matrix, error) {
	m := csr.Matrix{Columns: len(table.Items)}
	if m.Offset, m.Column = t.Pairs(table); len(m.Column) == 0 {
		return m, fmt.Errorf("%w: none of the interactions is a positive example", recommender.ErrInvalid)
	}
	return m, nil
}
