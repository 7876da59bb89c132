//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package faultfs

import (
	"errors"
	"fmt"
	"io"
)

// Lock implements [FS]: this system has no lock that ends with its process.
func (OS) Lock(name, owner string) (io.Closer, error) {
	return nil, fmt.Errorf("lock %s for %s: %w", name, owner, errors.ErrUnsupported)
}
