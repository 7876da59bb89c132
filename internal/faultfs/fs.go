// Package faultfs is the seam between storage and the file system: a small
// interface, the operating system behind it, and a file system in memory that
// can fail or lose power at every operation.
package faultfs

import (
	"errors"
	"io"
)

// An FS is what the warehouse asks of a file system. Names are slash-separated.
type FS interface {
	// MkdirAll makes a directory and its parents.
	MkdirAll(dir string) error
	// Create makes a file that must not exist yet.
	Create(name string) (File, error)
	// Open opens a file for reading.
	Open(name string) (ReadFile, error)
	// ReadDir returns the names of the files in dir, sorted.
	ReadDir(dir string) ([]string, error)
	// RenameNew renames a file to a name that must not exist yet (fs.ErrExist).
	RenameNew(from, to string) error
	// Rename renames a file, in one step, over whatever has the name.
	Rename(from, to string) error
	// Remove removes a file.
	Remove(name string) error
	// SyncDir makes what was created, renamed and removed in dir durable.
	SyncDir(dir string) error
	// Lock takes the exclusive lock that the file name stands for and writes
	// owner into it. Where another holds it: ErrLocked, and the owner in the
	// text. The lock goes with the process that holds it, never later.
	Lock(name, owner string) (io.Closer, error)
}

// A File is being written.
type File interface {
	io.Writer
	// Sync makes what was written durable.
	Sync() error
	io.Closer
}

// A ReadFile is being read.
type ReadFile interface {
	io.ReaderAt
	io.Closer
	Size() int64
}

// ErrLocked says that another holds the lock.
var ErrLocked = errors.New("locked by another process")
