package dedup

import (
	"unicode/utf8"

	"github.com/osusume/osusume/internal/strsim"
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
	m, n := utf8.RuneCountInString(a), utf8.RuneCountInString(b)
	if m == 0 || n == 0 {
		return 0
	}
	d := strsim.Distance(a, b)
	longest := max(m, n)
	return 1 - float64(min(d, longest))/float64(longest)
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
