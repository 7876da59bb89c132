package mf

import (
	"cmp"
	"context"
	"slices"
	"sort"

	"github.com/osusume/osusume/internal/par"
)

// An oversampler draws items that the user's vector places high, without
// scoring any: a factor f with a chance proportional to |p_f| times the spread
// of the items along f, then an item by its rank along f, best first where p_f > 0
// and last first where not, ranks falling geometrically.
//
// Rendle and Freudenthaler, "Improving pairwise learning for item
// recommendation from implicit feedback" (WSDM 2014). The ranks are those within
// an item block, a random sample of the catalogue, and made anew every epoch.
type oversampler struct {
	m      *Model
	spread []float32 // by factor: variance of the items along it
	order  []int32   // block by block, factor by factor: positions, best first
	sum    []float64 // of the chances of the ranks 0, 1, … of the largest block
}

// newOversampler's mean rank is a share of each block.
func newOversampler(m *Model, order *schedule, share float64) *oversampler {
	most := 0
	for b := range order.blocks {
		from, to := order.bounds(len(order.items), b)
		most = max(most, to-from)
	}
	o := &oversampler{
		m: m, spread: make([]float32, m.factors),
		order: make([]int32, m.factors*len(order.items)), sum: make([]float64, most),
	}
	// The geometric distribution of this mean is the paper's exp(-r/λ).
	mean := float64(share * float64(most))
	keep, chance, sum := mean/(1+mean), 1.0, 0.0
	for r := range o.sum {
		sum += chance
		o.sum[r] = sum
		chance *= keep
	}
	return o
}

// lay ranks the items of every block along every factor: O(factors · items ·
// log items).
func (o *oversampler) lay(ctx context.Context, order *schedule, workers int) error {
	for f := range o.spread {
		o.spread[f] = o.along(order.items, f)
	}
	return par.Do(ctx, workers, order.blocks, func(b int) error {
		from, to := order.bounds(len(order.items), b)
		for f := range o.spread {
			ranks := o.of(from, to, f)
			for k := range ranks {
				ranks[k] = int32(from + k)
			}
			slices.SortFunc(ranks, func(x, y int32) int {
				a, b := o.m.itemRow(int(order.items[x]))[f], o.m.itemRow(int(order.items[y]))[f]
				return cmp.Or(cmp.Compare(b, a), cmp.Compare(x, y))
			})
		}
		return nil
	})
}

// along returns the variance of the items along a factor. The paper takes its
// root.
func (o *oversampler) along(items []int32, f int) float32 {
	var sum, squares float64
	for _, i := range items {
		x := float64(o.m.itemRow(int(i))[f])
		sum += x
		squares += float64(x * x)
	}
	n := float64(len(items))
	mean := sum / n
	return float32(max(0, squares/n-float64(mean*mean)))
}

// of are the ranks of the block [from, to) along a factor.
func (o *oversampler) of(from, to, f int) []int32 {
	at := from*o.m.factors + f*(to-from)
	return o.order[at:][:to-from]
}

// A picker draws for one visit of a user: the chances of the factors are those
// of the user's vector at its start.
type picker struct {
	*oversampler
	sum      []float32 // of the chances up to each factor
	negative []bool    // whether the vector is, along it
}

func (o *oversampler) picker() *picker {
	return &picker{oversampler: o, sum: make([]float32, len(o.spread)), negative: make([]bool, len(o.spread))}
}

// visit prepares for the user of vector p.
func (o *picker) visit(p []float32) {
	var sum float32
	for f, s := range o.spread {
		sum += float32(max(p[f], -p[f]) * s)
		o.sum[f], o.negative[f] = sum, p[f] < 0
	}
}

// pick draws a position of the block [from, to).
func (o *picker) pick(draw *stream, from, to int) int {
	f := o.factor(float32(draw.float()))
	ranks := o.of(from, to, f)
	sums := o.oversampler.sum[:len(ranks)]
	x := draw.float() * sums[len(sums)-1]
	r := min(sort.Search(len(sums), func(k int) bool { return sums[k] > x }), len(sums)-1)
	if o.negative[f] {
		r = len(ranks) - 1 - r
	}
	return int(ranks[r])
}

// factor is the one at a share of the chances.
func (o *picker) factor(at float32) int {
	last := len(o.sum) - 1
	x := float32(at * o.sum[last])
	return min(sort.Search(last, func(f int) bool { return o.sum[f] > x }), last)
}
