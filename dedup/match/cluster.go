package match

import (
	"cmp"
	"slices"
	"sort"
)

// Bits of a pair of rows in the linkage of clusters.
const (
	linkMost   = 20. // evidence beyond counts as this: one pair must not carry a cluster
	linkAbsent = -6. // a pair that is no candidate is no likely match
)

// cluster groups the rows of one table by average linkage: pairs are taken in the
// order of their evidence, and two groups become one where the mean over all pairs
// between them says so. A chain of likenesses does not join what is unlike at its
// ends. It returns, by row, the smallest row of its group.
func (m *matcher) cluster(least float64) []int {
	order := make([]int, 0, len(m.pairs))
	for i := range m.pairs {
		if m.evidence[i] >= least {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(m.evidence[b], m.evidence[a]) })
	group := make([]int, m.left)
	members := make([][]int32, m.left)
	for i := range group {
		group[i], members[i] = i, []int32{int32(i)}
	}
	for _, i := range order {
		a, b := group[m.pairs[i].left], group[m.pairs[i].right]
		if a == b || m.linkage(members[a], members[b]) < least {
			continue
		}
		if a > b {
			a, b = b, a
		}
		for _, row := range members[b] {
			group[row] = a
		}
		members[a] = append(members[a], members[b]...)
		members[b] = nil
	}
	return group
}

// linkage is the mean evidence between two groups.
func (m *matcher) linkage(a, b []int32) float64 {
	sum := 0.0
	for _, x := range a {
		for _, y := range b {
			sum += m.link(candidate{min(x, y), max(x, y)})
		}
	}
	return sum / float64(len(a)*len(b))
}

func (m *matcher) link(c candidate) float64 {
	i, ok := m.find(c)
	if !ok {
		return linkAbsent
	}
	return max(-linkMost, min(linkMost, m.evidence[i]))
}

// find returns the place of a candidate.
func (m *matcher) find(c candidate) (int, bool) {
	return sort.Find(len(m.pairs), func(i int) int {
		return cmp.Or(cmp.Compare(c.left, m.pairs[i].left), cmp.Compare(c.right, m.pairs[i].right))
	})
}
