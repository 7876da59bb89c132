package match

import (
	"strconv"
	"strings"
	"time"
)

// parseNumber reads a number as tables write it: with a currency before it, a
// unit-free tail, and commas between thousands.
func parseNumber(s string) (float64, bool) {
	s = strings.TrimLeft(s, "$€£¥ ")
	if s == "" || len(s) > 24 {
		return 0, false
	}
	if strings.Contains(s, ",") {
		if !thousands(s) {
			return 0, false
		}
		s = strings.ReplaceAll(s, ",", "")
	}
	for i := range len(s) {
		if c := s[i]; (c < '0' || c > '9') && c != '.' && c != '-' && c != '+' {
			return 0, false // no NaN, Inf, hexadecimal or exponent
		}
	}
	v, err := strconv.ParseFloat(s, 64)
	return v, err == nil
}

// thousands reports whether every comma stands before exactly three digits.
func thousands(s string) bool {
	whole, _, _ := strings.Cut(s, ".")
	groups := strings.Split(whole, ",")
	for i, g := range groups {
		if i > 0 && len(g) != 3 || i == 0 && (g == "" || len(g) > 4) {
			return false
		}
	}
	return true
}

// A date is a day; month and day are 0 where only the year is known.
type date struct{ year, month, day int }

var dateLayouts = []string{
	"2006-01-02", "20060102", "2006/01/02", "02/01/2006", "02.01.2006", "2006-01-02 15:04:05",
	time.RFC3339, "2 January 2006", "January 2, 2006", "Jan 2, 2006", "2 Jan 2006", "02-01-2006", "02-Jan-2006",
}

// parseDate reads a day as tables write it.
func parseDate(s string) (date, bool) {
	if len(s) < 8 || len(s) > 32 {
		return date{}, false
	}
	for _, layout := range dateLayouts {
		if t, err := time.Parse(layout, s); err == nil {
			if t.Year() < 1000 {
				return date{}, false
			}
			return date{t.Year(), int(t.Month()), t.Day()}, true
		}
	}
	return date{}, false
}

// yearOf reads a plain year.
func yearOf(s string) (int, bool) {
	if s = strings.TrimSuffix(s, ".0"); len(s) != 4 {
		return 0, false
	}
	y, err := strconv.Atoi(s)
	return y, err == nil && y >= 1500 && y < 2200
}
