package dedup

import (
	"math/rand/v2"
	"testing"
	"unicode/utf8"

	edlib "github.com/hbollon/go-edlib"
)

// The library's tables are the reference of the bit-parallel distance.
func TestAlignmentEqualsTheTables(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	letters := []rune("abcdeé空海")
	word := func() string {
		out := make([]rune, 1+r.IntN(70))
		for i := range out {
			out[i] = letters[r.IntN(len(letters))]
		}
		return string(out)
	}
	for range 20_000 {
		a, b := word(), word()
		if r.IntN(2) == 0 { // near misses, with swaps
			rs := []rune(a)
			for range 1 + r.IntN(3) {
				i := r.IntN(len(rs))
				j := max(0, i-1)
				rs[i], rs[j] = rs[j], rs[i]
			}
			b = string(rs)
		}
		m := utf8.RuneCountInString(a)
		if m > 64 {
			continue
		}
		if got, want := alignment(a, b, m), edlib.OSADamerauLevenshteinDistance(a, b); got != want {
			t.Fatalf("alignment(%q, %q) = %d, want %d", a, b, got, want)
		}
	}
}

func TestEditSimilarityOfEmptyAndLongTexts(t *testing.T) {
	long := ""
	for range 300 {
		long += "long"
	}
	for _, test := range []struct {
		a, b string
		want float64
	}{
		{"", "", 1}, {"", "a", 0}, {"K", "X", 0}, {"K", "K", 1}, {"ab", "ba", 0.5}, {long, long + "x", 1}, {long, "x", 0},
	} {
		if got := editSimilarity(test.a, test.b); got != test.want {
			t.Errorf("editSimilarity(%.10q, %.10q) = %v, want %v", test.a, test.b, got, test.want)
		}
	}
}
