package fellegi

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/osusume/osusume/recommender"
)

// MaxFields and MaxLevels bound a Pattern.
const (
	MaxFields = 16
	MaxLevels = 15
)

// A Field is one thing by which two records are compared.
type Field struct {
	Name    string // for people
	Levels  int    // how many degrees of agreement there are, in [2, 15]; 1 is the worst
	Ordered bool   // m/u may not fall as the level rises
}

// checkFields reports every fault together.
func checkFields(fields []Field) error {
	var faults []string
	if n := len(fields); n == 0 || n > MaxFields {
		faults = append(faults, fmt.Sprintf("%d fields, want 1 to %d", n, MaxFields))
	}
	for i, f := range fields {
		if f.Levels < 2 || f.Levels > MaxLevels {
			faults = append(faults, fmt.Sprintf("field %d (%q) has %d levels, want 2 to %d", i, f.Name, f.Levels, MaxLevels))
		}
	}
	if faults == nil {
		return nil
	}
	return fmt.Errorf("fellegi: %w: %s", recommender.ErrInvalid, strings.Join(faults, "; "))
}

// A Pattern is how two records compare: a level per field, four bits each. The
// zero Pattern compares nothing.
type Pattern uint64

// Of makes a Pattern of the levels of the first fields. Levels beyond MaxLevels
// or below 0 and fields beyond MaxFields are a programmer's error and panic.
func Of(levels ...int) Pattern {
	var p Pattern
	for f, level := range levels {
		p = p.With(f, level)
	}
	return p
}

// Level returns the level of field f.
func (p Pattern) Level(f int) int { return int(p >> (4 * uint(f)) & 15) }

// With returns p with another level at field f.
func (p Pattern) With(f, level int) Pattern {
	if f < 0 || f >= MaxFields || level < 0 || level > MaxLevels {
		panic("fellegi: field or level of a Pattern out of range")
	}
	shift := 4 * uint(f)
	return p&^(15<<shift) | Pattern(level)<<shift
}

// check reports a pattern that does not fit the fields.
func (p Pattern) check(fields []Field) error {
	for f := range MaxFields {
		switch level := p.Level(f); {
		case level == 0:
		case f >= len(fields):
			return fmt.Errorf("fellegi: %w: pattern %#x has a level in field %d of %d", recommender.ErrInvalid, uint64(p), f, len(fields))
		case level > fields[f].Levels:
			return fmt.Errorf("fellegi: %w: pattern %#x has level %d in field %q of %d levels",
				recommender.ErrInvalid, uint64(p), level, fields[f].Name, fields[f].Levels)
		}
	}
	return nil
}

// A Count is how many pairs compare in one way; parts of pairs are possible.
type Count struct {
	Pattern Pattern
	N       float64
}

// Tally counts patterns, in ascending order. O(n log n).
func Tally(patterns []Pattern) []Count {
	sorted := slices.Sorted(slices.Values(patterns))
	var counts []Count
	for _, p := range sorted {
		if n := len(counts); n > 0 && counts[n-1].Pattern == p {
			counts[n-1].N++
			continue
		}
		counts = append(counts, Count{p, 1})
	}
	return counts
}

// merged returns counts in ascending order, one per pattern, so that sums do not
// depend on the order in which they came.
func merged(counts []Count) []Count {
	sorted := slices.SortedFunc(slices.Values(counts), func(a, b Count) int {
		return cmp.Or(cmp.Compare(a.Pattern, b.Pattern), cmp.Compare(a.N, b.N))
	})
	out := sorted[:0]
	for _, c := range sorted {
		if n := len(out); n > 0 && out[n-1].Pattern == c.Pattern {
			out[n-1].N += c.N
			continue
		}
		out = append(out, c)
	}
	return out
}
