package dedup

import (
	"html"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Normalize returns s in the form that titles are compared in: HTML entities
// resolved, compatibility characters (full width, Ⅱ) replaced, accents and
// macrons dropped, lower case, apostrophes dropped and all other punctuation one
// space. "&" reads as "and". Words in any script are kept. A text of nothing but
// punctuation is kept as it is, lower case, so that "!!!" remains a title.
//
// Normalize loses what can tell works apart ("K-ON!" from "K-ON!!"):
// [ParseTitle] keeps that in fields. O(len(s)).
func Normalize(s string) string {
	raw := unescape(s)
	var b strings.Builder
	b.Grow(len(raw))
	space := false
	word := func(text string) {
		if space && b.Len() > 0 {
			b.WriteByte(' ')
		}
		space = false
		b.WriteString(text)
	}
	for _, r := range norm.NFKD.String(strings.ToLower(norm.NFKC.String(raw))) {
		r = unicode.ToLower(r)
		switch {
		case r >= 0x300 && r <= 0x36F || isApostrophe(r):
			// dropped without a gap: ō is o, don't is dont
		case r == '&':
			space = true
			word("and")
			space = true
		case r == '@':
			word("a")
		case r == '×':
			word("x")
		case unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r):
			if text, ok := ligatures[r]; ok {
				word(text)
				continue
			}
			word(string(r))
		default:
			space = true
		}
	}
	if b.Len() == 0 {
		return strings.Join(strings.Fields(strings.ToLower(raw)), " ")
	}
	return norm.NFC.String(b.String())
}

// Letters that have no decomposition but are written with plain ones.
var ligatures = map[rune]string{
	'æ': "ae", 'œ': "oe", 'ø': "o", 'ł': "l", 'đ': "d", 'ß': "ss", 'ı': "i", 'þ': "th", 'ð': "d",
}

// unescape resolves HTML entities; twice, because catalogues copy escaped text
// from each other and escape it again.
func unescape(s string) string {
	for range 2 {
		if !strings.Contains(s, "&") {
			break
		}
		s = html.UnescapeString(s)
	}
	return strings.ToValidUTF8(s, "")
}

func isApostrophe(r rune) bool {
	switch r {
	case '\'', '’', '‘', 'ʼ', '`', '´', '′':
		return true
	}
	return false
}

// A script is a kind of writing. Titles are compared within one script only.
type script uint8

const (
	latin  script = iota // also digits and titles of punctuation only
	native               // Han, kana, Hangul
	other                // Cyrillic, Thai, Arabic …: compared for equality only
)

// scriptOf returns native where s has any Han, kana or Hangul, because Japanese
// titles mix in Latin words; else the script of its letters.
func scriptOf(s string) script {
	got := latin
	for _, r := range s {
		switch {
		case r < 0x250:
		case isNative(r):
			return native
		case unicode.IsLetter(r) && !unicode.Is(unicode.Latin, r):
			got = other
		}
	}
	return got
}

func isNative(r rune) bool {
	return r >= 0x3005 && r <= 0x30FF && r != '・' && r != '〜' || // kana, 々, 〇
		r >= 0x3400 && r <= 0x9FFF || r >= 0xAC00 && r <= 0xD7A3 || r >= 0x20000 && r <= 0x3FFFF
}

// compactKey is what two spellings of one title share: no spaces, particles and
// long vowels of the romanisations of Japanese in one spelling (wo/o, ha/wa,
// ou/oo/ō), no leading article. It makes a few different words equal ("too",
// "to"), which whole titles survive.
func compactKey(words []string, s script) string {
	if s != latin {
		return strings.Join(words, "")
	}
	if len(words) > 1 && words[0] == "the" {
		words = words[1:]
	}
	var b strings.Builder
	for _, w := range words {
		switch w {
		case "wo":
			w = "o"
		case "ha":
			w = "wa"
		case "he":
			w = "e"
		}
		b.WriteString(w)
	}
	return longVowels.Replace(b.String())
}

var longVowels = strings.NewReplacer("ou", "o", "oo", "o", "uu", "u", "dzu", "zu", "mb", "nb", "mp", "np")
