package dedup

import (
	"regexp"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// A Title is what a title says, taken apart. What tells the seasons and
// spin-offs of a franchise apart is compared field by field and never thrown
// away: two thirds of wrong merges come from titles that differ in nothing else.
type Title struct {
	Raw     string // entities resolved, compatibility characters replaced
	Norm    string // Normalize(Raw), all words
	Stem    string // Norm without the words that the fields below were read from; never empty where Norm is not
	Season  int    // "2nd Season", "S2", "第2期"; 0: not said
	Part    int    // "Part 2", "2nd Cour", "第2クール"; 0: not said
	Number  int    // a bare number at the end, 2 to 99: "Working!! 3", "Title II"; 0: none
	Final   bool   // "The Final Season", "完結編"
	Year    int    // "(2011)"; 0: none
	YearTag bool   // Year stood in brackets
	Format  Format // "(TV)", "OVA", "The Movie", "劇場版"; 0: none
	Marks   string // punctuation that can be the season: "!!" of K-ON!!, "'" of Gintama'
}

// Sequel returns Season or, without one, Number; 0 where the title gives neither.
func (t Title) Sequel() int {
	if t.Season != 0 {
		return t.Season
	}
	return t.Number
}

// maxWords is the most words of a text that is taken for a title.
const maxWords = 256

// ParseTitle takes a title in any script apart. It never fails: what it does
// not recognise stays in Stem. A text of more than 256 words is left whole.
// O(len(raw)).
func ParseTitle(raw string) Title {
	t := Title{Raw: strings.TrimSpace(norm.NFKC.String(unescape(raw)))}
	t.Norm = Normalize(raw)
	t.Marks = marksOf(t.Raw)

	rest := t.Norm
	if strings.ContainsAny(t.Raw, "([【") {
		rest = Normalize(t.unbracketed())
	}
	p := parser{title: &t, words: splitScripts(strings.Fields(rest))}
	if len(p.words) > maxWords {
		return Title{Raw: t.Raw, Norm: t.Norm, Stem: t.Norm, Marks: t.Marks}
	}
	p.native()
	p.counted()
	p.formats()
	p.trailing()
	t.Stem = strings.Join(p.words, " ")
	if t.Stem == "" { // the whole title is a marker: "Special", "2012"
		return Title{Raw: t.Raw, Norm: t.Norm, Stem: t.Norm, Marks: t.Marks}
	}
	return t
}

// unbracketed returns Raw without the groups in brackets that say a year or a format,
// which become fields.
func (t *Title) unbracketed() string {
	return brackets.ReplaceAllStringFunc(t.Raw, func(group string) string {
		inner := Normalize(group)
		if y := yearOf(inner); y != 0 {
			t.Year, t.YearTag = y, true
			return " "
		}
		if f, ok := bracketFormats[inner]; ok {
			t.Format = f
			return " "
		}
		return group
	})
}

var (
	brackets = regexp.MustCompile(`\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】`)

	bracketFormats = map[string]Format{
		"tv": TV, "tvアニメ": TV, "tv series": TV, "tv special": Special, "tvsp": Special, "ova": OVA, "oad": OVA, "oav": OVA, "ona": ONA, "web": ONA,
		"movie": Movie, "film": Movie, "the movie": Movie, "gekijouban": Movie, "special": Special, "specials": Special, "music": Music,
	}
	wordFormats = map[string]Format{
		"ova": OVA, "oad": OVA, "oav": OVA, "ovas": OVA, "ona": ONA, "pv": ONA,
		"movie": Movie, "film": Movie, "gekijouban": Movie, "gekijoban": Movie, "劇場版": Movie,
		"special": Special, "specials": Special, "tokubetsuhen": Special, "スペシャル": Special, "特別編": Special, "特別篇": Special,
	}
)

// parser eats words out of a title and writes what they say into its fields.
type parser struct {
	title *Title
	words []string
}

// cut removes words[i:j], but never the whole title.
func (p *parser) cut(i, j int) bool {
	if j-i >= len(p.words) {
		return false
	}
	p.words = slices.Delete(p.words, i, j)
	return true
}

var (
	nativeSeason = regexp.MustCompile(`第?([0-9]{1,2}|[一二三四五六七八九十])(期|シーズン|シリーズ|季|기)`)
	nativePart   = regexp.MustCompile(`第?([0-9]{1,2}|[一二三四五六七八九十])(クール|部)`)
	nativeAfter  = regexp.MustCompile(`シーズン([0-9]{1,2})|パート([0-9]{1,2})`)
	nativeFormat = regexp.MustCompile(`劇場版|映画|극장판|スペシャル|特別編|特別篇`)
	nativeFinal  = regexp.MustCompile(`完結編|完結篇|最終章|ファイナルシーズン`)
)

// native reads the markers of titles that are written without spaces.
func (p *parser) native() {
	s := strings.Join(p.words, " ")
	if scriptOf(s) != native {
		return
	}
	tight := strings.ReplaceAll(s, " ", "\x00") // remember the gaps while patterns span digits and kana
	loose := func(re *regexp.Regexp, use func(m []string)) {
		plain := strings.ReplaceAll(tight, "\x00", "")
		m := re.FindStringSubmatch(plain)
		if m == nil || m[0] == plain {
			return
		}
		use(m)
		tight = dropRunes(tight, m[0])
	}
	loose(nativeSeason, func(m []string) { p.title.Season = numberOf(m[1]) })
	loose(nativePart, func(m []string) { p.title.Part = numberOf(m[1]) })
	loose(nativeAfter, func(m []string) {
		if m[1] != "" {
			p.title.Season = numberOf(m[1])
		} else {
			p.title.Part = numberOf(m[2])
		}
	})
	loose(nativeFinal, func([]string) { p.title.Final = true })
	loose(nativeFormat, func(m []string) {
		p.title.Format = Movie
		if f, ok := wordFormats[m[0]]; ok {
			p.title.Format = f
		}
	})
	p.words = strings.FieldsFunc(tight, func(r rune) bool { return r == 0 })
}

// dropRunes removes the first occurrence of what from s, where s may have zero
// bytes between its runes.
func dropRunes(s, what string) string {
	for start := range s {
		i := start
		ok := true
		for _, r := range what {
			for i < len(s) && s[i] == 0 {
				i++
			}
			if !strings.HasPrefix(s[i:], string(r)) {
				ok = false
				break
			}
			i += len(string(r))
		}
		if ok {
			return s[:start] + "\x00" + s[i:]
		}
	}
	return s
}

// counted reads "2nd season", "season 2", "s2", "part ii", "2nd cour", "final season".
func (p *parser) counted() {
	for i := 0; i < len(p.words); {
		w := p.words[i]
		next := ""
		if i+1 < len(p.words) {
			next = p.words[i+1]
		}
		n, width := 0, 2
		kind := counters[next]
		switch {
		case ordinals[w] != 0 && kind != 0:
			n = ordinals[w]
		case w == "final" && kind == countSeason:
			from := i
			if i > 0 && p.words[i-1] == "the" {
				from--
			}
			if p.cut(from, i+2) {
				p.title.Final = true
				i = from
				continue
			}
		case counters[w] != 0 && next != "":
			kind = counters[w]
			if n = numberOf(next); n == 0 && kind == countSeason {
				n = ordinals[next]
			}
		case i > 0 && len(w) <= 3 && w[0] == 's' && isDigits(w[1:]):
			n, width, kind = numberOf(w[1:]), 1, countSeason
		}
		if n == 0 || n > 40 || !p.cut(i, i+width) {
			i++
			continue
		}
		if kind == countSeason {
			p.title.Season = n
		} else {
			p.title.Part = n
		}
	}
}

type counter uint8

const (
	countSeason counter = iota + 1
	countPart
)

var counters = map[string]counter{
	"season": countSeason, "series": countSeason, "saison": countSeason, "staffel": countSeason, "temporada": countSeason,
	"stagione": countSeason, "serie": countSeason, "stage": countSeason, "ki": countSeason, "シーズン": countSeason,
	"part": countPart, "pt": countPart, "cour": countPart, "parte": countPart, "teil": countPart, "partie": countPart,
}

// formats reads "ova", "the movie", "gekijouban" anywhere in the title. A format
// in brackets came first and wins.
func (p *parser) formats() {
	for i := 0; i < len(p.words); {
		f, ok := wordFormats[p.words[i]]
		if !ok || !p.cut(i, i+1) {
			i++
			continue
		}
		if p.title.Format == 0 {
			p.title.Format = f
		}
		if i > 0 && (p.words[i-1] == "the" || f == Special && p.words[i-1] == "tv") && p.cut(i-1, i) {
			i--
		}
	}
}

// trailing reads a year and a number at the end, "x 2011", "x 2", "x ii".
func (p *parser) trailing() {
	for range 2 {
		last := len(p.words) - 1
		if last < 1 {
			return
		}
		w := p.words[last]
		switch y, n := yearOf(w), numberOf(w); {
		case y != 0 && p.title.Year == 0:
			p.title.Year = y
		case n >= 2 && p.title.Number == 0:
			p.title.Number = n
		case w == "final" && !p.title.Final:
			p.title.Final = true
		default:
			return
		}
		p.words = p.words[:last]
	}
}

// splitScripts separates Latin letters and digits from Han and kana, so that the
// 2 of けいおん2 is a word.
func splitScripts(words []string) []string {
	out := make([]string, 0, len(words))
	for _, w := range words {
		start, prev := 0, -1
		for i, r := range w {
			kind := 0
			if isNative(r) {
				kind = 1
			}
			if prev >= 0 && kind != prev {
				out = append(out, w[start:i])
				start = i
			}
			prev = kind
		}
		out = append(out, w[start:])
	}
	return out
}
