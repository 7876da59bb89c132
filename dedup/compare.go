package dedup

// A field is one thing that two records are compared by.
type field uint8

const (
	fieldLatin field = iota
	fieldNative
	fieldOther
	fieldSequel
	fieldPart
	fieldFinal
	fieldYear
	fieldEpisodes
	fieldFormat
	fieldMarks
	fieldTags
	fieldRefs
	numFields
)

var fieldNames = [numFields]string{
	"latin title", "native title", "title in another script", "season", "part", "final season", "year",
	"episodes", "format", "punctuation", "tags", "reference",
}

// A level is how two records compare in a field.
type level uint8

const (
	unknown  level = iota // one of them does not say
	differ                // they contradict each other
	oneSided              // only one says it, and its silence means something in the other
	close                 // not equal, but as near as errors bring it
	similar               // titles that look alike
	sameStem              // titles that are equal without season, part and format
	sameForm              // titles that are equal with season, part and format read as fields
	equal
)

var levelNames = [...]string{
	"not comparable", "different", "only one says it", "close", "similar", "equal but for season, part or format",
	"equal in other words", "equal",
}

// An outcome is the result of one field: the level and the log-odds it adds.
type outcome struct {
	level  level
	weight float64
	a, b   int32 // titles: the keys that agreed best; -1 elsewhere
}

// A comparison is all that is known about one pair of records.
type comparison [numFields]outcome

// logit adds up the log-odds that the two records are one work.
func (c *comparison) logit() float64 {
	sum := prior
	for _, o := range c {
		sum += o.weight
	}
	return sum
}

// A comparer holds what comparing needs to know about the whole corpus.
type comparer struct {
	*corpus
	grams *gramIndex
}

// edge weighs a pair of works.
func (c *comparer) edge(a, b int32) edge {
	out := c.compare(&c.records[a], &c.records[b])
	return edge{logit: float32(out.logit()), rest: float32(out.rest()), silent: out.silent(), dated: out[fieldYear].level == equal, apart: out.veto(), doubt: out.doubt()}
}

// compare looks at every field. Swapping a and b swaps the sides of the result
// and changes nothing else.
func (c *comparer) compare(a, b *record) comparison {
	var out comparison
	for i := range out {
		out[i].a, out[i].b = -1, -1
	}
	out[fieldLatin] = c.titles(a, b, latin)
	out[fieldNative] = c.titles(a, b, native)
	out[fieldOther] = c.titles(a, b, other)
	out[fieldSequel] = compareNumbers(a.sequels, b.sequels, a.mainSeq, b.mainSeq, sequelWeights)
	out[fieldPart] = compareNumbers(a.parts, b.parts, 0, 0, partWeights)
	if a.final != b.final {
		out[fieldFinal].level, out[fieldFinal].weight = oneSided, finalOneSided
	}
	out[fieldYear] = compareYears(a, b)
	if a.tagged != 0 && !a.marked() && b.tagged == 0 && b.marked() ||
		b.tagged != 0 && !b.marked() && a.tagged == 0 && a.marked() {
		// "X (2019)" and "X 2" are two ways to say that this is not the first X.
		out[fieldSequel].weight = max(out[fieldSequel].weight, taggedSequel)
		if out[fieldYear].level == oneSided {
			out[fieldYear].weight = taggedYear
		}
	}
	out[fieldEpisodes] = compareEpisodes(a.episodes, b.episodes)
	out[fieldFormat] = compareFormats(a.format, b.format)
	out[fieldTags] = compareTags(a.tags, b.tags)
	out[fieldRefs] = c.references(a, b)
	if out[fieldLatin].level >= sameStem && (a.marks != "" || b.marks != "") {
		if a.marks == b.marks {
			out[fieldMarks].level, out[fieldMarks].weight = equal, marksEqual
		} else {
			out[fieldMarks].level, out[fieldMarks].weight = differ, marksDiffer
		}
	}
	return out
}

// compareNumbers compares what titles say about season or part. Silence and 1 agree.
func compareNumbers(a, b numbers, mainA, mainB int, w numberWeights) outcome {
	o, none := outcome{a: -1, b: -1}, numbers{}
	switch {
	case a == none && b == none:
	case a.and(b) != none:
		if a.and(b).late() {
			o.level, o.weight = equal, w.equal
		}
	case a != none && b != none:
		o.level, o.weight = differ, w.differ
	default:
		main := max(mainA, mainB)
		if !a.or(b).late() {
			break
		}
		o.level, o.weight = oneSided, w.oneSided
		if main > 1 {
			o.weight = w.mainOneSided
		}
	}
	return o
}

func compareYears(a, b *record) outcome {
	o := outcome{a: -1, b: -1}
	if a.year == 0 || b.year == 0 {
		if ya, yb := a.anyYear(), b.anyYear(); ya != 0 && yb != 0 {
			if ya == yb {
				o.level, o.weight = equal, namedEqual
			} else {
				o.level, o.weight = oneSided, namedDiffer
			}
			return o
		}
		if a.tagged != b.tagged {
			o.level, o.weight = oneSided, yearOneSided
		}
		return o
	}
	d := a.year - b.year
	if d < 0 {
		d = -d
	}
	if d < len(yearWeights) {
		o.level, o.weight = close, yearWeights[d]
		if d == 0 {
			o.level = equal
		}
		return o
	}
	o.level, o.weight = differ, yearFar
	return o
}

// anyYear is the year of r, or one in its title.
func (r *record) anyYear() int {
	if r.year != 0 {
		return r.year
	}
	return r.named
}

func compareEpisodes(a, b int) outcome {
	o := outcome{a: -1, b: -1}
	switch {
	case a == 0 || b == 0:
	case a == b && a > 1 && a != 12 && a != 13:
		o.level, o.weight = equal, episodesEqualRare
	case a == b:
		o.level, o.weight = equal, episodesEqual
	case a-b == 1 || b-a == 1:
		o.level, o.weight = close, episodesClose
	default:
		o.level, o.weight = differ, episodesDiffer
	}
	return o
}

func compareFormats(a, b Format) outcome {
	o := outcome{a: -1, b: -1}
	switch {
	case a == 0 || b == 0:
		o.weight = unsaidFormat[max(a, b)]
	case a == b:
		o.level, o.weight = equal, formatWeights[a][b]
	default:
		o.level, o.weight = differ, formatWeights[min(a, b)][max(a, b)]
	}
	return o
}

func compareTags(a, b []int32) outcome {
	o := outcome{a: -1, b: -1}
	if len(a) == 0 || len(b) == 0 {
		return o
	}
	shared := 0
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] < b[j]:
			i++
		case a[i] > b[j]:
			j++
		default:
			shared++
			i++
			j++
		}
	}
	// Of the shorter list: catalogues differ in how many tags they give.
	overlap := float64(shared) / float64(min(len(a), len(b)))
	o.level, o.weight = close, tagsWeight*(overlap-tagsMiddle)
	return o
}

// references compares what the records say about other catalogues: about each
// other, or about a third one. It weighs no more than a title, and next to
// nothing where the catalogue numbers whole franchises.
func (c *comparer) references(a, b *record) outcome {
	o := outcome{a: -1, b: -1}
	set := func(same bool, franchise bool) {
		switch {
		case same && !franchise:
			o.level, o.weight = equal, refEqual
		case o.level == equal: // the best counts
		case same:
			o.level, o.weight = close, refFranchise
		case !franchise && o.level != close:
			o.level, o.weight = differ, refDiffer
		}
	}
	for _, dir := range [2][2]*record{{a, b}, {b, a}} {
		for _, ref := range dir[0].refs {
			if sourceOf(ref) == sourceOf(dir[1].id) {
				set(ref == dir[1].id, franchiseLevel(ref))
			}
		}
	}
	for _, x := range a.refs {
		for _, y := range b.refs {
			if sourceOf(x) == sourceOf(y) && sourceOf(x) != sourceOf(a.id) && sourceOf(x) != sourceOf(b.id) {
				set(x == y, franchiseLevel(x))
			}
		}
	}
	return o
}

// veto reports whether the two records cannot be one work, whatever else agrees.
func (c *comparison) veto() bool {
	return c[fieldSequel].level == differ && c[fieldLatin].level < equal && c[fieldNative].level < equal || c[fieldPart].level == differ ||
		c[fieldYear].level == differ
}

// doubt reports whether a season, a part or a format speaks against one work, or a
// native title does. "X" and "X 2" without other partners are two works each of which
// one catalogue lacks.
func (c *comparison) doubt() bool {
	for _, f := range [...]field{fieldSequel, fieldPart, fieldFinal, fieldMarks, fieldFormat} {
		if c[f].weight <= doubtBelow {
			return true
		}
	}
	return c[fieldNative].level == differ
}

// silent reports whether titles say next to nothing: no native title on one side,
// and Latin ones that differ, as a translation differs from a romanisation.
func (c *comparison) silent() bool {
	return c[fieldLatin].weight < silentBelow && c[fieldNative].level == unknown && c[fieldLatin].level <= similar
}

// rest adds up what fields other than titles say.
func (c *comparison) rest() float64 {
	sum := 0.0
	for _, o := range c[fieldSequel:] {
		sum += o.weight
	}
	return sum
}
