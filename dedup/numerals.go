package dedup

import (
	"math/bits"
	"strconv"
	"strings"
)

// numbers is a set of numbers from 1 to 99.
type numbers [2]uint64

func (s *numbers) add(n int) { s[n/64] |= 1 << (n % 64) }

// late reports whether s has a number above 1.
func (s numbers) late() bool { return s[0] > 3 || s[1] != 0 }

func (s numbers) and(t numbers) numbers { return numbers{s[0] & t[0], s[1] & t[1]} }

func (s numbers) or(t numbers) numbers { return numbers{s[0] | t[0], s[1] | t[1]} }

// String writes the numbers, ascending.
func (s numbers) String() string {
	var out []string
	for i, word := range s {
		for ; word != 0; word &= word - 1 {
			out = append(out, strconv.Itoa(64*i+bits.TrailingZeros64(word)))
		}
	}
	return strings.Join(out, ", ")
}

// numberOf reads 1 to 99 in digits, Roman numerals from ii on, or one Han digit;
// else 0. A single i, v or x is a letter more often than a numeral.
func numberOf(s string) int {
	if isDigits(s) && len(s) <= 2 {
		n, _ := strconv.Atoi(s) // two digits cannot fail
		return n
	}
	return numerals[s]
}

var numerals = map[string]int{
	"ii": 2, "iii": 3, "iv": 4, "vi": 6, "vii": 7, "viii": 8, "ix": 9, "xi": 11, "xii": 12, "xiii": 13,
	"一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10,
	"one": 1, "two": 2, "three": 3,
}

// yearOf reads a year in which there were films, else 0.
func yearOf(s string) int {
	if len(s) != 4 || !isDigits(s) {
		return 0
	}
	n, _ := strconv.Atoi(s) // four digits cannot fail
	if n < 1907 || n > 2039 {
		return 0
	}
	return n
}

func isDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// ordinals are the words that may stand before "season" and its kin.
var ordinals = map[string]int{
	"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9, "tenth": 10,
	"1st": 1, "2nd": 2, "3rd": 3, "4th": 4, "5th": 5, "6th": 6, "7th": 7, "8th": 8, "9th": 9, "10th": 10, "11th": 11, "12th": 12, "13th": 13,
}
