package tfidf

import (
	"cmp"
	"slices"
	"strings"

	"github.com/osusume/osusume/internal/cosine"
)

// A corpus is documents as counted terms, and what is known of every term. A
// document has a fixed number of fields. It is in shards, one for each goroutine
// that reads; which shard has a document changes nothing that is learned.
type corpus struct {
	fields int
	shards []*shard
}

// A shard is some of the documents.
type shard struct {
	analyzer *analyzer
	binary   bool
	index    map[string]int32 // term to number, in order of first appearance
	terms    []term
	docs     int
	fields   int32 // fields begun
	entries  []entry
	ends     []int     // where each field of each document ends in entries
	lengths  []int32   // terms in each field of each document
	total    []float64 // terms in each field of all
	having   []int     // documents that have terms in each field
	fresh    []string
}

// A term is what a shard knows of one.
type term struct {
	text  string
	df    int32 // documents that have it
	doc   int32 // the last one, from 1
	field int32 // the last field, from 1, and where its entry is
	entry int
	total int64 // occurrences
}

// An entry is a term of a document's field and how often it stands there.
type entry struct {
	term  int32
	count int32
}

func newCorpus(o Options, fields, shards int) *corpus {
	c := &corpus{fields: fields}
	for range shards {
		c.shards = append(c.shards, &shard{
			analyzer: o.analyzer(), binary: o.Binary, index: make(map[string]int32),
			total: make([]float64, fields), having: make([]int, fields),
		})
	}
	return c
}

// docs is the number of documents.
func (c *corpus) docs() int {
	n := 0
	for _, s := range c.shards {
		n += s.docs
	}
	return n
}

// begin starts a document and returns its number in the shard; what each field
// has is then added by text and whole, and ended by end.
func (s *shard) begin() int {
	s.docs++
	s.fields++
	return s.docs - 1
}

// text adds the terms of a text to the field. It copies the terms that it keeps.
func (s *shard) text(text string) {
	s.fresh = s.analyzer.terms(s.fresh[:0], text)
	for _, t := range s.fresh {
		s.count(t)
	}
}

// count adds a term to the field.
func (s *shard) count(text string) {
	id, ok := s.index[text]
	if !ok {
		id = int32(len(s.terms))
		text = strings.Clone(text)
		s.index[text] = id
		s.terms = append(s.terms, term{text: text})
	}
	t := &s.terms[id]
	if t.doc != int32(s.docs) {
		t.doc = int32(s.docs)
		t.df++
	}
	if t.field != s.fields {
		t.field, t.entry = s.fields, len(s.entries)
		s.entries = append(s.entries, entry{term: id})
	}
	if e := &s.entries[t.entry]; e.count == 0 || !s.binary {
		e.count++
		t.total++
	}
}

// end ends the field.
func (s *shard) end() {
	from := 0
	if n := len(s.ends); n > 0 {
		from = s.ends[n-1]
	}
	var length int32
	for _, e := range s.entries[from:] {
		length += e.count
	}
	field := len(s.ends) % len(s.total)
	s.total[field] += float64(length)
	if length > 0 {
		s.having[field]++
	}
	s.ends = append(s.ends, len(s.entries))
	s.lengths = append(s.lengths, length)
	s.fields++
}

// A counted term is one of the whole corpus, and its numbers in the shards.
type counted struct {
	text  string
	df    int32
	total int64
}

// merged returns the terms of all shards, sorted, and for every shard which of
// them its numbers are.
func (c *corpus) merged() (all []counted, final [][]int32) {
	orders := make([][]int32, len(c.shards))
	final = make([][]int32, len(c.shards))
	for i, s := range c.shards {
		orders[i] = make([]int32, len(s.terms))
		for id := range s.terms {
			orders[i][id] = int32(id)
		}
		slices.SortFunc(orders[i], func(a, b int32) int { return strings.Compare(s.terms[a].text, s.terms[b].text) })
		final[i] = make([]int32, len(s.terms))
	}
	for {
		least, found := "", false
		for i, s := range c.shards {
			if len(orders[i]) > 0 {
				if text := s.terms[orders[i][0]].text; !found || text < least {
					least, found = text, true
				}
			}
		}
		if !found {
			return all, final
		}
		t := counted{text: least}
		for i, s := range c.shards {
			if len(orders[i]) > 0 && s.terms[orders[i][0]].text == least {
				x := &s.terms[orders[i][0]]
				t.df += x.df
				t.total += x.total
				final[i][orders[i][0]] = int32(len(all))
				orders[i] = orders[i][1:]
			}
		}
		all = append(all, t)
	}
}

// vocabulary chooses the terms that o keeps, sorts them and gives them their
// final numbers, in c's entries too: -1 for a term that is not kept.
func (c *corpus) vocabulary(o Options) *Vectorizer {
	all, final := c.merged()
	docs := c.docs()
	var kept []int32
	least, most := max(float64(o.MinDF), o.MinShare*float64(docs)), min(float64(o.MaxCount), o.MaxDF*float64(docs))
	for i, t := range all {
		if df := float64(t.df); df >= least && df <= most {
			kept = append(kept, int32(i))
		}
	}
	if o.MaxFeatures > 0 && len(kept) > o.MaxFeatures {
		slices.SortFunc(kept, func(a, b int32) int { return cmp.Or(cmp.Compare(all[b].total, all[a].total), cmp.Compare(a, b)) })
		kept = kept[:o.MaxFeatures]
		slices.Sort(kept)
	}
	v := &Vectorizer{options: o, average: make([]float64, c.fields)}
	number := make([]int32, len(all))
	for i := range number {
		number[i] = -1
	}
	counts := make([]int32, 0, len(kept))
	for at, i := range kept {
		number[i] = int32(at)
		v.terms = append(v.terms, all[i].text)
		v.idf = append(v.idf, o.idf(docs, int(all[i].df)))
		counts = append(counts, all[i].df)
	}
	for f := range v.average {
		total, having := 0.0, 0
		for _, s := range c.shards {
			total += s.total[f]
			having += s.having[f]
		}
		v.average[f] = total / float64(max(having, 1))
	}
	v.order = cosine.Order(counts)
	v.makeIndex()
	for i, s := range c.shards {
		for id, t := range final[i] {
			final[i][id] = number[t]
		}
		s.renumber(final[i])
	}
	return v
}

// frozen gives c's entries the numbers of a vocabulary.
func (c *corpus) frozen(v *Vectorizer) {
	for _, s := range c.shards {
		final := make([]int32, len(s.terms))
		for id := range s.terms {
			final[id] = -1
			if number, ok := v.index[s.terms[id].text]; ok {
				final[id] = number
			}
		}
		s.renumber(final)
	}
}

func (s *shard) renumber(final []int32) {
	for i := range s.entries {
		s.entries[i].term = final[s.entries[i].term]
	}
	s.index, s.terms = nil, nil
}

// document returns the fields of document d and their lengths, in dst's memory.
// Its entries are in order of first appearance.
func (s *shard) document(dst []field, d int) []field {
	n := len(s.total)
	dst = dst[:0]
	from := 0
	if d > 0 {
		from = s.ends[d*n-1]
	}
	for f := d * n; f < (d+1)*n; f++ {
		dst = append(dst, field{s.entries[from:s.ends[f]], s.lengths[f]})
		from = s.ends[f]
	}
	return dst
}
