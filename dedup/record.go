package dedup

import (
	"slices"
	"strconv"
	"strings"

	"github.com/osusume/osusume/recommender"
)

// maxTitles is how many different titles (and references, and values of a Field)
// of a record are used, in the record's order. The longest lists seen have about sixty; a cap keeps a damaged record
// from costing a quadratic number of comparisons.
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
	sequels  uint64 // bit n: a title says season or number n
	parts    uint64
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
	return r.sequels > 3 || r.parts > 3 || r.titled > TV
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
	tags    map[string]int32
	sources map[string]int32
	fields  []Field
}

func newBuilder() *builder {
	return &builder{keys: map[string]int32{}, wordIDs: map[string]int32{}, tags: map[string]int32{}, sources: map[string]int32{}}
}

func intern(m map[string]int32, s string) int32 {
	n, ok := m[s]
	if !ok {
		n = int32(len(m))
		m[s] = n
	}
	return n
}

func (b *builder) key(text string, s script) int32 {
	n := intern(b.keys, text)
	if int(n) == len(b.texts) {
		b.texts = append(b.texts, text)
		b.scripts = append(b.scripts, s)
		b.words = append(b.words, nil)
	}
	return n
}

func (b *builder) record(it recommender.Item) record {
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
		r.tags = append(r.tags, intern(b.tags, Normalize(tag)))
	}
	slices.Sort(r.tags)
	r.tags = slices.Compact(r.tags)
	b.title(&r, it.Title, true)
	for _, alias := range it.Aliases {
		b.title(&r, alias, false)
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

func (b *builder) title(r *record, raw string, main bool) {
	if len(r.titles) == maxTitles {
		return
	}
	t := ParseTitle(raw)
	if t.Norm == "" {
		return
	}
	s := scriptOf(t.Norm)
	f := form{
		raw:    hashOf(strings.ToLower(t.Raw)),
		full:   b.key(compactKey(strings.Fields(t.Norm), s), s),
		script: s,
		main:   main,
		seq:    int8(min(t.Sequel(), 63)),
		part:   int8(min(t.Part, 63)),
		format: t.Format,
		final:  t.Final,
	}
	if s == latin {
		b.wordsOf(f.full, t.Norm)
	}
	f.bare = f.full
	if t.YearTag {
		f.bare = b.key(compactKey(t.untagged(), s), s)
	}
	stem := compactKey(strings.Fields(t.Stem), s)
	f.stem = b.key(stem, s)
	f.exact = b.key(stem+t.suffix(), s)
	if main {
		r.mainSeq = t.Sequel()
		r.marks = t.Marks
	}
	if f.seq > 0 {
		r.sequels |= 1 << f.seq
	}
	if f.part > 0 {
		r.parts |= 1 << f.part
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

// untagged returns the words of t without the year in brackets.
func (t Title) untagged() []string {
	words := strings.Fields(t.Norm)
	year := strconv.Itoa(t.Year)
	for i := len(words) - 1; i >= 0 && len(words) > 1; i-- {
		if words[i] == year {
			return slices.Delete(words, i, i+1)
		}
	}
	return words
}

// suffix writes the fields that two titles of one work must share. TV is left
// out: it is what a title without a format means. The year is left out because
// most catalogues keep it in a column.
func (t Title) suffix() string {
	var b strings.Builder
	if n := t.Sequel(); n > 1 {
		b.WriteString("|" + strconv.Itoa(n))
	}
	if t.Part > 0 {
		b.WriteString("|part" + strconv.Itoa(t.Part))
	}
	if t.Final {
		b.WriteString("|final")
	}
	switch t.Format {
	case 0, TV:
	case OVA, ONA, Special:
		b.WriteString("|extra") // catalogues do not agree on which
	default:
		b.WriteString("|" + t.Format.String())
	}
	return b.String()
}

// hashOf is FNV-1a.
func hashOf(s string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	return h
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
