package ease

import (
	"context"
	"errors"
	"fmt"
	"math"
	"testing"

	"github.com/osusume/osusume/internal/rng"
	"github.com/osusume/osusume/recommender"
)

// definite returns a positive definite matrix: a Gram matrix of random ones and
// a constant on its diagonal.
func definite(n int, lambda float32) symmetric {
	m := newSymmetric(n)
	r := rng.New(uint64(n))
	for range 2 * n {
		var has []int
		for i := range n {
			if r.Float64() < 0.1 {
				has = append(has, i)
			}
		}
		for k, i := range has {
			for _, j := range has[:k+1] {
				m.row(i)[j]++
			}
		}
	}
	for i := range n {
		m.row(i)[i] += lambda
	}
	return m
}

func (m symmetric) copied() symmetric {
	m.a = append([]float32(nil), m.a...)
	return m
}

// Sizes on both sides of one, two and three blocks.
func TestInverseTimesTheMatrixIsOne(t *testing.T) {
	for _, n := range []int{1, 2, 15, 127, 128, 129, 255, 256, 300} {
		m := definite(n, 5)
		inverse := m.copied()
		if err := inverse.negativeInverse(t.Context(), 3, nil); err != nil {
			t.Fatal(err)
		}
		for _, x := range []symmetric{m, inverse} {
			if err := x.mirror(t.Context(), 2); err != nil {
				t.Fatal(err)
			}
		}
		worst := 0.0
		for i := range n {
			for j := range n {
				var sum float64
				for k := range n {
					sum -= float64(m.row(i)[k]) * float64(inverse.row(k)[j])
				}
				if i == j {
					sum--
				}
				worst = max(worst, math.Abs(sum))
			}
		}
		// Condition numbers are some hundreds, float32 has seven digits.
		if !(worst < 1e-4) {
			t.Errorf("n=%d: the product is off one by %g", n, worst)
		}
	}
}

func TestInverseIsTheSameAtAnyNumberOfWorkers(t *testing.T) {
	m := definite(400, 3)
	one := m.copied()
	if err := one.negativeInverse(t.Context(), 1, nil); err != nil {
		t.Fatal(err)
	}
	for _, workers := range []int{2, 5} {
		other := m.copied()
		if err := other.negativeInverse(t.Context(), workers, nil); err != nil {
			t.Fatal(err)
		}
		for i := range m.n {
			for j := range i + 1 {
				if a, b := one.row(i)[j], other.row(i)[j]; math.Float32bits(a) != math.Float32bits(b) {
					t.Fatalf("%d workers: place %d, %d is %v, with one worker %v", workers, i, j, b, a)
				}
			}
		}
	}
}

func TestMatricesThatHaveNoInverseAreRefused(t *testing.T) {
	nan := float32(math.NaN())
	for name, spoil := range map[string]func(m symmetric){
		"a negative pivot": func(m symmetric) { m.row(140)[140] = -1 },
		"NaN":              func(m symmetric) { m.row(3)[2] = nan },
		"all zero":         func(m symmetric) { clear(m.a) },
	} {
		m := definite(200, 3)
		spoil(m)
		if err := m.negativeInverse(t.Context(), 2, nil); !errors.Is(err, recommender.ErrInvalid) {
			t.Errorf("%s: error %v, want ErrInvalid", name, err)
		}
	}
}

func TestInversionEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	m := definite(400, 3)
	steps := 0
	err := m.negativeInverse(ctx, 2, func(int, int) {
		steps++
		cancel()
	})
	if !errors.Is(err, context.Canceled) || steps != 1 {
		t.Errorf("error %v after %d steps, want Canceled after 1", err, steps)
	}
}

func BenchmarkInverse(b *testing.B) {
	for _, n := range []int{1000, 3000} {
		b.Run(fmt.Sprintf("items=%d", n), func(b *testing.B) {
			m := newSymmetric(n)
			b.ReportAllocs()
			for b.Loop() {
				b.StopTimer()
				for i := range n {
					for j := range i {
						m.row(i)[j] = float32((i*j)%7) / 7
					}
					m.row(i)[i] = float32(n)
				}
				b.StartTimer()
				if err := m.negativeInverse(b.Context(), 0, nil); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(2*math.Pow(float64(n), 3)/2/1e9*float64(b.N)/b.Elapsed().Seconds(), "Gmultadd/s")
		})
	}
}
