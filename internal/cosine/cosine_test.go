package cosine_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/osusume/osusume/internal/cosine"
	"github.com/osusume/osusume/internal/csr"
	"github.com/osusume/osusume/internal/rng"
)

// vectors are n rows of length 1, whose columns are long-tailed, the most
// frequent last; every seventh row repeats the one before, every eleventh is empty.
func vectors(n, columns, length int, seed uint64) csr.Matrix {
	r := rng.New(seed)
	m := csr.Matrix{Columns: columns, Offset: []int{0}}
	for i := range n {
		from := len(m.Column)
		switch {
		case i%11 == 10:
		case i%7 == 6:
			last := m.Offset[i-1]
			m.Column = append(m.Column, m.Column[last:from]...)
			m.Value = append(m.Value, m.Value[last:from]...)
		default:
			has := make([]bool, columns)
			for range length {
				has[columns-1-int(float64(columns)*r.Float64()*r.Float64()*r.Float64())] = true
			}
			var sum float64
			for c, ok := range has {
				if ok {
					v := float32(1 + 9*r.Float64()*float64(columns-c)/float64(columns))
					m.Column, m.Value = append(m.Column, int32(c)), append(m.Value, v)
					sum += float64(v) * float64(v)
				}
			}
			for at := from; at < len(m.Value); at++ {
				m.Value[at] /= float32(math.Sqrt(sum))
			}
		}
		m.Offset = append(m.Offset, len(m.Column))
	}
	return m
}

// brute compares a vector with every row.
func brute(m csr.Matrix, columns []int32, values []float32, k int, except int32) []cosine.Hit {
	query := make(map[int32]float32)
	for i, c := range columns {
		query[c] = values[i]
	}
	var all []cosine.Hit
	for i := range m.Rows() {
		var sum float32
		cs, vs := m.Row(i)
		for j, c := range cs {
			sum += float32(query[c] * vs[j])
		}
		if sum > 0 && int32(i) != except {
			all = append(all, cosine.Hit{Row: int32(i), Cosine: min(sum, 1)})
		}
	}
	slices.SortStableFunc(all, func(a, b cosine.Hit) int {
		switch {
		case a.Cosine > b.Cosine:
			return -1
		case a.Cosine < b.Cosine:
			return 1
		}
		return 0
	})
	return all[:min(k, len(all))]
}

func newIndex(tb testing.TB, m csr.Matrix) *cosine.Index {
	tb.Helper()
	x, err := cosine.New(m)
	if err != nil {
		tb.Fatal(err)
	}
	return x
}

// Rounding may take a product of two equal rows past 1, where the order of equal
// cosines is that of the sums, so duplicates are compared by their cosines.
func same(want, got []cosine.Hit) string {
	if diff := cmp.Diff(want, got); diff != "" {
		for i := range want {
			if i >= len(got) || want[i].Cosine != got[i].Cosine || want[i].Row != got[i].Row && want[i].Cosine != 1 {
				return diff
			}
		}
		if len(want) != len(got) {
			return diff
		}
	}
	return ""
}

func TestNearestAreThoseOfBruteForce(t *testing.T) {
	for _, c := range []struct{ rows, columns, length int }{
		{1, 3, 2}, {40, 30, 5}, {900, 60, 8}, {700, 400, 25}, {1500, 90, 30}, {1200, 2000, 40},
	} {
		m := vectors(c.rows, c.columns, c.length, 5)
		x := newIndex(t, m)
		for _, k := range []int{0, 1, 10, c.rows + 1} {
			for i := 0; i < c.rows; i += 1 + c.rows/20 {
				columns, values := m.Row(i)
				got := x.Nearest(columns, values, k, int32(i))
				if diff := same(brute(m, columns, values, k, int32(i)), got); diff != "" {
					t.Fatalf("%+v: %d nearest to row %d (-want +got):\n%s", c, k, i, diff)
				}
			}
		}
	}
}

func TestQueriesNeedNoLength(t *testing.T) {
	m := vectors(1500, 80, 20, 9)
	x := newIndex(t, m)
	for i := range 40 {
		columns, values := vectors(1500, 80, 3, 77).Row(i)
		values = slices.Clone(values)
		for j := range values {
			values[j] *= 0.01
		}
		if diff := same(brute(m, columns, values, 10, -1), x.Nearest(columns, values, 10, -1)); diff != "" {
			t.Fatalf("query %d (-want +got):\n%s", i, diff)
		}
	}
	if got := x.Nearest([]int32{80, 99}, []float32{1, 1}, 3, -1); len(got) != 0 {
		t.Errorf("columns that no row has find %v", got)
	}
}

// A product that is too small for a float32 is 0: the row has no cosine, and is
// not found twice.
func TestTinyNumbersAreCountedOnce(t *testing.T) {
	m := csr.Matrix{Columns: 3, Offset: []int{0, 2, 3, 5}, Column: []int32{0, 1, 1, 0, 2}, Value: []float32{1e-30, 1, 1, 1e-30, 1}}
	got := newIndex(t, m).Nearest([]int32{0, 1}, []float32{1e-30, 0.5}, 10, -1)
	if diff := cmp.Diff([]cosine.Hit{{Row: 0, Cosine: 0.5}, {Row: 1, Cosine: 0.5}}, got); diff != "" {
		t.Errorf("nearest (-want +got):\n%s", diff)
	}
}

func TestEachIsNearestForEveryRow(t *testing.T) {
	m := vectors(700, 50, 12, 3)
	x := newIndex(t, m)
	for _, workers := range []int{1, 4} {
		var mu sync.Mutex
		got := make(map[int32][]cosine.Hit)
		err := x.Each(t.Context(), workers, 5, func(row int32, hits []cosine.Hit) {
			mu.Lock()
			defer mu.Unlock()
			if _, twice := got[row]; twice {
				t.Errorf("row %d comes twice", row)
			}
			got[row] = hits
		})
		if err != nil {
			t.Fatal(err)
		}
		for i := range m.Rows() {
			columns, values := m.Row(i)
			want := x.Nearest(columns, values, 5, int32(i))
			if !slices.Equal(want, got[int32(i)]) {
				t.Fatalf("%d workers, row %d: %v, want %v", workers, i, got[int32(i)], want)
			}
		}
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	if err := x.Each(cancelled, 2, 5, func(int32, []cosine.Hit) {}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: error %v", err)
	}
}

func TestNewRefusesWhatIsNoCosine(t *testing.T) {
	for _, v := range []float32{-0.1, 1.5, float32(math.NaN()), float32(math.Inf(1))} {
		m := csr.Matrix{Columns: 1, Offset: []int{0, 1}, Column: []int32{0}, Value: []float32{v}}
		if _, err := cosine.New(m); err == nil {
			t.Errorf("the number %v is taken", v)
		}
	}
	long := csr.Matrix{Columns: 2, Offset: []int{0, 2}, Column: []int32{0, 1}, Value: []float32{0.9, 0.9}}
	if _, err := cosine.New(long); err == nil {
		t.Error("a row longer than 1 is taken")
	}
}

func TestOrderIsRarestFirst(t *testing.T) {
	if diff := cmp.Diff([]int32{2, 0, 3, 1}, cosine.Order([]int32{5, 1, 9, 1})); diff != "" {
		t.Errorf("order (-want +got):\n%s", diff)
	}
}

func BenchmarkEach(b *testing.B) {
	for _, n := range []int{1000, 10000} {
		b.Run(fmt.Sprintf("rows=%d", n), func(b *testing.B) {
			x := newIndex(b, vectors(n, 5000, 40, 1))
			b.ReportAllocs()
			for b.Loop() {
				if err := x.Each(b.Context(), 0, 10, func(int32, []cosine.Hit) {}); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}
