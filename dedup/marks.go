package dedup

import "strings"

// marksOf returns the punctuation of raw that can tell two seasons apart: ! ? ° +
// and apostrophes that do not stand between two letters.
func marksOf(raw string) string {
	if !strings.ContainsAny(raw, "!?°+♪,、'’") {
		return ""
	}
	var b strings.Builder
	rs := []rune(raw)
	for i, r := range rs {
		switch r {
		case '!', '?', '°', '+', '♪':
			b.WriteRune(r)
		case ',', '、':
			if i+1 == len(rs) {
				b.WriteByte(',')
			}
		case '\'', '’':
			if i == 0 || i+1 < len(rs) && rs[i+1] != ' ' && rs[i+1] != '!' && rs[i+1] != ':' {
				continue
			}
			if i > 0 && rs[i-1] == 's' { // the genitive of a plural
				continue
			}
			b.WriteByte('\'')
		}
	}
	return b.String()
}
