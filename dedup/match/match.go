package match

import (
	"cmp"
	"context"
	"iter"
	"math"
	"slices"

	"github.com/osusume/osusume/dedup/fellegi"
)

// A Match is a row of the left table and one of the right that are the same thing.
type Match struct {
	Left, Right int     // places of the rows, from 0
	Probability float64 // in [0, 1]
}

// A Result is what Pair and Self found. Safe for concurrent use.
type Result struct {
	// Matches are sorted by Left. Of Pair, no row of either table is there twice;
	// of Self, they are the pairs of rows, Left < Right, that are in one cluster
	// and were compared.
	Matches []Match
	// Clusters says of every row which is the first row of its cluster; Self only.
	Clusters []int
	// Columns are those that were compared one by one.
	Columns []Column

	m *matcher
}

// Pair finds, for each row of the left table, the row of the right one that is the
// same thing, if there is one. Either table is taken to be free of duplicates.
// Neither order of rows nor of columns matters but where rows tie. Empty tables
// match nothing. Errors: recommender.ErrInvalid, and that of ctx.
func (c Config) Pair(ctx context.Context, left, right Table) (*Result, error) {
	c, err := c.prepare(false, map[string]Table{"left": left, "right": right})
	if err != nil {
		return nil, err
	}
	m, err := newMatcher(ctx, c, left, right, false)
	if err != nil {
		return nil, err
	}
	c.Progress("learn")
	if err := m.learn(ctx); err != nil {
		return nil, err
	}
	c.Progress("assign")
	res := m.result()
	if len(m.pairs) > 0 {
		r := newRivalry(m)
		for _, i := range r.mapped {
			// Of twins none is better than the other: a choice would be a guess.
			if m.p[i] >= c.Threshold && r.share(i) > 0.5 {
				res.add(i)
			}
		}
	}
	res.sort()
	return res, nil
}

// Self groups the rows of one table that are the same thing. Errors as of Pair.
func (c Config) Self(ctx context.Context, t Table) (*Result, error) {
	c, err := c.prepare(true, map[string]Table{"table": t})
	if err != nil {
		return nil, err
	}
	m, err := newMatcher(ctx, c, t, t, true)
	if err != nil {
		return nil, err
	}
	c.Progress("learn")
	if err := m.learn(ctx); err != nil {
		return nil, err
	}
	c.Progress("assign")
	res := m.result()
	res.Clusters = m.cluster(math.Log2(c.Threshold) - math.Log2(1-c.Threshold))
	for i, pair := range m.pairs {
		if res.Clusters[pair.left] == res.Clusters[pair.right] {
			res.add(i)
		}
	}
	res.sort()
	return res, nil
}

func (m *matcher) result() *Result {
	r := &Result{m: m}
	for _, p := range m.columns {
		r.Columns = append(r.Columns, p.Column)
	}
	// The values are not needed any more.
	m.columns, m.whole = nil, nil
	return r
}

func (r *Result) add(i int) {
	c := r.m.pairs[i]
	r.Matches = append(r.Matches, Match{int(c.left), int(c.right), r.m.p[i]})
}

func (r *Result) sort() {
	slices.SortFunc(r.Matches, func(a, b Match) int { return cmp.Or(cmp.Compare(a.Left, b.Left), cmp.Compare(a.Right, b.Right)) })
}

// Candidates yields every pair of rows that was compared, with its probability,
// sorted by left row, then right.
func (r *Result) Candidates() iter.Seq[Match] {
	return func(yield func(Match) bool) {
		for i, c := range r.m.pairs {
			if !yield(Match{int(c.left), int(c.right), r.m.p[i]}) {
				return
			}
		}
	}
}

// Explain shows what the evidence for two rows is made of, heaviest first after
// the prior, in bits. It is nil where they were not compared. The probability of
// a match also depends on the rivals of the two.
func (r *Result) Explain(left, right int) []fellegi.Step {
	m := r.m
	if left < 0 || right < 0 || left >= m.left || right >= m.right {
		return nil
	}
	i, ok := m.find(candidate{int32(left), int32(right)})
	if !ok {
		return nil
	}
	var steps []fellegi.Step
	for f, field := range m.fields {
		level := m.patterns[i].Level(f)
		steps = append(steps, fellegi.Step{Name: field.Name, Level: level, Of: field.Levels, Bits: m.weights[f][level]})
	}
	slices.SortStableFunc(steps, func(a, b fellegi.Step) int { return cmp.Compare(math.Abs(b.Bits), math.Abs(a.Bits)) })
	steps = slices.Insert(steps, 0, fellegi.Step{Name: "prior", Bits: m.intercept})
	sum := 0.0
	for k := range steps {
		sum += steps[k].Bits
		steps[k].Sum = sum
	}
	return steps
}
