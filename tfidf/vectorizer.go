package tfidf

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/osusume/osusume/recommender"
)

// A Vectorizer turns text into vectors of length 1 whose product is the cosine.
// Its vocabulary is fixed: terms that [Fit] has not seen, or not kept, count for
// nothing.
//
// The value of a term is its count in the document (or 1+ln of it) times
// ln((1+n)/(1+df))+1, where df of the n documents of Fit have the term
// (Spärck Jones, 1972, smoothed as if one more document had every term), or as
// [BM25] has it. It is computed in float64 and kept in float32. Immutable, safe
// for concurrent use.
type Vectorizer struct {
	options Options
	terms   []string // sorted
	index   map[string]int32
	idf     []float32
	order   []int32   // by term: its column in a Model's matrix, the rarest first
	average []float64 // by field: its mean length, where it is there at all
}

// A Vector is a sparse vector: the numbers of its terms, ascending, and their values.
type Vector struct {
	Terms  []int32
	Values []float32
}

// A field is counted terms, of which unknown ones are -1, and how many there are
// in all.
type field struct {
	entries []entry
	length  int32
}

// Fit learns a vocabulary from documents. Without a document or a term that o
// keeps, or with an impossible o, the error wraps recommender.ErrInvalid.
func Fit(docs []string, o Options) (*Vectorizer, error) {
	o, faults := o.check()
	if faults != nil {
		return nil, invalid("options", faults)
	}
	c := newCorpus(o, 1, 1)
	for _, doc := range docs {
		s := c.shards[0]
		s.begin()
		s.text(doc)
		s.end()
	}
	v := c.vocabulary(o)
	if len(v.terms) == 0 {
		return nil, fmt.Errorf("tfidf: fit %d documents: %w: no term is left", len(docs), recommender.ErrInvalid)
	}
	return v, nil
}

func (v *Vectorizer) makeIndex() {
	v.index = make(map[string]int32, len(v.terms))
	for i, t := range v.terms {
		v.index[t] = int32(i)
	}
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
	c := newCorpus(v.options, 1, 1)
	s := c.shards[0]
	s.begin()
	s.text(doc)
	s.end()
	return v.only(c, []float64{1})
}

// only returns the vector of a corpus of one document.
func (v *Vectorizer) only(c *corpus, weights []float64) Vector {
	c.frozen(v)
	var w weigher
	parts := w.unit(v, c.shards[0].document(nil, 0), weights)
	out := Vector{Terms: make([]int32, len(parts)), Values: make([]float32, len(parts))}
	for i, p := range parts {
		out.Terms[i], out.Values[i] = p.term, float32(p.value)
	}
	return out
}

// A weigher makes vectors, one after the other in the same memory.
type weigher struct {
	parts  []part
	fields []field
}

type part struct {
	term  int32
	value float64
}

// unit returns the vector of a document: every field brought to length 1,
// weighted, added, and the sum brought to length 1. All sums are in order of terms.
func (w *weigher) unit(v *Vectorizer, fields []field, weights []float64) []part {
	parts := w.parts[:0]
	for f, field := range fields {
		from := len(parts)
		for _, e := range field.entries {
			if e.term >= 0 {
				x := v.tf(e.count, field.length, f)
				if !v.options.NoIDF {
					x *= float64(v.idf[e.term])
				}
				parts = append(parts, part{e.term, x})
			}
		}
		sortParts(parts[from:])
		v.options.Norm.bring(parts[from:], weights[f])
	}
	if len(fields) > 1 {
		slices.SortStableFunc(parts, func(a, b part) int { return cmp.Compare(a.term, b.term) })
		folded := parts[:0]
		for _, p := range parts {
			if n := len(folded); n > 0 && folded[n-1].term == p.term {
				folded[n-1].value += p.value
				continue
			}
			folded = append(folded, p)
		}
		v.options.Norm.bring(folded, 1)
		w.parts = parts
		return folded
	}
	w.parts = parts
	return parts
}

func sortParts(parts []part) {
	slices.SortFunc(parts, func(a, b part) int { return cmp.Compare(a.term, b.term) })
}

// bring brings parts to size.
func (n Norm) bring(parts []part, size float64) {
	var sum float64
	switch n {
	case L2:
		for _, p := range parts {
			sum += float64(p.value * p.value)
		}
		sum = math.Sqrt(sum)
	case L1:
		for _, p := range parts {
			sum += p.value
		}
	case NoNorm:
		sum = 1
	}
	if sum == 0 {
		return
	}
	for i := range parts {
		parts[i].value = float64(parts[i].value/sum) * size
	}
}

// tf weighs n occurrences in a field of a length.
func (v *Vectorizer) tf(n, length int32, field int) float64 {
	x := float64(n)
	switch {
	case v.options.Weighting == BM25:
		relative := 1.0
		if v.average[field] > 0 {
			relative = float64(length) / v.average[field]
		}
		return x * (bm25k + 1) / (x + float64(bm25k*(1-bm25b+float64(bm25b*relative))))
	case v.options.Sublinear && n > 1:
		return 1 + math.Log(x)
	}
	return x
}

// idf is the inverse document frequency of a term that df of so many documents have.
func (o Options) idf(docs, df int) float32 {
	n, d := float64(docs), float64(df)
	switch {
	case o.Weighting == BM25:
		return float32(math.Log(1 + (n-d+0.5)/(d+0.5)))
	case o.RawIDF:
		return float32(math.Log(n/d) + 1)
	}
	return float32(math.Log((1+n)/(1+d)) + 1)
}
