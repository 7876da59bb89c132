//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package mf

import "os"

// mapFile reads a file.
func mapFile(path string) (data []byte, unmap func() error, err error) {
	data, err = os.ReadFile(path)
	return data, func() error { return nil }, err
}
