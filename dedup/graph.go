package dedup

import (
	"cmp"
	"context"
	"math"
	"slices"

	"github.com/osusume/osusume/internal/par"
	"github.com/osusume/osusume/recommender"
)

// A weigher compares two records as they stand, without looking at others.
type weigher interface {
	edge(a, b int32) edge
	explain(i, j int32, a, b recommender.Item) Explanation // without its sums
}

// An edge is what two records say beside each other.
type edge struct {
	logit  float32 // of the pair alone
	rest   float32 // of it without the titles
	silent bool    // titles say nothing
	dated  bool    // the years are equal
	apart  bool    // they cannot be one work
	doubt  bool    // something speaks against one work that a lack of rivals does not explain
}

// A graph holds the pairs that are not hopeless, both ways, by record: those of
// record r stand at start[r] to start[r+1], sorted by the record they lead to.
type graph struct {
	*comparer
	pairs  weigher
	cut    float64 // the least average log-odds at which clusters merge
	source []int32 // by record
	start  []int
	to     []int32
	alone  []float32 // log-odds of the pair alone
	near   []float32 // its verdict, beside its rivals
	final  []bool    // a second look does not change it

	blocked map[pair]bool // by a person
	forced  [][]int32     // by a person: groups that stay together
	pinned  []bool        // by record: it is in one of them

	settled *clusters // who is taken; nil at the first look

	// Verdicts on pairs that are not held, added while clustering, which is one goroutine.
	far map[pair]float32
}

// apart is the verdict on a pair that cannot be one work.
var apart = float32(math.Inf(-1))

// newGraph compares the pairs, and then each of them with its rivals.
func newGraph(ctx context.Context, c *comparer, w weigher, pairs []pair, o *Overrides, workers int, cut float64) (*graph, error) {
	g := &graph{comparer: c, pairs: w, cut: cut, source: make([]int32, len(c.records)), far: map[pair]float32{}}
	for i := range c.records {
		g.source[i] = c.records[i].source
	}
	g.override(o)
	found := make([]edge, len(pairs))
	const chunk = 1024
	chunks := func(n int, f func(i int)) error {
		return par.Do(ctx, workers, (n+chunk-1)/chunk, func(i int) error {
			for j := i * chunk; j < min((i+1)*chunk, n); j++ {
				f(j)
			}
			return nil
		})
	}
	if err := chunks(len(pairs), func(i int) { found[i] = w.edge(pairs[i].a, pairs[i].b) }); err != nil {
		return nil, err
	}
	kept := 0
	for i, p := range pairs {
		if float64(found[i].logit) >= hopeless && !g.blocked[p] {
			pairs[kept], found[kept] = p, found[i]
			kept++
		}
	}
	pairs, found = pairs[:kept], found[:kept]
	g.start = make([]int, len(c.records)+1)
	for _, p := range pairs {
		g.start[p.a+1]++
		g.start[p.b+1]++
	}
	for r := range c.records {
		g.start[r+1] += g.start[r]
	}
	g.to, g.alone, g.near = make([]int32, 2*kept), make([]float32, 2*kept), make([]float32, 2*kept)
	g.final = make([]bool, 2*kept)
	g.both(pairs, func(at, i int, to int32) {
		g.to[at], g.alone[at], g.final[at] = to, found[i].logit, found[i].silent || found[i].apart || found[i].doubt
	})
	verdicts := make([]float32, kept)
	if err := chunks(kept, func(i int) { verdicts[i] = g.weigh(pairs[i].a, pairs[i].b, found[i]) }); err != nil {
		return nil, err
	}
	g.both(pairs, func(at, i int, _ int32) { g.near[at] = verdicts[i] })
	return g, nil
}

// both calls put with the two places that each pair has in the graph, and where it
// leads from there. Pairs are sorted, so that each record's places fill in order.
func (g *graph) both(pairs []pair, put func(at, i int, to int32)) {
	next := slices.Clone(g.start)
	for i, p := range pairs {
		put(next[p.a], i, p.b)
		put(next[p.b], i, p.a)
		next[p.a]++
		next[p.b]++
	}
}

// edges returns where the pairs of record r lead and their verdicts.
func (g *graph) edges(r int32) (to []int32, verdicts []float32) {
	i, j := g.start[r], g.start[r+1]
	return g.to[i:j], g.near[i:j]
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

// rival returns the best log-odds of record a with any record of b's source but b
// that settled does not take away; nil takes none.
func (g *graph) rival(a, b int32, settled *clusters) float64 {
	best := float32(noRival)
	source := g.source[b]
	for i := g.start[a]; i < g.start[a+1]; i++ {
		if to := g.to[i]; to != b && g.source[to] == source && g.alone[i] > best && !g.taken(to, a, settled) {
			best = g.alone[i]
		}
	}
	return float64(best)
}

// score returns the verdict on a pair from memory: log-odds, or that they cannot be one work.
func (g *graph) score(a, b int32) (logit float64, ok bool) {
	v, held := g.held(a, b)
	if !held {
		if a > b {
			a, b = b, a
		}
		if v, held = g.far[pair{a, b}]; !held {
			v = apart
			if !g.blocked[pair{a, b}] {
				v = g.weigh(a, b, g.pairs.edge(a, b))
			}
			g.far[pair{a, b}] = v
		}
	}
	return float64(v), v != apart
}

// held returns the verdict on a pair that the graph holds. It asks the record with
// fewer of them.
func (g *graph) held(a, b int32) (verdict float32, ok bool) {
	if g.start[a+1]-g.start[a] > g.start[b+1]-g.start[b] {
		a, b = b, a
	}
	to, verdicts := g.edges(a)
	i, ok := slices.BinarySearch(to, b)
	if !ok {
		return 0, false
	}
	return verdicts[i], true
}

// weigh says how likely two records are one work, given what else they could be:
// a pair gains where both have no better partner in each other's catalogue, and
// loses where one has.
func (g *graph) weigh(a, b int32, e edge) float32 {
	s := float64(e.logit)
	switch {
	case e.apart:
		return apart
	case e.silent:
		most := silentMost
		if !e.dated {
			most = silentUndated
		}
		s = min(most, silentPrior+float64(e.rest))
	case e.doubt: // a second look does not change it
		return g.beside(s, a, b, nil)
	default:
		return g.beside(s, a, b, g.settled)
	}
	return float32(max(-logitMost, min(logitMost, s)))
}

// beside is the verdict on a pair whose log-odds alone are s, next to rivals that
// settled does not take away.
func (g *graph) beside(s float64, a, b int32, settled *clusters) float32 {
	margin := s - max(g.rival(a, b, settled), g.rival(b, a, settled))
	s += float64(marginWeight * max(-marginMost, min(marginMost, margin)))
	return float32(max(-logitMost, min(logitMost, s)))
}

// linkage is the average log-odds over all pairs of two groups of records; ok is
// false where they share a source or hold a pair that cannot be one work.
func (g *graph) linkage(a, b []int32) (logit float64, ok bool) {
	for _, x := range a {
		for _, y := range b {
			if g.source[x] == g.source[y] {
				return 0, false
			}
		}
	}
	for _, x := range a { // what is held is cheap to ask
		for _, y := range b {
			if v, held := g.held(x, y); held && v == apart {
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
