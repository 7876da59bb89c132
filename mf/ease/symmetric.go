package ease

import (
	"context"
	"fmt"
	"math"

	"github.com/osusume/osusume/internal/par"
	"github.com/osusume/osusume/internal/vec"
	"github.com/osusume/osusume/recommender"
)

// block is the width of the pieces that a matrix is inverted in: the 64 kB of a
// piece stay in the second cache, and the pivots of a few thousand items take a
// small share of the time. Another width gives other bytes.
const block = 128

// chunk is how many rows are multiplied with at a time: 16 kB, half of the
// nearest cache.
const chunk = 32

// A symmetric is a symmetric matrix of n×n float32 numbers, of which the lower
// triangle counts until mirror fills the upper one.
type symmetric struct {
	n, stride int
	a         []float32
}

func newSymmetric(n int) symmetric {
	stride := strideOf(n)
	return symmetric{n: n, stride: stride, a: make([]float32, stride*n)}
}

// strideOf is the distance of two rows: whole vectors of every kernel.
func strideOf(n int) int { return (n + vec.Lanes - 1) / vec.Lanes * vec.Lanes }

func (m symmetric) row(i int) []float32 { return m.a[i*m.stride:][:m.n:m.n] }

// negativeInverse replaces m by -m⁻¹, in its own place. m must be positive
// definite, which is found out, and reported as ErrInvalid.
//
// It sweeps m (Goodnight: A Tutorial on the SWEEP Operator, The American
// Statistician 1979) block by block: with the pivot block K, its inverse D and
// the panel C of m's columns K,
//
//	m ← m − C·D·Cᵀ,  columns and rows K of m ← C·D,  m(K,K) ← −D.
//
// That is n³ multiplications and additions, nearly all of them in the first
// term, whose blocks workers take freely. Each block has one order of summation,
// so that the result does not depend on who computes it.
func (m symmetric) negativeInverse(ctx context.Context, workers int, step func(done, of int)) error {
	s := sweep{symmetric: m, panel: make([]float32, m.n*block), scaled: make([]float32, m.n*block)}
	blocks := (m.n + block - 1) / block
	for k := range blocks {
		if err := s.pivot(ctx, workers, k); err != nil {
			return err
		}
		if step != nil {
			step(k+1, blocks)
		}
	}
	return nil
}

// A sweep is one inversion under way.
type sweep struct {
	symmetric
	panel, scaled []float32 // C and C·D, rows block apart
	k, from, to   int       // the pivot's block, and its columns
}

func (s *sweep) pivot(ctx context.Context, workers, k int) error {
	s.k, s.from, s.to = k, k*block, min(s.n, (k+1)*block)
	blocks := (s.n + block - 1) / block
	inverse, err := s.invertPivot()
	if err != nil {
		return err
	}
	if err := par.Do(ctx, workers, blocks, func(b int) error {
		s.gather(b)
		s.scale(b, inverse)
		return nil
	}); err != nil {
		return err
	}
	// Pair p is the block of row b and column c ≤ b.
	if err := par.Do(ctx, workers, blocks*(blocks+1)/2, func(p int) error {
		b := int((math.Sqrt(float64(8*p+1)) - 1) / 2)
		c := p - b*(b+1)/2
		if b != k && c != k {
			s.subtract(b, c)
		}
		return nil
	}); err != nil {
		return err
	}
	return par.Do(ctx, workers, blocks, func(b int) error {
		s.scatter(b, inverse)
		return nil
	})
}

// rows returns the rows of block b.
func (s *sweep) rows(b int) (from, to int) { return b * block, min(s.n, (b+1)*block) }

// gather copies the rows of block b of the columns of the pivot into the panel.
func (s *sweep) gather(b int) {
	from, to := s.rows(b)
	if b >= s.k { // below the diagonal, or on it, where the upper half is not there yet
		for i := from; i < to; i++ {
			copy(s.panel[i*block:][:s.to-s.from], s.row(i)[s.from:s.to])
		}
		return
	}
	for k := s.from; k < s.to; k++ {
		for i, x := range s.row(k)[from:to] {
			s.panel[(from+i)*block+k-s.from] = x
		}
	}
}

// scale multiplies the rows of block b of the panel with the pivot's inverse.
func (s *sweep) scale(b int, inverse []float32) {
	width := s.to - s.from
	for i, to := s.rows(b); i < to; i++ {
		vec.DotRows(s.scaled[i*block:][:width], s.panel[i*block:][:width], inverse, block)
	}
}

// subtract takes C·D·Cᵀ from the block of rows b and columns c.
func (s *sweep) subtract(b, c int) {
	var products [chunk]float32
	width := s.to - s.from
	first, last := s.rows(c)
	for j := first; j < last; j += chunk {
		n := min(chunk, last-j)
		for i, to := s.rows(b); i < to; i++ {
			vec.DotRows(products[:n], s.scaled[i*block:][:width], s.panel[j*block:], block)
			vec.Axpy(s.row(i)[j:j+n], -1, products[:n])
		}
	}
}

// scatter writes the columns and rows of the pivot.
func (s *sweep) scatter(b int, inverse []float32) {
	from, to := s.rows(b)
	width := s.to - s.from
	switch {
	case b == s.k:
		for i := range width {
			for j := range i + 1 {
				s.row(from + i)[from+j] = -inverse[i*block+j]
			}
		}
	case b > s.k:
		for i := from; i < to; i++ {
			copy(s.row(i)[s.from:s.to], s.scaled[i*block:][:width])
		}
	default:
		for k := s.from; k < s.to; k++ {
			row := s.row(k)[from:to]
			for i := range row {
				row[i] = s.scaled[(from+i)*block+k-s.from]
			}
		}
	}
}

// invertPivot returns the inverse of the pivot's block, rows block apart, by
// Cholesky's method in float64.
func (s *sweep) invertPivot() ([]float32, error) {
	n := s.to - s.from
	lower := make([]float64, n*n)
	for i := range n {
		for j := range i + 1 {
			lower[i*n+j] = float64(s.row(s.from + i)[s.from+j])
		}
	}
	if !cholesky(lower, n) {
		return nil, fmt.Errorf("%w: the matrix is not positive definite in float32 at items %d to %d: a larger Lambda helps",
			recommender.ErrInvalid, s.from, s.to)
	}
	inverse := make([]float32, n*block)
	invertFactor(lower, n)
	for i := range n {
		for j := range i + 1 {
			var sum float64 // of column i and column j of the factor's inverse
			for k := i; k < n; k++ {
				sum += float64(lower[k*n+i] * lower[k*n+j])
			}
			inverse[i*block+j], inverse[j*block+i] = float32(sum), float32(sum)
		}
	}
	return inverse, nil
}

// cholesky replaces the lower triangle of a by its factor, unless it has none.
func cholesky(a []float64, n int) bool {
	for i := range n {
		for j := range i + 1 {
			sum := a[i*n+j]
			for k := range j {
				sum -= float64(a[i*n+k] * a[j*n+k])
			}
			if i != j {
				a[i*n+j] = sum / a[j*n+j]
				continue
			}
			if !(sum > 0) || math.IsInf(sum, 0) {
				return false
			}
			a[i*n+i] = math.Sqrt(sum)
		}
	}
	return true
}

// invertFactor replaces a lower triangle by its inverse.
func invertFactor(l []float64, n int) {
	for i := range n {
		l[i*n+i] = 1 / l[i*n+i]
		for j := range i {
			var sum float64
			for k := j; k < i; k++ {
				sum += float64(l[i*n+k] * l[k*n+j])
			}
			l[i*n+j] = -sum * l[i*n+i]
		}
	}
}

// mirror copies the lower triangle into the upper one.
func (m symmetric) mirror(ctx context.Context, workers int) error {
	blocks := (m.n + block - 1) / block
	return par.Do(ctx, workers, blocks, func(b int) error {
		for first := 0; first < b*block+1; first += block { // by squares, for the caches
			for i := b * block; i < min(m.n, (b+1)*block); i++ {
				for j, x := range m.row(i)[first:min(i, first+block)] {
					m.a[(first+j)*m.stride+i] = x
				}
			}
		}
		return nil
	})
}
