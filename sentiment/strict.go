package sentiment

import (
	"math"
	"strconv"
	"strings"
	"sync"
)

// The published program, release 3.3.2 of vaderSentiment on PyPI, reproduced with
// its oddities: what reads like a slip below is one that its scores depend on.

// strictIdioms are the phrases that override the words they are made of.
var strictIdioms = map[string]float64{
	"the shit": 3, "the bomb": 3, "bad ass": 1.5, "badass": 1.5, "bus stop": 0, "yeah right": -2,
	"kiss of death": -1.5, "to die for": 3, "beating heart": 3.5,
}

const (
	strictWindow   = 3
	strictNegation = -0.74
	strictBoost    = 0.293
	strictAfter    = 1.5
)

// strictLexicon is what the published program looks words up in.
type strictLexicon struct {
	table
	emoji map[rune]string
	// Entries that the rules compare with.
	no, or, nor, so, this, least, at, very, never, without, doubt, but, kind, of *entry
}

var strictEnglish = sync.OnceValue(func() *strictLexicon {
	l := &strictLexicon{table: newTable(1 << 13), emoji: make(map[rune]string, 1<<11)}
	for line := range strings.Lines(vaderText) {
		line = strings.TrimSuffix(line, "\n")
		kind, rest, _ := strings.Cut(line, "\t")
		token, value, _ := strings.Cut(rest, "\t")
		if line[0] == '#' || token != strings.ToLower(token) { // it looks up lower case only
			continue
		}
		v, err := strconv.ParseFloat(value, 64)
		if err != nil && kind != "negation" {
			panic("sentiment: the embedded lexicon cannot be read")
		}
		e := &l.entries[l.add(token)]
		switch kind {
		case "word":
			e.valence, e.role = v, e.role|given
		case "booster":
			e.boost = v
		case "negation":
			e.role |= negator
		}
	}
	for line := range strings.Lines(emojiText) {
		if fields := strings.Split(strings.TrimSuffix(line, "\n"), "\t"); line[0] != '#' {
			for _, r := range fields[0] {
				l.emoji[r] = fields[2]
			}
		}
	}
	for i := range len(l.entries) {
		l.addWords(l.entries[i].token)
	}
	for phrase := range strictIdioms {
		l.addWords(phrase)
	}
	names := []string{"no", "or", "nor", "so", "this", "least", "at", "very", "never", "without", "doubt", "but", "kind", "of"}
	places := make([]int, len(names))
	for i, w := range names {
		places[i] = l.add(w)
	}
	for i, e := range []**entry{&l.no, &l.or, &l.nor, &l.so, &l.this, &l.least, &l.at, &l.very, &l.never, &l.without, &l.doubt, &l.but, &l.kind, &l.of} {
		*e = &l.entries[places[i]]
	}
	return l
})

// addWords makes the words of a phrase known, so that the phrase is found.
func (l *strictLexicon) addWords(phrase string) {
	if !strings.Contains(phrase, " ") {
		return
	}
	for w := range strings.FieldsSeq(phrase) {
		l.add(w)
	}
}

// strictScratch is what the published algorithm works on.
type strictScratch struct {
	lex    *strictLexicon
	words  []strictWord
	values []float64
	moved  []int // scratch of contrast
	buf    []byte
	text   []byte // with emoji spelled out
}

type strictWord struct {
	*entry
	token    string // folded, for phrases; "" where the lexicon does not know it
	capitals bool
}

// score returns the score, rounded as the published program rounds.
func (s *strictScratch) score(text string) Score {
	text = s.spell(text)
	capitals := s.split(text)
	out := Score{Tokens: len(s.words)}
	if out.Tokens == 0 {
		return out
	}
	mixed := capitals > 0 && capitals < len(s.words)
	s.values = s.values[:0]
	for i := range s.words {
		v := 0.0
		w := &s.words[i]
		if w.boost == 0 && w.role&given != 0 && !(w.entry == s.lex.kind && s.is(i+1, s.lex.of)) {
			v = s.valence(i, mixed)
			out.Known++
		}
		s.values = append(s.values, v)
	}
	s.contrast()
	var sum, positive, negative, neutral float64
	for _, v := range s.values {
		sum += v
		switch {
		case v > 0:
			positive += v + 1
		case v < 0:
			negative += 1 - v
		default:
			neutral++
		}
	}
	emphasis := strictEmphasis(text)
	switch {
	case sum > 0:
		sum += emphasis
	case sum < 0:
		sum -= emphasis
	}
	switch {
	case positive > negative:
		positive += emphasis
	case negative > positive:
		negative += emphasis
	}
	total := positive + negative + neutral
	out.Compound = round(sum/math.Sqrt(float64(sum*sum)+alpha), 1e4)
	out.Positive, out.Negative, out.Neutral = round(positive/total, 1e3), round(negative/total, 1e3), round(neutral/total, 1e3)
	return out
}

func round(x, digits float64) float64 { return math.RoundToEven(x*digits) / digits }

// is reports whether the word at i, which may be none, has this entry.
func (s *strictScratch) is(i int, e *entry) bool {
	return i >= 0 && i < len(s.words) && s.words[i].entry == e
}

// known reports whether the word at i has a valence of its own.
func (s *strictScratch) known(i int) bool { return s.words[i].role&given != 0 }

// negated reports whether the word at i is a negation.
func (s *strictScratch) negated(i int) bool { return s.words[i].role&negator != 0 }

// valence returns what the known word at i says before "but" is looked at.
func (s *strictScratch) valence(i int, mixed bool) float64 {
	l := s.lex
	v := s.words[i].valence
	if s.words[i].entry == l.no && i+1 < len(s.words) && s.known(i+1) {
		v = 0
	}
	if s.is(i-1, l.no) || s.is(i-2, l.no) || s.is(i-3, l.no) && (s.is(i-1, l.or) || s.is(i-1, l.nor)) {
		v = float64(s.words[i].valence * strictNegation)
	}
	if mixed && s.words[i].capitals {
		if v > 0 {
			v += capital
		} else {
			v -= capital
		}
	}
	for d := 1; d <= strictWindow && d <= i; d++ {
		if s.known(i - d) {
			continue
		}
		v += s.booster(i-d, d, v, mixed)
		v = float64(v * s.factor(i, d))
		if d == strictWindow {
			v = s.idioms(i, v)
		}
	}
	if s.is(i-1, l.least) && !s.known(i-1) && !s.is(i-2, l.at) && !s.is(i-2, l.very) {
		v = float64(v * strictNegation)
	}
	return v
}

// booster is what the word at i adds to a valence d words later.
func (s *strictScratch) booster(i, d int, v float64, mixed bool) float64 {
	w := &s.words[i]
	by := w.boost
	if by == 0 {
		return 0
	}
	if v < 0 {
		by = -by
	}
	if mixed && w.capitals {
		if v > 0 {
			by += capital
		} else {
			by -= capital
		}
	}
	return float64(by * fading[d])
}

// factor is what the word d before word i makes of its valence.
func (s *strictScratch) factor(i, d int) float64 {
	l := s.lex
	stress := func(at int) bool { return s.is(at, l.so) || s.is(at, l.this) }
	switch {
	case d == 1:
	case d == 2 && s.is(i-2, l.never) && stress(i-1),
		d == 3 && (s.is(i-3, l.never) && stress(i-2) || stress(i-1)):
		return stressed
	case d == 2 && s.is(i-2, l.without) && s.is(i-1, l.doubt),
		d == 3 && s.is(i-3, l.without) && (s.is(i-2, l.doubt) || s.is(i-1, l.doubt)):
		return 1
	}
	if s.negated(i - d) {
		return strictNegation
	}
	return 1
}

// idioms returns the valence that phrases around word i give it; it stands at
// the fourth place or later.
func (s *strictScratch) idioms(i int, v float64) float64 {
	for _, at := range [...][2]int{{i - 1, i}, {i - 2, i}, {i - 2, i - 1}, {i - 3, i - 1}, {i - 3, i - 2}} {
		if x, ok := strictIdioms[string(s.phrase(at[0], at[1]))]; ok {
			v = x
			break
		}
	}
	for _, last := range [...]int{i + 1, i + 2} {
		if x, ok := strictIdioms[string(s.phrase(i, last))]; ok {
			v = x
		}
	}
	for _, at := range [...][2]int{{i - 3, i - 1}, {i - 3, i - 2}, {i - 2, i - 1}} {
		phrase := s.phrase(at[0], at[1])
		if e := s.lex.find(phrase, hashOf(phrase)); e != nil {
			v += e.boost
		}
	}
	return v
}

// phrase is the words from first to last, or nothing where one is not known.
func (s *strictScratch) phrase(first, last int) []byte {
	s.buf = s.buf[:0]
	if last >= len(s.words) {
		return nil
	}
	for i := first; i <= last; i++ {
		if s.words[i].token == "" {
			return nil
		}
		if i > first {
			s.buf = append(s.buf, ' ')
		}
		s.buf = append(s.buf, s.words[i].token...)
	}
	return s.buf
}

func strictEmphasis(text string) float64 {
	e := float64(float64(min(strings.Count(text, "!"), exclaims)) * exclaim)
	switch n := strings.Count(text, "?"); {
	case n > questions:
		e += wonder
	case n > 1:
		e += float64(float64(n) * question)
	}
	return e
}
