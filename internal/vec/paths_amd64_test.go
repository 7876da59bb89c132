//go:build !noasm

package vec

import (
	"slices"
	"testing"
)

var paths = []string{plain: "go", withAVX2: "AVX2", withAVX512: "AVX-512"}

// Paths names the implementations that this machine can run.
func Paths() []string { return paths[:detect()+1] }

// Force makes the kernels take a path until the test ends.
func Force(t testing.TB, path string) {
	before := best
	t.Cleanup(func() { best = before })
	best = instructionSet(slices.Index(paths, path))
}
