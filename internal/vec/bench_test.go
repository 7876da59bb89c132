package vec_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/osusume/osusume/internal/vec"
)

// filled returns n numbers; what was only allocated may all be one page of zeros.
func filled(n int) []float32 {
	list := make([]float32, n)
	for i := range list {
		list[i] = float32(i%7) / 8
	}
	return list
}

func eachKernel(b *testing.B, name string, bench func(b *testing.B)) {
	for _, path := range vec.Paths() {
		b.Run(name+"/kernel="+path, func(b *testing.B) {
			vec.Force(b, path)
			bench(b)
		})
	}
}

func BenchmarkDot(b *testing.B) {
	x, y := filled(64), filled(64)
	eachKernel(b, "n=64", func(b *testing.B) {
		var sink float32
		b.ReportAllocs()
		for b.Loop() {
			sink += vec.Dot(x, y)
		}
		_ = sink
	})
}

// The rows are 5 MB: more than the nearest caches hold.
func BenchmarkDotRows(b *testing.B) {
	const n, count = 64, 20_000
	a, rows, dst := filled(n), filled(n*count), make([]float32, count)
	eachKernel(b, "rows=20k/n=64", func(b *testing.B) {
		b.SetBytes(4 * n * count)
		b.ReportAllocs()
		for b.Loop() {
			vec.DotRows(dst, a, rows, n)
		}
	})
}

// Eight rows, as the sampler of package mf draws them, of a block that is in the
// second cache, and of a catalogue that is not.
func BenchmarkDotGather(b *testing.B) {
	const n, batch = 64, 8
	for _, count := range []int{800, 100_000} {
		a, rows, dst := filled(n), filled(n*count), make([]float32, batch)
		r := rand.New(rand.NewPCG(1, 2))
		idx := make([]int32, 1<<14)
		for i := range idx {
			idx[i] = int32(r.IntN(count))
		}
		eachKernel(b, fmt.Sprintf("rows=8/of=%d/n=64", count), func(b *testing.B) {
			b.ReportAllocs()
			at := 0
			for b.Loop() {
				vec.DotGather(dst, a, rows, n, idx[at:][:batch])
				at = (at + batch) % len(idx)
			}
		})
	}
}

func BenchmarkAxpy(b *testing.B) {
	x, y := filled(64), filled(64)
	eachKernel(b, "n=64", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			vec.Axpy(x, 0.5, y)
		}
	})
}

// A round of steps for as many users, over a block of items: of small data,
// which is in the first cache, and of large data, in the second.
func BenchmarkSteps(b *testing.B) {
	const size, users, candidates = 64, 32, 8
	for _, items := range []int{66, 843} {
		f := vec.Factors{Size: size, User: filled(size * users), Item: filled(size * items), Bias: filled(items)}
		r := rand.New(rand.NewPCG(3, 4))
		steps, places := make([]vec.Step, users), make([]int32, users*candidates)
		for k := range steps {
			i, from := r.IntN(items), r.IntN(items)
			steps[k] = vec.Step{User: int32(k), Positive: int32(i), Negative: int32((i + 1 + r.IntN(items-1)) % items), Gain: 1e-3, Pull: 1}
			for c := range candidates {
				places[k*candidates+c] = int32((from + c) % items)
			}
		}
		eachKernel(b, fmt.Sprintf("kind=StepsBPR/steps=%d/items=%d/n=%d", users, items, size), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				for k := range steps {
					steps[k].Share = 0
				}
				vec.StepsBPR(&f, steps, vec.Pull{})
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*users), "ns/step")
		})
		eachKernel(b, fmt.Sprintf("kind=Hardest/candidates=%d/steps=%d/items=%d/n=%d", candidates, users, items, size), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				vec.Hardest(&f, steps, places, candidates)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*users), "ns/step")
		})
	}
}
