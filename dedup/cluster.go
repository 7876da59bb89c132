package dedup

import (
	"cmp"
	"container/heap"
	"context"
	"slices"
)

// A merge is an offer to join two clusters.
type merge struct {
	logit float64
	a, b  int32 // clusters, a < b
}

type merges []merge

func (m merges) Len() int      { return len(m) }
func (m merges) Swap(i, j int) { m[i], m[j] = m[j], m[i] }
func (m merges) Less(i, j int) bool {
	if m[i].logit != m[j].logit {
		return m[i].logit > m[j].logit
	}
	return cmp.Or(cmp.Compare(m[i].a, m[j].a), cmp.Compare(m[i].b, m[j].b)) < 0
}
func (m *merges) Push(x any) { *m = append(*m, x.(merge)) }
func (m *merges) Pop() any {
	last := (*m)[len(*m)-1]
	*m = (*m)[:len(*m)-1]
	return last
}

// clusters holds who is with whom. Clusters have the numbers of their making,
// those of one record that record's; a merged or emptied one is nil.
type clusters struct {
	members [][]int32 // sorted
	of      []int32   // record → cluster
	changed []int32   // cluster → clock when a record came or went last
	clock   int32

	// What leads needs, and its callers' memory.
	seen         []int64 // cluster → looks when it was found last
	looks        int64
	ways, others []int32
}

// cluster joins records by average linkage with at most one record per source in
// a cluster: the best offer first, as long as it is worth the cut. Linking over
// one good pair instead would chain half of a catalogue together.
func (g *graph) cluster(ctx context.Context) (*clusters, error) {
	n := len(g.records)
	cl := &clusters{members: make([][]int32, n, 2*n), of: make([]int32, n), changed: make([]int32, n, 2*n)}
	for i := range n {
		cl.members[i], cl.of[i] = []int32{int32(i)}, int32(i)
	}
	for _, group := range g.forced {
		for _, r := range group[1:] {
			cl.join(cl.of[group[0]], cl.of[r])
		}
	}
	return cl, g.agglomerate(ctx, cl)
}

// agglomerate joins clusters as they stand.
func (g *graph) agglomerate(ctx context.Context, cl *clusters) error {
	var queue merges
	seen := map[pair]bool{}
	for i := range int32(len(g.records)) {
		if i%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		to, verdicts := g.edges(i)
		for j, v := range verdicts {
			if to[j] < i || float64(v) < g.cut {
				continue
			}
			if a, b := cl.of[i], cl.of[to[j]]; len(cl.members[a]) == 1 && len(cl.members[b]) == 1 {
				queue = append(queue, merge{float64(v), min(a, b), max(a, b)})
			} else if p := (pair{min(a, b), max(a, b)}); a != b && !seen[p] { // of groups
				seen[p] = true
				if s, ok := g.linkage(cl.members[a], cl.members[b]); ok && s >= g.cut {
					queue = append(queue, merge{s, p.a, p.b})
				}
			}
		}
	}
	heap.Init(&queue)
	for steps := 0; queue.Len() > 0; steps++ {
		if steps%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		m := heap.Pop(&queue).(merge)
		if cl.members[m.a] == nil || cl.members[m.b] == nil {
			continue
		}
		c := cl.join(m.a, m.b)
		for _, other := range g.around(cl, c) {
			if s, ok := g.linkage(cl.members[c], cl.members[other]); ok && s >= g.cut {
				heap.Push(&queue, merge{s, other, c})
			}
		}
	}
	return nil
}

// join replaces clusters a and b by a new one and returns its number.
func (cl *clusters) join(a, b int32) int32 {
	c := int32(len(cl.members))
	all := append(slices.Clone(cl.members[a]), cl.members[b]...)
	slices.Sort(all)
	cl.members = append(cl.members, all)
	cl.changed = append(cl.changed, 0)
	cl.touch(c)
	cl.members[a], cl.members[b] = nil, nil
	for _, r := range all {
		cl.of[r] = c
	}
	return c
}

// leads returns the clusters to which an edge of record r leads that does not speak
// loudly against them, each once, in the order of the edges, appended to dst.
func (g *graph) leads(dst []int32, cl *clusters, r int32) []int32 {
	for len(cl.seen) < len(cl.members) {
		cl.seen = append(cl.seen, 0)
	}
	cl.looks++
	to, verdicts := g.edges(r)
	for i, v := range verdicts {
		if c := cl.of[to[i]]; float64(v) >= gate && cl.seen[c] != cl.looks {
			cl.seen[c] = cl.looks
			dst = append(dst, c)
		}
	}
	return dst
}

// around returns the other clusters that an edge leads to from cluster c, sorted:
// one that does not speak loudly against them.
func (g *graph) around(cl *clusters, c int32) []int32 {
	var out []int32
	for _, r := range cl.members[c] {
		to, verdicts := g.edges(r)
		for i, v := range verdicts {
			if float64(v) < gate {
				continue
			}
			if other := cl.of[to[i]]; other != c {
				out = append(out, other)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// take moves record r to cluster c, or to a new one of its own where c is -1.
func (cl *clusters) take(r, c int32) {
	home := cl.of[r]
	cl.members[home] = slices.DeleteFunc(cl.members[home], func(m int32) bool { return m == r })
	if len(cl.members[home]) == 0 {
		cl.members[home] = nil
	}
	if c < 0 {
		c = int32(len(cl.members))
		cl.members = append(cl.members, nil)
		cl.changed = append(cl.changed, 0)
	}
	cl.touch(home)
	cl.touch(c)
	cl.members[c] = append(cl.members[c], r)
	slices.Sort(cl.members[c])
	cl.of[r] = c
}

func (cl *clusters) touch(c int32) {
	cl.clock++
	cl.changed[c] = cl.clock
}
