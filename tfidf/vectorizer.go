package tfidf

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/osusume/osusume/recommender"
)

// Options say which terms a [Vectorizer] keeps and how it weighs them. The zero
// value keeps all of them, with raw counts.
type Options struct {
	Analysis    Analysis
	MaxFeatures int     // keep only the most frequent terms, ties by term; 0 means all
	MinDF       int     // leave out terms that fewer documents have; 0 means 1
	MaxDF       float64 // leave out terms that a larger share of documents has, in (0, 1]; 0 means 1
	Sublinear   bool    // weigh n occurrences as 1+ln n
}

// check returns o with its defaults, and every fault.
func (o Options) check() (Options, []string) {
	var faults []string
	fault := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }
	if o.Analysis > Plain {
		fault("Analysis %d is unknown", o.Analysis)
	}
	if o.MaxFeatures < 0 {
		fault("MaxFeatures %d < 0", o.MaxFeatures)
	}
	if o.MinDF < 0 {
		fault("MinDF %d < 0", o.MinDF)
	}
	if !(o.MaxDF >= 0 && o.MaxDF <= 1) {
		fault("MaxDF %v outside [0, 1]", o.MaxDF)
	}
	o.MinDF = cmp.Or(o.MinDF, 1)
	o.MaxDF = cmp.Or(o.MaxDF, 1)
	return o, faults
}

// A Vectorizer turns text into vectors of length 1 whose product is the cosine.
//
// The value of a term is its count in the document (or 1+ln of it) times
// ln((1+n)/(1+df))+1, where df of the n documents of [Fit] have the term
// (Spärck Jones, 1972, smoothed as if one more document had every term). It is
// computed in float64 and kept in float32.
type Vectorizer struct {
	options Options
	terms   []string // sorted
	index   map[string]int32
	idf     []float32
}

// A Vector is a sparse vector: the numbers of its terms, ascending, and their values.
type Vector struct {
	Terms  []int32
	Values []float32
}

// Fit learns a vocabulary from documents. Without a document or a term that o
// keeps, or with an impossible o, the error wraps recommender.ErrInvalid.
func Fit(docs []string, o Options) (*Vectorizer, error) {
	o, faults := o.check()
	if faults != nil {
		return nil, invalid("options", faults)
	}
	c := newCorpus(1)
	var terms []string
	for _, doc := range docs {
		terms = o.Analysis.Terms(terms[:0], doc)
		c.add([][]counted{count(terms)})
	}
	v := c.vocabulary(o)
	if len(v.terms) == 0 {
		return nil, fmt.Errorf("tfidf: fit %d documents: %w: no term is left", len(docs), recommender.ErrInvalid)
	}
	return v, nil
}

// Terms returns the vocabulary, sorted; a term's place is its number. Callers
// do not modify it.
func (v *Vectorizer) Terms() []string { return v.terms }

// IDF returns the inverse document frequencies, in order of Terms. Callers do
// not modify it.
func (v *Vectorizer) IDF() []float32 { return v.idf }

// Vector returns the vector of a document, whose terms need not all be known.
// It has no terms where none is.
func (v *Vectorizer) Vector(doc string) Vector {
	var field []entry
	for _, x := range count(v.options.Analysis.Terms(nil, doc)) {
		if id, ok := v.index[x.term]; ok {
			field = append(field, entry{id, x.n})
		}
	}
	return v.unit([][]entry{field}, []float64{1})
}

// unit returns the vector of a document: every field brought to length 1,
// weighted, added, and the sum brought to length 1. Entries ascend by term in
// each field; those of unknown terms (-1) may stand anywhere.
func (v *Vectorizer) unit(fields [][]entry, weights []float64) Vector {
	type part struct {
		term  int32
		value float64
	}
	var parts []part
	for f, field := range fields {
		from, sum := len(parts), 0.0
		for _, e := range field {
			if e.term >= 0 {
				x := v.tf(e.count) * float64(v.idf[e.term])
				sum += float64(x * x)
				parts = append(parts, part{e.term, x})
			}
		}
		scale := weights[f] / math.Sqrt(sum)
		for i := from; i < len(parts); i++ {
			parts[i].value *= scale
		}
	}
	slices.SortStableFunc(parts, func(a, b part) int { return cmp.Compare(a.term, b.term) })
	folded := parts[:0]
	for _, p := range parts {
		if n := len(folded); n > 0 && folded[n-1].term == p.term {
			folded[n-1].value += p.value
			continue
		}
		folded = append(folded, p)
	}
	var sum float64
	for _, p := range folded {
		sum += float64(p.value * p.value)
	}
	out := Vector{Terms: make([]int32, len(folded)), Values: make([]float32, len(folded))}
	norm := math.Sqrt(sum)
	for i, p := range folded {
		out.Terms[i], out.Values[i] = p.term, float32(p.value/norm)
	}
	return out
}

func (v *Vectorizer) tf(n int32) float64 {
	if v.options.Sublinear {
		return 1 + math.Log(float64(n))
	}
	return float64(n)
}

func idf(docs, df int) float32 {
	return float32(math.Log(float64(1+docs)/float64(1+df)) + 1)
}

func invalid(what string, faults []string) error {
	return fmt.Errorf("tfidf: invalid %s: %s: %w", what, strings.Join(faults, "; "), recommender.ErrInvalid)
}
