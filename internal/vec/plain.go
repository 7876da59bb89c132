//go:build !amd64 || noasm

package vec

func dot(a, b []float32) float32                 { return dotGo(a, b) }
func dotRows(dst, a, rows []float32, stride int) { dotRowsGo(dst, a, rows, stride) }
func dotGather(dst, a, rows []float32, stride int, idx []int32) {
	dotGatherGo(dst, a, rows, stride, idx)
}
func axpy(dst []float32, alpha float32, x []float32) { axpyGo(dst, alpha, x) }
func stepsBPR(size int, user, item, bias []float32, steps []Step, l2 *Pull) {
	stepsBPRGo(size, user, item, bias, steps, l2)
}
func hardest(size int, user, item, bias []float32, steps []Step, candidates []int32) {
	hardestGo(size, user, item, bias, steps, candidates)
}

func prefetch([]float32) {}
