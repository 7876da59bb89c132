package mf

import (
	"fmt"

	"github.com/osusume/osusume/internal/snapshot"
)

// write writes what was learned of features: what is taken off the bias of items
// that nobody has, the items' features and, aligned, their vectors, and the same
// of users.
func (v *vocabulary) write(s *snapshot.Writer) {
	s.Float32s([]float32{v.reserve})
	for _, t := range []*terms{v.item, v.user} {
		s.Strings(t.names)
		s.Aligned(t.rows)
	}
}

// A writtenVocabulary is what stands in a snapshot, unchecked.
type writtenVocabulary struct {
	reserve []float32
	names   [2][]string
	rows    [2][]float32
}

func (w *writtenVocabulary) read(s *snapshot.Reader) {
	w.reserve = s.Float32s()
	for k := range w.names {
		w.names[k], w.rows[k] = s.Strings(), s.Aligned()
	}
}

// vocabulary checks it.
func (w *writtenVocabulary) vocabulary(factors int) (*vocabulary, error) {
	if len(w.reserve) != 1 || !(w.reserve[0] >= 0 && w.reserve[0] <= limit) {
		return nil, fmt.Errorf("%w: the reserve of new items is %v", errUnfit, w.reserve)
	}
	var sides [2]*terms
	for k, names := range w.names {
		t := newTerms(names, factors)
		t.rows = w.rows[k]
		if len(t.rows) != (len(names)+1)*t.width || !bounded(limit, t.rows) {
			return nil, fmt.Errorf("%w: %d numbers for %d features of %d factors, or one beyond ±%g", errUnfit, len(t.rows), len(names), factors, limit)
		}
		for i := 1; i < len(names); i++ {
			if names[i] <= names[i-1] {
				return nil, fmt.Errorf("%w: feature %q stands after %q", errUnfit, names[i], names[i-1])
			}
		}
		sides[k] = t
	}
	return &vocabulary{item: sides[0], user: sides[1], reserve: w.reserve[0]}, nil
}
