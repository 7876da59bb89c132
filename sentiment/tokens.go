package sentiment

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A token is one word, phrase, emoticon or word of an emoji's description.
type token struct {
	*entry
	capitals bool
}

// unknown is the entry of words that no lexicon has; contracted that of any
// word that ends in "n't".
var (
	unknown    = &entry{}
	contracted = &entry{shift: negation, reach: window}
)

// scratch is what reading a text fills.
type scratch struct {
	lex          *Lexicon
	tokens       []token
	capitals     int // tokens in capitals
	but          int // the first "but", or -1
	exclamations int
	questions    int
	buf          []byte // a folded word
}

// read cuts text into tokens.
func (s *scratch) read(text string) {
	s.tokens, s.capitals, s.but, s.exclamations, s.questions = s.tokens[:0], 0, -1, 0, 0
	start := 0
	for i := 0; i < len(text); {
		r, size := rune(text[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(text[i:])
		}
		switch {
		case r == '!':
			s.exclamations++
		case r == '?':
			s.questions++
		case r < utf8.RuneSelf && r > ' ':
		case unicode.IsSpace(r), isBreak(r):
			s.chunk(text[start:i])
			start = i + size
		default:
			if words, ok := s.lex.emoji[r]; ok {
				s.chunk(text[start:i])
				start = i + size
				for _, e := range words {
					s.push(e, false)
				}
			}
		}
		i += size
	}
	s.chunk(text[start:])
}

// isBreak reports whether r parts words though it is no space: dashes and the
// ellipsis, and the selectors and joiners between emoji.
func isBreak(r rune) bool {
	switch r {
	case '–', '—', '―', '…', '\uFE0E', '\uFE0F', '\u200B', '\u200D', utf8.RuneError:
		return true
	}
	return false
}

// chunk reads what stands between two spaces.
func (s *scratch) chunk(c string) {
	if c == "" {
		return
	}
	core := strings.TrimFunc(c, isMark)
	switch {
	case len(core) < len(c) && s.known(c): // an emoticon
	case core == "": // marks; perhaps an emoticon that ends a sentence
		if !s.known(strings.TrimRight(c, ".,!?;")) {
			s.push(unknown, false)
		}
	case isLink(c):
		s.push(unknown, isCapitals(core))
	case s.known(core):
	case strings.IndexFunc(core, isMark) < 0:
		s.word(core)
	default:
		for part := range strings.FieldsFuncSeq(core, isJoint) {
			s.word(part)
		}
	}
}

// word reads a word that is not in the lexicon as it stands.
func (s *scratch) word(w string) {
	w = strings.TrimFunc(w, isMark)
	if w == "" || s.known(w) {
		return
	}
	for keep := 2; keep > 0; keep-- {
		s.fold(w)
		if !s.shorten(keep) {
			break
		}
		if e := s.lex.entries[string(s.buf)]; e != nil {
			s.push(e, isCapitals(w))
			return
		}
	}
	e := unknown
	if bytes.HasSuffix(s.buf, notSuffix) {
		e = contracted
	}
	s.push(e, isCapitals(w))
}

var notSuffix = []byte("n't")

// known pushes w if the lexicon has it.
func (s *scratch) known(w string) bool {
	s.fold(w)
	e := s.lex.entries[string(s.buf)]
	if e == nil {
		return false
	}
	s.push(e, isCapitals(w))
	return true
}

// fold puts w, folded, into s.buf.
func (s *scratch) fold(w string) { s.buf = appendFolded(s.buf[:0], w) }

// appendFolded appends w in lower case, with a straight apostrophe.
func appendFolded(dst []byte, w string) []byte {
	for _, r := range w {
		switch {
		case 'A' <= r && r <= 'Z':
			dst = append(dst, byte(r)+'a'-'A')
		case r < utf8.RuneSelf:
			dst = append(dst, byte(r))
		case r == '’' || r == '‘' || r == 'ʼ':
			dst = append(dst, '\'')
		default:
			dst = utf8.AppendRune(dst, unicode.ToLower(r))
		}
	}
	return dst
}

// shorten cuts what is drawn out in s.buf ("sooo", "goood"), a letter more than
// twice in a row, to keep of it, and reports whether anything is.
func (s *scratch) shorten(keep int) bool {
	short, found := s.buf[:0], false
	var last byte
	run := 0
	for _, c := range s.buf {
		if c != last {
			last, run = c, 0
		}
		run++
		found = found || run > 2
		if run <= keep {
			short = append(short, c)
		}
	}
	s.buf = short
	return found
}

// push appends a token and replaces the words of a phrase that it completes.
func (s *scratch) push(e *entry, capitals bool) {
	for _, p := range e.phrases {
		if n := len(s.tokens) - len(p.before); n >= 0 && endsIn(s.tokens[n:], p.before) {
			for _, t := range s.tokens[n:] {
				if t.capitals {
					s.capitals--
				}
				capitals = capitals && t.capitals
			}
			s.tokens = s.tokens[:n]
			if s.but >= n { // a word of the phrase, and no "but" of the text
				s.but = -1
			}
			e = p.whole
			break
		}
	}
	if capitals {
		s.capitals++
	}
	if e.role == but && s.but < 0 {
		s.but = len(s.tokens)
	}
	s.tokens = append(s.tokens, token{e, capitals})
}

func endsIn(tokens []token, words []*entry) bool {
	for i, w := range words {
		if tokens[i].entry != w {
			return false
		}
	}
	return true
}

// isCapitals reports whether w has an upper-case letter and no lower-case one.
func isCapitals(w string) bool {
	found := false
	for _, r := range w {
		switch {
		case unicode.IsLower(r):
			return false
		case unicode.IsUpper(r):
			found = true
		}
	}
	return found
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

// isLink reports whether c looks like an address or a handle, whose letters are no words.
func isLink(c string) bool {
	return strings.Contains(c, "://") || strings.HasPrefix(c, "www.") || strings.Contains(c, "@")
}
