package mf

import "math"

// power returns x^a for x > 0 by products and square roots alone, which every
// machine rounds alike; math.Pow may differ in the last place between them.
func power(x, a float64) float64 {
	if a < 0 {
		return 1 / power(x, -a)
	}
	y := 1.0
	whole := math.Floor(a)
	for n, square := min(whole, 1<<20), x; n >= 1; square *= square {
		half := math.Floor(n / 2)
		if n != float64(2*half) {
			y *= square
		}
		n = half
	}
	root := math.Sqrt(x)
	for rest, bits := a-whole, 0; rest > 0 && bits < 64; bits++ {
		rest *= 2
		if rest >= 1 {
			y *= root
			rest--
		}
		root = math.Sqrt(root)
	}
	return y
}
