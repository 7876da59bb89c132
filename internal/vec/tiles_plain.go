//go:build !amd64 || noasm

package vec

func dotPacked(dst []float32, width int, a []float32, n int, packed []float32) {
	dotPackedGo(dst, width, a, n, packed)
}

func axpyGather(dst, w, rows []float32, stride int, idx []int32) {
	axpyGatherGo(dst, w, rows, stride, idx)
}

func above(dst []int32, scores []float32, bar float32) int { return aboveGo(dst, scores, bar) }
