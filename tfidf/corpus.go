package tfidf

import (
	"cmp"
	"slices"
	"strings"
)

// A corpus is documents as counted terms, and what is known of every term. A
// document has a fixed number of fields.
type corpus struct {
	index   map[string]int32 // term to number, in order of first appearance
	terms   []string
	df      []int32 // documents that have the term
	total   []int64 // occurrences in all of them
	last    []int32 // last document that had the term, from 1
	docs    int
	fields  int
	entries []entry
	ends    []int // where each field of each document ends in entries
}

// An entry is a term of a document's field and how often it stands there.
type entry struct {
	term  int32
	count int32
}

// A counted term is an entry before terms have numbers.
type counted struct {
	term string
	n    int32
}

func newCorpus(fields int) *corpus {
	return &corpus{index: make(map[string]int32), fields: fields}
}

// count sorts terms and counts equal ones. The order makes every later sum over
// a field one of ascending terms.
func count(terms []string) []counted {
	slices.Sort(terms)
	var list []counted
	for i, t := range terms {
		if i > 0 && terms[i-1] == t {
			list[len(list)-1].n++
			continue
		}
		list = append(list, counted{t, 1})
	}
	return list
}

// add appends a document. It copies the terms that it keeps.
func (c *corpus) add(fields [][]counted) {
	c.docs++
	for _, field := range fields {
		for _, x := range field {
			id := c.number(x.term)
			if c.last[id] != int32(c.docs) {
				c.last[id] = int32(c.docs)
				c.df[id]++
			}
			c.total[id] += int64(x.n)
			c.entries = append(c.entries, entry{id, x.n})
		}
		c.ends = append(c.ends, len(c.entries))
	}
}

func (c *corpus) number(term string) int32 {
	id, ok := c.index[term]
	if !ok {
		id = int32(len(c.terms))
		term = strings.Clone(term)
		c.index[term] = id
		c.terms = append(c.terms, term)
		c.df = append(c.df, 0)
		c.total = append(c.total, 0)
		c.last = append(c.last, 0)
	}
	return id
}

// vocabulary chooses the terms that o keeps, sorts them and gives them their
// final numbers, in c's entries too: -1 for a term that is not kept.
func (c *corpus) vocabulary(o Options) *Vectorizer {
	var kept []int32
	most := o.MaxDF * float64(c.docs)
	for id, df := range c.df {
		if int(df) >= o.MinDF && float64(df) <= most {
			kept = append(kept, int32(id))
		}
	}
	byTerm := func(a, b int32) int { return cmp.Compare(c.terms[a], c.terms[b]) }
	if o.MaxFeatures > 0 && len(kept) > o.MaxFeatures {
		slices.SortFunc(kept, func(a, b int32) int { return cmp.Or(cmp.Compare(c.total[b], c.total[a]), byTerm(a, b)) })
		kept = kept[:o.MaxFeatures]
	}
	slices.SortFunc(kept, byTerm)

	v := &Vectorizer{options: o, index: make(map[string]int32, len(kept))}
	final := make([]int32, len(c.terms))
	for id := range final {
		final[id] = -1
	}
	for at, id := range kept {
		final[id] = int32(at)
		v.index[c.terms[id]] = int32(at)
		v.terms = append(v.terms, c.terms[id])
		v.idf = append(v.idf, idf(c.docs, int(c.df[id])))
	}
	for i := range c.entries {
		c.entries[i].term = final[c.entries[i].term]
	}
	return v
}

// document returns the fields of document d, in dst's memory.
func (c *corpus) document(dst [][]entry, d int) [][]entry {
	dst = dst[:0]
	from := 0
	if d > 0 {
		from = c.ends[d*c.fields-1]
	}
	for _, to := range c.ends[d*c.fields : (d+1)*c.fields] {
		dst = append(dst, c.entries[from:to])
		from = to
	}
	return dst
}
