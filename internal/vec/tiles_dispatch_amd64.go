//go:build !noasm

package vec

func dotPacked(dst []float32, width int, a []float32, n int, packed []float32) {
	switch best {
	case withAVX512:
		dotPackedAVX512(dst, width, a, n, packed)
	case withAVX2:
		dotPackedAVX2(dst, width, a, n, packed)
	default:
		dotPackedGo(dst, width, a, n, packed)
	}
}

func axpyGather(dst, w, rows []float32, stride int, idx []int32) {
	switch best {
	case withAVX512:
		axpyGatherAVX512(dst, w, rows, stride, idx)
	case withAVX2:
		axpyGatherAVX2(dst, w, rows, stride, idx)
	default:
		axpyGatherGo(dst, w, rows, stride, idx)
	}
}

func above(dst []int32, scores []float32, bar float32) int {
	switch best {
	case withAVX512:
		return aboveAVX512(dst, scores, bar)
	case withAVX2:
		return aboveAVX2(dst, scores, bar)
	}
	return aboveGo(dst, scores, bar)
}
