package vec

// The kernels in plain Go, which every other implementation must agree with.
// Explicit conversions forbid the compiler to fuse a product and a sum (Go
// specification, "Floating-point operators").

func dotGo(a, b []float32) float32 {
	b = b[:len(a)]
	var s [Lanes]float32
	for len(a) >= Lanes {
		x, y := (*[Lanes]float32)(a), (*[Lanes]float32)(b)
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

func dotRowsGo(dst, a, rows []float32, stride int) {
	for i := range dst {
		dst[i] = dotGo(a, rows[i*stride:][:len(a)])
	}
}

func dotGatherGo(dst, a, rows []float32, stride int, idx []int32) {
	for i, r := range idx {
		dst[i] = dotGo(a, rows[int(r)*stride:][:len(a)])
	}
}

func axpyGo(dst []float32, alpha float32, x []float32) {
	for i, v := range x {
		dst[i] += float32(alpha * v)
	}
}
