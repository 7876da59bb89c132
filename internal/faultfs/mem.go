package faultfs

import (
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
	locks   map[string]string   // owners of the locks that are held
	open    map[string]int      // handles on files, by the name they were opened under
}

// An Op is an operation about to happen.
type Op struct {
	Kind string // create, write, sync, rename, remove, syncdir
	Name string
}

func (o Op) String() string { return o.Kind + " " + o.Name }

// A memFile only grows: bytes that are there never change, so a crashed file
// system shares them.
type memFile struct {
	data   []byte
	synced int // bytes of data that are durable
}

var _ FS = (*Mem)(nil)

// NewMem returns an empty file system.
func NewMem() *Mem {
	return &Mem{current: map[string]*memFile{}, durable: map[string]*memFile{}, locks: map[string]string{}, open: map[string]int{}}
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
	m.open[name]++
	return &memWriter{memHandle: memHandle{m: m, name: name}, f: f}, nil
}

// Open implements [FS].
func (m *Mem) Open(name string) (ReadFile, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	f, ok := m.current[name]
	if !ok {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	m.open[name]++
	return &memReader{memHandle: memHandle{m: m, name: name}, data: f.data}, nil
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
func (m *Mem) RenameNew(from, to string) error { return m.rename(from, to, true) }

// Rename implements [FS].
func (m *Mem) Rename(from, to string) error { return m.rename(from, to, false) }

func (m *Mem) rename(from, to string, fresh bool) error {
	if err := m.before("rename", to); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	f, ok := m.current[from]
	if !ok {
		return &fs.PathError{Op: "rename", Path: from, Err: fs.ErrNotExist}
	}
	if _, ok := m.current[to]; ok && fresh {
		return &fs.PathError{Op: "rename", Path: to, Err: fs.ErrExist}
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
