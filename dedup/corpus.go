package dedup

import (
	"cmp"
	"slices"

	"github.com/osusume/osusume/recommender"
)

// A corpus is all records of a run, sorted by ID, with what is known about how
// common their titles are.
type corpus struct {
	records []record
	texts   []string // by key
	scripts []script // by key
	strong  postings // key → records that have it as a whole title
	stems   postings // key → records that have it as a stem
	common  []uint16 // key → most records of one source that have it as a whole title
	words   *wordIndex
	ends    []int32 // key → texts with its end, those long enough for one
}

// corpus ends the building. The numbers that texts were given depend on the order
// in which records came; they are given anew in the order of the records' IDs, so
// that nothing that follows can.
func (b *builder) corpus(records []record) *corpus {
	slices.SortFunc(records, func(x, y record) int { return cmp.Compare(x.id, y.id) })
	keys, tags, sources := newOrder(len(b.texts)), newOrder(len(b.tags)), newOrder(len(b.sources))
	for i := range records {
		r := &records[i]
		r.source = sources.of(r.source)
		for j := range r.titles {
			f := &r.titles[j]
			f.full, f.bare, f.exact, f.stem = keys.of(f.full), keys.of(f.bare), keys.of(f.exact), keys.of(f.stem)
		}
		tags.all(r.tags)
		keys.all(r.strong)
		keys.all(r.stems)
	}
	c := &corpus{records: records, texts: make([]string, len(b.texts)), scripts: make([]script, len(b.texts))}
	for old, text := range b.texts {
		now := keys.of(int32(old))
		c.texts[now], c.scripts[now] = text, b.scripts[old]
	}
	c.words = b.wordIndex(keys)
	c.strong = invert(len(c.texts), len(records), func(i int) []int32 { return c.records[i].strong })
	c.stems = invert(len(c.texts), len(records), func(i int) []int32 { return c.records[i].stems })
	c.common = make([]uint16, len(c.texts))
	for key := range c.common {
		c.common[key] = c.mostOfOneSource(c.strong.of(int32(key)))
	}
	c.ends = make([]int32, len(c.texts))
	seen := map[string]int32{}
	for key := range c.texts {
		if end := c.end(int32(key)); end != "" {
			seen[end]++
		}
	}
	for key := range c.texts {
		c.ends[key] = seen[c.end(int32(key))]
	}
	return c
}

// wordIndex numbers words in the order of the keys they are in, so that sums do not
// depend on the order in which records came.
func (b *builder) wordIndex(keys *order) *wordIndex {
	vectors, words := make([][]int32, len(b.words)), newOrder(len(b.wordIDs))
	for old, v := range b.words {
		vectors[keys.of(int32(old))] = v
	}
	for _, v := range vectors {
		for i, w := range v {
			v[i] = words.of(w)
		}
	}
	return newWordIndex(vectors, len(b.wordIDs))
}

// end is the end of a text that may be a subtitle, "" where it is too short to have one.
func (c *corpus) end(key int32) string {
	text, n := c.texts[key], minEnd
	if c.scripts[key] == native {
		n = minEndNative
	}
	if len(text) < n {
		return ""
	}
	return text[len(text)-n:]
}

// An order gives numbers anew, in the order in which they are asked for.
type order struct {
	now  []int32 // by old number, less 1
	next int32
}

func newOrder(n int) *order { return &order{now: make([]int32, n)} }

func (o *order) of(old int32) int32 {
	if o.now[old] == 0 {
		o.next++
		o.now[old] = o.next
	}
	return o.now[old] - 1
}

// all renumbers a sorted list in place.
func (o *order) all(list []int32) {
	for i, old := range list {
		list[i] = o.of(old)
	}
	slices.Sort(list)
}

// newCorpus is the corpus of items that are at hand.
func newCorpus(items []recommender.Item) *corpus {
	b := newBuilder()
	records := make([]record, len(items))
	for i, it := range items {
		records[i] = b.record(it, nil)
	}
	return b.corpus(records)
}

// mostOfOneSource counts the longest run of records of one source: sorted by ID,
// the records of a source stand together.
func (c *corpus) mostOfOneSource(records []int32) uint16 {
	var most, run uint16
	for i, r := range records {
		if i == 0 || c.records[r].source != c.records[records[i-1]].source {
			run = 0
		}
		if run < 1<<16-1 {
			run++
		}
		most = max(most, run)
	}
	return most
}

// postings is an inverted list: of(k) are the places that have k, ascending.
type postings struct {
	start []int32
	place []int32
}

func (p postings) of(k int32) []int32 { return p.place[p.start[k]:p.start[k+1]] }

// invert builds the postings of keys [0, keys) over places [0, n).
func invert(keys, n int, of func(i int) []int32) postings {
	p := postings{start: make([]int32, keys+1)}
	for i := range n {
		for _, k := range of(i) {
			p.start[k+1]++
		}
	}
	for k := range keys {
		p.start[k+1] += p.start[k]
	}
	p.place = make([]int32, p.start[keys])
	next := slices.Clone(p.start[:keys])
	for i := range n {
		for _, k := range of(i) {
			p.place[next[k]] = int32(i)
			next[k]++
		}
	}
	return p
}
