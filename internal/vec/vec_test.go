package vec_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/osusume/osusume/internal/vec"
)

// eachPath runs a test with every implementation that this machine can run.
func eachPath(t *testing.T, test func(t *testing.T)) {
	for _, path := range vec.Paths() {
		t.Run("kernel="+path, func(t *testing.T) {
			vec.Force(t, path)
			test(t)
		})
	}
}

// sizes are all around whole steps of the kernels.
func sizes() (list []int) {
	for _, span := range [][2]int{{0, 40}, {63, 65}, {127, 129}, {1000, 1031}} {
		for n := span[0]; n <= span[1]; n++ {
			list = append(list, n)
		}
	}
	return list
}

var offsets = []int{0, 1, 3, 8, 15}

// A guarded slice lies between NaNs: reading one shows in the result, writing
// one shows in check.
type guarded struct {
	all, data []float32
	from      int // data is all[from:][:len(data)]
}

const guards = 32

var guard = math.Float32frombits(0x7fc0beef)

// newGuarded copies data to off places after the first guards.
func newGuarded(data []float32, off int) guarded {
	from := guards + off
	all := slices.Repeat([]float32{guard}, from+len(data)+guards)
	g := guarded{all, all[from:][:len(data):len(data)], from}
	copy(g.data, data)
	return g
}

func (g guarded) check(t *testing.T) {
	t.Helper()
	for i, x := range g.all {
		inside := i >= g.from && i < g.from+len(g.data)
		if !inside && math.Float32bits(x) != math.Float32bits(guard) {
			t.Fatalf("place %d of %d was written", i-g.from, len(g.data))
		}
	}
}

// noise has numbers of all kinds: zeros of either sign, tiny and large ones.
func noise(r *rand.Rand, n int) []float32 {
	list := make([]float32, n)
	for i := range list {
		switch x := float32(r.NormFloat64()); r.IntN(12) {
		case 0:
			list[i] = 0
		case 1:
			list[i] = float32(math.Copysign(0, -1))
		case 2:
			list[i] = x * 1e-40
		case 3:
			list[i] = x * 1e12
		case 4:
			list[i] = x * 1e-22
		default:
			list[i] = x
		}
	}
	return list
}

// same reports whether two numbers have the same bits, or are NaN.
func same(a, b float32) bool {
	return math.Float32bits(a) == math.Float32bits(b) || a != a && b != b
}

// reference is the documented order of Dot, as plainly as it can be said.
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

func TestDotHasTheDocumentedOrder(t *testing.T) {
	eachPath(t, func(t *testing.T) {
		r := rand.New(rand.NewPCG(1, 2))
		for _, n := range sizes() {
			for _, off := range offsets {
				a, b := newGuarded(noise(r, n), off), newGuarded(noise(r, n), (off*7)%16)
				if got, want := vec.Dot(a.data, b.data), reference(a.data, b.data); !same(got, want) {
					t.Errorf("n=%d off=%d: %v, want %v", n, off, got, want)
				}
				if got, want := vec.Dot(a.data, a.data), reference(a.data, a.data); !same(got, want) {
					t.Errorf("n=%d off=%d with itself: %v, want %v", n, off, got, want)
				}
			}
		}
	})
}

func TestDotOfEveryPlaceCounts(t *testing.T) {
	eachPath(t, func(t *testing.T) {
		for _, n := range sizes() {
			a, b := make([]float32, n), make([]float32, n)
			for i := range n {
				a[i], b[i] = 3, 5
				if got := vec.Dot(a, b); got != 15 {
					t.Errorf("n=%d: place %d adds %v, want 15", n, i, got)
				}
				a[i], b[i] = 0, 0
			}
		}
	})
}

func TestInfinitiesAndNaNsSpread(t *testing.T) {
	inf, nan := float32(math.Inf(1)), float32(math.NaN())
	eachPath(t, func(t *testing.T) {
		for _, n := range []int{1, 7, 16, 17, 35} {
			for at := range n {
				for _, c := range []struct{ x, y, want float32 }{
					{inf, 1, inf}, {inf, -1, -inf}, {inf, 0, nan}, {nan, 1, nan}, {3e38, 10, inf},
				} {
					a, b := make([]float32, n), make([]float32, n)
					a[at], b[at] = c.x, c.y
					if got := vec.Dot(a, b); !same(got, c.want) {
						t.Errorf("n=%d: %v times %v at %d gives %v, want %v", n, c.x, c.y, at, got, c.want)
					}
				}
			}
		}
	})
}

// The vector is one of the rows, as a model's own items are.
func TestDotRowsIsDotOfEachRow(t *testing.T) {
	eachPath(t, func(t *testing.T) {
		r := rand.New(rand.NewPCG(3, 4))
		for _, n := range sizes() {
			for _, count := range []int{0, 1, 2, 5, 9} {
				off := offsets[r.IntN(len(offsets))]
				stride := n + r.IntN(3)*r.IntN(9)
				rows := newGuarded(noise(r, max(0, count-1)*stride+n), off)
				a := newGuarded(noise(r, n), (off+count)%16)
				dst := newGuarded(make([]float32, count), off)
				for _, a := range [][]float32{a.data, rows.data[:n]} {
					vec.DotRows(dst.data, a, rows.data, stride)
					for i, got := range dst.data {
						if want := reference(a, rows.data[i*stride:][:n]); !same(got, want) {
							t.Errorf("n=%d stride=%d off=%d: row %d of %d is %v, want %v", n, stride, off, i, count, got, want)
						}
					}
				}
				dst.check(t)
			}
		}
	})
}

func TestDotGatherIsDotOfTheNamedRows(t *testing.T) {
	eachPath(t, func(t *testing.T) {
		r := rand.New(rand.NewPCG(5, 6))
		for _, n := range sizes() {
			for _, count := range []int{0, 1, 2, 5, 9} {
				const all = 7
				off := offsets[r.IntN(len(offsets))]
				stride := n + r.IntN(3)*r.IntN(9)
				rows := newGuarded(noise(r, (all-1)*stride+n), off)
				a := newGuarded(noise(r, n), (off+count)%16)
				dst := newGuarded(make([]float32, count), off)
				idx := make([]int32, count)
				for i := range idx {
					idx[i] = int32(r.IntN(all))
				}
				for _, a := range [][]float32{a.data, rows.data[(all-1)*stride:]} {
					vec.DotGather(dst.data, a, rows.data, stride, idx)
					for i, got := range dst.data {
						if want := reference(a, rows.data[int(idx[i])*stride:][:n]); !same(got, want) {
							t.Errorf("n=%d stride=%d off=%d: row %d is %v, want %v", n, stride, off, idx[i], got, want)
						}
					}
				}
				dst.check(t)
			}
		}
	})
}

func TestAxpyAddsPlaceByPlace(t *testing.T) {
	eachPath(t, func(t *testing.T) {
		r := rand.New(rand.NewPCG(7, 8))
		for _, n := range sizes() {
			for _, off := range offsets {
				alpha := float32(r.NormFloat64())
				start, other := noise(r, n), noise(r, n)
				dst, x := newGuarded(start, off), newGuarded(other, (off*7)%16)
				vec.Axpy(dst.data, alpha, x.data)
				own := newGuarded(start, off)
				vec.Axpy(own.data, alpha, own.data)
				for i := range n {
					if want := start[i] + float32(alpha*other[i]); !same(dst.data[i], want) {
						t.Errorf("n=%d off=%d: place %d is %v, want %v", n, off, i, dst.data[i], want)
					}
					if want := start[i] + float32(alpha*start[i]); !same(own.data[i], want) {
						t.Errorf("n=%d off=%d: place %d of a sum with itself is %v, want %v", n, off, i, own.data[i], want)
					}
				}
				dst.check(t)
				x.check(t)
				own.check(t)
			}
		}
	})
}

func TestNorm(t *testing.T) {
	if got := vec.Norm([]float32{3, 4}); got != 5 {
		t.Errorf("Norm(3, 4) = %v, want 5", got)
	}
}

func TestMisuseOfKernelsPanics(t *testing.T) {
	of := func(n int) []float32 { return make([]float32, n) }
	for _, c := range []struct {
		name string
		f    func()
	}{
		{"Dot of two and three", func() { vec.Dot(of(2), of(3)) }},
		{"Axpy of two and three", func() { vec.Axpy(of(2), 1, of(3)) }},
		{"DotRows of a row too many", func() { vec.DotRows(of(3), of(4), of(11), 4) }},
		{"DotRows with a short stride", func() { vec.DotRows(of(1), of(4), of(100), 3) }},
		{"DotRows with a negative stride", func() { vec.DotRows(of(1), of(0), of(100), -1) }},
		{"DotRows with a huge stride", func() { vec.DotRows(of(5), of(4), of(100), math.MaxInt/2+1) }},
		{"DotRows without rows", func() { vec.DotRows(of(1), of(4), nil, 4) }},
		{"DotGather of a row too many", func() { vec.DotGather(of(2), of(4), of(11), 4, []int32{0, 2}) }},
		{"DotGather of a negative row", func() { vec.DotGather(of(2), of(4), of(11), 4, []int32{-1, 0}) }},
		{"DotGather into too few", func() { vec.DotGather(of(1), of(4), of(11), 4, []int32{0, 1}) }},
		{"DotGather into too many", func() { vec.DotGather(of(2), of(4), of(11), 4, []int32{0}) }},
		{"DotGather with a short stride", func() { vec.DotGather(of(1), of(4), of(11), 3, []int32{0}) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			defer func() {
				if text, _ := recover().(string); !strings.HasPrefix(text, "vec: ") {
					t.Errorf("panicked with %q, want a text of package vec", text)
				}
			}()
			c.f()
		})
	}
}

func TestKernelsAllocateNothing(t *testing.T) {
	a, rows, dst := make([]float32, 20), make([]float32, 100), make([]float32, 3)
	eachPath(t, func(t *testing.T) {
		if n := testing.AllocsPerRun(100, func() {
			idx := [3]int32{4, 0, 2}
			var near [3]float32
			vec.DotGather(near[:], a, rows, 20, idx[:])
			vec.DotRows(dst, a, rows, 20)
			vec.Axpy(dst, vec.Dot(a, a), near[:])
		}); n != 0 {
			t.Errorf("%v allocations, want none", n)
		}
	})
}
