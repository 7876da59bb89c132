package fellegi

import (
	"fmt"
	"math"
	"slices"
)

// A Model says what agreements are worth. Its slices are not to be modified.
type Model struct {
	Fields []Field
	Lambda float64     // share of the pairs that match, in (0, 1)
	M      [][]float64 // by field and level less 1: probability of the level among matches
	U      [][]float64 // the same among other pairs
	Rounds int         // of EM
	// Converged reports that the last round of EM moved no parameter by more than
	// Options.Tolerance.
	Converged bool
}

// maxBits bounds the weight of one level: what one field says is never certain.
const maxBits = 20

// FieldWeight is what level of field f adds, in bits in [−20, 20]; 0 for level 0.
func (m *Model) FieldWeight(f, level int) float64 {
	if level == 0 {
		return 0
	}
	return max(-maxBits, min(maxBits, math.Log2(m.M[f][level-1])-math.Log2(m.U[f][level-1])))
}

// Prior is the weight before anything is compared: log2(λ/(1−λ)).
func (m *Model) Prior() float64 { return math.Log2(m.Lambda) - math.Log2(1-m.Lambda) }

// Weight adds up what the levels of p say, without the prior, in bits.
func (m *Model) Weight(p Pattern) float64 {
	sum := 0.0
	for f := range m.Fields {
		sum += m.FieldWeight(f, p.Level(f))
	}
	return sum
}

// Probability is that of a match given p, in [0, 1].
func (m *Model) Probability(p Pattern) float64 { return ProbabilityOf(m.Prior() + m.Weight(p)) }

// ProbabilityOf turns bits of evidence, the prior included, into a probability.
func ProbabilityOf(bits float64) float64 { return 1 / (1 + math.Exp2(-bits)) }

// Frequency is what to add to the weight of p because the two records agree in
// field f on a value that the share of records given has: agreeing on a rare value
// says more than agreeing on a common one, and u is their mean. It is
// log2(u/share) for the best level of the field, which must mean equality, and 0
// for any other. A share below floor, in (0, 1], counts as floor, because of a
// value that was seen once or twice the share is not known.
func (m *Model) Frequency(p Pattern, f int, share, floor float64) float64 {
	best := m.Fields[f].Levels
	if p.Level(f) != best || !(share > 0) {
		return 0
	}
	return max(-maxBits, min(maxBits, math.Log2(m.U[f][best-1])-math.Log2(max(share, floor))))
}

// A Step is one bar of a waterfall.
type Step struct {
	Name  string
	Level int     // 0: not comparable, or no field
	Of    int     // levels of the field; 0: no field
	Bits  float64 // what it adds
	Sum   float64 // with all before it
}

func (s Step) String() string {
	level := ""
	if s.Of > 0 {
		level = fmt.Sprintf(" %d/%d", s.Level, s.Of)
	}
	return fmt.Sprintf("%s%s %+.2f = %+.2f", s.Name, level, s.Bits, s.Sum)
}

// Waterfall shows how the weight of p comes about: the prior, the fields with the
// heaviest evidence first, ties in the order of the fields. The last Sum is the
// weight with the prior; [ProbabilityOf] makes it a probability.
func (m *Model) Waterfall(p Pattern) []Step {
	steps := make([]Step, 0, len(m.Fields)+1)
	for f, field := range m.Fields {
		steps = append(steps, Step{Name: field.Name, Level: p.Level(f), Of: field.Levels, Bits: m.FieldWeight(f, p.Level(f))})
	}
	slices.SortStableFunc(steps, func(a, b Step) int {
		switch x, y := math.Abs(a.Bits), math.Abs(b.Bits); {
		case x > y:
			return -1
		case x < y:
			return 1
		}
		return 0
	})
	steps = slices.Insert(steps, 0, Step{Name: "prior", Bits: m.Prior()})
	sum := 0.0
	for i := range steps {
		sum += steps[i].Bits
		steps[i].Sum = sum
	}
	return steps
}
