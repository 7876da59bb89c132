package mf

import (
	"fmt"

	"github.com/osusume/osusume/recommender"
)

// adopt takes over the factors that another model has for the users and items
// of m, by their IDs. The others keep what they have.
func (m *Model) adopt(from *Model) error {
	if from == nil {
		return nil
	}
	if from.factors != m.factors {
		return fmt.Errorf("%w: From has %d factors, Factors is %d", recommender.ErrInvalid, from.factors, m.factors)
	}
	if err := from.enter(); err != nil {
		return fmt.Errorf("start from From: %w", err)
	}
	defer from.leave()
	for id, u := range m.rows {
		if old, ok := from.rows[id]; ok {
			copy(m.userRow(int(u)), from.userRow(int(old)))
		}
	}
	for i, id := range m.Catalog() {
		if old, ok := from.ranker.Place(id); ok && from.known[old] {
			copy(m.itemRow(i), from.itemRow(old))
			m.bias[i] = from.bias[old]
		}
	}
	return nil
}
