package dedup

import (
	"context"
	"slices"
)

// secondLook judges pairs anew now that most records have found their place, and
// joins what that leaves over. At first a special whose title is that of its series
// and little more is kept from its counterpart by the series' records, which look
// as much alike. Once those are taken they are rivals no longer.
func (g *graph) secondLook(ctx context.Context, cl *clusters) error {
	g.settled = cl.clone()
	g.far = map[pair]float32{}
	near := slices.Clone(g.near) // an Index keeps the first look
	for a := range int32(len(g.records)) {
		if a%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		for i := g.start[a]; i < g.start[a+1]; i++ {
			if !g.final[i] {
				near[i] = g.beside(float64(g.alone[i]), a, g.to[i], g.settled)
			}
		}
	}
	g.near = near
	if err := g.agglomerate(ctx, cl); err != nil {
		return err
	}
	return g.reassign(ctx, cl)
}

// taken reports whether a rival for record a has found another record of a's source.
func (g *graph) taken(rival, a int32, settled *clusters) bool {
	if settled == nil || settled.of[rival] == settled.of[a] {
		return false
	}
	return g.ofSource(settled.members[settled.of[rival]], g.source[a]) >= 0
}

// clone is a copy to look at while the original changes.
func (cl *clusters) clone() *clusters {
	c := &clusters{of: slices.Clone(cl.of), members: make([][]int32, len(cl.members))}
	for i, m := range cl.members {
		c.members[i] = slices.Clone(m)
	}
	return c
}
