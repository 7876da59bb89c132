package mf

import "sort"

// A popularity draws positions with a chance that grows with how many users
// have the item there: count^alpha.
type popularity struct {
	counts []int32   // by item
	sum    []float64 // by position: of the chances up to it, from the start of its block
}

// lay prepares an epoch. An item weighs the same for whoever draws it.
func (d *popularity) lay(order *schedule, alpha float64) {
	d.sum = d.sum[:0]
	for b := range order.blocks {
		from, to := order.bounds(len(order.items), b)
		sum := 0.0
		for _, item := range order.items[from:to] {
			sum += power(float64(d.counts[item]), alpha)
			d.sum = append(d.sum, sum)
		}
	}
}

// pick draws a position of the block [from, to).
func (d *popularity) pick(draw *stream, from, to int) int {
	sums := d.sum[from:to]
	x := draw.float() * sums[len(sums)-1]
	return from + min(sort.Search(len(sums), func(k int) bool { return sums[k] > x }), len(sums)-1)
}
