package storage

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/osusume/osusume/internal/faultfs"
	"github.com/osusume/osusume/recommender"
)

// A Journal keeps exposures and events in a directory, at serving rate: appends
// go to a log and share their fsyncs; full logs become immutable Parquet files.
// It has a lock of its own, so that a server appends while a pipeline commits
// to the [Warehouse] beside it. Safe for concurrent use.
//
// Times are kept in microseconds, in UTC; empty lists come back nil.
type Journal struct {
	dir     string
	o       JournalOptions
	fs      faultfs.FS
	lock    io.Closer // nil for a reader
	checked sync.Map  // names of tables whose checksum was right
	pool    sync.Pool // buffers that entries are encoded into
	closed  atomic.Bool

	wake      chan struct{} // something waits to be committed; closed by Close
	hurry     chan struct{} // MaxDelay is over early
	rollWake  chan struct{} // a log is full; closed by the committer
	committed chan struct{} // closed when the committer has ended
	rolled    chan struct{} // closed when the roller has ended

	// Of the committer alone.
	log  faultfs.File // the current segment's; nil before its first append
	size int64        // bytes in it

	rolling sync.Mutex // one roll at a time

	mu      sync.Mutex
	group   *journalGroup // what is being gathered
	spare   []byte        // the buffer of a group that is done
	first   uint64        // the journal is the segments first, first+1, ... next-1
	next    uint64
	open    bool     // segment next-1 has the current log
	durable int64    // bytes of the current log that are durable
	pending []uint64 // full segments that are not tables yet
	broken  error    // why appends are refused
}

var _ recommender.Journal = (*Journal)(nil)

// JournalOptions are the options of [OpenJournal].
type JournalOptions struct {
	// ReadOnly opens without the writer's lock. Every walk of a reader sees what
	// the writer had written when the walk began; of the last milliseconds, that
	// may be more than is durable.
	ReadOnly bool
	// MaxDelay is how long an append waits for others to share its fsync with; 0
	// means not at all: whatever arrives during one fsync shares the next, which
	// is all that a busy server needs. More saves the disk writes at the price of
	// waiting. It takes nothing from durability: Append returns after the fsync.
	MaxDelay time.Duration
	// SegmentBytes is the size at which a log becomes Parquet files; 0 means 64
	// MiB, which is about a second of replay after a crash, and files large
	// enough for dictionaries to pay.
	SegmentBytes int64
}

func (o JournalOptions) withDefaults() (JournalOptions, error) {
	var faults []string
	if o.MaxDelay < 0 {
		faults = append(faults, fmt.Sprintf("MaxDelay %v < 0", o.MaxDelay))
	}
	if o.SegmentBytes < 0 {
		faults = append(faults, fmt.Sprintf("SegmentBytes %d < 0", o.SegmentBytes))
	}
	if o.SegmentBytes == 0 {
		o.SegmentBytes = 64 << 20
	}
	if len(faults) > 0 {
		return o, fmt.Errorf("%w: options: %s", recommender.ErrInvalid, strings.Join(faults, "; "))
	}
	return o, nil
}

// OpenJournal opens the journal in dir, which it makes if it is not there (a
// reader does not). By custom that is the directory "journal" in a warehouse's.
// A writer holds the lock of the directory until Close or the end of its
// process; where another holds it, the error names that one. Logs that an
// earlier writer left behind become Parquet files before OpenJournal returns.
// ErrCorrupt names the damaged file, ErrInvalid says that a newer version wrote
// it, or which option is wrong.
func OpenJournal(dir string, o JournalOptions) (*Journal, error) {
	return openJournalFS(faultfs.OS{}, dir, o)
}

func openJournalFS(fsys faultfs.FS, dir string, o JournalOptions) (j *Journal, err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("storage: open journal %s: %w", dir, err)
			j = nil
		}
	}()
	if o, err = o.withDefaults(); err != nil {
		return nil, err
	}
	j = &Journal{dir: dir, o: o, fs: fsys}
	if o.ReadOnly {
		_, err := fsys.ReadDir(dir)
		return j, err
	}
	if err := fsys.MkdirAll(dir); err != nil {
		return nil, err
	}
	if j.lock, err = fsys.Lock(j.path("LOCK"), owner()); err != nil {
		return nil, err
	}
	if err := j.replay(); err != nil {
		return nil, errors.Join(err, j.lock.Close())
	}
	j.group = newJournalGroup(nil)
	j.wake, j.hurry, j.rollWake = make(chan struct{}, 1), make(chan struct{}, 1), make(chan struct{}, 1)
	j.committed, j.rolled = make(chan struct{}), make(chan struct{})
	go j.commitLoop()
	go j.rollLoop()
	return j, nil
}

func (j *Journal) path(name string) string { return filepath.Join(j.dir, name) }

// Append implements [recommender.Journal]: the entries of one call are stored
// together or not at all, and it returns when they are durable. That takes one
// fsync, or two where one was under way, and MaxDelay.
//
// Where ctx ends first, the call gives up waiting: its entries may or may not
// become durable. An entry that cannot be is ErrInvalid, and nothing of the call
// is stored: besides the rules of [recommender.CheckEvent], texts are UTF-8 and
// times within the years 1 to 9999. After a write or fsync has failed, what
// waited for it may or may not be there after opening again, and the handle
// refuses further appends with the same error.
func (j *Journal) Append(ctx context.Context, exposures []recommender.Exposure, events []recommender.Event) error {
	if err := j.append(ctx, exposures, events); err != nil {
		return fmt.Errorf("storage: append to journal %s: %w", j.dir, err)
	}
	return nil
}

func (j *Journal) append(ctx context.Context, exposures []recommender.Exposure, events []recommender.Event) error {
	if err := j.check(ctx); err != nil {
		return err
	}
	if j.o.ReadOnly {
		return fmt.Errorf("%w: it was opened ReadOnly", recommender.ErrInvalid)
	}
	if err := checkEntries(exposures, events); err != nil {
		return err
	}
	buf, ok := j.pool.Get().(*[]byte)
	if !ok {
		buf = new([]byte)
	}
	*buf = appendEntries((*buf)[:0], exposures, events)
	g, err := j.join(ctx, *buf, false)
	j.pool.Put(buf)
	if err != nil {
		return err
	}
	return g.wait(ctx)
}

// check is the first question of every method.
func (j *Journal) check(ctx context.Context) error {
	if j.closed.Load() {
		return fs.ErrClosed
	}
	return ctx.Err()
}

// Flush makes Parquet files of what has been appended so far, and reports why
// that could not be done to earlier logs, if it could not: those stay as they
// are, are read as they are, and are tried again. Flushing often makes many
// small files. Where ctx ends first, the work goes on without the caller or at
// the next Flush.
func (j *Journal) Flush(ctx context.Context) error {
	if err := j.flush(ctx); err != nil {
		return fmt.Errorf("storage: flush journal %s: %w", j.dir, err)
	}
	return nil
}

func (j *Journal) flush(ctx context.Context) error {
	if err := j.check(ctx); err != nil {
		return err
	}
	if j.o.ReadOnly {
		return fmt.Errorf("%w: it was opened ReadOnly", recommender.ErrInvalid)
	}
	g, err := j.join(ctx, nil, true)
	if err != nil {
		return err
	}
	if err := g.wait(ctx); err != nil {
		return err
	}
	return j.roll(ctx)
}

// Close implements [recommender.Journal]. It waits for the appends under way,
// makes Parquet files of what there is, as [Journal.Flush] does and with its
// errors, and releases the lock. Walks that have begun may end.
func (j *Journal) Close() error {
	if err := j.close(); err != nil {
		return fmt.Errorf("storage: close journal %s: %w", j.dir, err)
	}
	return nil
}

func (j *Journal) close() error {
	if j.o.ReadOnly {
		if j.closed.Swap(true) {
			return fs.ErrClosed
		}
		return nil
	}
	j.mu.Lock()
	if j.closed.Swap(true) {
		j.mu.Unlock()
		return fs.ErrClosed
	}
	close(j.wake)
	j.mu.Unlock()
	signal(j.hurry)
	<-j.committed
	<-j.rolled
	return errors.Join(j.broken, j.roll(context.Background()), j.lock.Close())
}

// signal says something to a goroutine that may be busy, once.
func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
