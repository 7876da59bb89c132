//go:build !amd64 || noasm

package vec

func dot(a, b []float32) float32                 { return dotGo(a, b) }
func dotRows(dst, a, rows []float32, stride int) { dotRowsGo(dst, a, rows, stride) }
func dotGather(dst, a, rows []float32, stride int, idx []int32) {
	dotGatherGo(dst, a, rows, stride, idx)
}
func axpy(dst []float32, alpha float32, x []float32) { axpyGo(dst, alpha, x) }
func stepBPR(p, i, j []float32, g, keep float32)     { stepBPRGo(p, i, j, g, keep) }
