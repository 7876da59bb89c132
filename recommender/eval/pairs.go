package eval

import (
	"cmp"
	"slices"
	"strings"

	"github.com/osusume/osusume/recommender"
)

// A pair is a user's item with all its rows: what a split moves as one, so that
// no part of it leaks from the test into training.
type pair struct {
	user, item int32
	from, to   int // rows of the table
	unix       int64
	key        uint64
	test       bool
}

// pairsOf returns the pairs of t in the order of its rows.
func pairsOf(t *recommender.Table) []pair {
	var pairs []pair
	for row := range t.User {
		if n := len(pairs); n > 0 && pairs[n-1].user == t.User[row] && pairs[n-1].item == t.Item[row] {
			pairs[n-1].to = row + 1
			pairs[n-1].unix = max(pairs[n-1].unix, t.Unix[row])
			continue
		}
		pairs = append(pairs, pair{user: t.User[row], item: t.Item[row], from: row, to: row + 1, unix: t.Unix[row]})
	}
	return pairs
}

// byUser calls f with each user's pairs, which are neighbours.
func byUser(pairs []pair, f func(own []pair)) {
	for from := 0; from < len(pairs); {
		to := from + 1
		for to < len(pairs) && pairs[to].user == pairs[from].user {
			to++
		}
		f(pairs[from:to])
		from = to
	}
}

// markFirst marks the n pairs that come first in order as test, and leaves the pairs in place.
func markFirst(pairs []pair, n int, order func(a, b *pair) int) {
	if n <= 0 {
		return
	}
	sorted := make([]*pair, len(pairs))
	for i := range pairs {
		sorted[i] = &pairs[i]
	}
	slices.SortFunc(sorted, order)
	for _, p := range sorted[:n] {
		p.test = true
	}
}

// latestFirst orders by time, item ID and user ID, all descending.
func latestFirst(t *recommender.Table, a, b *pair) int {
	return -cmp.Or(cmp.Compare(a.unix, b.unix), CompareIDs(t.Items[a.item], t.Items[b.item]), CompareIDs(t.Users[a.user], t.Users[b.user]))
}

// cut makes the two tables of marked pairs.
func cut(t *recommender.Table, pairs []pair) (train, test *recommender.Table) {
	inTest := make([]bool, t.Len())
	for _, p := range pairs {
		for row := p.from; row < p.to; row++ {
			inTest[row] = p.test
		}
	}
	return t.Select(func(row int) bool { return !inTest[row] }), t.Select(func(row int) bool { return inTest[row] })
}

// CompareIDs orders IDs as people count: by the "source:" in front, then decimal
// integers by their number, then all others as text. It is a total order.
func CompareIDs[ID ~string](a, b ID) int {
	sourceA, x := cutSource(string(a))
	sourceB, y := cutSource(string(b))
	if c := cmp.Compare(sourceA, sourceB); c != 0 {
		return c
	}
	switch numberA, numberB := decimal(x), decimal(y); {
	case numberA && numberB:
		m, n := strings.TrimLeft(x, "0"), strings.TrimLeft(y, "0")
		return cmp.Or(cmp.Compare(len(m), len(n)), cmp.Compare(m, n), cmp.Compare(x, y))
	case numberA:
		return -1
	case numberB:
		return 1
	}
	return cmp.Compare(x, y)
}

// cutSource cuts an ID behind its last colon.
func cutSource(id string) (source, rest string) {
	i := strings.LastIndexByte(id, ':') + 1
	return id[:i], id[i:]
}

func decimal(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}
