package eval

import (
	"context"
	"fmt"
	"slices"
	"sort"

	"github.com/osusume/osusume/recommender"
)

// A Comparison is how much better one model is than another for the same users.
type Comparison struct {
	A, B    string // the models' names
	Users   int
	Metrics map[string]Difference // by the names of Report.Metrics; without coverage, which is not measured per user
}

// A Difference is B − A: its mean over users with a 95 % interval, and the
// two-sided p-value of its being 0.
type Difference struct {
	Mean float64 `json:"mean"`
	Lo   float64 `json:"lo"`
	Hi   float64 `json:"hi"`
	P    float64 `json:"p"`
	// Permutation is the two-sided p-value of a permutation test: had the two
	// models been swapped for each user by the toss of a coin, how often would
	// the mean be as far from 0 as it is?
	Permutation float64 `json:"p_permutation"`
}

// Compare sets b against a by a paired bootstrap over users: one resample draws
// users, and takes the difference of both models for them. Pairing removes what
// makes a user easy or hard for any model, so that far smaller differences show
// than by comparing two intervals. The p-value is twice the share of resamples
// on the far side of 0, never below 2/(resamples+1). A permutation test of as
// many swaps stands beside it.
//
// Both reports must be of the same users with the same number of test items, at
// the same K and under the same Protocol (if it draws, with the same seed), else
// [recommender.ErrInvalid]; resamples, seed and workers are those of a's
// Options, and there are 1000 resamples where those left them out.
func Compare(ctx context.Context, a, b *Report) (*Comparison, error) {
	if err := sameUsers(a, b); err != nil {
		return nil, fmt.Errorf("eval: compare %s with %s: %w: %w", a.Model, b.Model, recommender.ErrInvalid, err)
	}
	n := a.o.Resamples
	if n < 1 {
		n = 1000
	}
	diff := matrix{a.values.columns, make([]float64, len(a.values.values))}
	for i := range diff.values {
		diff.values[i] = b.values.values[i] - a.values.values[i]
	}
	columns, err := diff.resample(ctx, n, a.o.Seed, a.o.Workers)
	if err != nil {
		return nil, fmt.Errorf("eval: compare: %w", err)
	}
	means := diff.means()
	swapped, err := diff.permute(ctx, means, n, a.o.Seed, a.o.Workers)
	if err != nil {
		return nil, fmt.Errorf("eval: compare: %w", err)
	}
	c := &Comparison{A: a.Model, B: b.Model, Users: a.Users, Metrics: make(map[string]Difference, diff.columns)}
	for i, mean := range means {
		c.Metrics[a.column(i)] = Difference{
			Mean: mean, Lo: quantile(columns[i], 0.025), Hi: quantile(columns[i], 0.975), P: pValue(columns[i]),
			Permutation: swapped[i],
		}
	}
	return c, nil
}

// pValue counts ties with 0 on both sides, so that no difference gives 1.
func pValue(sorted []float64) float64 {
	n := len(sorted)
	below := sort.Search(n, func(i int) bool { return sorted[i] > 0 })
	above := n - sort.SearchFloat64s(sorted, 0)
	return min(1, 2*float64(min(below, above)+1)/float64(n+1))
}

// sameUsers says where the reports differ in what they are over.
func sameUsers(a, b *Report) error {
	if a.Users == 0 || a.Users != b.Users || a.values.columns != b.values.columns {
		return fmt.Errorf("%d users at %v and %d users at %v", a.Users, a.K, b.Users, b.K)
	}
	for c := range a.values.columns {
		if a.column(c) != b.column(c) {
			return fmt.Errorf("%s and %s", a.column(c), b.column(c))
		}
	}
	if p, q := a.o.Protocol, b.o.Protocol; p != q || p != (Sampled{}) && a.o.Seed != b.o.Seed {
		return fmt.Errorf("protocol %v of seed %d and %v of seed %d", p, a.o.Seed, q, b.o.Seed)
	}
	if !slices.Equal(a.panel.among, b.panel.among) {
		return fmt.Errorf("%d and %d items that are ranked, or others", a.Items, b.Items)
	}
	for n := range a.chosen {
		x, y := &a.all.users[a.chosen[n]], &b.all.users[b.chosen[n]]
		if x.id != y.id {
			return fmt.Errorf("user %d is %q and %q", n, x.id, y.id)
		}
		if m, n := x.relevant(), y.relevant(); m != n {
			return fmt.Errorf("user %q has %d and %d test items", x.id, m, n)
		}
	}
	return nil
}
