package dedup

import (
	"math"
	"slices"
	"strconv"
	"strings"

	edlib "github.com/hbollon/go-edlib"

	"github.com/osusume/osusume/internal/strsim"
)

// A Comparator says how alike two values of a field are, in [0, 1]: 1 is equal.
// It must be symmetric and safe for concurrent use.
type Comparator func(a, b string) float64

// Equal is 1 for values that [Normalize] makes equal, else 0.
func Equal(a, b string) float64 {
	if a == b || Normalize(a) == Normalize(b) {
		return 1
	}
	return 0
}

// Edit is 1 less the share of characters to change (optimal string alignment, a
// swap of neighbours is one change) between the normalised values, of which the
// first 120 characters count.
func Edit(a, b string) float64 { return editSimilarity(Normalize(a), Normalize(b)) }

// JaroWinkler is that similarity of the normalised values: for names of people,
// whose beginnings are seldom wrong.
func JaroWinkler(a, b string) float64 {
	a, b = clip(Normalize(a)), clip(Normalize(b))
	if a == b {
		return 1
	}
	if a == "" || b == "" {
		return 0
	}
	s := float64(edlib.JaroWinklerSimilarity(a, b))
	if math.IsNaN(s) {
		return 0
	}
	return max(0, min(1, s))
}

// Words is the share of normalised words, of all that either value has, that
// both have.
func Words(a, b string) float64 {
	x, y := wordSet(a), wordSet(b)
	if len(x) == 0 || len(y) == 0 {
		return 0
	}
	both := 0
	for _, w := range x {
		if _, ok := slices.BinarySearch(y, w); ok {
			both++
		}
	}
	return float64(both) / float64(len(x)+len(y)-both)
}

func wordSet(s string) []string {
	words := strings.Fields(Normalize(s))
	if len(words) > maxWords {
		words = words[:maxWords]
	}
	slices.Sort(words)
	return slices.Compact(words)
}

// Number compares decimal numbers: 1 less their difference as a share of scale,
// at least 0. What is no finite number is compared by [Equal]. scale is above 0.
func Number(scale float64) Comparator {
	return func(a, b string) float64 {
		x, errX := strconv.ParseFloat(strings.TrimSpace(a), 64)
		y, errY := strconv.ParseFloat(strings.TrimSpace(b), 64)
		d := math.Abs(x - y)
		if errX != nil || errY != nil || math.IsNaN(d) || math.IsInf(d, 0) {
			return Equal(a, b)
		}
		return max(0, 1-d/scale)
	}
}

// Date compares dates of digits, "1974-03-12" or "19740312": 1 where they are
// equal, 0.9 where day and month are swapped, 0.8 where one digit differs or two
// neighbours are swapped, 0.5 where only the year agrees, else 0. What has not
// eight digits is compared by [Equal].
func Date(a, b string) float64 {
	x, y := digitsOf(a), digitsOf(b)
	if len(x) != 8 || len(y) != 8 {
		return Equal(a, b)
	}
	switch {
	case x == y:
		return 1
	case x[:4] == y[:4] && x[4:6] == y[6:] && x[6:] == y[4:6]:
		return 0.9
	case strsim.Distance(x, y) == 1:
		return 0.8
	case x[:4] == y[:4]:
		return 0.5
	}
	return 0
}

func digitsOf(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, clip(s))
}
