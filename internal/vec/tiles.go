package vec

// Pack copies the rows that idx names so that DotPacked can read them: each
// sixteen of them become a tile of 16·width numbers, in which number f of each
// stands side by side. Missing rows of the last tile are zeros. width must be a
// multiple of Lanes. The result has (len(idx)+15)/16·16·width numbers; it is dst,
// where dst is large enough.
func Pack(dst, rows []float32, stride, width int, idx []int32) []float32 {
	if width%Lanes != 0 {
		panic("vec: Pack of rows that are no whole steps")
	}
	size := (len(idx) + Lanes - 1) / Lanes * Lanes * width
	if cap(dst) < size {
		dst = make([]float32, size)
	}
	dst = dst[:size]
	if len(idx)%Lanes != 0 {
		clear(dst[size-Lanes*width:])
	}
	for k, r := range idx {
		if r < 0 || !reaches(width, len(rows), stride, int(r)) {
			panic("vec: Pack beyond the rows")
		}
		to := dst[k/Lanes*Lanes*width+k%Lanes:]
		for f, x := range rows[int(r)*stride:][:width] {
			to[f*Lanes] = x
		}
	}
	return dst
}

// Vectors is how many vectors DotPacked takes at once.
const Vectors = 4

// DotPacked scores packed rows for four vectors, which follow one another in a:
//
//	for v := range Vectors {
//		for r := range len(packed)/len(a)*Vectors {
//			dst[v*width+r] = Dot(vector v, row r)
//		}
//	}
//
// dst overlaps nothing. It panics where len(a) is no multiple of 64, packed not
// whole tiles of such rows, or dst too short.
func DotPacked(dst []float32, width int, a, packed []float32) {
	n := len(a) / Vectors
	if n == 0 || len(a)%(Vectors*Lanes) != 0 || len(packed)%(n*Lanes) != 0 {
		panic("vec: DotPacked of something else than tiles")
	}
	if len(packed) == 0 {
		return
	}
	if !reaches(len(packed)/n, len(dst), width, Vectors-1) {
		panic("vec: DotPacked beyond dst")
	}
	dotPacked(dst, width, a, n, packed)
}

// AxpyGather adds scaled rows to dst, one after another:
//
//	for k, r := range idx {
//		Axpy(dst, w[k], rows[int(r)*stride:][:len(dst)])
//	}
//
// dst overlaps neither w nor rows. It panics unless w and idx are of equal
// length, all idx name whole rows and stride is at least len(dst).
func AxpyGather(dst, w, rows []float32, stride int, idx []int32) {
	if len(w) != len(idx) {
		panic("vec: AxpyGather of slices of different length")
	}
	if len(idx) == 0 {
		return
	}
	least, most := idx[0], idx[0]
	for _, r := range idx[1:] {
		least, most = min(least, r), max(most, r)
	}
	if least < 0 || !reaches(len(dst), len(rows), stride, int(most)) {
		panic("vec: AxpyGather beyond the rows")
	}
	if len(dst)%Lanes != 0 {
		axpyGatherGo(dst, w, rows, stride, idx)
		return
	}
	axpyGather(dst, w, rows, stride, idx)
}

// Above writes the places of the scores that are greater than bar into dst,
// ascending, and returns how many there are. NaN is not greater. It panics where
// dst is shorter than scores.
func Above(dst []int32, scores []float32, bar float32) int {
	if len(dst) < len(scores) {
		panic("vec: Above with too short a dst")
	}
	whole := len(scores) / Lanes * Lanes
	n := 0
	if whole > 0 {
		n = above(dst, scores[:whole], bar)
	}
	for i, s := range scores[whole:] {
		if s > bar {
			dst[n] = int32(whole + i)
			n++
		}
	}
	return n
}

// The kernels in plain Go; see reference.go.

func dotPackedGo(dst []float32, width int, a []float32, n int, packed []float32) {
	for first := 0; len(packed) > 0; first += Lanes {
		for v := range Vectors {
			var s [Lanes][Lanes]float32 // by lane, then row
			for f, x := range a[v*n:][:n] {
				rows, sum := (*[Lanes]float32)(packed[f*Lanes:]), &s[f%Lanes]
				for r := range sum {
					sum[r] += float32(x * rows[r])
				}
			}
			for w := Lanes / 2; w > 0; w /= 2 {
				for j := range w {
					for r := range s[j] {
						s[j][r] += s[j+w][r]
					}
				}
			}
			copy(dst[v*width+first:], s[0][:])
		}
		packed = packed[n*Lanes:]
	}
}

func axpyGatherGo(dst, w, rows []float32, stride int, idx []int32) {
	for k, r := range idx {
		axpyGo(dst, w[k], rows[int(r)*stride:][:len(dst)])
	}
}

func aboveGo(dst []int32, scores []float32, bar float32) int {
	n := 0
	for i, s := range scores {
		if s > bar {
			dst[n] = int32(i)
			n++
		}
	}
	return n
}
