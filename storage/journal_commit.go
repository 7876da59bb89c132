package storage

import (
	"context"
	"fmt"
	"time"

	"github.com/osusume/osusume/recommender"
)

const (
	// groupBytes is how much is gathered for one fsync before further appends
	// wait for the next: enough for thousands, and it bounds memory.
	groupBytes = 1 << 20
	// callBytes is the most that one call may append.
	callBytes = 1 << 28
)

// A journalGroup is the appends that share one record, and so one fsync.
type journalGroup struct {
	record []byte // room for its head, then entries
	full   bool   // make tables of the log after it
	done   chan struct{}
	err    error // when done
}

func newJournalGroup(buf []byte) *journalGroup {
	return &journalGroup{record: append(buf[:0], make([]byte, headBytes)...), done: make(chan struct{})}
}

func (g *journalGroup) empty() bool { return len(g.record) == headBytes }

// wait returns when the group is durable, or ctx ends.
func (g *journalGroup) wait(ctx context.Context) error {
	select {
	case <-g.done:
		return g.err
	default:
	}
	select {
	case <-g.done:
		return g.err
	case <-ctx.Done():
		return fmt.Errorf("gave up waiting, it may or may not be stored: %w", ctx.Err())
	}
}

// join puts entries, which it copies, into the group that is being gathered.
// full asks for tables.
func (j *Journal) join(ctx context.Context, entries []byte, full bool) (*journalGroup, error) {
	if len(entries) > callBytes {
		return nil, fmt.Errorf("%w: %d bytes in one call; the most is %d", recommender.ErrInvalid, len(entries), callBytes)
	}
	for {
		j.mu.Lock()
		// Again, now that the answer holds: Close closes wake under the lock.
		if err := j.check(ctx); err != nil || j.broken != nil {
			broken := j.broken
			j.mu.Unlock()
			if err == nil {
				err = broken
			}
			return nil, err
		}
		g := j.group
		if g.empty() || len(g.record)+len(entries) <= groupBytes {
			g.record = append(g.record, entries...)
			if full {
				g.full = true
				signal(j.hurry)
			}
			if !g.empty() || g.full {
				signal(j.wake)
			} else {
				g = doneGroup
			}
			j.mu.Unlock()
			return g, nil
		}
		j.mu.Unlock()
		signal(j.hurry)
		select {
		case <-g.done:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// doneGroup is what appending nothing waits for.
var doneGroup = func() *journalGroup {
	g := &journalGroup{done: make(chan struct{})}
	close(g.done)
	return g
}()

// commitLoop is the one goroutine that writes logs. It ends after Close, when
// what was gathered by then is durable.
func (j *Journal) commitLoop() {
	defer close(j.committed)
	defer close(j.rollWake)
	for range j.wake {
		j.gather()
		j.commit(j.take())
	}
	last := j.take()
	last.full = true
	j.commit(last)
	if j.log != nil { // broken
		_ = j.log.Close()
	}
}

// gather waits for MaxDelay, or until there is a reason not to.
func (j *Journal) gather() {
	if j.o.MaxDelay == 0 {
		return
	}
	timer := time.NewTimer(j.o.MaxDelay)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-j.hurry:
	}
}

// take returns what was gathered and begins anew.
func (j *Journal) take() *journalGroup {
	j.mu.Lock()
	defer j.mu.Unlock()
	g := j.group
	j.group = newJournalGroup(j.spare)
	j.spare = nil
	return g
}

// commit makes a group durable and tells those who wait for it.
func (j *Journal) commit(g *journalGroup) {
	j.mu.Lock()
	err := j.broken
	j.mu.Unlock()
	if err == nil && !g.empty() {
		if err = j.write(g.record); err != nil {
			j.mu.Lock()
			j.broken = fmt.Errorf("an earlier append failed, open the journal again: %w", err)
			j.mu.Unlock()
		}
	}
	if err == nil && j.log != nil && (g.full || j.size >= j.o.SegmentBytes) {
		j.fill()
	}
	g.err = err
	close(g.done)
	if cap(g.record) <= 2*groupBytes {
		j.mu.Lock()
		j.spare = g.record
		j.mu.Unlock()
	}
}

// write appends one record to the current log, which the first makes.
func (j *Journal) write(record []byte) (err error) {
	fresh := j.log == nil
	if fresh {
		name := logName(j.next) // only this goroutine changes next
		if j.log, err = j.fs.Create(j.path(name)); err != nil {
			j.log = nil
			return err
		}
		j.size = 0
		j.mu.Lock()
		j.next++
		j.open, j.durable = true, 0
		j.mu.Unlock()
	}
	putHead(record, j.next-1, j.size)
	if _, err := j.log.Write(record); err != nil {
		return err
	}
	if err := j.log.Sync(); err != nil {
		return err
	}
	if fresh {
		if err := j.fs.SyncDir(j.dir); err != nil {
			return err
		}
	}
	j.size += int64(len(record))
	j.mu.Lock()
	j.durable = j.size
	j.mu.Unlock()
	return nil
}

// fill ends the current log: the roller makes tables of it, and the next append
// begins another.
func (j *Journal) fill() {
	_ = j.log.Close() // all of it was synced
	j.log = nil
	j.mu.Lock()
	j.open = false
	j.pending = append(j.pending, j.next-1)
	j.mu.Unlock()
	signal(j.rollWake)
}
