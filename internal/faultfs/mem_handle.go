package faultfs

import (
	"fmt"
	"io"
	"io/fs"
	"maps"
	"slices"
)

// Lock implements [FS]. A crash releases it.
func (m *Mem) Lock(name, owner string) (io.Closer, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if other, ok := m.locks[name]; ok {
		return nil, fmt.Errorf("%w: %s", ErrLocked, other)
	}
	m.locks[name] = owner
	m.open[name]++
	return &memLock{memHandle{m: m, name: name}}, nil
}

// OpenHandles returns the names of the files and locks that were opened and not
// closed, sorted, one a handle: empty, or something leaks.
func (m *Mem) OpenHandles() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	var names []string
	for _, name := range slices.Sorted(maps.Keys(m.open)) {
		for range m.open[name] {
			names = append(names, name)
		}
	}
	return names
}

// A memHandle is what files and locks share: they are closed once, and not used
// after that.
type memHandle struct {
	m      *Mem
	name   string
	closed bool
}

// use is the first question of every method; the caller holds the mutex.
func (h *memHandle) use(op string) error {
	if h.closed {
		return &fs.PathError{Op: op, Path: h.name, Err: fs.ErrClosed}
	}
	return nil
}

func (h *memHandle) Close() error {
	h.m.mu.Lock()
	defer h.m.mu.Unlock()
	if err := h.use("close"); err != nil {
		return err
	}
	h.closed = true
	if h.m.open[h.name]--; h.m.open[h.name] == 0 {
		delete(h.m.open, h.name)
	}
	return nil
}

type memLock struct{ memHandle }

func (l *memLock) Close() error {
	if err := l.memHandle.Close(); err != nil {
		return err
	}
	l.m.mu.Lock()
	defer l.m.mu.Unlock()
	delete(l.m.locks, l.name)
	return nil
}

// A memReader sees the bytes that the file had when it was opened.
type memReader struct {
	memHandle
	data []byte
}

func (r *memReader) Size() int64 { return int64(len(r.data)) }

func (r *memReader) ReadAt(p []byte, off int64) (int, error) {
	r.m.mu.Lock()
	err := r.use("read")
	r.m.mu.Unlock()
	if err != nil {
		return 0, err
	}
	if off < 0 {
		return 0, &fs.PathError{Op: "read", Path: r.name, Err: fs.ErrInvalid}
	}
	n := copy(p, r.data[min(off, int64(len(r.data))):])
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

type memWriter struct {
	memHandle
	f *memFile
}

func (w *memWriter) Write(p []byte) (int, error) {
	err := w.m.before("write", w.name)
	w.m.mu.Lock()
	defer w.m.mu.Unlock()
	if closed := w.use("write"); closed != nil {
		return 0, closed
	}
	if err != nil {
		p = p[:len(p)/2]
	}
	w.f.data = append(w.f.data, p...)
	return len(p), err
}

func (w *memWriter) Sync() error {
	if err := w.m.before("sync", w.name); err != nil {
		return err
	}
	w.m.mu.Lock()
	defer w.m.mu.Unlock()
	if err := w.use("sync"); err != nil {
		return err
	}
	w.f.synced = len(w.f.data)
	return nil
}
