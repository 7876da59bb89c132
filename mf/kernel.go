package mf

import "math"

// The kernels here and in internal/vec use float32 with one order of operations
// and explicit conversions, which forbid fused multiply-add: the same bytes on
// every machine.

// step moves a user's vector p, the vector i of an item that the user has, and
// the vector j of one that the user does not have:
//
//	p, i, j = keep*p + g*(i-j), keep*i + g*p, keep*j - g*p
//
// where g is the rate times the gradient and keep = 1 - rate*L2. The lengths
// must be equal.
func step(p, i, j []float32, g, keep float32) {
	i, j = i[:len(p)], j[:len(p)]
	for f, u := range p {
		a, b := i[f], j[f]
		gu := float32(g * u)
		p[f] = float32(keep*u) + float32(g*(a-b))
		i[f] = float32(keep*a) + gu
		j[f] = float32(keep*b) - gu
	}
}

// sigmoid returns 1/(1+exp(-x)).
func sigmoid(x float32) float32 { return 1 / (1 + exp(-x)) }

// exp returns e^x with a relative error below 3e-7, for x clipped to [-87, 88].
//
// x is k*ln 2 + r with |r| ≤ ln(2)/2, and e^r its Taylor polynomial of degree 6.
func exp(x float32) float32 {
	// The two constants add up to ln 2; the first has few bits, so that k times it is exact.
	const ln2hi, ln2lo = 0.693359375, -2.12194440e-4
	x = min(max(x, -87), 88)
	k := float32(x * (1 / math.Ln2))
	if k < 0 {
		k -= 0.5
	} else {
		k += 0.5
	}
	n := int32(k)
	r := x - float32(float32(n)*ln2hi)
	r -= float32(float32(n) * ln2lo)
	e := float32(1.0 / 720)
	e = float32(e*r) + 1.0/120
	e = float32(e*r) + 1.0/24
	e = float32(e*r) + 1.0/6
	e = float32(e*r) + 0.5
	e = float32(e*r) + 1
	e = float32(e*r) + 1
	return float32(e * math.Float32frombits(uint32(n+127)<<23))
}
