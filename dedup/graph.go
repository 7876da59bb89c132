package dedup

import (
	"cmp"
	"context"
	"slices"

	"github.com/osusume/osusume/internal/par"
)

// An edge leads to a record that may be the same work.
type edge struct {
	to    int32
	logit float32 // of the pair alone
}

// A graph holds the pairs that are not hopeless, both ways, by record.
type graph struct {
	*comparer
	edges [][]edge    // by record, sorted by to
	near  [][]verdict // of the edges, in their order
	cut   float64     // the least average log-odds at which clusters merge

	// Verdicts on pairs without an edge, added while clustering, which is one goroutine.
	far map[pair]verdict
}

// A verdict is what weigh said about a pair.
type verdict struct {
	score float32
	apart bool // they cannot be one work; score means nothing
}

// newGraph compares the pairs, and then each of them with its rivals.
func newGraph(ctx context.Context, c *comparer, pairs []pair, workers int, cut float64) (*graph, error) {
	g := &graph{comparer: c, edges: make([][]edge, len(c.records)), near: make([][]verdict, len(c.records)), cut: cut, far: map[pair]verdict{}}
	logits := make([]float32, len(pairs))
	const chunk = 1024
	err := par.Do(ctx, workers, (len(pairs)+chunk-1)/chunk, func(i int) error {
		for j := i * chunk; j < min((i+1)*chunk, len(pairs)); j++ {
			out := c.compare(&c.records[pairs[j].a], &c.records[pairs[j].b])
			logits[j] = float32(out.logit())
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for i, p := range pairs {
		if float64(logits[i]) >= hopeless {
			g.edges[p.a] = append(g.edges[p.a], edge{to: p.b, logit: logits[i]})
			g.edges[p.b] = append(g.edges[p.b], edge{to: p.a, logit: logits[i]})
		}
	}
	for _, list := range g.edges {
		slices.SortFunc(list, func(a, b edge) int { return cmp.Compare(a.to, b.to) })
	}
	err = par.Do(ctx, workers, len(g.edges), func(i int) error {
		g.near[i] = make([]verdict, len(g.edges[i]))
		for j, e := range g.edges[i] {
			g.near[i][j] = g.weigh(int32(i), e.to)
		}
		return nil
	})
	return g, err
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
	v, found := g.far[pair{a, b}]
	if !found {
		v = g.weigh(a, b)
		g.far[pair{a, b}] = v
	}
	return float64(v.score), !v.apart
}

// weigh says how likely two records are one work, given what else they could be:
// a pair gains where both have no better partner in each other's catalogue, and
// loses where one has.
func (g *graph) weigh(a, b int32) verdict {
	if a > b {
		a, b = b, a
	}
	out := g.compare(&g.records[a], &g.records[b])
	if out.veto() {
		return verdict{apart: true}
	}
	if out.silent() {
		like := g.gloss.best(&g.records[a], &g.records[b])
		return verdict{score: float32(max(-logitMost, min(silentMost+glossMost*like, silentPrior+out.rest()+glossSlope*(like-glossZero))))}
	}
	s := out.logit()
	margin := s - max(g.rival(a, b), g.rival(b, a))
	s += marginWeight * max(-marginMost, min(marginMost, margin))
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
