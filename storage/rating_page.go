package storage

import (
	"cmp"
	"slices"

	"github.com/osusume/osusume/recommender"
)

// pageGroup is a page's interactions in order, each state once.
func pageGroup(log []recommender.Interaction) *ratingGroup {
	type row struct {
		user, item int32
		at         int32
		kind       recommender.Kind
		unix       int64
	}
	users, user := places(len(log), func(i int) string { return string(log[i].User) })
	items, item := places(len(log), func(i int) string { return string(log[i].Item) })
	rows := make([]row, len(log))
	for i, x := range log {
		rows[i] = row{user[i], item[i], int32(i), x.Kind, unixOf(x.Time)}
	}
	slices.SortFunc(rows, func(a, b row) int {
		if a.user != b.user {
			return int(a.user) - int(b.user)
		}
		if a.item != b.item {
			return int(a.item) - int(b.item)
		}
		return cmp.Or(cmp.Compare(a.kind, b.kind), cmp.Compare(a.unix, b.unix), cmp.Compare(a.at, b.at))
	})
	g := &ratingGroup{users: users, items: items}
	for i, r := range rows {
		if i+1 < len(rows) {
			if next := rows[i+1]; r.kind.State() && next.user == r.user && next.item == r.item && next.kind == r.kind {
				continue
			}
		}
		x := &log[r.at]
		g.user = append(g.user, r.user)
		g.item = append(g.item, r.item)
		g.kind = append(g.kind, r.kind)
		g.value = append(g.value, x.Value)
		g.unix = append(g.unix, r.unix)
		if x.Text != "" && g.texts == nil {
			g.texts = make([]string, len(g.user)-1, len(rows))
		}
		if g.texts != nil {
			g.texts = append(g.texts, x.Text)
		}
	}
	return g
}

// places is a column of n names as a sorted dictionary and places in it.
func places(n int, name func(int) string) (names []string, column []int32) {
	seen := make(map[string]int32)
	column = make([]int32, n)
	for i := range n {
		s := name(i)
		p, ok := seen[s]
		if !ok {
			p = int32(len(names))
			seen[s] = p
			names = append(names, s)
		}
		column[i] = p
	}
	rank := ranks(names)
	sorted := make([]string, len(names))
	for i, name := range names {
		sorted[rank[i]] = name
	}
	for i, p := range column {
		column[i] = rank[p]
	}
	return sorted, column
}
