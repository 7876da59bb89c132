package dedup

import (
	"slices"
	"strconv"
	"strings"

	"github.com/osusume/osusume/recommender"
)

// maxTitles is how many different titles (and references, and values of a Field)
// of a record are used, in the record's order. The longest lists seen have about
// sixty; a cap keeps a damaged record from costing a quadratic number of comparisons.
const maxTitles = 64

// A record is an item made ready for comparison.
type record struct {
	id       recommender.ItemID
	source   int32
	titles   []form
	year     int // given, else read from a title; 0: unknown
	tagged   int // the year that titles carry as a tag, 0: none
	named    int // a year within the main title, which may be a date or a part of the name; 0: none
	format   Format
	titled   Format // read from the titles
	episodes int
	sequels  numbers // the seasons or numbers that titles say
	parts    numbers
	mainSeq  int // of the main title
	final    bool
	marks    string
	refs     []recommender.ItemID
	values   [][]string // by Field, where there are any
	tags     []int32    // sorted
	strong   []int32    // keys by which a title says which season it is, sorted, distinct
	stems    []int32    // keys of titles without their markers, sorted, distinct
}

// A form is one title of a record. Titles with equal keys are one form.
type form struct {
	raw    uint64 // hash of the title as it is written, lower case
	full   int32  // key of all words
	bare   int32  // key of all words but a year in brackets
	exact  int32  // key of the stem and the fields, which "2nd Season", "II" and "2" share
	stem   int32
	script script
	main   bool
	seq    int8
	part   int8
	format Format // that the title says
	final  bool
}

// marked reports whether a title says that r is not the first of its name.
func (r *record) marked() bool {
	return r.sequels.late() || r.parts.late() || r.titled > TV
}

// sourceOf returns the part of id before the first colon.
func sourceOf(id recommender.ItemID) string {
	s, _, _ := strings.Cut(string(id), ":")
	return s
}

// A builder turns items into records and gives their keys and tags numbers.
type builder struct {
	keys    map[string]int32
	texts   []string  // by key
	scripts []script  // by key
	words   [][]int32 // by key, in the order of the title
	wordIDs map[string]int32
	spelt   []string // by word
	tags    map[string]int32
	rawTags map[string]int32 // as they are written
	sources map[string]int32
	fields  []Field
}

func newBuilder() *builder {
	return &builder{keys: map[string]int32{}, wordIDs: map[string]int32{}, tags: map[string]int32{}, rawTags: map[string]int32{}, sources: map[string]int32{}}
}

func intern(m map[string]int32, s string) int32 {
	n, ok := m[s]
	if !ok {
		n = int32(len(m))
		m[s] = n
	}
	return n
}

// key numbers a text. Its script is its own: the stem of a native title can be Latin.
func (b *builder) key(text string) int32 {
	n := intern(b.keys, text)
	if int(n) == len(b.texts) {
		b.texts = append(b.texts, text)
		b.scripts = append(b.scripts, scriptOf(text))
		b.words = append(b.words, nil)
	}
	return n
}

// record takes an item whose first titles have been read.
func (b *builder) record(it recommender.Item, titles []*reading) record {
	r := record{
		id:       it.ID,
		source:   intern(b.sources, sourceOf(it.ID)),
		year:     plausibleYear(it.Year),
		format:   ParseFormat(it.Attrs[recommender.AttrFormat]),
		episodes: positive(it.Attrs[recommender.AttrEpisodes]),
		refs:     slices.Clone(it.Refs[:min(len(it.Refs), maxTitles)]),
	}
	if b.fields != nil {
		r.values = valuesOf(b.fields, it)
	}
	for _, tag := range it.Tags {
		r.tags = append(r.tags, b.tag(tag))
	}
	slices.Sort(r.tags)
	r.tags = slices.Compact(r.tags)
	for i := 0; i <= len(it.Aliases) && len(r.titles) < maxTitles; i++ {
		switch {
		case i < len(titles):
			b.title(&r, titles[i], i == 0)
		case i == 0:
			b.title(&r, readTitle(it.Title), true)
		default:
			b.title(&r, readTitle(it.Aliases[i-1]), false)
		}
	}
	if r.year == 0 {
		r.year = r.tagged
	}
	if r.format == 0 {
		r.format = r.titled
	}
	for _, f := range r.titles {
		r.strong = append(r.strong, f.full, f.exact)
		r.stems = append(r.stems, f.stem)
	}
	slices.Sort(r.strong)
	r.strong = slices.Compact(r.strong)
	slices.Sort(r.stems)
	r.stems = slices.Compact(r.stems)
	return r
}

// tag numbers a tag. Catalogues have few and write them again and again.
func (b *builder) tag(raw string) int32 {
	n, ok := b.rawTags[raw]
	if !ok {
		n = intern(b.tags, Normalize(raw))
		b.rawTags[raw] = n
	}
	return n
}

func (b *builder) title(r *record, t *reading, main bool) {
	if t.Norm == "" {
		return
	}
	f := form{
		raw:    t.hash,
		full:   b.key(t.full),
		script: t.script,
		main:   main,
		seq:    int8(t.Sequel()),
		part:   int8(t.Part),
		format: t.Format,
		final:  t.Final,
	}
	if t.script == latin {
		b.wordsOf(f.full, t.words)
	}
	f.bare = b.key(t.bare)
	f.stem = b.key(t.stem)
	f.exact = b.key(t.exact)
	if main {
		r.mainSeq = t.Sequel()
		r.marks = t.Marks
	}
	if f.seq > 0 {
		r.sequels.add(int(f.seq))
	}
	if f.part > 0 {
		r.parts.add(int(f.part))
	}
	r.final = r.final || t.Final
	if r.tagged == 0 && t.YearTag {
		r.tagged = t.Year
	}
	if r.named == 0 && main && !t.YearTag {
		r.named = t.Year
	}
	if r.titled == 0 {
		r.titled = t.Format
	}
	for i := range r.titles {
		if r.titles[i].full == f.full {
			return
		}
	}
	r.titles = append(r.titles, f)
}

// positive reads a decimal count; 0 where there is none.
func positive(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 {
		return 0
	}
	return n
}

// plausibleYear is y, or 0 for unknown where y is no year of a work but damage.
func plausibleYear(y int) int {
	if y < 1000 || y > 9999 {
		return 0
	}
	return y
}
