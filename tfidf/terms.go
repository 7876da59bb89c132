package tfidf

import (
	"strconv"
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
)

// String returns the name of a.
func (a Analysis) String() string {
	switch a {
	case Words:
		return "words"
	case Plain:
		return "plain"
	}
	return "analysis(" + strconv.Itoa(int(a)) + ")"
}

// Terms appends the terms of s to dst, in the order of the text. They may share
// memory with s. Invalid UTF-8 separates terms.
func (a Analysis) Terms(dst []string, s string) []string {
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
