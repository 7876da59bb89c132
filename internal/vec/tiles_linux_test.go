package vec_test

import (
	"testing"

	"github.com/osusume/osusume/internal/vec"
)

// See TestKernelsStayInsideTheirMemory.
func TestTilesStayInsideTheirMemory(t *testing.T) {
	const n, rows = 32, 32
	dst, a, packed := atEdge(t, vec.Vectors*rows), atEdge(t, vec.Vectors*n), atEdge(t, n*rows)
	w, one := atEdge(t, 2), atEdge(t, n)
	eachPath(t, func(t *testing.T) {
		vec.DotPacked(dst, rows, a, packed)
		vec.AxpyGather(one, w, packed, n, []int32{rows - 1, 0})
		vec.Above(make([]int32, n), one, 0)
	})
}
