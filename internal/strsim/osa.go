package strsim

import (
	"unicode/utf8"

	edlib "github.com/hbollon/go-edlib"
)

// word is how many characters a text may have to be a word of bits.
const word = 64

// Distance is how many changes make b of a, by optimal string alignment, in
// characters; bytes that are no UTF-8 count one each. O(len(a) + len(b)) where
// the shorter has 64 characters or fewer.
func Distance(a, b string) int {
	if len(a) > len(b) {
		a, b = b, a
	}
	switch m := utf8.RuneCountInString(a); {
	case m == 0:
		return utf8.RuneCountInString(b)
	case m <= word:
		return alignment(a, b, m)
	}
	return edlib.OSADamerauLevenshteinDistance(a, b)
}

// alignment is the distance by optimal string alignment of a, which has m runes,
// 1 ≤ m ≤ 64, to b, a column of the table at a time as bits of a word: Hyyrö, "A
// Bit-Vector Algorithm for Computing Levenshtein and Damerau Edit Distances",
// Nordic Journal of Computing 10 (2003). O(len(b)).
func alignment(a, b string, m int) int {
	var ascii [utf8.RuneSelf]uint64 // rune → places in a
	var others [64]struct {
		r    rune
		bits uint64
	}
	known := 0
	find := func(r rune) int {
		for i := range known {
			if others[i].r == r {
				return i
			}
		}
		return known
	}
	at := 0
	for _, r := range a {
		bit := uint64(1) << at
		at++
		if r < utf8.RuneSelf {
			ascii[r] |= bit
			continue
		}
		i := find(r)
		if i == known {
			others[i].r = r
			known++
		}
		others[i].bits |= bit
	}
	up, down, same, before := ^uint64(0), uint64(0), uint64(0), uint64(0)
	last, score := uint64(1)<<(m-1), m
	for _, r := range b {
		match := uint64(0)
		if r < utf8.RuneSelf {
			match = ascii[r]
		} else if i := find(r); i < known {
			match = others[i].bits
		}
		swap := ((^same & match) << 1) & before
		same = ((match&up + up) ^ up) | match | down | swap
		right, left := down|^(same|up), same&up
		if right&last != 0 {
			score++
		}
		if left&last != 0 {
			score--
		}
		right, left = right<<1|1, left<<1
		up, down = left|^(same|right), right&same
		before = match
	}
	return score
}
