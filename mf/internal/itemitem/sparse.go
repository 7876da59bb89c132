package itemitem

import (
	"fmt"
	"slices"

	"github.com/osusume/osusume/internal/csr"
	"github.com/osusume/osusume/internal/snapshot"
)

// Sparse are weights of which few are not 0: row i is what item i says.
type Sparse struct{ csr.Matrix }

// Add implements [Weights].
func (w Sparse) Add(dst []float32, i int32) {
	columns, values := w.Row(int(i))
	values = values[:len(columns)]
	for k, j := range columns {
		dst[j] += values[k]
	}
}

// At implements [Weights].
func (w Sparse) At(i, j int32) float32 {
	columns, values := w.Row(int(i))
	if k, ok := slices.BinarySearch(columns, j); ok {
		return values[k]
	}
	return 0
}

// Limit bounds every weight that is read: no sum of them overflows.
const Limit = 1e9

// Write writes the weights in three sections: lengths of the rows, places, values.
func (w Sparse) Write(s *snapshot.Writer) {
	s.Int32s(w.Lengths())
	s.Int32s(w.Column)
	s.Float32s(w.Value)
}

// ReadSparse reads what Write wrote, over a catalogue of n items.
func ReadSparse(s *snapshot.Reader, n int) (Sparse, error) {
	lengths, column, value := s.Int32s(), s.Int32s(), s.Float32s()
	m, err := csr.OfLengths(n, lengths, column, value)
	if err == nil && m.Rows() != n {
		err = fmt.Errorf("%d rows for %d items", m.Rows(), n)
	}
	if err != nil {
		return Sparse{}, fmt.Errorf("%w: weights: %v", ErrUnfit, err)
	}
	return Sparse{m}, CheckNumbers(value, Limit)
}

// CheckNumbers refuses numbers outside [-limit, limit], and NaN.
func CheckNumbers(list []float32, limit float32) error {
	for k, x := range list {
		if !(x >= -limit && x <= limit) {
			return fmt.Errorf("%w: number %d of %d is %v, not within ±%g", ErrUnfit, k, len(list), x, limit)
		}
	}
	return nil
}
