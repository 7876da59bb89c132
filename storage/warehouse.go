package storage

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/osusume/osusume/internal/faultfs"
	"github.com/osusume/osusume/recommender"
)

// A Warehouse is a Store and a Registry in a directory of immutable Parquet
// files and numbered manifests. Safe for concurrent use.
type Warehouse struct {
	dir  string
	o    Options
	fs   faultfs.FS
	lock io.Closer // nil for a reader

	state   atomic.Pointer[snapshot] // what new reads see
	checked sync.Map                 // of names of files: a fileState
	serial  atomic.Uint64            // makes names of files distinct within this handle
	closed  atomic.Bool
	digest  atomic.Pointer[digest]

	mu        sync.Mutex // one write or Refresh at a time
	broken    error      // why writes are refused
	collected time.Time  // when collect last ran
}

var (
	_ recommender.Store    = (*Warehouse)(nil)
	_ recommender.Registry = (*Warehouse)(nil)
)

// A snapshot is one committed state. What it reads from small tables, it reads
// when first asked, and keeps.
type snapshot struct {
	manifest *manifest
	catalog  func() (*catalog, error)
	links    func() (linkTable, error) // without the rest of the catalogue: what a user's history needs
	sources  func() (map[string]SourceInfo, error)
}

// Open opens the warehouse in dir, which it makes if it is not there (a reader
// does not). A writer holds the lock of the directory until Close or the end of
// its process; where another holds it, the error names that one. ErrCorrupt
// names the damaged file, ErrInvalid says that a newer version wrote dir, or
// which option is wrong.
func Open(dir string, o Options) (*Warehouse, error) { return openFS(faultfs.OS{}, dir, o) }

func openFS(fsys faultfs.FS, dir string, o Options) (w *Warehouse, err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("storage: open warehouse %s: %w", dir, err)
			w = nil
		}
	}()
	if o, err = o.withDefaults(); err != nil {
		return nil, err
	}
	w = &Warehouse{dir: dir, o: o, fs: fsys}
	if o.ReadOnly {
		return w, w.load()
	}
	if err := fsys.MkdirAll(dir); err != nil {
		return nil, err
	}
	lock, err := fsys.Lock(w.path("LOCK"), owner())
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			_ = lock.Close()
		}
	}()
	w.lock = lock
	if err := w.load(); err != nil {
		return nil, err
	}
	// A writer that was killed may have left a manifest whose name is not durable.
	if err := fsys.SyncDir(dir); err != nil {
		return nil, err
	}
	return w, w.collect(w.state.Load().manifest)
}

// owner says who holds the lock.
func owner() string {
	host, err := os.Hostname()
	if err != nil {
		host = "unknown"
	}
	return fmt.Sprintf("pid %d on host %s since %s", os.Getpid(), host, time.Now().UTC().Format(time.RFC3339))
}

func (w *Warehouse) path(name string) string { return filepath.Join(w.dir, name) }

// load makes the newest committed state the current one.
func (w *Warehouse) load() error {
	var (
		m   *manifest
		err error
	)
	for range 3 { // a writer may collect a manifest between listing and reading
		if m, err = w.newest(); err == nil || !errors.Is(err, fs.ErrNotExist) {
			break
		}
	}
	if err != nil {
		return err
	}
	w.state.Store(w.snapshotOf(m))
	return nil
}

func (w *Warehouse) snapshotOf(m *manifest) *snapshot {
	return &snapshot{
		manifest: m,
		catalog:  kept(func() (*catalog, error) { return w.readCatalog(m) }),
		links:    kept(func() (linkTable, error) { return w.readLinks(m) }),
		sources:  kept(func() (map[string]SourceInfo, error) { return w.readSources(m) }),
	}
}

// kept calls read until it succeeds, and then never again. Unlike
// sync.OnceValues it does not keep errors: too many open files may pass.
func kept[T any](read func() (T, error)) func() (T, error) {
	var (
		mu    sync.Mutex
		value atomic.Pointer[T]
	)
	return func() (T, error) {
		if v := value.Load(); v != nil {
			return *v, nil
		}
		mu.Lock()
		defer mu.Unlock()
		if v := value.Load(); v != nil {
			return *v, nil
		}
		v, err := read()
		if err == nil {
			value.Store(&v)
		}
		return v, err
	}
}

// Refresh lets a reader see what has been committed since it opened or
// refreshed. Walks that have begun go on as they were. A writer always sees
// its own commits, and a handle on an older version stays there.
func (w *Warehouse) Refresh(ctx context.Context) error {
	if !w.o.ReadOnly || w.o.At != 0 {
		_, err := w.current(ctx)
		return err
	}
	w.mu.Lock() // of two calls at once, the older state must not win
	defer w.mu.Unlock()
	s, err := w.current(ctx)
	if err != nil {
		return err
	}
	if err := w.load(); err != nil {
		return fmt.Errorf("storage: refresh warehouse %s: %w", w.dir, err)
	}
	now := w.state.Load()
	w.forgetFiles(now.manifest.names())
	if same := func(table, part string) bool {
		return slices.Equal(s.manifest.table(table, part), now.manifest.table(table, part))
	}; same(tableItem, partRecord) && same(tableItem, partCanonical) && same(tableLink, "") {
		w.state.Store(&snapshot{now.manifest, s.catalog, s.links, now.sources})
	}
	return nil
}

// Version is the number of the newest commit this handle sees; 0 before the first.
func (w *Warehouse) Version() uint64 { return w.state.Load().manifest.Number }

// current is the first question of every method.
func (w *Warehouse) current(ctx context.Context) (*snapshot, error) {
	if w.closed.Load() {
		return nil, fmt.Errorf("storage: warehouse %s: %w", w.dir, fs.ErrClosed)
	}
	return w.state.Load(), ctx.Err()
}

// currentCatalog is that of current.
func (w *Warehouse) currentCatalog(ctx context.Context) (*catalog, error) {
	s, err := w.current(ctx)
	if err != nil {
		return nil, err
	}
	c, err := s.catalog()
	if err != nil {
		return nil, fmt.Errorf("storage: read items: %w", err)
	}
	return c, nil
}

// Items implements [recommender.Dataset]. The first call after Open reads all
// items into memory, where they stay.
func (w *Warehouse) Items(ctx context.Context) iter.Seq2[recommender.Item, error] {
	return itemWalk(ctx, func() (*catalog, error) { return w.currentCatalog(ctx) }, (*catalog).each)
}

// Records yields every record as its source gave it, sorted by ID.
func (w *Warehouse) Records(ctx context.Context) iter.Seq2[recommender.Item, error] {
	return itemWalk(ctx, func() (*catalog, error) { return w.currentCatalog(ctx) }, (*catalog).eachRecord)
}

// Item implements [recommender.Store].
func (w *Warehouse) Item(ctx context.Context, id recommender.ItemID) (recommender.Item, error) {
	e, err := w.entry(ctx, id)
	if err != nil {
		return recommender.Item{}, err
	}
	return e.Item, nil
}

// Number returns the catalogue number of an item or record: an integer from 1
// on that an ID gets when it is first stored and that no other ID gets, ever.
// ErrNotFound.
func (w *Warehouse) Number(ctx context.Context, id recommender.ItemID) (int64, error) {
	e, err := w.entry(ctx, id)
	if err != nil {
		return 0, err
	}
	return e.number, nil
}

// ByNumber returns the item or record with a catalogue number. ErrNotFound.
func (w *Warehouse) ByNumber(ctx context.Context, number int64) (recommender.ItemID, error) {
	c, err := w.currentCatalog(ctx)
	if err != nil {
		return "", err
	}
	id, ok := c.byNumber()[number]
	if !ok {
		return "", fmt.Errorf("storage: item number %d: %w", number, recommender.ErrNotFound)
	}
	return id, nil
}

func (w *Warehouse) entry(ctx context.Context, id recommender.ItemID) (*entry, error) {
	c, err := w.currentCatalog(ctx)
	if err != nil {
		return nil, err
	}
	e := c.item(id)
	if e == nil {
		return nil, fmt.Errorf("storage: item %q: %w", id, recommender.ErrNotFound)
	}
	return e, nil
}

// Cursor implements [recommender.Store].
func (w *Warehouse) Cursor(ctx context.Context, source string) (recommender.Cursor, error) {
	s, err := w.current(ctx)
	if err != nil {
		return "", err
	}
	sources, err := s.sources()
	if err != nil {
		return "", fmt.Errorf("storage: cursor of %s: %w", source, err)
	}
	return sources[source].Cursor, nil
}

// Close implements [recommender.Store]. It waits for a write under way, removes
// what no recent commit names, and releases the lock. Walks that have begun may end.
func (w *Warehouse) Close() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed.Swap(true) {
		return fmt.Errorf("storage: warehouse %s: %w", w.dir, fs.ErrClosed)
	}
	if w.lock == nil {
		return nil
	}
	var err error
	if w.broken == nil {
		if err = w.collect(w.state.Load().manifest); err != nil {
			err = fmt.Errorf("storage: close warehouse %s: %w", w.dir, err)
		}
	}
	return errors.Join(err, w.lock.Close())
}
