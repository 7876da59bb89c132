package sentiment

import (
	"unicode"
	"unicode/utf8"
)

// namesScratch is what a Mask works on.
type namesScratch struct {
	words []nameWord
	hits  []hit
	names []Name
	buf   []byte
}

// size is the length of its longest list.
func (s *namesScratch) size() int { return max(cap(s.words), cap(s.hits), cap(s.buf)) }

// A nameWord is a word as names are compared by: letters and digits, apostrophes
// left out; a character of Chinese or Japanese is a word by itself.
type nameWord struct {
	start, end int
	place      int32 // in Mask.words; -1: in no name
	caps       letterCase
	opens      bool // first of a sentence
}

type letterCase uint8

const (
	caseless letterCase = iota // digits, letters of scripts without case
	lowered                    // "monster"
	titled                     // "Monster", "iPhone"
	raised                     // "MONSTER"
)

// A hit is a name by the places of its words in a text.
type hit struct {
	first, last int
	node        int32
	marked      bool // the name's own marks follow
}

// cut cuts text into words and looks them up.
func (s *namesScratch) cut(text string, words *table) {
	s.words = s.words[:0]
	opens := true
	for i := 0; i < len(text); {
		r, size := rune(text[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(text[i:])
		}
		if !isNameRune(r) {
			switch r {
			case '.', '!', '?', '\n', '…', '。':
				opens = true
			}
			i += size
			continue
		}
		w := nameWord{start: i, place: -1, opens: opens}
		i = s.word(text, &w, r, size)
		if words != nil {
			if e := words.find(s.buf, hashOf(s.buf)); e != nil {
				w.place = e.place
			}
		}
		s.words = append(s.words, w)
		opens = false
	}
}

// word reads the word at w.start, which begins with r, folded into s.buf. It
// returns where it ends.
func (s *namesScratch) word(text string, w *nameWord, r rune, size int) int {
	s.buf = s.buf[:0]
	uppers, lowers := 0, 0
	i := w.start
	for {
		switch {
		case 'A' <= r && r <= 'Z' || r >= utf8.RuneSelf && unicode.IsUpper(r):
			uppers++
		case 'a' <= r && r <= 'z' || r >= utf8.RuneSelf && unicode.IsLower(r):
			lowers++
		}
		s.buf = appendRune(s.buf, r)
		i += size
		w.end = i
		if ideograph(r) {
			break
		}
		if r, size = utf8.DecodeRuneInString(text[i:]); r == '\'' || r == '’' {
			after, n := utf8.DecodeRuneInString(text[i+size:])
			if !isNameRune(after) {
				break
			}
			i += size
			r, size = after, n
		}
		if size == 0 || !isNameRune(r) || ideograph(r) {
			break
		}
	}
	switch {
	case uppers == 0 && lowers > 0:
		w.caps = lowered
	case uppers > 0 && (lowers > 0 || uppers == 1):
		w.caps = titled
	case uppers > 0:
		w.caps = raised
	}
	return w.end
}

func isNameRune(r rune) bool {
	if r < utf8.RuneSelf {
		return classes[r]&(letter|digit) != 0
	}
	return r != utf8.RuneError && isWordRune(r)
}

// fold returns a word of text as it is compared.
func (s *namesScratch) fold(text string, w nameWord) []byte {
	s.buf = s.buf[:0]
	for _, r := range text[w.start:w.end] {
		if r != '\'' && r != '’' {
			s.buf = appendRune(s.buf, r)
		}
	}
	return s.buf
}

func appendRune(dst []byte, r rune) []byte {
	if r < utf8.RuneSelf {
		if classes[r]&upper != 0 {
			r |= 0x20
		}
		return append(dst, byte(r))
	}
	return utf8.AppendRune(dst, unicode.ToLower(r))
}

// ideograph reports whether r is of a script that does not part words.
func ideograph(r rune) bool {
	return r >= 0x2e80 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai)
}
