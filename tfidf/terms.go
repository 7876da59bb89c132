package tfidf

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// An Analysis is a way of cutting text into terms.
type Analysis uint8

const (
	// Words normalises by NFKC, lowers case and takes runs of letters, digits
	// and marks of two characters or more. Scripts that do not put spaces between
	// words (Han, Hiragana, Katakana), and Hangul, whose particles stick to the
	// words, give every pair of neighbouring characters instead; a character
	// that stands alone is a term.
	Words Analysis = iota
	// Plain lowers case and takes runs of two or more letters, digits and
	// underscores: scikit-learn's default token_pattern. (Lowering is by
	// character, so İ and a final Σ come out as Go has them, not as Python.)
	Plain
	// Chars lowers case and takes characters in a row, white space included, of
	// which two or more count as one space: scikit-learn's analyzer "char".
	Chars
	// WordChars lowers case and takes characters in a row inside words, to which
	// the space before and after belongs: scikit-learn's analyzer "char_wb".
	WordChars
)

// String returns the name of a.
func (a Analysis) String() string {
	return name("analysis", uint8(a), "words", "plain", "chars", "wordchars")
}

func (a Analysis) chars() bool { return a == Chars || a == WordChars }

// Terms appends the terms of s to dst, in the order of the text: words, or three
// characters in a row. They may share memory with s. Between words, invalid
// UTF-8 separates terms. [Options.Terms] has the other settings.
func (a Analysis) Terms(dst []string, s string) []string {
	o, _ := Options{Analysis: a}.check()
	return o.analyzer().terms(dst, s)
}

// Terms appends the terms of s to dst, shorter ones first where there are several
// sizes. They may share memory with s. Impossible options give none.
func (o Options) Terms(dst []string, s string) []string {
	o, faults := o.check()
	if faults != nil {
		return dst
	}
	return o.analyzer().terms(dst, s)
}

func (a Analysis) words(dst []string, s string) []string {
	if a == Plain {
		return plainTerms(dst, strings.ToLower(s))
	}
	return wordTerms(dst, fold(s))
}

// fold is what [Words] does to a text before cutting it.
func fold(s string) string {
	if !norm.NFKC.IsNormalString(s) {
		s = norm.NFKC.String(s)
	}
	return strings.ToLower(s)
}

func plainTerms(dst []string, s string) []string {
	start, runes := 0, 0
	for i, r := range s {
		if r != utf8.RuneError && (r == '_' || unicode.IsLetter(r) || unicode.IsNumber(r)) {
			if runes == 0 {
				start = i
			}
			runes++
			continue
		}
		if runes >= 2 {
			dst = append(dst, s[start:i])
		}
		runes = 0
	}
	if runes >= 2 {
		dst = append(dst, s[start:])
	}
	return dst
}

// The classes of characters that [Words] tells apart: a run ends where the
// class changes.
const (
	space = iota
	spaced
	unspaced
)

func wordTerms(dst []string, s string) []string {
	class, start, runes := space, 0, 0
	before := 0 // where the previous character of an unspaced run begins
	for i, r := range s {
		c := classOf(r)
		if c != class {
			dst = endRun(dst, class, runes, s[start:i])
			class, start, runes = c, i, 0
		} else if c == unspaced {
			dst = append(dst, s[before:i+utf8.RuneLen(r)])
		}
		before = i
		runes++
	}
	return endRun(dst, class, runes, s[start:])
}

// endRun appends the run as a term, unless its pairs have been appended already.
func endRun(dst []string, class, runes int, run string) []string {
	if class == spaced && runes >= 2 || class == unspaced && runes == 1 {
		return append(dst, run)
	}
	return dst
}

const prolonged = 'ー' // U+30FC belongs to no script of its own, but to Katakana words

func classOf(r rune) int {
	switch {
	case r < utf8.RuneSelf:
		if 'a' <= r && r <= 'z' || '0' <= r && r <= '9' {
			return spaced
		}
		return space
	case r == utf8.RuneError:
		return space
	case r >= 0x1100 && (r == prolonged || unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul)):
		return unspaced
	case unicode.IsLetter(r), unicode.IsNumber(r), unicode.IsMark(r):
		return spaced
	}
	return space
}
