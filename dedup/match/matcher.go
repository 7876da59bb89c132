package match

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/osusume/osusume/dedup/fellegi"
	"github.com/osusume/osusume/internal/ngram"
	"github.com/osusume/osusume/internal/par"
)

// A matcher is one run.
type matcher struct {
	Config
	self        bool
	left, right int // rows
	offset      int // of the right rows among the texts
	columns     []*pairing
	whole       *ngram.Space
	heads       *ngram.Space // of rows without their prose; nil where that is all or nothing of them
	lonely      []*pairing   // labels that one table has alone
	pairs       []candidate
	fields      []fellegi.Field
	patterns    []fellegi.Pattern
	cosines     []float32 // of the whole rows, by pair
	learned
}

// wholeSteps is how finely the likeness of whole rows is graded.
const wholeSteps = fellegi.MaxLevels

// wholeFields are what whole rows are compared by.
var wholeFields = []fellegi.Field{
	{Name: "row: cosine", Levels: wholeSteps, Ordered: true},
	{Name: "row: overlap", Levels: wholeSteps, Ordered: true},
	{Name: "row: shared rare words", Levels: wholeSteps, Ordered: true},
}

// headFields are what rows without their prose are compared by: two descriptions of
// one thing may share no sentence.
var headFields = []fellegi.Field{
	{Name: "head: cosine", Levels: wholeSteps, Ordered: true},
	{Name: "head: overlap", Levels: wholeSteps, Ordered: true},
}

// newMatcher reads the tables, finds candidates and compares them.
func newMatcher(ctx context.Context, c Config, left, right Table, self bool) (*matcher, error) {
	c.Progress("read")
	m := &matcher{Config: c, self: self, left: len(left.Rows), right: len(right.Rows)}
	if !self {
		m.offset = m.left
	}
	r := reader{left, right, self}
	pairs, onlyLeft, onlyRight := r.named(c)
	all := slices.Concat(pairs, onlyLeft, onlyRight)
	m.whole = ngram.NewSpace(rowTexts(r.rows(), all))
	if brief := slices.DeleteFunc(slices.Clone(all), func(p *pairing) bool { return p.Kind == Text }); len(brief) > 0 && len(brief) < len(all) {
		m.heads = ngram.NewSpace(rowTexts(r.rows(), brief))
	}
	c.Progress("block")
	if err := m.nearest(ctx, m.whole, c.Neighbours); err != nil {
		return nil, fmt.Errorf("match: find candidates: %w", err)
	}
	m.settle()
	likely := make([]candidate, 0, m.left)
	for _, i := range m.mutual() {
		likely = append(likely, m.pairs[i])
	}
	m.columns = append(pairs, align(r, onlyLeft, onlyRight, likely)...)
	m.columns = slices.DeleteFunc(m.columns, func(p *pairing) bool { return !p.both() })
	if !self {
		m.lonely = slices.DeleteFunc(slices.Concat(onlyLeft, onlyRight), func(p *pairing) bool { return p == nil || p.Kind != Label })
	}
	most := fellegi.MaxFields - len(wholeFields)
	if m.heads != nil {
		most -= len(headFields)
	}
	if len(m.columns) > most {
		// The fullest columns say most.
		slices.SortStableFunc(m.columns, func(a, b *pairing) int { return cmp.Compare(b.filled, a.filled) })
		m.columns = m.columns[:most]
	}
	for _, p := range m.columns {
		if !worded(p.Kind) {
			continue
		}
		p.space = ngram.NewSpace(p.folded)
		if p.Kind == Name && !self {
			if err := m.nearest(ctx, p.space, (c.Neighbours+1)/2); err != nil {
				return nil, fmt.Errorf("match: find candidates by %s: %w", p.Left, err)
			}
		}
	}
	m.settle()
	c.Progress("compare")
	return m, m.compare(ctx)
}

// compare makes the pattern of every candidate.
func (m *matcher) compare(ctx context.Context) error {
	m.fields = slices.Clone(wholeFields)
	var comparators []comparator
	for _, p := range m.columns {
		c := comparatorOf(p, m.offset)
		comparators = append(comparators, c)
		m.fields = append(m.fields, fellegi.Field{Name: c.name, Levels: c.levels, Ordered: true})
	}
	if m.heads != nil {
		m.fields = append(m.fields, headFields...)
		comparators = append(comparators, m.heading(func(l ngram.Likeness) float32 { return l.Cosine }),
			m.heading(func(l ngram.Likeness) float32 { return l.Overlap }))
	}
	for _, p := range m.lonely {
		if len(m.fields) == fellegi.MaxFields {
			break
		}
		c := bySide(p, m.offset)
		comparators = append(comparators, c)
		m.fields = append(m.fields, fellegi.Field{Name: c.name, Levels: c.levels})
	}
	m.patterns = make([]fellegi.Pattern, len(m.pairs))
	m.cosines = make([]float32, len(m.pairs))
	most := float64(m.whole.MostShared())
	const chunk = 1024
	err := par.Do(ctx, m.Workers, (len(m.pairs)+chunk-1)/chunk, func(c int) error {
		for k := c * chunk; k < min((c+1)*chunk, len(m.pairs)); k++ {
			i, j := int(m.pairs[k].left), int(m.pairs[k].right)
			like := m.whole.Compare(i, j+m.offset)
			p := fellegi.Of(grade(float64(like.Cosine), wholeSteps), grade(float64(like.Overlap), wholeSteps),
				grade(float64(like.Shared)/most, wholeSteps))
			for f, c := range comparators {
				p = p.With(len(wholeFields)+f, c.level(i, j))
			}
			m.patterns[k], m.cosines[k] = p, like.Cosine
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("match: compare %d pairs: %w", len(m.pairs), err)
	}
	return nil
}

// heading compares rows without their prose in one respect.
func (m *matcher) heading(of func(ngram.Likeness) float32) comparator {
	return comparator{levels: wholeSteps, level: func(i, j int) int {
		j += m.offset
		if m.heads.Empty(i) || m.heads.Empty(j) {
			return 0
		}
		return grade(float64(of(m.heads.Compare(i, j))), wholeSteps)
	}}
}
