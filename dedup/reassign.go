package dedup

import (
	"context"
	"slices"
)

// reassign lets every record move once per round to the cluster that fits it
// best, as long as somebody moves: average linkage never looks back, and an
// early merge can hold a place that belongs to a later record.
//
// What was looked at in vain is looked at again only after a cluster around it has
// changed: seen and tried are the clock of that.
func (g *graph) reassign(ctx context.Context, cl *clusters) error {
	seen := make([]int32, len(g.records)) // by record
	for i := range seen {
		seen[i] = -1
	}
	var tried []int32 // by cluster
	for range reassignRounds {
		moved := false
		for r := range int32(len(g.records)) {
			if r%1024 == 0 && ctx.Err() != nil {
				return ctx.Err()
			}
			if g.quiet(cl, r, seen[r]) && g.rivalsQuiet(cl, r, seen[r]) {
				continue
			}
			if g.move(cl, r) || g.displace(cl, r) {
				moved = true
			} else {
				seen[r] = cl.clock
			}
		}
		for len(tried) < len(cl.members) {
			tried = append(tried, -1)
		}
		joined, err := g.evict(ctx, cl, tried)
		if err != nil {
			return err
		}
		if !moved && !joined {
			break
		}
	}
	return nil
}

// quiet reports whether no cluster that record r is in or leads to has changed
// since the clock stood at then.
func (g *graph) quiet(cl *clusters, r, then int32) bool {
	if cl.changed[cl.of[r]] > then {
		return false
	}
	to, verdicts := g.edges(r)
	for i, v := range verdicts {
		if float64(v) >= gate && cl.changed[cl.of[to[i]]] > then {
			return false
		}
	}
	return true
}

// move takes record r to the cluster where it fits clearly better than where it
// is; a record of the same source there that fits less gives way and is alone.
func (g *graph) move(cl *clusters, r int32) bool {
	if g.pinned[r] {
		return false
	}
	home := cl.of[r]
	best, target, evicted := g.fit(cl.members[home], r), int32(-1), int32(-1)
	best = max(best, g.cut) + moveGain
	cl.ways = g.leads(cl.ways[:0], cl, r)
	for _, c := range cl.ways {
		if c == home {
			continue
		}
		s := g.fit(cl.members[c], r)
		if s <= best {
			continue
		}
		rival := g.ofSource(cl.members[c], g.source[r])
		if rival >= 0 && (g.pinned[rival] || len(cl.members[c]) == 1 || g.fit(cl.members[c], rival)+moveGain >= s) {
			continue
		}
		best, target, evicted = s, c, rival
	}
	if target < 0 {
		return false
	}
	if evicted >= 0 {
		cl.take(evicted, -1)
	}
	cl.take(r, target)
	return true
}

// fit is the average log-odds of record r with the members of a cluster that are
// not of its source; very low where one of them cannot be the same work, or none is left.
func (g *graph) fit(members []int32, r int32) float64 {
	for _, m := range members { // what is held is cheap to ask
		if v, held := g.held(m, r); held && v == apart && g.source[m] != g.source[r] {
			return -logitMost
		}
	}
	sum, n := 0.0, 0
	for _, m := range members {
		if g.source[m] == g.source[r] {
			continue
		}
		s, ok := g.score(m, r)
		if !ok {
			return -logitMost
		}
		sum += s
		n++
	}
	if n == 0 {
		return -logitMost
	}
	return sum / float64(n)
}

// evict joins clusters that overlap in sources where that gains more than the
// records that must leave lose. It mends what single moves cannot: a twin that
// joined a pair early keeps both from the three records that they belong to.
// Every join raises the sum of log-odds within clusters, so it comes to an end.
func (g *graph) evict(ctx context.Context, cl *clusters, tried []int32) (moved bool, err error) {
	for c := range int32(len(tried)) {
		if c%1024 == 0 && ctx.Err() != nil {
			return false, ctx.Err()
		}
		if !slices.ContainsFunc(cl.members[c], func(r int32) bool { return !g.quiet(cl, r, tried[c]) }) {
			continue
		}
		for cl.members[c] != nil {
			best, at := evictGain, int32(-1)
			var out []int32
			for _, other := range g.around(cl, c) {
				gain, losers := g.gain(cl.members[c], cl.members[other])
				if gain > best {
					best, at, out = gain, other, losers
				}
			}
			if at < 0 {
				tried[c] = cl.clock
				break
			}
			for _, r := range out {
				cl.take(r, -1)
			}
			for _, r := range slices.Clone(cl.members[at]) {
				cl.take(r, c)
			}
			moved = true
		}
	}
	return moved, nil
}

// gain returns how much the sum of log-odds within clusters grows when a and b
// become one, and which records leave first: of two of one source the one that
// fits the others less.
func (g *graph) gain(a, b []int32) (gain float64, losers []int32) {
	all := append(slices.Clone(a), b...)
	var keepA, keepB []int32
	for _, r := range a {
		if rival := g.ofSource(b, g.source[r]); rival >= 0 && !slices.Contains(losers, rival) {
			if g.total(all, r) >= g.total(all, rival) {
				losers = append(losers, rival)
				keepA = append(keepA, r)
			} else {
				losers = append(losers, r)
			}
			continue
		}
		keepA = append(keepA, r)
	}
	for _, r := range b {
		if !slices.Contains(losers, r) {
			keepB = append(keepB, r)
		}
	}
	link, ok := g.linkage(keepA, keepB)
	if len(keepA) == 0 || len(keepB) == 0 || !ok || link < g.cut {
		return 0, nil
	}
	gain = link * float64(len(keepA)*len(keepB))
	if slices.ContainsFunc(losers, func(r int32) bool { return g.pinned[r] }) {
		return 0, nil
	}
	for _, r := range losers {
		home := a
		if slices.Contains(b, r) {
			home = b
		}
		gain -= max(0, g.total(home, r))
	}
	return gain, losers
}

// ofSource returns the member that is of a source, or -1.
func (g *graph) ofSource(members []int32, source int32) int32 {
	for _, m := range members {
		if g.source[m] == source {
			return m
		}
	}
	return -1
}

// total is the sum of log-odds of r with the members of other sources.
func (g *graph) total(members []int32, r int32) float64 {
	sum := 0.0
	for _, m := range members {
		if g.source[m] == g.source[r] {
			continue
		}
		s, ok := g.score(m, r)
		if !ok {
			s = -logitMost
		}
		sum += s
	}
	return sum
}
