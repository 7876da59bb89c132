package fellegi

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/osusume/osusume/recommender"
)

// Fit learns a Model from pairs of which nobody knows which match. The order of
// counts does not matter. O(rounds × distinct patterns × fields) time.
// Errors: recommender.ErrInvalid for faults of options, fields and counts, and
// that of ctx, which is looked at between rounds.
func (o Options) Fit(ctx context.Context, fields []Field, counts []Count) (*Model, error) {
	o, err := o.prepare(fields, counts)
	if err != nil {
		return nil, err
	}
	counts = merged(counts)
	m := &Model{Fields: slices.Clone(fields), Lambda: o.Lambda, M: o.start(fields)}
	m.U = o.U
	if m.U == nil {
		m.U = o.shares(fields, counts, all, nil)
	}
	match := make([]float64, len(counts))
	for m.Rounds = 1; ; m.Rounds++ {
		if err := ctx.Err(); err != nil {
			return nil, fmt.Errorf("fellegi: fit, round %d: %w", m.Rounds, err)
		}
		for i, c := range counts {
			match[i] = m.Probability(c.Pattern)
		}
		next := o.estimate(fields, counts, match)
		m.Converged = next.near(m, o.Tolerance)
		next.Rounds, next.Converged = m.Rounds, m.Converged
		m = next
		if m.Converged || m.Rounds == o.Rounds {
			return m, nil
		}
	}
}

// Learn makes a Model of pairs of which it is known, or believed, how probably
// each matches: counts[i] pairs with probability match[i] in [0, 1]. It is one
// M-step under the constraints of Fit. Errors as of Fit.
func (o Options) Learn(fields []Field, counts []Count, match []float64) (*Model, error) {
	o, err := o.prepare(fields, counts)
	if err != nil {
		return nil, err
	}
	if len(match) != len(counts) {
		return nil, fmt.Errorf("fellegi: %w: %d probabilities for %d counts", recommender.ErrInvalid, len(match), len(counts))
	}
	for i, p := range match {
		if !(p >= 0 && p <= 1) {
			return nil, fmt.Errorf("fellegi: %w: probability %v of count %d is not in [0, 1]", recommender.ErrInvalid, p, i)
		}
	}
	m := o.estimate(slices.Clone(fields), counts, match)
	m.Rounds = 1
	return m, nil
}

// prepare checks what Fit and Learn are given.
func (o Options) prepare(fields []Field, counts []Count) (Options, error) {
	if err := checkFields(fields); err != nil {
		return o, err
	}
	o, err := o.withDefaults(fields)
	if err != nil {
		return o, err
	}
	total := 0.0
	for i, c := range counts {
		if err := c.Pattern.check(fields); err != nil {
			return o, err
		}
		if !(c.N >= 0) || math.IsInf(c.N, 1) {
			return o, fmt.Errorf("fellegi: %w: count %d of pattern %#x is %v", recommender.ErrInvalid, i, uint64(c.Pattern), c.N)
		}
		total += c.N
	}
	switch {
	case total == 0:
		return o, fmt.Errorf("fellegi: %w: no pairs to learn from", recommender.ErrInvalid)
	case total > maxTotal:
		return o, fmt.Errorf("fellegi: %w: counts add up to %v, more than %v", recommender.ErrInvalid, total, maxTotal)
	}
	o.U = cloned(o.U) // a Model keeps it
	return o, nil
}

// maxTotal is how many pairs counts may add up to: more than any machine compares,
// and little enough for sums of squares.
const maxTotal = 1e18

func cloned(table [][]float64) [][]float64 {
	table = slices.Clone(table)
	for i, row := range table {
		table[i] = slices.Clone(row)
	}
	return table
}

// start is the m that EM begins with.
func (o Options) start(fields []Field) [][]float64 {
	if o.M != nil {
		return o.M
	}
	m := make([][]float64, len(fields))
	for f, field := range fields {
		m[f] = make([]float64, field.Levels)
		p := 1 / (math.Exp2(float64(field.Levels)) - 1)
		for l := range m[f] {
			m[f][l] = p
			p *= 2
		}
	}
	return m
}

// estimate is the M-step.
func (o Options) estimate(fields []Field, counts []Count, match []float64) *Model {
	m := &Model{Fields: fields, U: o.U}
	matches, pairs := 0.0, 0.0
	for i, c := range counts {
		matches += float64(c.N * match[i])
		pairs += c.N
	}
	// Away from 0 and 1 by less than a pair, so that weights stay finite.
	least := 1e-3 / (pairs + 1)
	m.Lambda = min(max(matches/pairs, least), 1-least, o.MaxLambda)
	if m.U == nil {
		m.U = o.shares(fields, counts, func(i int) float64 { return 1 - match[i] }, nil)
	}
	m.M = o.shares(fields, counts, func(i int) float64 { return match[i] }, m.U)
	for f, field := range fields {
		if field.Ordered {
			order(m.M[f], m.U[f], o.U != nil)
		}
	}
	return m
}

// all counts every pair whole.
func all(int) float64 { return 1 }

// shares returns how the pairs, those of count i counted by part(i), spread over
// the levels of every field. like says how the smoothing spreads; nil: evenly.
func (o Options) shares(fields []Field, counts []Count, part func(i int) float64, like [][]float64) [][]float64 {
	out := make([][]float64, len(fields))
	for f, field := range fields {
		out[f] = make([]float64, field.Levels)
		for l := range out[f] {
			out[f][l] = o.Smoothing
			if like != nil {
				out[f][l] = max(o.Smoothing*float64(field.Levels)*like[f][l], math.SmallestNonzeroFloat64)
			}
		}
	}
	for i, c := range counts {
		n := float64(c.N * part(i))
		for f := range fields {
			if level := c.Pattern.Level(f); level > 0 {
				out[f][level-1] += n
			}
		}
	}
	for f := range out {
		sum := 0.0
		for _, v := range out[f] {
			sum += v
		}
		for l := range out[f] {
			out[f][l] = max(out[f][l]/sum, 1e-12)
		}
	}
	return out
}

// near reports whether no parameter differs by more than tolerance.
func (m *Model) near(other *Model, tolerance float64) bool {
	if math.Abs(m.Lambda-other.Lambda) > tolerance {
		return false
	}
	for f := range m.Fields {
		for l := range m.M[f] {
			if math.Abs(m.M[f][l]-other.M[f][l]) > tolerance || math.Abs(m.U[f][l]-other.U[f][l]) > tolerance {
				return false
			}
		}
	}
	return true
}
