package vec_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/osusume/osusume/internal/vec"
)

func upTo(n int) []int32 {
	list := make([]int32, n)
	for i := range list {
		list[i] = int32(i)
	}
	return list
}

func TestDotPackedIsDot(t *testing.T) {
	eachPath(t, func(t *testing.T) {
		r := rand.New(rand.NewPCG(3, 1))
		for _, n := range []int{16, 32, 48, 64, 80, 128, 256} {
			for _, rows := range []int{1, 15, 16, 17, 40, 64} {
				stride := n + 16*(rows%2)
				data := newGuarded(noise(r, rows*stride), rows%16)
				packed := newGuarded(vec.Pack(nil, data.data, stride, n, upTo(rows)), 3)
				a := newGuarded(noise(r, vec.Vectors*n), 1)
				tiles := len(packed.data) / n
				width := tiles + rows%3
				dst := newGuarded(make([]float32, (vec.Vectors-1)*width+tiles), 5)
				vec.DotPacked(dst.data, width, a.data, packed.data)
				for v := range vec.Vectors {
					for i := range rows {
						want := vec.Dot(a.data[v*n:][:n], data.data[i*stride:][:n])
						if got := dst.data[v*width+i]; !same(got, want) {
							t.Fatalf("n=%d rows=%d: vector %d, row %d: %v, want %v", n, rows, v, i, got, want)
						}
					}
				}
				dst.check(t)
			}
		}
	})
}

func TestPackFillsTheLastTileWithZeros(t *testing.T) {
	dirty := slices.Repeat([]float32{9}, 40*16)
	got := vec.Pack(dirty, filled(17*16), 16, 16, upTo(17))
	if len(got) != 32*16 || &got[0] != &dirty[0] {
		t.Fatalf("%d numbers, want 512 in the slice that was given", len(got))
	}
	for f := range 16 {
		for row := 17; row < 32; row++ {
			if x := got[16*16+f*16+row-16]; x != 0 {
				t.Errorf("number %d of missing row %d is %v, want 0", f, row, x)
			}
		}
	}
}

func TestAxpyGatherIsManyAxpys(t *testing.T) {
	eachPath(t, func(t *testing.T) {
		r := rand.New(rand.NewPCG(5, 1))
		for _, n := range []int{0, 1, 15, 16, 17, 48, 64, 80, 144, 256} {
			stride := n + n%3
			rows := newGuarded(noise(r, 6*stride+n), 2)
			for _, idx := range [][]int32{nil, {0}, {6, 0, 3, 3}} {
				w, dst := newGuarded(noise(r, len(idx)), 1), newGuarded(noise(r, n), 7)
				want := slices.Clone(dst.data)
				for k, i := range idx {
					vec.Axpy(want, w.data[k], rows.data[int(i)*stride:][:n])
				}
				vec.AxpyGather(dst.data, w.data, rows.data, stride, idx)
				for f := range want {
					if !same(dst.data[f], want[f]) {
						t.Fatalf("n=%d idx=%v: place %d is %v, want %v", n, idx, f, dst.data[f], want[f])
					}
				}
				dst.check(t)
			}
		}
	})
}

func TestAboveFindsWhatBeatsTheBar(t *testing.T) {
	eachPath(t, func(t *testing.T) {
		r := rand.New(rand.NewPCG(7, 1))
		nan := guard
		for _, n := range sizes() {
			scores := newGuarded(noise(r, n), n%16)
			for k := 0; k < n; k += 9 {
				scores.data[k] = nan
			}
			for _, bar := range []float32{-1e30, -0.5, 0, 0.5, nan} {
				var want []int32
				for i, s := range scores.data {
					if s > bar {
						want = append(want, int32(i))
					}
				}
				dst := make([]int32, n)
				if got := dst[:vec.Above(dst, scores.data, bar)]; !slices.Equal(got, want) {
					t.Fatalf("n=%d bar=%v: %v, want %v", n, bar, got, want)
				}
			}
		}
	})
}

func TestTilesRefuseWhatDoesNotFit(t *testing.T) {
	z := func(n int) []float32 { return make([]float32, n) }
	for name, f := range map[string]func(){
		"vectors of 8":            func() { vec.DotPacked(z(64), 16, z(32), z(128)) },
		"half a tile":             func() { vec.DotPacked(z(64), 16, z(64), z(128)) },
		"a short dst":             func() { vec.DotPacked(z(63), 16, z(64), z(256)) },
		"a narrow dst":            func() { vec.DotPacked(z(64), 15, z(64), z(256)) },
		"rows of 8":               func() { vec.Pack(nil, z(8), 8, 8, []int32{0}) },
		"rows that end early":     func() { vec.Pack(nil, z(31), 16, 16, []int32{1}) },
		"weights too few":         func() { vec.AxpyGather(z(16), z(1), z(32), 16, []int32{0, 1}) },
		"a row below 0":           func() { vec.AxpyGather(z(16), z(1), z(32), 16, []int32{-1}) },
		"a row beyond the end":    func() { vec.AxpyGather(z(16), z(1), z(32), 16, []int32{2}) },
		"less room than scores":   func() { vec.Above(make([]int32, 3), z(4), 0) },
		"a stride below the rows": func() { vec.AxpyGather(z(16), z(1), z(32), 8, []int32{0}) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			f()
		}()
	}
}

func BenchmarkDotPacked(b *testing.B) {
	const n, rows = 64, 1024
	packed := vec.Pack(nil, filled(n*rows), n, n, upTo(rows))
	a, dst := filled(vec.Vectors*n), make([]float32, vec.Vectors*rows)
	eachKernel(b, fmt.Sprintf("vectors=%d/rows=%d/n=%d", vec.Vectors, rows, n), func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			vec.DotPacked(dst, rows, a, packed)
		}
		b.ReportMetric(float64(b.N)*vec.Vectors*rows*n/b.Elapsed().Seconds()/1e9, "Gmul/s")
	})
}

func BenchmarkAxpyGather(b *testing.B) {
	const n, rows = 64, 1000
	data, dst, w := filled(n*rows), filled(n), filled(100)
	idx := make([]int32, len(w))
	for k := range idx {
		idx[k] = int32(k * 7)
	}
	eachKernel(b, "n=64/rows=100", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			vec.AxpyGather(dst, w, data, n, idx)
		}
	})
}

func BenchmarkAbove(b *testing.B) {
	scores, dst := filled(20_000), make([]int32, 20_000)
	eachKernel(b, "n=20k", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			vec.Above(dst, scores, 0.9)
		}
	})
}
