package sources

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// layouts of times written as text, the likely first.
var timeLayouts = []string{time.RFC3339Nano, time.DateOnly, time.DateTime, "2006-01-02T15:04:05", "02-Jan-2006"}

// parseTime reads a time: a Unix time in seconds, or in milli-, micro- or
// nanoseconds where it would else lie beyond the year 5000, RFC 3339, or a date.
// An order such as 1, 2, 3 is kept as so many seconds. "" and 0 mean unknown.
func parseTime(s string) (time.Time, error) {
	if s == "" || s == "0" {
		return time.Time{}, nil
	}
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		return unix(n), nil
	}
	if f, err := strconv.ParseFloat(s, 64); err == nil && math.Abs(f) < math.MaxInt64 && !strings.ContainsAny(s, "xX") {
		return unix(int64(math.Floor(f))), nil // data frames write whole seconds with a point
	}
	for _, layout := range timeLayouts {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, fmt.Errorf("time %q is neither Unix, nor RFC 3339, nor a date", s)
}

func unix(n int64) time.Time {
	const beyond = 95_617_584_000     // seconds until the year 5000
	switch a := uint64(max(n, -n)); { // the least int64 has no positive twin
	case n == 0: // a data frame's 0.0
		return time.Time{}
	case a <= beyond:
		return time.Unix(n, 0).UTC()
	case a <= beyond*1e3:
		return time.UnixMilli(n).UTC()
	case a <= beyond*1e6:
		return time.UnixMicro(n).UTC()
	}
	return time.Unix(0, n).UTC()
}

// parseDate reads when a work appeared: a time as parseTime reads it, "20190401",
// or, of a date that does not give the day ("1995", "1995-04"), the year alone.
func parseDate(s string) (t time.Time, year int) {
	if y := parseYear(s); y != 0 && strings.TrimRight(s[4:], ".0") == "" {
		return time.Time{}, y // never the seconds of an hour in 1970
	}
	t, err := time.Parse("20060102", s)
	if err != nil {
		t, err = parseTime(s)
	}
	if err != nil || t.IsZero() {
		return time.Time{}, parseYear(s)
	}
	return t, t.Year()
}

// parseYear finds a year at the beginning of s: "1995", "1995-04-03", "1995.0".
// 0 means none.
func parseYear(s string) int {
	if len(s) < 4 || len(s) > 4 && s[4] >= '0' && s[4] <= '9' {
		return 0
	}
	n, err := strconv.Atoi(s[:4])
	if err != nil || n < 1000 {
		return 0
	}
	return n
}

// yearInTitle finds the year that films' titles end in: "Toy Story (1995)".
func yearInTitle(title string) int {
	title = strings.TrimRight(title, " )")
	i := strings.LastIndexByte(title, '(')
	if i < 0 || len(title)-i != 5 {
		return 0
	}
	return parseYear(title[i+1:])
}
