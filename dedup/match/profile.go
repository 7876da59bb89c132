package match

import (
	"strings"

	"github.com/osusume/osusume/internal/ngram"
)

// A Kind is what a column holds, and so how it is compared.
type Kind uint8

const (
	Empty  Kind = iota // nothing to compare
	Text               // prose or lists of words
	Name               // a few words that tell records apart: names, titles, streets
	Code               // one word with digits: numbers of telephones, products, accounts
	Number             // amounts
	Date               // days or years
	Label              // one of a few values
)

var kindNames = [...]string{"empty", "text", "name", "code", "number", "date", "label"}

func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return "unknown"
}

// A profile is what a look at a column's values shows.
type profile struct {
	filled   int
	distinct int
	numbers  int
	dates    int
	years    int
	digits   int     // values that are all digits
	fixed    bool    // all-digit values of one length
	words    float64 // mean per filled value
	single   int     // values of one word that hold a digit
}

// profileOf looks at the values of a column; folded is ngram.Fold of each.
func profileOf(values, folded []string) profile {
	var p profile
	seen := map[string]bool{}
	words := 0
	length := 0
	p.fixed = true
	for i, v := range values {
		if v == "" {
			continue
		}
		p.filled++
		seen[folded[i]] = true
		n := strings.Count(folded[i], " ") + 1
		words += n
		if n == 1 && strings.ContainsAny(v, "0123456789") {
			p.single++
		}
		if _, ok := parseNumber(v); ok {
			p.numbers++
		}
		if _, ok := parseDate(v); ok {
			p.dates++
		}
		if _, ok := yearOf(v); ok {
			p.years++
		}
		if strings.Trim(v, "0123456789") == "" {
			p.digits++
			if length == 0 {
				length = len(v)
			}
			p.fixed = p.fixed && len(v) == length
		}
	}
	p.distinct = len(seen)
	if p.filled > 0 {
		p.words = float64(words) / float64(p.filled)
	}
	return p
}

// Shares of the values of a column that decide its kind. Columns hold errors, so
// none asks for all.
const (
	mostly    = 0.8
	labels    = 40  // a column of fewer distinct values names classes
	proseFrom = 12. // mean words from which a value is read as prose
)

func (p profile) kind() Kind {
	share := func(n int) float64 { return float64(n) / float64(max(1, p.filled)) }
	switch {
	case p.filled == 0 || p.distinct < 2:
		return Empty
	case share(p.dates) >= mostly || share(p.years) >= mostly:
		return Date
	case share(p.digits) >= mostly && (p.meanRepeat() < 4 && p.distinct > 1000 || p.fixedish()):
		return Code
	case share(p.numbers) >= mostly:
		return Number
	case p.distinct <= labels && p.meanRepeat() > 4:
		return Label
	case share(p.single) >= mostly:
		return Code
	case p.words >= proseFrom:
		return Text
	}
	return Name
}

// meanRepeat is how many rows share a value.
func (p profile) meanRepeat() float64 { return float64(p.filled) / float64(max(1, p.distinct)) }

// fixedish reports all-digit values of one length of 4 or more: postcodes,
// telephone numbers, not amounts.
func (p profile) fixedish() bool { return p.fixed && p.distinct > labels }

// foldAll folds every value.
func foldAll(values []string) []string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = ngram.Fold(v)
	}
	return out
}
