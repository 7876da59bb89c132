package synthetic

import (
	"math"
	"math/rand/v2"
)

// The streams must be the same bytes on every architecture. Go's math.Exp and
// math.Log are assembly on some, and a compiler may fuse x*y+z into one rounding
// on others. So whatever decides a byte of a stream uses the functions below,
// and an explicit conversion around each product that is added to something.

// exp returns e to the power of x within a few units in the last place, 0 below
// -700 and the value at 700 above it.
func exp(x float64) float64 {
	if x < -700 {
		return 0
	}
	x = min(x, 700)
	k := math.Floor(float64(x*math.Log2E) + 0.5)
	r := x - float64(k*ln2Hi)
	r -= float64(k * ln2Lo)
	// Taylor's series: |r| ≤ 0.35, and 0.35^14/14! is below the last place.
	sum := factorials[len(factorials)-1]
	for i := len(factorials) - 2; i >= 0; i-- {
		sum = factorials[i] + float64(r*sum)
	}
	return math.Ldexp(sum, int(k))
}

// factorials holds 1/n!.
var factorials = [...]float64{
	1, 1, 1. / 2, 1. / 6, 1. / 24, 1. / 120, 1. / 720, 1. / 5040, 1. / 40320, 1. / 362880,
	1. / 3628800, 1. / 39916800, 1. / 479001600, 1. / 6227020800,
}

// ln2 in two parts, the first with enough zero bits at its end for k*ln2Hi to be exact.
const (
	ln2Hi = 6.93147180369123816490e-01
	ln2Lo = 1.90821492927058770002e-10
)

// log returns the natural logarithm of a positive x.
func log(x float64) float64 {
	f, k := math.Frexp(x) // f in [0.5, 1)
	if f < math.Sqrt2/2 {
		f, k = f*2, k-1
	}
	// log f = 2 atanh(s), |s| ≤ 0.172.
	s := (f - 1) / (f + 1)
	s2 := float64(s * s)
	sum := 0.0
	for i := 23.0; i > 0; i -= 2 {
		sum = 1/i + float64(s2*sum)
	}
	return float64(2*s*sum) + float64(float64(k)*math.Ln2)
}

const sqrt3 = 1.7320508075688772

// logistic maps the line onto (0, 1).
func logistic(x float64) float64 { return 1 / (1 + exp(-x)) }

// squash maps the line onto (-1, 1).
func squash(x float64) float64 { return x / math.Sqrt(1+float64(x*x)) }

// normal draws a number of mean 0 and variance 1, nearly normal and never
// beyond 3.47: the scaled sum of four uniform 16-bit numbers.
func normal(r *rand.Rand) float64 {
	v := r.Uint64()
	sum := v&0xffff + v>>16&0xffff + v>>32&0xffff + v>>48
	return (float64(sum) - 2*0xffff) * (sqrt3 / 0xffff)
}

// normalBelow returns the chance that normal draws a number below x: the
// distribution function of Irwin and Hall for four terms.
func normalBelow(x float64) float64 {
	x = x/sqrt3 + 2
	if x <= 0 {
		return 0
	}
	if x >= 4 {
		return 1
	}
	sum, choose := 0.0, 1.0
	for k := 0.0; k < x; k++ {
		d := x - k
		sum += float64(choose * d * d * d * d)
		choose *= -(4 - k) / (k + 1)
	}
	return sum / 24
}

func dot(a *[hiddenDims]float32, b *[hiddenDims]float32) float64 {
	sum := 0.0
	for i := range a {
		sum += float64(float64(a[i]) * float64(b[i]))
	}
	return sum
}
