package dedup

import (
	"cmp"
	"context"
	"slices"

	"github.com/osusume/osusume/internal/par"
	"github.com/osusume/osusume/recommender"
)

// A weigher compares two records as they stand, without looking at others.
type weigher interface {
	edge(a, b int32) edge
	explain(i, j int32, a, b recommender.Item) Explanation // without its sums
}

// An edge leads to a record that may be the same work.
type edge struct {
	to     int32
	logit  float32 // of the pair alone
	rest   float32 // of it without the titles
	silent bool    // titles say nothing
	dated  bool    // the years are equal
	apart  bool
}

// A graph holds the pairs that are not hopeless, both ways, by record.
type graph struct {
	*comparer
	pairs weigher
	edges [][]edge    // by record, sorted by to
	near  [][]verdict // of the edges, in their order
	cut   float64     // the least average log-odds at which clusters merge

	blocked map[pair]bool // by a person
	forced  [][]int32     // by a person: groups that stay together
	pinned  []bool        // by record: it is in one of them

	// Verdicts on pairs without an edge, added while clustering, which is one goroutine.
	far map[pair]verdict
}

// A verdict is what weigh said about a pair.
type verdict struct {
	score float32
	apart bool // they cannot be one work; score means nothing
}

// newGraph compares the pairs, and then each of them with its rivals.
func newGraph(ctx context.Context, c *comparer, w weigher, pairs []pair, o *Overrides, workers int, cut float64) (*graph, error) {
	g := &graph{comparer: c, pairs: w, edges: make([][]edge, len(c.records)), near: make([][]verdict, len(c.records)), cut: cut, far: map[pair]verdict{}}
	g.override(o)
	found := make([]edge, len(pairs))
	const chunk = 1024
	err := par.Do(ctx, workers, (len(pairs)+chunk-1)/chunk, func(i int) error {
		for j := i * chunk; j < min((i+1)*chunk, len(pairs)); j++ {
			found[j] = w.edge(pairs[j].a, pairs[j].b)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for i, p := range pairs {
		if e := found[i]; float64(e.logit) >= hopeless && !g.blocked[p] {
			g.edges[p.a] = append(g.edges[p.a], e)
			e.to = p.a
			g.edges[p.b] = append(g.edges[p.b], e)
		}
	}
	for _, list := range g.edges {
		slices.SortFunc(list, func(a, b edge) int { return cmp.Compare(a.to, b.to) })
	}
	err = par.Do(ctx, workers, len(g.edges), func(i int) error {
		g.near[i] = make([]verdict, len(g.edges[i]))
		for j, e := range g.edges[i] {
			g.near[i][j] = g.weigh(int32(i), e)
		}
		return nil
	})
	return g, err
}

// override looks up what people decided about records that are there.
func (g *graph) override(o *Overrides) {
	g.blocked, g.pinned = map[pair]bool{}, make([]bool, len(g.records))
	if o == nil {
		return
	}
	for _, b := range o.Block {
		x, okX := g.place(b[0])
		y, okY := g.place(b[1])
		if okX && okY {
			g.blocked[pair{min(x, y), max(x, y)}] = true
		}
	}
	groups := map[int][]int32{}
	for id, n := range o.groups() {
		if r, ok := g.place(id); ok {
			groups[n] = append(groups[n], r)
		}
	}
	for _, group := range groups {
		if len(group) < 2 {
			continue
		}
		slices.Sort(group)
		g.forced = append(g.forced, group)
		for _, r := range group {
			g.pinned[r] = true
		}
	}
	slices.SortFunc(g.forced, func(a, b []int32) int { return cmp.Compare(a[0], b[0]) })
}

// rival returns the best log-odds of record a with any record of b's source but b.
func (g *graph) rival(a, b int32) float64 {
	best := noRival
	source := g.records[b].source
	for _, e := range g.edges[a] {
		if e.to != b && g.records[e.to].source == source {
			best = max(best, float64(e.logit))
		}
	}
	return best
}

// score returns the verdict on a pair from memory: log-odds, or that they cannot be one work.
func (g *graph) score(a, b int32) (logit float64, ok bool) {
	if a > b {
		a, b = b, a
	}
	i, found := slices.BinarySearchFunc(g.edges[a], b, func(e edge, b int32) int { return cmp.Compare(e.to, b) })
	if found {
		v := g.near[a][i]
		return float64(v.score), !v.apart
	}
	if g.blocked[pair{a, b}] {
		return 0, false
	}
	v, found := g.far[pair{a, b}]
	if !found {
		v = g.weigh(a, g.pairs.edge(a, b))
		g.far[pair{a, b}] = v
	}
	return float64(v.score), !v.apart
}

// weigh says how likely record a and the one that e leads to are one work, given
// what else they could be: a pair gains where both have no better partner in each
// other's catalogue, and loses where one has.
func (g *graph) weigh(a int32, e edge) verdict {
	s := float64(e.logit)
	switch {
	case e.apart:
		return verdict{apart: true}
	case e.silent:
		most := silentMost
		if !e.dated {
			most = silentUndated
		}
		s = min(most, silentPrior+float64(e.rest))
	default:
		margin := s - max(g.rival(a, e.to), g.rival(e.to, a))
		s += float64(marginWeight * max(-marginMost, min(marginMost, margin)))
	}
	return verdict{score: float32(max(-logitMost, min(logitMost, s)))}
}

// linkage is the average log-odds over all pairs of two groups of records; ok is
// false where they share a source or hold a pair that cannot be one work.
func (g *graph) linkage(a, b []int32) (logit float64, ok bool) {
	for _, x := range a {
		for _, y := range b {
			if g.records[x].source == g.records[y].source {
				return 0, false
			}
		}
	}
	sum := 0.0
	for _, x := range a {
		for _, y := range b {
			s, ok := g.score(x, y)
			if !ok {
				return 0, false
			}
			sum += s
		}
	}
	return sum / float64(len(a)*len(b)), true
}
