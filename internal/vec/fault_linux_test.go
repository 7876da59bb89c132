package vec_test

import (
	"os"
	"syscall"
	"testing"
	"unsafe"

	"github.com/osusume/osusume/internal/vec"
)

// atEdge returns the last n numbers before memory that faults when touched.
func atEdge(t *testing.T, n int) []float32 {
	page := os.Getpagesize()
	body := (4*n + page - 1) / page * page
	memory, err := syscall.Mmap(-1, 0, body+page, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { syscall.Munmap(memory) })
	if err := syscall.Mprotect(memory[body:], syscall.PROT_NONE); err != nil {
		t.Fatal(err)
	}
	if n == 0 {
		return nil
	}
	return unsafe.Slice((*float32)(unsafe.Pointer(&memory[body-4*n])), n)
}

// A kernel that touches more than its data, even without use, ends the process.
func TestKernelsStayInsideTheirMemory(t *testing.T) {
	const n = 64
	a, b, rows, bias := atEdge(t, n), atEdge(t, n), atEdge(t, 3*n), atEdge(t, 3)
	eachPath(t, func(t *testing.T) {
		for k := range n + 1 {
			a, b := a[n-k:], b[n-k:]
			vec.Dot(a, b)
			vec.Axpy(a, 0.5, b)
			vec.DotRows(make([]float32, 3), a, rows[3*(n-k):], k)
			vec.DotGather(make([]float32, 5), a, rows[3*(n-k):], k, []int32{2, 0, 2, 1, 2})
			vec.Prefetch(a)
		}
		for size := vec.Lanes; size <= n; size += vec.Lanes {
			f := vec.Factors{Size: size, User: a[n-size:], Item: rows[3*(n-size):], Bias: bias}
			steps := []vec.Step{{Positive: 2, Negative: 1}, {Positive: 0, Negative: 2}}
			vec.Hardest(&f, steps, []int32{2, 0, 2, 1, 1, 2, 1, 2}, 4)
			vec.StepsBPR(&f, []vec.Step{{Positive: 2, Negative: 1}, {Positive: 0, Negative: 2}}, vec.Pull{})
		}
	})
}
