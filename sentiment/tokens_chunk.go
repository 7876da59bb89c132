package sentiment

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// A class is what a byte is in a text.
type class uint8

const (
	letter     class = 1 << iota // of ASCII
	digit                        //
	blank                        // a space of ASCII
	closing                      // a mark that may end a word and is not part of it
	lower                        //
	upper                        // 0x20: what an ASCII letter in lower case has more
	apostrophe                   // within a word; no byte has it
)

var classes = func() (t [256]class) {
	for c := range t {
		switch {
		case 'a' <= c && c <= 'z':
			t[c] = letter | lower
		case 'A' <= c && c <= 'Z':
			t[c] = letter | upper
		case '0' <= c && c <= '9':
			t[c] = digit
		case c == ' ' || '\t' <= c && c <= '\r':
			t[c] = blank
		case strings.ContainsRune(`.,;:!?)]"'`, rune(c)):
			t[c] = closing
		}
	}
	return t
}()

// chunk reads what stands between two spaces, from i, which is none of ASCII. It
// returns where to go on.
func (s *scratch) chunk(text string, i, end int) int {
	j := i
	for j < end {
		c := text[j]
		if c < utf8.RuneSelf {
			if classes[c]&blank != 0 {
				break
			}
			j++
			continue
		}
		r, size := utf8.DecodeRuneInString(text[j:end])
		if unicode.IsSpace(r) || isBreak(r) {
			s.piece(text, i, j)
			if dash := r == '–' || r == '—' || r == '―' || r == '…'; dash {
				s.widen(clause)
			}
			return j + size
		}
		if r >= '\u203c' || r == '©' || r == '®' {
			s.buf = append(s.buf[:0], text[j:j+size]...)
			e := s.lex.find(s.buf, hashOf(s.buf))
			if e == nil && r >= firstPicture && r <= lastPicture {
				e = unknown
			}
			if e != nil && (e == unknown || e.role&emoticon != 0) {
				s.piece(text, i, j)
				s.push(e, j, j+size, false)
				return j + size
			}
		}
		j += size
	}
	s.piece(text, i, j)
	return j
}

// The block of emoji, of which a lexicon has those that say something.
const firstPicture, lastPicture = 0x1f000, 0x1faff

// isBreak reports whether r parts words though it is no space: dashes and the
// ellipsis, and the selectors and joiners between emoji.
func isBreak(r rune) bool {
	switch r {
	case '–', '—', '―', '…', '\uFE0E', '\uFE0F', '\u200B', '\u200D', utf8.RuneError:
		return true
	}
	return false
}

// piece reads a chunk without emoji and breaks.
func (s *scratch) piece(text string, i, j int) {
	if i == j {
		return
	}
	c := text[i:j]
	first := strings.TrimLeftFunc(c, isMark)
	core := strings.TrimRightFunc(first, isMark)
	a := j - len(first)
	b := a + len(core)
	switch {
	case len(core) < len(c) && s.known(text, i, j): // an emoticon
		s.count(c)
		return
	case core == "": // marks; perhaps an emoticon that ends a sentence
		if trimmed := strings.TrimRight(c, ".,!?;"); s.known(text, i, i+len(trimmed)) {
			s.count(trimmed)
			c = c[len(trimmed):]
		} else {
			s.widen(clause) // a dash, dots
		}
		s.marks(c)
		return
	}
	s.marks(text[i:a])
	switch {
	case isLink(c):
		s.push(unknown, i, j, isCapitals(core))
	case s.known(text, a, b):
	case strings.IndexFunc(core, isMark) < 0:
		s.word(text, a, b)
	default:
		s.parts(text, a, b)
	}
	if tail := text[b:j]; tail != "" {
		if len(tail) > 1 && (tail[0] == ':' || tail[0] == ';' || tail[0] == '=' || tail[0] == '<') && s.known(text, b, j) {
			s.count(tail)
			return
		}
		s.marks(tail)
	}
}

// count counts marks that are part of an emoticon.
func (s *scratch) count(c string) {
	for i := range len(c) {
		switch c[i] {
		case '!':
			s.exclamations++
		case '?':
			s.questions++
		}
	}
}

// marks reads marks around a word.
func (s *scratch) marks(c string) {
	for i := range len(c) {
		s.mark(c[i])
	}
}

// parts reads "funny/sad", "great...but" and "well-made".
func (s *scratch) parts(text string, i, j int) {
	start := i
	for k, r := range text[i:j] {
		if !isJoint(r) {
			continue
		}
		s.word(text, start, i+k)
		if r < utf8.RuneSelf {
			s.mark(byte(r))
		}
		start = i + k + utf8.RuneLen(r)
	}
	s.word(text, start, j)
}

// word reads a word that is not in the lexicon with the marks around it.
func (s *scratch) word(text string, i, j int) {
	for i < j && text[i] < utf8.RuneSelf && isMark(rune(text[i])) {
		i++
	}
	for i < j && text[j-1] < utf8.RuneSelf && isMark(rune(text[j-1])) {
		j--
	}
	if i == j || s.known(text, i, j) {
		return
	}
	s.push(s.unfamiliar(true), i, j, isCapitals(text[i:j]))
}

// known pushes text[i:j] if the lexicon has it; else it is left, folded, in s.buf.
func (s *scratch) known(text string, i, j int) bool {
	s.buf = appendFolded(s.buf[:0], text[i:j])
	e := s.lex.find(s.buf, hashOf(s.buf))
	if e == nil {
		return false
	}
	s.push(e, i, j, isCapitals(text[i:j]))
	return true
}

func isMark(r rune) bool {
	if r < utf8.RuneSelf {
		return '!' <= r && r <= '/' || ':' <= r && r <= '@' || '[' <= r && r <= '`' || '{' <= r && r <= '~'
	}
	return unicode.IsPunct(r) || unicode.IsSymbol(r)
}

// isJoint reports whether words meet at r: "funny/sad", "great...but", "well-made".
func isJoint(r rune) bool {
	switch r {
	case '\'', '’', '‘', '*', '&', '#', '$', '%', '`', '^': // within words, or in place of their letters
		return false
	}
	return isMark(r)
}
