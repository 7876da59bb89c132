package match

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/osusume/osusume/dedup/fellegi"
)

// What is learnt about the pairs.
type learned struct {
	model *fellegi.Model
	// weights says what levels add, in bits: by field and level, 0 for level 0.
	// They are the model's, less what fields say twice.
	weights   [][]float64
	intercept float64
	evidence  []float64 // by pair: all bits
	p         []float64 // by pair: the probability of a match
}

// Rounds of learning. Between two tables the first few find the model with the
// prior that EM sees, the others with what runners-up show.
const (
	rounds       = 13
	plainRounds  = 4
	settled      = 1e-5 // mean change of a probability that ends learning
	startCertain = 0.9  // probability that the better half of the mutually nearest match
	startOthers  = 0.2  // and of the rest of them
	cosineBits   = 40.  // what a cosine of 1 counts before anything is learnt; only the order of margins matters
	fewPartners  = 0.2  // share of the rows with a partner below which runners-up are weighted
	// smoothing is a share of a pair per level: a level that few have must not decide.
	smoothing = 0.5
	// Pairs per field that a model is expected to show before any is seen.
	expectedMatches, expectedOthers = 2., 4.
	maxBits                         = 40 // evidence beyond is certainty
)

// learn fits the model by EM whose E-step knows what the pattern does not: that a
// row of one table matches at most one of the other.
func (m *matcher) learn(ctx context.Context) error {
	m.p = make([]float64, len(m.pairs))
	m.evidence = make([]float64, len(m.pairs))
	if len(m.pairs) == 0 {
		return nil
	}
	sparse := false
	if !m.self && m.startByRivals() {
		if err := m.iterate(ctx, 0, plainRounds, false); err != nil {
			return err
		}
		found := 0.0
		for _, p := range m.p {
			found += p
		}
		sparse = found < float64(fewPartners*float64(min(m.left, m.right)))
	}
	if sparse {
		return m.iterate(ctx, plainRounds, rounds, true)
	}
	m.startByHalves()
	return m.iterate(ctx, 0, rounds, false)
}

// startByRivals takes pairs for matches whose rows' cosine is further above that
// of their rivals than the cosine of runners-up is. It reports whether there are
// runners-up enough to tell.
func (m *matcher) startByRivals() bool {
	for i, cosine := range m.cosines {
		m.evidence[i] = float64(cosineBits * float64(cosine))
	}
	newRivalry(m).calibrate(false)
	return slices.ContainsFunc(m.p, func(p float64) bool { return p > 0 })
}

// startByHalves takes the better half of the mutually nearest for matches.
func (m *matcher) startByHalves() {
	clear(m.p)
	order := m.mutual()
	for rank, i := range order {
		m.p[i] = startCertain
		if rank > len(order)/2 {
			m.p[i] = startOthers
		}
	}
}

// iterate does the rounds from one number to before another, or fewer where
// nothing changes any more.
func (m *matcher) iterate(ctx context.Context, from, to int, sparse bool) error {
	counts := make([]fellegi.Count, len(m.pairs))
	for i, p := range m.patterns {
		counts[i] = fellegi.Count{Pattern: p, N: 1}
	}
	expected, certain := m.expected()
	counts = append(counts, expected...)
	match := make([]float64, len(counts)) // the pairs' change, the expected ones' do not
	copy(match[len(m.pairs):], certain)
	last := make([]float64, len(m.p))
	for round := from; round < to; round++ {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("match: learn, round %d of %d: %w", round+1, rounds, err)
		}
		copy(match, m.p)
		model, err := fellegi.Options{Smoothing: smoothing}.Learn(m.fields, counts, match)
		if err != nil {
			return fmt.Errorf("match: learn: %w", err)
		}
		m.model = model
		m.weigh()
		if !m.self && round >= plainRounds-1 {
			m.discount()
		}
		copy(last, m.p)
		m.gather()
		m.expect()
		if !m.self && round >= plainRounds {
			newRivalry(m).calibrate(sparse)
		}
		if change(last, m.p) < settled && round > plainRounds {
			break
		}
	}
	return nil
}

// expected are a few pairs of each field as one would expect them, which match or
// do not: half as many at each level as at the next better, or worse. They decide
// in tables of a few rows and drown in others.
func (m *matcher) expected() (counts []fellegi.Count, match []float64) {
	for f, field := range m.fields {
		share := 1 / (math.Exp2(float64(field.Levels)) - 1)
		for level := 1; level <= field.Levels; level++ {
			counts = append(counts,
				fellegi.Count{Pattern: fellegi.Pattern(0).With(f, level), N: expectedMatches * share},
				fellegi.Count{Pattern: fellegi.Pattern(0).With(f, field.Levels+1-level), N: expectedOthers * share})
			match = append(match, 1, 0)
			share *= 2
		}
	}
	return counts, match
}

func change(a, b []float64) float64 {
	sum := 0.0
	for i := range a {
		sum += math.Abs(a[i] - b[i])
	}
	return sum / float64(len(a))
}

// weigh takes the weights as the model has them.
func (m *matcher) weigh() {
	m.intercept = m.model.Prior()
	m.weights = make([][]float64, len(m.fields))
	for f, field := range m.fields {
		m.weights[f] = make([]float64, field.Levels+1)
		for level := 1; level <= field.Levels; level++ {
			m.weights[f][level] = m.model.FieldWeight(f, level)
		}
	}
}

// gather adds up the evidence of every pair. Between the middles of two levels the
// cosine of the rows is read on the line between their weights, so that pairs of
// one pattern need not tie.
func (m *matcher) gather() {
	cosine := m.weights[0]
	for i, p := range m.patterns {
		sum := m.intercept
		for f := range m.weights {
			sum += m.weights[f][p.Level(f)]
		}
		level := p.Level(0)
		above := float64(m.cosines[i]*wholeSteps) - float64(level) + 0.5 // the middle of the level
		if next := min(max(level+int(math.Copysign(1, above)), 1), wholeSteps); next != level {
			sum += float64(math.Abs(above) * (cosine[next] - cosine[level]))
		}
		m.evidence[i] = max(-5*maxBits, min(sum, maxBits))
	}
}

// expect is the E-step. Between two tables the pairs of a row, and of its partners,
// are rivals; within one they are not.
func (m *matcher) expect() {
	if m.self {
		for i, bits := range m.evidence {
			m.p[i] = fellegi.ProbabilityOf(bits)
		}
		return
	}
	left, right := make([]float64, m.left), make([]float64, m.right)
	for i, c := range m.pairs {
		odds := math.Exp2(m.evidence[i])
		left[c.left] += odds
		right[c.right] += odds
	}
	for i, c := range m.pairs {
		odds := math.Exp2(m.evidence[i])
		m.p[i] = odds / (1 + left[c.left] + right[c.right] - odds)
	}
}
