package mf

import "math"

// The kernels here and in internal/vec use float32 with one order of operations
// and explicit conversions, which forbid fused multiply-add: the same bytes on
// every machine.

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
