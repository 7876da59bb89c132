package vec_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/osusume/osusume/internal/vec"
)

func TestDotHasTheDocumentedOrder(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	sizes := []int{63, 64, 65, 127, 128, 129}
	for n := range 41 {
		sizes = append(sizes, n)
	}
	for _, n := range sizes {
		a, b := make([]float32, n), make([]float32, n)
		for i := range a {
			a[i], b[i] = float32(r.NormFloat64()), float32(r.NormFloat64())
		}
		if got, want := vec.Dot(a, b), reference(a, b); math.Float32bits(got) != math.Float32bits(want) {
			t.Errorf("n=%d: %v, want %v", n, got, want)
		}
	}
}

func reference(a, b []float32) float32 {
	var s [16]float32
	for i := range a {
		p := a[i] * b[i]
		s[i%16] = s[i%16] + float32(p)
	}
	for w := 8; w > 0; w /= 2 {
		for i := range w {
			s[i] += s[i+w]
		}
	}
	return s[0]
}

func TestAxpyAndNorm(t *testing.T) {
	dst := []float32{1, 2, 3}
	vec.Axpy(dst, 2, []float32{1, 0, -1})
	if dst[0] != 3 || dst[1] != 2 || dst[2] != 1 {
		t.Errorf("Axpy gave %v", dst)
	}
	if got := vec.Norm([]float32{3, 4}); got != 5 {
		t.Errorf("Norm(3, 4) = %v, want 5", got)
	}
}

func TestDifferentLengthsPanic(t *testing.T) {
	for name, f := range map[string]func(){
		"Dot":  func() { vec.Dot(make([]float32, 2), make([]float32, 3)) },
		"Axpy": func() { vec.Axpy(make([]float32, 2), 1, make([]float32, 3)) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s of different lengths did not panic", name)
				}
			}()
			f()
		}()
	}
}

func BenchmarkDot(b *testing.B) {
	x, y := make([]float32, 64), make([]float32, 64)
	var sink float32
	for b.Loop() {
		sink += vec.Dot(x, y)
	}
	_ = sink
}
