package dedup

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/osusume/osusume/dedup/fellegi"
	"github.com/osusume/osusume/internal/par"
	"github.com/osusume/osusume/recommender"
)

// A Field is one thing by which records are compared that are no works: the
// maker of a product, the birthday of a person, the venue of a paper.
type Field struct {
	Name string // for people and faults; required
	// Values returns what a record says; nil: Attrs[Name]. Of several values of two
	// records the pair that is most alike counts; empty ones are no values.
	Values func(recommender.Item) []string
	// Compare says how alike two values are; nil: [Equal].
	Compare Comparator
	// Levels are the similarities from which on values agree a degree better,
	// ascending; nil: only 1.
	Levels []float64
	// Weights are the log-odds (natural) of being one thing: below all Levels, and
	// then at each of them. nil: they are learnt from the records, without labels.
	Weights []float64
	// Key: records with a value in common that [Normalize] makes equal are compared,
	// however little their titles are alike, unless more than 80 have it.
	Key bool
	// Veto: below all Levels two records cannot be one thing, whatever else agrees.
	Veto bool
}

// Degrees to which the titles of two records that are no works agree, by how
// much the most alike are alike.
var (
	titleLevels = []float64{minLook, 0.6, 0.75, 0.85, 0.93, 1}
	// Where every Field brings its weights nothing is learnt, and titles weigh this.
	titleDefaults = []float64{-4, -3, -2, -0.5, 1, 2.5, 4.5}
)

// checkFields reports the faults of fields.
func checkFields(fields []Field) []string {
	var faults []string
	if len(fields) > fellegi.MaxFields-1 {
		faults = append(faults, fmt.Sprintf("%d Fields, there may be %d", len(fields), fellegi.MaxFields-1))
	}
	for i, f := range fields {
		fault := func(format string, args ...any) {
			faults = append(faults, fmt.Sprintf("Fields[%d] %q: ", i, f.Name)+fmt.Sprintf(format, args...))
		}
		if f.Name == "" {
			fault("no Name")
		}
		if slices.ContainsFunc(fields[:i], func(g Field) bool { return g.Name == f.Name }) {
			fault("the Name stands there twice")
		}
		for j, l := range f.Levels {
			if !(l > 0 && l <= 1) || j > 0 && l <= f.Levels[j-1] {
				fault("Levels %v do not ascend within (0, 1]", f.Levels)
				break
			}
		}
		if len(f.Levels) >= fellegi.MaxLevels {
			fault("%d Levels, there may be %d", len(f.Levels), fellegi.MaxLevels-1)
		}
		if want := max(1, len(f.Levels)) + 1; f.Weights != nil && len(f.Weights) != want {
			fault("%d Weights for %d degrees", len(f.Weights), want)
		}
		if slices.ContainsFunc(f.Weights, func(w float64) bool { return math.IsNaN(w) || math.IsInf(w, 0) }) {
			fault("Weights %v are not all finite", f.Weights)
		}
	}
	return faults
}

// values returns what it says in each field.
func valuesOf(fields []Field, it recommender.Item) [][]string {
	out := make([][]string, len(fields))
	for i, f := range fields {
		var got []string
		if f.Values != nil {
			got = f.Values(it)
		} else {
			got = []string{it.Attrs[f.Name]}
		}
		for _, v := range got {
			if v != "" && len(out[i]) < maxTitles {
				out[i] = append(out[i], v)
			}
		}
	}
	return out
}

// A fieldComparer weighs pairs by titles and Fields.
type fieldComparer struct {
	*comparer
	fields []Field
	model  *fellegi.Model
	weight [][]float64 // by field, titles first, and degree: log-odds
	prior  float64
}

// newFieldComparer learns what is not given from the pairs worth comparing.
func newFieldComparer(ctx context.Context, c *comparer, fields []Field, pairs []pair, workers int) (*fieldComparer, error) {
	f := &fieldComparer{comparer: c, fields: fields, weight: [][]float64{titleDefaults}, prior: prior}
	named := []fellegi.Field{{Name: "title", Levels: len(titleLevels) + 1, Ordered: true}}
	learn := false
	for _, field := range fields {
		named = append(named, fellegi.Field{Name: field.Name, Levels: max(1, len(field.Levels)) + 1, Ordered: true})
		f.weight = append(f.weight, field.Weights)
		learn = learn || field.Weights == nil
	}
	if !learn || len(pairs) == 0 {
		for i, w := range f.weight {
			if w == nil { // nothing to learn from: the field says nothing
				f.weight[i] = make([]float64, named[i].Levels)
			}
		}
		return f, nil
	}
	patterns := make([]fellegi.Pattern, len(pairs))
	const chunk = 1024
	err := par.Do(ctx, workers, (len(pairs)+chunk-1)/chunk, func(i int) error {
		for j := i * chunk; j < min((i+1)*chunk, len(pairs)); j++ {
			patterns[j] = f.pattern(pairs[j].a, pairs[j].b)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	// Half a pair of every level is added: what was seen once is not yet a law.
	f.model, err = fellegi.Options{Smoothing: 0.5}.Fit(ctx, named, fellegi.Tally(patterns))
	if err != nil {
		return nil, err
	}
	f.prior = f.model.Prior() * math.Ln2
	for i := range f.weight {
		if i > 0 && fields[i-1].Weights != nil {
			continue
		}
		f.weight[i] = make([]float64, named[i].Levels)
		for l := range f.weight[i] {
			f.weight[i][l] = f.model.FieldWeight(i, l+1) * math.Ln2
		}
	}
	return f, nil
}

// pattern compares two records; level 0 where one says nothing.
func (f *fieldComparer) pattern(a, b int32) fellegi.Pattern {
	x, y := &f.records[a], &f.records[b]
	var p fellegi.Pattern
	if len(x.titles) > 0 && len(y.titles) > 0 {
		p = p.With(0, degree(titleLevels, f.titleLikeness(x, y)))
	}
	for i, field := range f.fields {
		if sim, ok := field.compare(x.values[i], y.values[i]); ok {
			p = p.With(i+1, degree(field.Levels, sim))
		}
	}
	return p
}

func (f Field) compare(a, b []string) (best float64, ok bool) {
	compare := f.Compare
	if compare == nil {
		compare = Equal
	}
	for _, v := range a {
		for _, w := range b {
			if s := compare(v, w); !ok || s > best {
				best, ok = s, true
			}
		}
	}
	return best, ok
}

// degree is 1 below all levels, 2 from the first on, and so forth.
func degree(levels []float64, sim float64) int {
	if levels == nil {
		levels = []float64{1}
	}
	n := 1
	for _, l := range levels {
		if sim >= l {
			n++
		}
	}
	return n
}

// titleLikeness is that of the titles of one script that are most alike.
func (f *fieldComparer) titleLikeness(a, b *record) float64 {
	best := 0.0
	for i := range a.titles {
		for j := range b.titles {
			x, y := &a.titles[i], &b.titles[j]
			switch {
			case x.full == y.full:
				return 1
			case x.script == y.script && x.script != other:
				best = max(best, min(0.999, f.resemblance(x.full, y.full, f.grams.cosine(x.full, y.full))))
			}
		}
	}
	return best
}

// edge weighs a pair.
func (f *fieldComparer) edge(a, b int32) edge {
	p := f.pattern(a, b)
	var e edge
	sum := f.prior
	for i, w := range f.weight {
		l := p.Level(i)
		if l == 0 {
			continue
		}
		sum += w[l-1]
		e.apart = e.apart || i > 0 && l == 1 && f.fields[i-1].Veto
	}
	e.logit = float32(sum)
	return e
}

// explain compares two records, whose items are a and b.
func (f *fieldComparer) explain(i, j int32, a, b recommender.Item) Explanation {
	x, y := &f.records[i], &f.records[j]
	p := f.pattern(i, j)
	e := Explanation{Prior: f.prior, Apart: f.edge(i, j).apart}
	for n, w := range f.weight {
		l := p.Level(n)
		if l == 0 {
			continue
		}
		ev := Evidence{Field: "title", Level: fmt.Sprintf("at degree %d of %d", l, len(w)), A: a.Title, B: b.Title, Weight: w[l-1]}
		if n > 0 {
			ev.Field = f.fields[n-1].Name
			ev.A, ev.B = strings.Join(x.values[n-1], ", "), strings.Join(y.values[n-1], ", ")
		}
		e.Evidence = append(e.Evidence, ev)
	}
	return e
}
