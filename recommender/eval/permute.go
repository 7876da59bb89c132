package eval

import (
	"context"
	"math"

	"github.com/osusume/osusume/internal/par"
	"github.com/osusume/osusume/internal/rng"
)

// permute returns, for each column of differences, the share of n random swaps
// of sign that bring its mean as far from 0 as means has it; the differences as
// they are count as one more swap, so that no share is 0. Each user is swapped
// in all columns at once. O(n · users · columns).
func (m matrix) permute(ctx context.Context, means []float64, n int, seed uint64, workers int) ([]float64, error) {
	rows := m.rows()
	far := make([]bool, n*m.columns)
	err := par.Do(ctx, workers, n, func(b int) error {
		sum := make([]float64, m.columns)
		r := rng.New(seed, permuting, uint64(b))
		var coins uint64
		for row := range rows {
			if row%64 == 0 {
				coins = r.Uint64()
			}
			sign := 1 - 2*float64(coins&1)
			coins >>= 1
			for c, x := range m.row(row) {
				sum[c] += float64(sign * x)
			}
		}
		for c, s := range sum {
			// A hair's breadth for the order of sums: equal is as far.
			far[b*m.columns+c] = math.Abs(s)/float64(rows) >= math.Abs(means[c])*(1-1e-12)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	p := make([]float64, m.columns)
	for c := range p {
		count := 1
		for b := range n {
			if far[b*m.columns+c] {
				count++
			}
		}
		p[c] = float64(count) / float64(n+1)
	}
	return p, nil
}

// permuting keeps the coins apart from the draws of the bootstrap.
const permuting = 1
