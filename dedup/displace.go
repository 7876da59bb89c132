package dedup

import "slices"

// displace takes record r to a cluster that holds a record of r's source, which goes
// elsewhere: to r's old place or to a cluster without its source. It is done where
// the sum of log-odds within clusters rises by it. A single move cannot mend that:
// each of the two waits for the other's place.
func (g *graph) displace(cl *clusters, r int32) bool {
	if g.pinned[r] {
		return false
	}
	home := cl.of[r]
	left := without(cl.members[home], r)
	best, rival, target := displaceGain+g.total(left, r), int32(-1), int32(-1)
	cl.ways = g.leads(cl.ways[:0], cl, r)
	for _, c := range cl.ways {
		if c == home {
			continue
		}
		x := g.ofSource(cl.members[c], g.source[r])
		if x < 0 || g.pinned[x] {
			continue
		}
		rest := without(cl.members[c], x)
		if len(rest) == 0 || g.fit(rest, r) < g.cut {
			continue
		}
		gain := g.total(rest, r) - g.total(rest, x)
		if d, more := g.elsewhere(cl, x, c, home, left); d >= 0 && gain+more > best {
			best, rival, target = gain+more, x, d
		}
	}
	if rival < 0 {
		return false
	}
	c := cl.of[rival]
	cl.take(rival, -1)
	cl.take(r, c)
	cl.take(rival, target)
	return true
}

// elsewhere finds where record x, leaving cluster from, fits best: in home, of which
// only left is there, or in a cluster without its source. It returns the cluster and
// the sum of log-odds there, or -1.
func (g *graph) elsewhere(cl *clusters, x, from, home int32, left []int32) (at int32, sum float64) {
	at = -1
	cl.others = g.leads(cl.others[:0], cl, x)
	for _, c := range cl.others {
		if c == from {
			continue
		}
		members := cl.members[c]
		if c == home {
			members = left
		} else if g.ofSource(members, g.source[x]) >= 0 {
			continue
		}
		if len(members) == 0 || g.fit(members, x) < g.cut {
			continue
		}
		if s := g.total(members, x); at < 0 || s > sum {
			at, sum = c, s
		}
	}
	return at, sum
}

// rivalsQuiet reports whether nothing that quiet looks at has changed for the
// records whose places r could take.
func (g *graph) rivalsQuiet(cl *clusters, r, then int32) bool {
	cl.ways = g.leads(cl.ways[:0], cl, r)
	for _, c := range cl.ways {
		if c == cl.of[r] {
			continue
		}
		if x := g.ofSource(cl.members[c], g.source[r]); x >= 0 && !g.quiet(cl, x, then) {
			return false
		}
	}
	return true
}

func without(members []int32, r int32) []int32 {
	return slices.DeleteFunc(slices.Clone(members), func(m int32) bool { return m == r })
}
