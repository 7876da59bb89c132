package dedup

import (
	"unicode/utf8"

	edlib "github.com/hbollon/go-edlib"
)

// maxEdit is the longest text whose edit distance is computed; beyond this length
// titles are told apart by their beginning.
const maxEdit = 120

// editSimilarity returns 1 − distance/longer length by optimal string alignment
// (a swap of neighbours costs 1), in [0, 1]. Equal texts give 1 and an empty one
// against another 0.
func editSimilarity(a, b string) float64 {
	if a == b {
		return 1
	}
	a, b = clip(a), clip(b)
	if len(a) > len(b) {
		a, b = b, a
	}
	m, n := utf8.RuneCountInString(a), utf8.RuneCountInString(b)
	if m == 0 || n == 0 {
		return 0
	}
	var d int
	if m <= 64 {
		d = alignment(a, b, m)
	} else { // the library's tables; one title in a thousand is as long
		d = edlib.OSADamerauLevenshteinDistance(a, b)
	}
	longest := max(m, n)
	return 1 - float64(min(d, longest))/float64(longest)
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

func clip(s string) string {
	n := 0
	for i := range s {
		if n == maxEdit {
			return s[:i]
		}
		n++
	}
	return s
}
