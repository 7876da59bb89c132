package strsim_test

import (
	"math/rand/v2"
	"testing"
	"unicode/utf8"

	edlib "github.com/hbollon/go-edlib"

	"github.com/osusume/osusume/internal/strsim"
)

// The library's tables are the reference of the bit-parallel distance.
func TestDistanceEqualsTheTables(t *testing.T) {
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
		if got, want := strsim.Distance(a, b), edlib.OSADamerauLevenshteinDistance(a, b); got != want {
			t.Fatalf("Distance(%q, %q) = %d, want %d", a, b, got, want)
		}
	}
}

func FuzzDistance(f *testing.F) {
	f.Add("glass orchard", "galss orchard")
	f.Add("", "\xff空")
	f.Fuzz(func(t *testing.T, a, b string) {
		if len(a) > 300 || len(b) > 300 {
			t.Skip("long")
		}
		d, m, n := strsim.Distance(a, b), utf8.RuneCountInString(a), utf8.RuneCountInString(b)
		if d != strsim.Distance(b, a) || d < max(m, n)-min(m, n) || d > max(m, n) || (d == 0) != (string([]rune(a)) == string([]rune(b))) {
			t.Fatalf("Distance(%q, %q) = %d", a, b, d)
		}
	})
}
