package sentiment

import "bytes"

// A token is one word, phrase, emoticon, emoji or masked name.
type token struct {
	*entry
	start, end int // where it stands in the text, in bytes
	gap        gap // what parts it from the token before
	capitals   bool
	contrast   bool // it has that role: here, because looking there would cost a cache miss
}

// A gap is what stands between two tokens; the wider, the less they belong together.
type gap uint8

const (
	space    gap = iota // nothing but spaces or a hyphen
	comma               //
	clause              // a colon, a semicolon, brackets, a dash, an ellipsis, a new line
	sentence            // a full stop, "!", "?", an empty line
)

// The entries of what no lexicon has: unknown words, words that end in "n't",
// and names that a Mask found.
var (
	unknown    = &entry{place: -1}
	contracted = &entry{place: -1, role: negator, reach: window}
	name       = &entry{place: -1}
)

// scratch is what reading a text fills.
type scratch struct {
	lex          *Lexicon
	mask         *Mask
	text         string
	tokens       []token
	capitals     int // tokens in capitals
	exclamations int
	questions    int
	home         int // common words of the lexicon's language …
	foreign      int // … and of others
	gap          gap // what stands behind the last token
	buf          []byte
	names        namesScratch
}

// read cuts text into tokens.
func (s *scratch) read(text string) {
	s.text, s.tokens, s.gap = text, s.tokens[:0], space
	s.capitals, s.exclamations, s.questions, s.home, s.foreign = 0, 0, 0, 0, 0
	at := 0
	if s.mask != nil {
		for _, n := range s.mask.find(&s.names, text) {
			s.readPart(text, at, n.Start)
			s.push(name, n.Start, n.End, false)
			at = n.End
		}
	}
	s.readPart(text, at, len(text))
}

func (s *scratch) readPart(text string, i, end int) {
	for i < end {
		switch k := classes[text[i]]; {
		case k&letter != 0:
			i = s.plain(text, i, end)
		case k&blank != 0:
			if text[i] == '\n' {
				s.widen(clause)
				if next := i + 1; next < end && (text[next] == '\n' || text[next] == '\r') {
					s.widen(sentence)
				}
			}
			i++
		default:
			i = s.chunk(text, i, end)
		}
	}
}

// plain reads a word of ASCII letters and the marks that close it, if that is
// what stands at i, and else leaves it to chunk. It returns where to go on.
func (s *scratch) plain(text string, i, end int) int {
	hash, buf := uint32(hashStart), s.buf[:0]
	var seen class
	j := i
word:
	for j < end {
		c := text[j]
		k := classes[c]
		switch {
		case k&(letter|digit) != 0:
			seen |= k
			c |= byte(k & upper) // 0x20: lower case
			j++
		case c == '\'' && j+1 < end && classes[text[j+1]]&letter != 0:
			seen |= apostrophe
			j++
		case c == 0xe2 && j+3 < end && text[j+1] == 0x80 && text[j+2] == 0x99 && classes[text[j+3]]&letter != 0: // ’
			seen |= apostrophe
			c = '\''
			j += 3
		default:
			break word
		}
		buf = append(buf, c)
		hash = (hash ^ uint32(c)) * hashPrime
	}
	s.buf = buf
	marks := j
	for marks < end && classes[text[marks]]&closing != 0 {
		marks++
	}
	switch {
	case marks < end && classes[text[marks]]&blank == 0:
		return s.chunk(text, i, end) // something else follows without a space
	case marks > j && j-i <= 3 && s.isFace(hash, text[j:marks]),
		marks > j+1 && (text[j] == ':' || text[j] == ';'):
		return s.chunk(text, i, end) // an emoticon, or a word before one
	}
	buf = s.buf
	e := s.lex.find(buf, hash)
	if e == nil {
		e = s.unfamiliar(seen&apostrophe != 0)
	}
	s.push(e, i, j, seen&(upper|lower) == upper)
	for ; j < marks; j++ {
		s.mark(text[j])
	}
	return marks
}

// isFace reports whether the word in s.buf is an emoticon with the marks behind it ("xd:").
func (s *scratch) isFace(hash uint32, marks string) bool {
	n := len(s.buf)
	s.buf = append(s.buf, marks...)
	for i := range len(marks) {
		hash = (hash ^ uint32(marks[i])) * hashPrime
	}
	found := s.lex.find(s.buf, hash) != nil
	s.buf = s.buf[:n]
	return found
}

// mark counts a mark behind a token.
func (s *scratch) mark(c byte) {
	switch c {
	case '!':
		s.exclamations++
		s.widen(sentence)
	case '?':
		s.questions++
		s.widen(sentence)
	case '.':
		s.widen(sentence)
	case ',', '/':
		s.widen(comma)
	case ':', ';', '(', ')', '[', ']':
		s.widen(clause)
	}
}

func (s *scratch) widen(g gap) { s.gap = max(s.gap, g) }

// unfamiliar returns an entry for the word in s.buf, which the lexicon does not
// have as it stands.
func (s *scratch) unfamiliar(apostrophe bool) *entry {
	if drawn(s.buf) {
		for keep := 2; keep > 0; keep-- {
			s.shorten(keep)
			if e := s.lex.find(s.buf, hashOf(s.buf)); e != nil {
				return e
			}
		}
	}
	if apostrophe && bytes.HasSuffix(s.buf, notSuffix) {
		return contracted
	}
	return unknown
}

var notSuffix = []byte("n't")

// drawn reports whether a letter stands more than twice in a row: "sooo".
func drawn(word []byte) bool {
	for i := 2; i < len(word); i++ {
		if word[i] == word[i-1] && word[i] == word[i-2] {
			return true
		}
	}
	return false
}

// shorten cuts what is drawn out in s.buf to keep of each letter ("soo", "so").
func (s *scratch) shorten(keep int) {
	short := s.buf[:0]
	var last byte
	run := 0
	for _, c := range s.buf {
		if c != last {
			last, run = c, 0
		}
		if run++; run <= keep {
			short = append(short, c)
		}
	}
	s.buf = short
}

// push appends a token.
func (s *scratch) push(e *entry, start, end int, capitals bool) {
	t := token{entry: e, start: start, end: end, gap: s.gap, capitals: capitals}
	s.gap = space
	if e.role&(home|foreign|contrast) != 0 {
		switch {
		case e.role&contrast != 0:
			t.contrast = true
		case e.role&home != 0:
			s.home++
		case s.spoken(&t):
			s.foreign++
		}
	}
	if e.tails != 0 && t.gap < sentence {
		s.phrase(&t)
	}
	if t.capitals {
		s.capitals++
	}
	s.tokens = append(s.tokens, t)
}

// spoken reports whether a word of another language is more than a part of a
// name, such as Los Angeles or Dan, whose capitals stand inside sentences too.
func (s *scratch) spoken(t *token) bool {
	if t.gap >= sentence || len(s.tokens) == 0 || t.capitals && t.end-t.start > 2 {
		return true
	}
	return t.start < len(s.text) && classes[s.text[t.start]]&(letter|lower) != letter
}

// phrase replaces the last words by the phrase that t completes, if it does.
func (s *scratch) phrase(t *token) {
	for i := range s.lex.tails[t.tails-1] {
		p := &s.lex.tails[t.tails-1][i]
		n := len(s.tokens) - len(p.before)
		if n < 0 || !endsIn(s.tokens[n:], p.before) {
			continue
		}
		for _, w := range s.tokens[n:] {
			if w.capitals {
				s.capitals--
			}
			t.capitals = t.capitals && w.capitals
		}
		t.entry, t.start, t.gap = p.whole, s.tokens[n].start, s.tokens[n].gap
		t.contrast = p.whole.role&contrast != 0
		s.tokens = s.tokens[:n]
		return
	}
}

// endsIn reports whether the tokens are these words, in one sentence.
func endsIn(tokens []token, words []*entry) bool {
	for i, w := range words {
		if tokens[i].entry != w || i > 0 && tokens[i].gap >= sentence {
			return false
		}
	}
	return true
}
