package faultfs

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"slices"
	"sync"
)

// Mem is a file system in memory that knows what would survive a loss of
// power: the synced bytes of files, under the names that a synced directory
// held. Safe for concurrent use.
type Mem struct {
	// Before, if set, runs before every operation that changes something. An
	// error from it fails the operation with nothing done, except that a write
	// stores half of its bytes. It may call Crash.
	Before func(op Op) error

	mu      sync.Mutex
	current map[string]*memFile // what a running process sees
	durable map[string]*memFile // names as of the last SyncDir
	locks   map[string]string
}

// An Op is an operation about to happen.
type Op struct {
	Kind string // create, write, sync, rename, remove, syncdir
	Name string
}

func (o Op) String() string { return o.Kind + " " + o.Name }

type memFile struct {
	data   []byte
	synced int // bytes of data that are durable
}

var _ FS = (*Mem)(nil)

// NewMem returns an empty file system.
func NewMem() *Mem {
	return &Mem{current: map[string]*memFile{}, durable: map[string]*memFile{}, locks: map[string]string{}}
}

// A Loss says what a loss of power takes of that which was not synced. File
// systems differ, so each must be survived.
type Loss int

// The kinds of loss.
const (
	LoseAll   Loss = iota // unsynced names and bytes are gone
	LoseBytes             // names are kept, unsynced bytes are gone
	LoseHalf              // names are kept, files end in the middle of what was not synced
	LoseNone              // everything is kept: the process died, not the machine
)

// Losses lists them all.
var Losses = []Loss{LoseAll, LoseBytes, LoseHalf, LoseNone}

func (l Loss) String() string { return [...]string{"all", "bytes", "half", "none"}[l] }

// Crash returns the file system as it is found after a loss of power now.
// m itself goes on.
func (m *Mem) Crash(loss Loss) *Mem {
	m.mu.Lock()
	defer m.mu.Unlock()
	names := m.current
	if loss == LoseAll {
		names = m.durable
	}
	after := NewMem()
	for name, f := range names {
		keep := f.synced
		switch loss {
		case LoseHalf:
			keep += (len(f.data) - f.synced) / 2
		case LoseNone:
			keep = len(f.data)
		}
		g := &memFile{data: bytes.Clone(f.data[:keep]), synced: keep}
		after.current[name], after.durable[name] = g, g
	}
	return after
}

// CrashSome returns the file system as it may be found after a loss of power
// now: of the names that came or went since the last SyncDir, and of the bytes
// written since the last Sync, coin decides what is kept (a prefix of the bytes).
func (m *Mem) CrashSome(coin func(n int) int) *Mem {
	m.mu.Lock()
	defer m.mu.Unlock()
	names := maps.Clone(m.durable)
	for _, name := range slices.Sorted(maps.Keys(m.current)) {
		if m.durable[name] != m.current[name] && coin(2) == 0 {
			names[name] = m.current[name]
		}
	}
	for _, name := range slices.Sorted(maps.Keys(m.durable)) {
		if m.current[name] == nil && coin(2) == 0 {
			delete(names, name)
		}
	}
	after := NewMem()
	for _, name := range slices.Sorted(maps.Keys(names)) {
		f := names[name]
		keep := f.synced + coin(len(f.data)-f.synced+1)
		g := &memFile{data: bytes.Clone(f.data[:keep]), synced: keep}
		after.current[name], after.durable[name] = g, g
	}
	return after
}

// Corrupt replaces the content of a file; nil removes it.
func (m *Mem) Corrupt(name string, data []byte) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if data == nil {
		delete(m.current, name)
		delete(m.durable, name)
		return
	}
	f := &memFile{data: bytes.Clone(data), synced: len(data)}
	m.current[name], m.durable[name] = f, f
}

// Files returns the content of every file by name.
func (m *Mem) Files() map[string][]byte {
	m.mu.Lock()
	defer m.mu.Unlock()
	all := make(map[string][]byte, len(m.current))
	for name, f := range m.current {
		all[name] = bytes.Clone(f.data)
	}
	return all
}

func (m *Mem) before(kind, name string) error {
	if m.Before == nil {
		return nil
	}
	if err := m.Before(Op{kind, name}); err != nil {
		return &fs.PathError{Op: kind, Path: name, Err: err}
	}
	return nil
}

// MkdirAll implements [FS]; directories always exist here.
func (m *Mem) MkdirAll(string) error { return nil }

// Create implements [FS].
func (m *Mem) Create(name string) (File, error) {
	if err := m.before("create", name); err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, ok := m.current[name]; ok {
		return nil, &fs.PathError{Op: "create", Path: name, Err: fs.ErrExist}
	}
	f := &memFile{}
	m.current[name] = f
	return &memWriter{m: m, f: f, name: name}, nil
}

// Open implements [FS].
func (m *Mem) Open(name string) (ReadFile, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	f, ok := m.current[name]
	if !ok {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return memReader{bytes.NewReader(f.data)}, nil
}

// ReadDir implements [FS].
func (m *Mem) ReadDir(dir string) ([]string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var names []string
	for _, name := range slices.Sorted(maps.Keys(m.current)) {
		if path.Dir(name) == dir {
			names = append(names, path.Base(name))
		}
	}
	return names, nil
}

// RenameNew implements [FS].
func (m *Mem) RenameNew(from, to string) error {
	if err := m.before("rename", to); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	f, ok := m.current[from]
	if !ok {
		return &fs.PathError{Op: "rename", Path: from, Err: fs.ErrNotExist}
	}
	if _, ok := m.current[to]; ok {
		return &fs.PathError{Op: "rename", Path: to, Err: fs.ErrExist}
	}
	delete(m.current, from)
	m.current[to] = f
	return nil
}

// Rename implements [FS].
func (m *Mem) Rename(from, to string) error {
	if err := m.before("rename", to); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	f, ok := m.current[from]
	if !ok {
		return &fs.PathError{Op: "rename", Path: from, Err: fs.ErrNotExist}
	}
	delete(m.current, from)
	m.current[to] = f
	return nil
}

// Remove implements [FS].
func (m *Mem) Remove(name string) error {
	if err := m.before("remove", name); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, ok := m.current[name]; !ok {
		return &fs.PathError{Op: "remove", Path: name, Err: fs.ErrNotExist}
	}
	delete(m.current, name)
	return nil
}

// SyncDir implements [FS].
func (m *Mem) SyncDir(dir string) error {
	if err := m.before("syncdir", dir); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	inDir := func(name string, _ *memFile) bool { return path.Dir(name) == dir }
	maps.DeleteFunc(m.durable, inDir)
	for name, f := range m.current {
		if inDir(name, f) {
			m.durable[name] = f
		}
	}
	return nil
}

// Lock implements [FS]. A crash releases it.
func (m *Mem) Lock(name, owner string) (io.Closer, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if other, ok := m.locks[name]; ok {
		return nil, fmt.Errorf("%w: %s", ErrLocked, other)
	}
	m.locks[name] = owner
	return &memLock{m: m, name: name}, nil
}

type memLock struct {
	m    *Mem
	name string
}

func (l *memLock) Close() error {
	l.m.mu.Lock()
	defer l.m.mu.Unlock()
	delete(l.m.locks, l.name)
	return nil
}

type memReader struct{ *bytes.Reader }

func (memReader) Close() error { return nil }

type memWriter struct {
	m      *Mem
	f      *memFile
	name   string
	closed bool
}

func (w *memWriter) Write(p []byte) (int, error) {
	err := w.m.before("write", w.name)
	w.m.mu.Lock()
	defer w.m.mu.Unlock()
	if w.closed {
		return 0, errors.New("faultfs: write after close")
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
	w.f.synced = len(w.f.data)
	return nil
}

func (w *memWriter) Close() error {
	w.m.mu.Lock()
	defer w.m.mu.Unlock()
	w.closed = true
	return nil
}
