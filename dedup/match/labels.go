package match

import (
	"cmp"
	"slices"
	"strings"

	"github.com/osusume/osusume/dedup/fellegi"
)

// bySide compares nothing: its level is the value that one table alone has. Rows
// of some values have partners more often than others: one catalogue lists guests
// whom the other leaves out. The values that are seen most have a level each, the
// rest the last one together; ties go by the value.
func bySide(p *pairing, offset int) comparator {
	seen := map[string]int{}
	for _, f := range p.folded {
		if f != "" {
			seen[f]++
		}
	}
	values := make([]string, 0, len(seen))
	for v := range seen {
		values = append(values, v)
	}
	slices.SortFunc(values, func(a, b string) int { return cmp.Or(cmp.Compare(seen[b], seen[a]), cmp.Compare(a, b)) })
	of := make(map[string]int, len(values))
	for k, v := range values {
		of[v] = min(k+1, fellegi.MaxLevels)
	}
	level := make([]int, len(p.folded))
	for i, f := range p.folded {
		level[i] = of[f]
	}
	c := comparator{name: p.Left, levels: max(2, min(len(values), fellegi.MaxLevels))}
	c.level = func(i, _ int) int { return level[i] }
	if p.Left == "" {
		c.name = p.Right
		c.level = func(_, j int) int { return level[j+offset] }
	}
	return c
}

// labelled compares values of a small set, or sets of them, by what they share.
func labelled(folded []string) (levels int, compare func(i, j int) int) {
	// There are few distinct values, but they may be long.
	known := make(map[string][]string)
	sets := make([][]string, len(folded))
	for i, f := range folded {
		set, ok := known[f]
		if !ok {
			set = strings.Fields(f)
			slices.Sort(set)
			set = slices.Clone(slices.Compact(set))
			known[f] = set
		}
		sets[i] = set
	}
	return 4, func(i, j int) int {
		a, b := sets[i], sets[j]
		if len(a) == 0 || len(b) == 0 {
			return 0
		}
		if folded[i] == folded[j] {
			return 4
		}
		shared := 0
		for x, y := 0, 0; x < len(a) && y < len(b); {
			switch order := strings.Compare(a[x], b[y]); {
			case order < 0:
				x++
			case order > 0:
				y++
			default:
				shared, x, y = shared+1, x+1, y+1
			}
		}
		switch {
		case shared == 0:
			return 1
		case 2*shared >= max(len(a), len(b)):
			return 3
		}
		return 2
	}
}
