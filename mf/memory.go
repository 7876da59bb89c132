package mf

import (
	"errors"
	"fmt"
	"runtime"
	"sync"

	"github.com/osusume/osusume/internal/snapshot"
)

// ErrClosed is what a model that was closed answers.
var ErrClosed = errors.New("mf: the model is closed")

// A memory is the mapped file that the rows of a model lie in.
//
// Readers are counted, because a call may be made within another, by a Keep: with
// a sync.RWMutex it would wait for the Close that waits for the outer one.
type memory struct {
	mu      sync.Mutex
	readers int
	closed  bool          // nobody may enter
	idle    chan struct{} // closed by the last reader, once closed is set
	unmap   func() error
}

func newMemory(unmap func() error) *memory {
	return &memory{idle: make(chan struct{}), unmap: unmap}
}

func (mem *memory) close() error {
	mem.mu.Lock()
	was := mem.closed
	mem.closed = true
	if !was && mem.readers == 0 {
		close(mem.idle)
	}
	mem.mu.Unlock()
	<-mem.idle
	if was {
		return nil
	}
	return mem.unmap()
}

// enter keeps the rows from going away until leave.
func (m *Model) enter() error {
	if m.memory == nil {
		return nil
	}
	m.memory.mu.Lock()
	defer m.memory.mu.Unlock()
	if m.memory.closed {
		return ErrClosed
	}
	m.memory.readers++
	return nil
}

func (m *Model) leave() {
	if m.memory == nil {
		return
	}
	m.memory.mu.Lock()
	defer m.memory.mu.Unlock()
	if m.memory.readers--; m.memory.readers == 0 && m.memory.closed {
		close(m.memory.idle)
	}
}

// OpenModel opens a snapshot in a file without reading its vectors into memory:
// they are mapped, so that opening costs one pass over the file for its
// checksums, several processes share one copy, and what is not used can be paged
// out. Where the system cannot map files, the file is read. Errors are those of
// [ReadModel] and of the file.
//
// The file must not be changed while the model is open: whoever publishes a new
// one renames it into place. Close gives the mapping back.
func OpenModel(path string) (*Model, error) {
	data, unmap, err := mapFile(path)
	if err != nil {
		return nil, fmt.Errorf("mf: open %s: %w", path, err)
	}
	m, err := readModel(snapshot.NewView(data))
	if err != nil {
		return nil, fmt.Errorf("mf: open %s: %w", path, errors.Join(sentinel(err), unmap()))
	}
	m.memory = newMemory(unmap)
	// A model that is forgotten unclosed gives its mapping back, too.
	runtime.AddCleanup(m, func(mem *memory) { _ = mem.close() }, m.memory)
	return m, nil
}

// ModelOf makes a model of a snapshot in memory, such as embedded bytes, and
// keeps its vectors there instead of copying them, where the bytes lie at a
// multiple of 4. Nobody may change them afterwards. Errors are those of [ReadModel].
func ModelOf(data []byte) (*Model, error) {
	m, err := readModel(snapshot.NewView(data))
	if err != nil {
		return nil, fmt.Errorf("mf: read snapshot: %w", sentinel(err))
	}
	return m, nil
}

// Close waits for the calls under way and gives the mapping of [OpenModel] back;
// later calls answer ErrClosed. A model that does not come from OpenModel has
// nothing to close, and stays in use. A Keep must not call Close: it would wait for
// itself.
func (m *Model) Close() error {
	if m.memory == nil {
		return nil
	}
	if err := m.memory.close(); err != nil {
		return fmt.Errorf("mf: close the model: %w", err)
	}
	return nil
}
