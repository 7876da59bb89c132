package mf

import (
	"context"
	"math"
	"sync"

	"github.com/osusume/osusume/internal/par"
	"github.com/osusume/osusume/internal/vec"
)

// A ridge is a least-squares problem that makes a vector x of rows q, those of
// the items that a user has (or of the users who have an item):
//
//	minimise Σ_own (1 - q·x)² + α Σ_all (q·x)² + λ(n)·|x|²
//
// with λ(n) = l2·(n + α·all)^power, where n is the number of own rows and all
// that of the rows that have anything. It is one half of iALS, and how a history
// is folded into any model. See [IALS] for the papers.
type ridge struct {
	alpha, l2, power float64
	scale            float64   // what the solution is multiplied with
	gram             []float32 // α Σ_all q qᵀ: stride × stride

	// Set by over.
	stride int
	rows   []float32 // padded with zeros to stride
	all    int
	beside []bool // rows that are not among all, though they may be own; nil: none
}

// over says what rows there are.
func (r *ridge) over(rows []float32, stride, all int, beside []bool) {
	r.rows, r.stride, r.all, r.beside = rows, stride, all, beside
}

// pull is λ(n).
func (r *ridge) pull(n int) float32 {
	weight := float64(n) + float64(r.alpha*float64(r.all))
	if r.power != 1 {
		weight = power(weight, r.power)
	}
	return float32(r.l2 * weight)
}

// weigh computes gram. Sums are made of parts of the rows in their order: the
// same at any number of workers.
func (r *ridge) weigh(ctx context.Context, workers int) error {
	n := len(r.rows) / r.stride
	rows := max(1024, (n+63)/64) // float32 adds up so many without harm
	sums := make([][]float32, (n+rows-1)/rows)
	err := par.Do(ctx, workers, len(sums), func(c int) error {
		sum := make([]float32, r.stride*r.stride)
		for i := c * rows; i < min(n, (c+1)*rows); i++ {
			if r.beside != nil && r.beside[i] {
				continue
			}
			q := r.rows[i*r.stride:][:r.stride]
			for f, w := range q {
				if w != 0 {
					vec.Axpy(sum[f*r.stride:][:r.stride], w, q)
				}
			}
		}
		sums[c] = sum
		return nil
	})
	if err != nil {
		return err
	}
	r.gram = make([]float32, r.stride*r.stride)
	for f := range r.gram {
		var sum float64
		for _, s := range sums {
			sum += float64(s[f])
		}
		r.gram[f] = float32(r.alpha * sum)
	}
	return nil
}

// A solver solves ridges by conjugate gradients (Hestenes and Stiefel, 1952;
// for iALS: Takács, Pilászy and Tikk, RecSys 2011), which needs the matrix only
// as a map: O(n·factors + factors²) a step. It is scratch memory for one
// goroutine at a time.
type solver struct {
	right, residual, direction, image []float32 // of stride
	products                          []float32 // of own rows
}

var solvers = sync.Pool{New: func() any { return new(solver) }}

func (s *solver) size(stride, own int) {
	for _, v := range []*[]float32{&s.right, &s.residual, &s.direction, &s.image} {
		if cap(*v) < stride {
			*v = make([]float32, stride)
		}
		*v = (*v)[:stride]
	}
	if cap(s.products) < own {
		s.products = make([]float32, own+own/2)
	}
	s.products = s.products[:own]
}

// times writes (Σ_own q qᵀ + gram + pull) v into dst.
func (s *solver) times(dst []float32, r *ridge, own []int32, pull float32, v []float32) {
	vec.DotRows(dst, v, r.gram, r.stride)
	vec.Axpy(dst, pull, v)
	vec.DotGather(s.products, v, r.rows, r.stride, own)
	vec.AxpyGather(dst, s.products, r.rows, r.stride, own)
}

// Exact solutions: the residual is this small beside the right side, which is
// where float32 stops, or so many steps were made.
const (
	exactly    = 1e-6
	exactSteps = 300
)

// fit moves x towards the minimum for own.
func (s *solver) fit(x []float32, r *ridge, own []int32, steps int, tolerance float64) {
	s.size(r.stride, len(own))
	for k := range s.products {
		s.products[k] = 1
	}
	clear(s.right)
	vec.AxpyGather(s.right, s.products, r.rows, r.stride, own)
	s.solve(x, r, own, s.right, steps, tolerance)
}

// solve moves x towards the solution of (Σ_own q qᵀ + gram + pull) x = b, by at
// most so many steps, fewer where the residual falls below tolerance·|b|.
func (s *solver) solve(x []float32, r *ridge, own []int32, b []float32, steps int, tolerance float64) {
	s.size(r.stride, len(own))
	pull := r.pull(len(own))
	s.times(s.image, r, own, pull, x)
	for f := range s.residual {
		s.residual[f] = b[f] - s.image[f]
	}
	copy(s.direction, s.residual)
	left := vec.Dot(s.residual, s.residual)
	enough := float32(tolerance * tolerance * float64(vec.Dot(b, b)))
	for range steps {
		if !(left > enough) {
			return
		}
		s.times(s.image, r, own, pull, s.direction)
		step := left / vec.Dot(s.direction, s.image)
		if !(step > 0) || math.IsInf(float64(step), 0) {
			return // no further in float32
		}
		vec.Axpy(x, step, s.direction)
		vec.Axpy(s.residual, -step, s.image)
		next := vec.Dot(s.residual, s.residual)
		turn := next / left
		for f, v := range s.direction {
			s.direction[f] = s.residual[f] + float32(turn*v)
		}
		left = next
	}
}

// fold writes the vector of whoever has own into dst, which is of stride.
func (r *ridge) fold(dst []float32, own []int32) {
	s := solvers.Get().(*solver)
	defer solvers.Put(s)
	clear(dst)
	s.fit(dst, r, own, exactSteps, exactly)
	scaleBy(dst, float32(r.scale))
}

// shares returns w such that w·q is what each own row q contributes to the
// product of row and the folded vector.
func (r *ridge) shares(row []float32, own []int32) []float32 {
	s := solvers.Get().(*solver)
	defer solvers.Put(s)
	w := make([]float32, r.stride)
	s.solve(w, r, own, row, exactSteps, exactly)
	scaleBy(w, float32(r.scale))
	return w
}

func scaleBy(dst []float32, by float32) {
	for f := range dst {
		dst[f] *= by
	}
}
