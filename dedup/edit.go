package dedup

import (
	"unicode/utf8"

	edlib "github.com/hbollon/go-edlib"
)

// maxEdit is the longest text whose edit distance is computed; the cost is
// quadratic, and beyond this length titles are told apart by their beginning.
const maxEdit = 120

// editSimilarity returns 1 − distance/longer length by optimal string alignment
// (a swap of neighbours costs 1), in [0, 1]. It stands between us and the
// library because that answers NaN or divides by zero for some texts of no or
// one character: here equal texts give 1 and an empty one against another 0.
func editSimilarity(a, b string) float64 {
	if a == b {
		return 1
	}
	a, b = clip(a), clip(b)
	n := max(utf8.RuneCountInString(a), utf8.RuneCountInString(b))
	if n == 0 || a == "" || b == "" {
		return 0
	}
	d := edlib.OSADamerauLevenshteinDistance(a, b)
	return 1 - float64(min(d, n))/float64(n)
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
