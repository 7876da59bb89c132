package eval

import (
	"context"
	"encoding/json"
	"math"
	"slices"

	"github.com/osusume/osusume/internal/par"
	"github.com/osusume/osusume/internal/rng"
)

// An Interval is a mean with its 95 % interval. Lo and Hi are NaN where there is none.
type Interval struct {
	Mean, Lo, Hi float64
}

// MarshalJSON writes {"mean": x, "lo": x, "hi": x}, without the bounds that are
// NaN, and null for a mean that is.
func (i Interval) MarshalJSON() ([]byte, error) {
	var out struct {
		Mean *float64 `json:"mean"`
		Lo   *float64 `json:"lo,omitempty"`
		Hi   *float64 `json:"hi,omitempty"`
	}
	for _, f := range []struct {
		from float64
		to   **float64
	}{{i.Mean, &out.Mean}, {i.Lo, &out.Lo}, {i.Hi, &out.Hi}} {
		if !math.IsNaN(f.from) {
			*f.to = &f.from
		}
	}
	return json.Marshal(out)
}

// A matrix holds one row of columns per user.
type matrix struct {
	columns int
	values  []float64
}

func (m matrix) rows() int { return len(m.values) / max(m.columns, 1) }

func (m matrix) row(i int) []float64 { return m.values[i*m.columns : (i+1)*m.columns] }

// means adds the rows up in their order.
func (m matrix) means() []float64 {
	sum := make([]float64, m.columns)
	for i := range m.rows() {
		for c, x := range m.row(i) {
			sum[c] += x
		}
	}
	for c := range sum {
		sum[c] /= float64(m.rows())
	}
	return sum
}

// resample draws rows with replacement, n times, and returns each column's n
// means, sorted. Every resample has a random stream of its own, so the result
// is the same at any number of workers. Efron and Tibshirani, An Introduction
// to the Bootstrap, 1993, chapter 13 (percentile intervals).
func (m matrix) resample(ctx context.Context, n int, seed uint64, workers int) ([][]float64, error) {
	rows := m.rows()
	drawn := make([]float64, n*m.columns)
	err := par.Do(ctx, workers, n, func(b int) error {
		sum := drawn[b*m.columns : (b+1)*m.columns]
		r := rng.New(seed, uint64(b))
		for range rows {
			for c, x := range m.row(int(r.Uint64N(uint64(rows)))) {
				sum[c] += x
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	columns := make([][]float64, m.columns)
	for c := range columns {
		columns[c] = make([]float64, n)
		for b := range n {
			columns[c][b] = drawn[b*m.columns+c] / float64(rows)
		}
		slices.Sort(columns[c])
	}
	return columns, nil
}

// intervals returns each column's mean and 95 % interval; n < 1 leaves the interval out.
func (m matrix) intervals(ctx context.Context, n int, seed uint64, workers int) ([]Interval, error) {
	out := make([]Interval, m.columns)
	if m.rows() == 0 {
		for c := range out {
			out[c] = Interval{math.NaN(), math.NaN(), math.NaN()}
		}
		return out, nil
	}
	for c, mean := range m.means() {
		out[c] = Interval{mean, math.NaN(), math.NaN()}
	}
	if n < 1 {
		return out, nil
	}
	columns, err := m.resample(ctx, n, seed, workers)
	if err != nil {
		return nil, err
	}
	for c, sorted := range columns {
		out[c].Lo, out[c].Hi = quantile(sorted, 0.025), quantile(sorted, 0.975)
	}
	return out, nil
}

// quantile interpolates between the two values around q·(n−1).
func quantile(sorted []float64, q float64) float64 {
	at := float64(q * float64(len(sorted)-1))
	low := int(at)
	high := min(low+1, len(sorted)-1)
	return sorted[low] + float64((sorted[high]-sorted[low])*(at-float64(low)))
}
