//go:build !amd64 || noasm

package vec

import "testing"

// Paths names the implementations that this machine can run.
func Paths() []string { return []string{"go"} }

// Force makes the kernels take a path until the test ends.
func Force(testing.TB, string) {}
