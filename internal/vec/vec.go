// Package vec has float32 kernels whose order of summation is fixed: sixteen
// lanes, then a tree, and no fused multiply-add. Every implementation of a
// kernel gives the same bytes on every machine: AVX-512 and AVX2, which amd64
// uses where the processor has them, and plain Go, which the build tag noasm
// demands. Only the bits of a NaN may differ.
package vec

import (
	"math"
	"math/bits"
)

//go:generate env GOWORK=off go -C _gen run .

// Lanes is the number of partial sums of every reduction here.
const Lanes = 16

// Dot returns the sum of a[i]*b[i]: lane i%16 sums its products in order of i,
// then the lanes are added as a binary tree (0+8, 1+9 …; then 0+4 …; 0+2 …; 0+1).
// It panics unless the lengths are equal.
func Dot(a, b []float32) float32 {
	if len(a) != len(b) {
		panic("vec: Dot of slices of different length")
	}
	return dot(a, b)
}

// DotRows scores rows that follow one another:
//
//	for i := range dst {
//		dst[i] = Dot(a, rows[i*stride:][:len(a)])
//	}
//
// dst overlaps neither a nor rows. It panics where rows end early or stride is
// less than len(a). It should not be asked for more than some MB of rows at
// once: the garbage collector may have to wait for it.
func DotRows(dst, a, rows []float32, stride int) {
	if len(dst) == 0 {
		return
	}
	if !reaches(len(a), len(rows), stride, len(dst)-1) {
		panic("vec: DotRows beyond the rows")
	}
	dotRows(dst, a, rows, stride)
}

// DotGather scores the rows that idx names:
//
//	for i, r := range idx {
//		dst[i] = Dot(a, rows[int(r)*stride:][:len(a)])
//	}
//
// dst overlaps neither a nor rows. It panics unless dst and idx are of equal
// length, all idx name whole rows and stride is at least len(a).
func DotGather(dst, a, rows []float32, stride int, idx []int32) {
	if len(dst) != len(idx) {
		panic("vec: DotGather of slices of different length")
	}
	if len(idx) == 0 {
		return
	}
	least, most := idx[0], idx[0]
	for _, r := range idx[1:] {
		least, most = min(least, r), max(most, r)
	}
	if least < 0 || !reaches(len(a), len(rows), stride, int(most)) {
		panic("vec: DotGather beyond the rows")
	}
	dotGather(dst, a, rows, stride, idx)
}

// reaches reports whether row last, of n places, lies within all of size places.
func reaches(n, size, stride, last int) bool {
	if stride < n || size < n {
		return false
	}
	high, low := bits.Mul64(uint64(last), uint64(stride))
	return high == 0 && low <= uint64(size-n)
}

// Axpy adds alpha*x to dst, place by place. It panics unless the lengths are
// equal. dst is x or does not overlap it.
func Axpy(dst []float32, alpha float32, x []float32) {
	if len(dst) != len(x) {
		panic("vec: Axpy of slices of different length")
	}
	axpy(dst, alpha, x)
}

// Prefetch asks the processor to bring x nearer, without waiting for it: for
// vectors that come from all over the memory and are used a little later.
func Prefetch(x []float32) {
	if len(x) > 0 {
		prefetch(x)
	}
}

// Norm returns the Euclidean norm of a.
func Norm(a []float32) float32 { return float32(math.Sqrt(float64(Dot(a, a)))) }
