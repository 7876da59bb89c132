package dedup

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/osusume/osusume/recommender"
)

// groups returns the clusters, each sorted, in the order of their first records.
func (cl *clusters) groups() [][]int32 {
	var out [][]int32
	for _, m := range cl.members {
		if len(m) > 0 {
			out = append(out, m)
		}
	}
	slices.SortFunc(out, func(a, b []int32) int { return cmp.Compare(a[0], b[0]) })
	return out
}

// nameGroups gives every group its canonical ID. A known item lives on in the
// group that holds most of its members, and a group takes the ID of the known
// item that shares most with it; ties go to the smaller ID and the earlier
// group. A group without one is named after its smallest record, and never takes
// an ID that known or a record holds, so that an ID has one meaning only.
func nameGroups(c *corpus, groups [][]int32, known []recommender.Item) []recommender.ItemID {
	of := make([]int32, len(c.records))
	for i, group := range groups {
		for _, r := range group {
			of[r] = int32(i)
		}
	}
	type claim struct {
		known, group int32
		shared       int
	}
	var claims []claim
	taken := make(map[recommender.ItemID]bool, len(known))
	for k, item := range known {
		taken[item.ID] = true
		var held []int32
		for _, m := range item.Members {
			if r, ok := c.place(m); ok {
				held = append(held, of[r])
			}
		}
		slices.Sort(held)
		for i := 0; i < len(held); {
			j := i
			for j < len(held) && held[j] == held[i] {
				j++
			}
			claims = append(claims, claim{int32(k), held[i], j - i})
			i = j
		}
	}
	slices.SortFunc(claims, func(a, b claim) int {
		// known is sorted by ID.
		return cmp.Or(cmp.Compare(b.shared, a.shared), cmp.Compare(a.known, b.known), cmp.Compare(a.group, b.group))
	})
	ids := make([]recommender.ItemID, len(groups))
	used := make([]bool, len(known))
	for _, cm := range claims {
		if ids[cm.group] == "" && !used[cm.known] {
			ids[cm.group], used[cm.known] = known[cm.known].ID, true
		}
	}
	for i, group := range groups {
		if ids[i] != "" {
			continue
		}
		free := func(id recommender.ItemID) bool {
			_, record := c.place(id)
			return !record && !taken[id]
		}
		base := recommender.RecordID("item", string(c.records[group[0]].id))
		id := base
		for n := 2; !free(id); n++ {
			id = base + recommender.ItemID("~"+strconv.Itoa(n))
		}
		ids[i], taken[id] = id, true
	}
	return ids
}

// review lists for every record the best cluster that it nearly joined: one
// without a record of its source, in the grey zone. Of two clusters that nearly
// joined the smaller side asks, of two of one size the earlier.
func (g *graph) review(cl *clusters, links []recommender.Link, floor float64, most int) []recommender.Link {
	type wish struct {
		record, target int32
		logit          float64
	}
	var wishes []wish
	asked := map[[2]int32]bool{} // from the first cluster to the second
	for r := range int32(len(g.records)) {
		home := cl.of[r]
		best, target := floor, int32(-1)
		to, verdicts := g.edges(r)
		for i, v := range verdicts {
			c := cl.of[to[i]]
			if float64(v) <= floor || c == home || c == target || g.ofSource(cl.members[c], g.source[r]) >= 0 {
				continue
			}
			if s := g.fit(cl.members[c], r); s > best && len(cl.members[home]) <= len(cl.members[c]) {
				best, target = s, c
			}
		}
		if target >= 0 {
			wishes = append(wishes, wish{r, target, best})
			asked[[2]int32{home, target}] = true
		}
	}
	var out []recommender.Link
	for _, w := range wishes {
		home, first := cl.of[w.record], cl.members[w.target][0]
		if asked[[2]int32{w.target, home}] && first < cl.members[home][0] {
			continue
		}
		out = append(out, recommender.Link{
			Record: g.records[w.record].id, Canonical: links[first].Canonical, Confidence: probability(w.logit),
		})
	}
	slices.SortFunc(out, func(a, b recommender.Link) int {
		return cmp.Or(cmp.Compare(b.Confidence, a.Confidence), cmp.Compare(a.Record, b.Record))
	})
	return out[:min(len(out), most)]
}
