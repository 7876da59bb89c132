package match

import (
	"math"
	"strings"
	"unicode/utf8"

	"github.com/osusume/osusume/internal/ngram"
	"github.com/osusume/osusume/internal/strsim"
)

// maxEdit is the longest text whose edit distance is computed: beyond it the
// cosine of grams says as much.
const maxEdit = 64

// editSimilarity is 1 − distance/longer length, a swap of neighbours counting 1,
// in [0, 1]. Empty texts are not like anything.
func editSimilarity(a, b string) float64 {
	if a == "" || b == "" {
		return 0
	}
	if a == b {
		return 1
	}
	la, lb := utf8.RuneCountInString(a), utf8.RuneCountInString(b)
	n := max(la, lb)
	// The difference in length is a lower bound of the distance.
	if n > maxEdit || 2*min(la, lb) < n {
		return 0
	}
	d := strsim.Distance(a, b)
	return 1 - float64(min(d, n))/float64(n)
}

// A comparator says at which level two rows agree in one respect: 0 where one of
// them says nothing, else 1 to levels.
type comparator struct {
	name   string
	levels int                // 2 to fellegi.MaxLevels
	level  func(i, j int) int // i of the left rows, j of the right
}

// comparatorOf is how columns of p's kind are compared; offset is the place of the
// first right row among the values.
func comparatorOf(p *pairing, offset int) comparator {
	c := comparator{name: p.Left}
	if p.Right != p.Left {
		c.name += "/" + p.Right
	}
	var compare func(i, j int) int
	switch p.Kind {
	case Code:
		c.levels, compare = codes(p.folded)
	case Number:
		c.levels, compare = numbers(p.values)
	case Date:
		c.levels, compare = dates(p.values)
	case Label:
		c.levels, compare = labelled(p.folded)
	default:
		c.levels, compare = texts(p)
	}
	c.level = func(i, j int) int { return compare(i, j+offset) }
	return c
}

// grade turns a similarity in [0, 1] into 1 … steps.
func grade(s float64, steps int) int { return 1 + min(steps-1, int(s*float64(steps))) }

// texts compares by the cosine of words and grams, names also by edit distance;
// equal texts are a level of their own.
func texts(p *pairing) (levels int, compare func(i, j int) int) {
	const steps = 10
	if p.space == nil {
		p.space = ngram.NewSpace(p.folded)
	}
	return steps + 1, func(i, j int) int {
		a, b := p.folded[i], p.folded[j]
		if a == "" || b == "" {
			return 0
		}
		if a == b {
			return steps + 1
		}
		s := float64(p.space.Cosine(i, j))
		if p.Kind == Name {
			// Unrelated words share letters: edits count a little less.
			s = max(s, editSimilarity(a, b)-0.1)
		}
		return grade(s, steps)
	}
}

// codes compares identifiers by edit distance.
func codes(folded []string) (levels int, compare func(i, j int) int) {
	return 5, func(i, j int) int {
		a, b := folded[i], folded[j]
		switch {
		case a == "" || b == "":
			return 0
		case a == b:
			return 5
		case len(a) >= 5 && len(b) >= 5 && (strings.Contains(a, b) || strings.Contains(b, a)):
			return 4
		}
		n := float64(max(len(a), len(b)))
		switch d := math.Round((1 - editSimilarity(a, b)) * n); {
		case d <= 1 && n >= 3:
			return 4
		case d <= 2 && n >= 5:
			return 3
		case d <= n/2:
			return 2
		}
		return 1
	}
}

// numbers compares by the ratio of amounts.
func numbers(values []string) (levels int, compare func(i, j int) int) {
	parsed := make([]float64, len(values))
	for i, v := range values {
		n, ok := parseNumber(v)
		if !ok {
			n = math.NaN()
		}
		parsed[i] = n
	}
	return 6, func(i, j int) int {
		a, b := parsed[i], parsed[j]
		if math.IsNaN(a) || math.IsNaN(b) {
			return 0
		}
		if a == b {
			return 6
		}
		far := math.Abs(a-b) / max(math.Abs(a), math.Abs(b))
		switch {
		case far <= 0.02:
			return 5
		case far <= 0.1:
			return 4
		case far <= 0.25:
			return 3
		case far <= 0.5:
			return 2
		}
		return 1
	}
}

// dates compares days, or years where one side has no more.
func dates(values []string) (levels int, compare func(i, j int) int) {
	parsed := make([]date, len(values))
	for i, v := range values {
		if d, ok := parseDate(v); ok {
			parsed[i] = d
		} else if y, ok := yearOf(v); ok {
			parsed[i] = date{year: y}
		}
	}
	return 6, func(i, j int) int {
		a, b := parsed[i], parsed[j]
		if a.year == 0 || b.year == 0 {
			return 0
		}
		return dateLevel(a, b)
	}
}

// dateLevel forgives one part that is wrong, and day and month swapped. Tables
// that know a year only often write its first of January, so that this day in two
// years is no agreement.
func dateLevel(a, b date) int {
	years := a.year - b.year
	if years < 0 {
		years = -years
	}
	swapped := a.month == b.day && a.day == b.month
	same := 0
	for _, eq := range []bool{a.year == b.year, a.month == b.month, a.day == b.day} {
		if eq {
			same++
		}
	}
	switch {
	case same == 3:
		return 6
	case years == 0 && swapped, same == 2 && (years == 0 || a.month+a.day > 2):
		return 5
	case years == 0:
		return 4
	case years == 1:
		return 3
	case years <= 3:
		return 2
	}
	return 1
}
