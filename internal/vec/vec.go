// Package vec has float32 kernels whose order of summation is fixed: sixteen
// lanes, then a tree, and no fused multiply-add. Every implementation of a
// kernel gives the same bytes on every machine.
package vec

import "math"

// Lanes is the number of partial sums of every reduction here.
const Lanes = 16

// Dot returns the sum of a[i]*b[i]: lane i%16 sums its products in order of i,
// then the lanes are added as a binary tree (0+8, 1+9 …; then 0+4 …; 0+2 …; 0+1).
// It panics unless the lengths are equal.
func Dot(a, b []float32) float32 {
	if len(a) != len(b) {
		panic("vec: Dot of slices of different length")
	}
	var s [Lanes]float32
	for len(a) >= Lanes {
		x, y := (*[Lanes]float32)(a), (*[Lanes]float32)(b)
		// Explicit conversions forbid the compiler to fuse (Go specification,
		// "Floating-point operators").
		s[0] += float32(x[0] * y[0])
		s[1] += float32(x[1] * y[1])
		s[2] += float32(x[2] * y[2])
		s[3] += float32(x[3] * y[3])
		s[4] += float32(x[4] * y[4])
		s[5] += float32(x[5] * y[5])
		s[6] += float32(x[6] * y[6])
		s[7] += float32(x[7] * y[7])
		s[8] += float32(x[8] * y[8])
		s[9] += float32(x[9] * y[9])
		s[10] += float32(x[10] * y[10])
		s[11] += float32(x[11] * y[11])
		s[12] += float32(x[12] * y[12])
		s[13] += float32(x[13] * y[13])
		s[14] += float32(x[14] * y[14])
		s[15] += float32(x[15] * y[15])
		a, b = a[Lanes:], b[Lanes:]
	}
	for i := range a {
		s[i] += float32(a[i] * b[i])
	}
	return tree(&s)
}

func tree(s *[Lanes]float32) float32 {
	for w := Lanes / 2; w > 0; w /= 2 {
		for i := range w {
			s[i] += s[i+w]
		}
	}
	return s[0]
}

// Axpy adds alpha*x to dst, place by place. It panics unless the lengths are equal.
func Axpy(dst []float32, alpha float32, x []float32) {
	if len(dst) != len(x) {
		panic("vec: Axpy of slices of different length")
	}
	for i, v := range x {
		dst[i] += float32(alpha * v)
	}
}

// Norm returns the Euclidean norm of a.
func Norm(a []float32) float32 { return float32(math.Sqrt(float64(Dot(a, a)))) }
