//go:build !noasm

package vec

import "unsafe"

// An instructionSet is what the kernels may use; each includes those before it.
type instructionSet int

const (
	plain instructionSet = iota
	withAVX2
	withAVX512
)

// best is what the processor and the operating system offer; only tests change it.
var best = detect()

// detect asks for every feature that the kernels use. See Intel's Software
// Developer's Manual, volume 1, sections 14.3 and 15.2.
func detect() instructionSet {
	const (
		osxsave, avx  = 1 << 27, 1 << 28 // leaf 1, ECX
		avx2, avx512f = 1 << 5, 1 << 16  // leaf 7, EBX
		ymm, zmm      = 0x06, 0xe6       // XCR0: all parts of the registers are saved
	)
	leaves, _, _, _ := cpuid(0, 0)
	if leaves < 7 {
		return plain
	}
	_, _, one, _ := cpuid(1, 0)
	if one&osxsave == 0 || one&avx == 0 {
		return plain // without OSXSAVE there is no XGETBV
	}
	saved := xgetbv()
	_, seven, _, _ := cpuid(7, 0)
	switch {
	case seven&avx2 == 0 || saved&ymm != ymm:
		return plain
	case seven&avx512f == 0 || saved&zmm != zmm:
		return withAVX2
	}
	return withAVX512
}

func dot(a, b []float32) float32 {
	switch best {
	case withAVX512:
		return dotAVX512(a, b)
	case withAVX2:
		return dotAVX2(a, b)
	}
	return dotGo(a, b)
}

func dotRows(dst, a, rows []float32, stride int) {
	switch best {
	case withAVX512:
		dotRowsAVX512(dst, a, rows, stride)
	case withAVX2:
		dotRowsAVX2(dst, a, rows, stride)
	default:
		dotRowsGo(dst, a, rows, stride)
	}
}

func dotGather(dst, a, rows []float32, stride int, idx []int32) {
	switch best {
	case withAVX512:
		dotGatherAVX512(dst, a, rows, stride, idx)
	case withAVX2:
		dotGatherAVX2(dst, a, rows, stride, idx)
	default:
		dotGatherGo(dst, a, rows, stride, idx)
	}
}

func axpy(dst []float32, alpha float32, x []float32) {
	switch best {
	case withAVX512:
		axpyAVX512(dst, alpha, x)
	case withAVX2:
		axpyAVX2(dst, alpha, x)
	default:
		axpyGo(dst, alpha, x)
	}
}

func stepsBPR(size int, user, item, bias []float32, steps []Step, l2 *Pull) {
	first, pulls := (*byte)(unsafe.Pointer(unsafe.SliceData(steps))), (*byte)(unsafe.Pointer(l2))
	switch best {
	case withAVX512:
		stepsBPRAVX512(size, user, item, bias, first, len(steps), pulls)
	case withAVX2:
		stepsBPRAVX2(size, user, item, bias, first, len(steps), pulls)
	default:
		stepsBPRGo(size, user, item, bias, steps, l2)
	}
}

func hardest(size int, user, item, bias []float32, steps []Step, candidates []int32) {
	first := (*byte)(unsafe.Pointer(unsafe.SliceData(steps)))
	switch best {
	case withAVX512:
		hardestAVX512(size, user, item, bias, first, len(steps), candidates)
	case withAVX2:
		hardestAVX2(size, user, item, bias, first, len(steps), candidates)
	default:
		hardestGo(size, user, item, bias, steps, candidates)
	}
}

func prefetch(x []float32) { prefetchLines(unsafe.SliceData(x), (len(x)+Lanes-1)/Lanes) }
