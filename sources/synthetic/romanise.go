package synthetic

import "strings"

// A romanisation is a habit of writing Japanese with Latin letters. The word
// lists spell kana by kana: Toudai, Ookami, wo.
type romanisation uint8

const (
	kanaByKana romanisation = iota // Toudai wo
	macrons                        // Tōdai o
	noLength                       // Todai o
	longByH                        // Tohdai wo
	numRomanisations
)

var lengths = [numRomanisations]*strings.Replacer{
	kanaByKana: strings.NewReplacer(),
	macrons:    strings.NewReplacer("ou", "ō", "oo", "ō", "uu", "ū", "Ou", "Ō", "Oo", "Ō", " wo ", " o "),
	noLength:   strings.NewReplacer("ou", "o", "oo", "o", "uu", "u", "Ou", "O", "Oo", "O", " wo ", " o "),
	longByH:    strings.NewReplacer("ou", "oh", "oo", "oh", "Ou", "Oh", "Oo", "Oh"),
}

// romanise writes s, spelled kana by kana, in another way.
func romanise(s string, style romanisation) string { return lengths[style].Replace(s) }

// abbreviate makes the nickname that fans use: the first two syllables or so of
// the first two long words, run together. It is empty where there are none.
func abbreviate(romaji string) string {
	var parts []string
	for word := range strings.SplitSeq(romaji, " ") {
		if len(word) >= 4 && word[0] > '9' && word[0] < 0x80 && len(parts) < 2 {
			parts = append(parts, syllables(word, 2))
		}
	}
	if len(parts) < 2 {
		return ""
	}
	return parts[0] + strings.ToLower(parts[1])
}

// syllables returns the beginning of word up to its n-th vowel.
func syllables(word string, n int) string {
	for i, c := range word {
		if strings.ContainsRune("aeiouAEIOU", c) {
			if n--; n == 0 {
				return word[:i+1]
			}
		}
	}
	return word
}
