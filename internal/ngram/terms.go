package ngram

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Fold returns the text that terms are made of: compatibility characters
// replaced, accents dropped, lower case, everything but letters and digits one
// space, none at the ends. It keeps letters of any script. O(len(s)).
func Fold(s string) string {
	if plain(s) {
		return foldASCII(s)
	}
	var b strings.Builder
	b.Grow(len(s))
	space := false
	for _, r := range norm.NFKD.String(strings.ToLower(strings.ToValidUTF8(s, " "))) {
		switch {
		case r >= 0x300 && r <= 0x36F || r == '\'' || r == '’':
			// dropped without a gap: é is e, don't is dont
		case unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r):
			if space && b.Len() > 0 {
				b.WriteByte(' ')
			}
			space = false
			b.WriteRune(unicode.ToLower(r))
		default:
			space = true
		}
	}
	return b.String()
}

func plain(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func foldASCII(s string) string {
	b := make([]byte, 0, len(s))
	space := false
	for i := range len(s) {
		c := s[i]
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		switch {
		case c == '\'':
		case 'a' <= c && c <= 'z' || '0' <= c && c <= '9':
			if space && len(b) > 0 {
				b = append(b, ' ')
			}
			space = false
			b = append(b, c)
		default:
			space = true
		}
	}
	return string(b)
}

// eachWord calls f for every word of folded text.
func eachWord(folded string, f func(word string)) {
	for len(folded) > 0 {
		word, rest, _ := strings.Cut(folded, " ")
		if word != "" {
			f(word)
		}
		folded = rest
	}
}

// eachGram calls f for every three characters of folded text, whose words are
// padded by a space at both ends, so that a gram knows where a word begins.
func eachGram(folded string, f func(gram string)) {
	if folded == "" {
		return
	}
	padded := " " + folded + " "
	// at holds where the last three characters begin.
	var at [3]int
	n := 0
	for i, r := range padded {
		at[0], at[1], at[2] = at[1], at[2], i
		if n++; n >= 3 {
			f(padded[at[0] : i+utf8.RuneLen(r)])
		}
	}
}
