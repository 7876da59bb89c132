//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package faultfs

import (
	"errors"
	"io"
	"os"
	"syscall"
)

// Lock implements [FS] with flock(2), which the kernel releases when the
// process ends, however it ends. The file stays: only the lock on it counts.
func (OS) Lock(name, owner string) (io.Closer, error) {
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o666)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		_ = f.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, lockedBy(name)
		}
		return nil, &os.PathError{Op: "flock", Path: name, Err: err}
	}
	err = f.Truncate(0)
	if err == nil {
		_, err = f.WriteAt([]byte(owner+"\n"), 0)
	}
	if err != nil {
		_ = f.Close()
		return nil, err
	}
	return f, nil
}
