package storage

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"

	"github.com/osusume/osusume/internal/faultfs"
	"github.com/osusume/osusume/recommender"
)

// walkRows is how many rows of a table are decoded at once.
const walkRows = 1024

// Exposures implements [recommender.Journal]. A walk sees what was durable when
// it began. It holds one record of a log, or a row group of a table, in memory.
func (j *Journal) Exposures(ctx context.Context) iter.Seq2[recommender.Exposure, error] {
	return exposureTable.walk(ctx, j)
}

// Events implements [recommender.Journal]; see Exposures.
func (j *Journal) Events(ctx context.Context) iter.Seq2[recommender.Event, error] {
	return eventTable.walk(ctx, j)
}

// A journalTable is how the entries of one table are found, wherever they stand.
type journalTable[E, R any] struct {
	name  string
	entry func(*R) (E, error)                                   // of a row
	pick  func([]recommender.Exposure, []recommender.Event) []E // of a record
}

var (
	exposureTable = journalTable[recommender.Exposure, exposureRow]{tableExposure, exposureOf,
		func(xs []recommender.Exposure, _ []recommender.Event) []recommender.Exposure { return xs }}
	eventTable = journalTable[recommender.Event, eventRow]{tableEvent, eventOf,
		func(_ []recommender.Exposure, es []recommender.Event) []recommender.Event { return es }}
)

// errBreak says that the loop body wants no more.
var errBreak = errors.New("break")

func (t journalTable[E, R]) walk(ctx context.Context, j *Journal) iter.Seq2[E, error] {
	return func(yield func(E, error) bool) {
		each := func(entries []E) error {
			for _, e := range entries {
				if !yield(e, nil) {
					return errBreak
				}
			}
			return ctx.Err()
		}
		if err := t.walkAll(ctx, j, each); err != nil && err != errBreak {
			var none E
			yield(none, fmt.Errorf("storage: read %s of journal %s: %w", t.name, j.dir, err))
		}
	}
}

func (t journalTable[E, R]) walkAll(ctx context.Context, j *Journal, each func([]E) error) error {
	first, last, err := j.span(ctx)
	if err != nil || last == nil {
		return err
	}
	defer last.close()
	for number := first; number < last.number; number++ {
		s, err := j.openSegment(number)
		if err == nil {
			err = t.walkSegment(j, s, false, each)
			s.close()
		}
		if err != nil {
			return err
		}
	}
	return t.walkSegment(j, last, j.o.ReadOnly, each)
}

// span returns the number of the first segment and the last one, which it opens
// at once, so that a walk does not see what is appended later; nil for none.
func (j *Journal) span(ctx context.Context) (first uint64, last *openSegment, err error) {
	if err := j.check(ctx); err != nil {
		return 0, nil, err
	}
	if j.o.ReadOnly {
		l, err := j.list(ctx)
		if err != nil {
			return 0, nil, err
		}
		first, next := l.span()
		if first == next {
			return 0, nil, nil
		}
		last, err = j.openSegment(next - 1)
		return first, last, err
	}
	j.mu.Lock()
	defer j.mu.Unlock() // the current log stays the current log until it is open
	next := j.next
	if j.open && j.durable == 0 {
		next--
	}
	if j.first == next {
		return 0, nil, nil
	}
	if last, err = j.openSegment(next - 1); err == nil && j.open && j.durable > 0 {
		last.size = j.durable
	}
	return j.first, last, err
}

// An openSegment is a segment to read: its tables or its log.
type openSegment struct {
	number uint64
	tables journalSegment
	log    faultfs.ReadFile // nil: it has tables
	size   int64            // bytes of the log that count
}

func (s *openSegment) close() {
	if s.log != nil {
		_ = s.log.Close()
	}
}

func (j *Journal) openSegment(number uint64) (*openSegment, error) {
	s := &openSegment{number: number}
	var err error
	if s.tables, err = j.readSegment(number); !errors.Is(err, fs.ErrNotExist) {
		return s, err
	}
	if s.log, err = j.fs.Open(j.path(logName(number))); err == nil {
		s.size = s.log.Size()
		return s, nil
	}
	s.log = nil
	if !errors.Is(err, fs.ErrNotExist) {
		return s, err
	}
	// The log has become tables in between, or neither is there.
	if s.tables, err = j.readSegment(number); errors.Is(err, fs.ErrNotExist) {
		err = j.missing(number)
	}
	return s, err
}

// walkSegment walks a segment; torn says that its log may end in a torn record.
func (t journalTable[E, R]) walkSegment(j *Journal, s *openSegment, torn bool, each func([]E) error) error {
	if s.log == nil {
		err := t.walkTables(j, s.tables, each)
		if errors.Is(err, fs.ErrNotExist) { // perhaps because users were forgotten in between
			if now, again := j.readSegment(s.number); again == nil && now.Generation > s.tables.Generation {
				return t.walkTables(j, now, each)
			}
		}
		return err
	}
	r := newLogReader(j.path(logName(s.number)), s.number, s.log, s.size)
	r.texts = sharedTexts{}
	for {
		exposures, events, err := r.nextEntries(torn)
		if err == io.EOF {
			return nil
		}
		if err == nil {
			err = each(t.pick(exposures, events))
		}
		if err != nil {
			return err
		}
	}
}

func (t journalTable[E, R]) walkTables(j *Journal, seg journalSegment, each func([]E) error) error {
	for _, info := range seg.Files {
		if info.Table == t.name {
			return t.walkRows(j, info, each)
		}
	}
	return nil
}

func (t journalTable[E, R]) walkRows(j *Journal, info fileInfo, each func([]E) error) error {
	table, err := openTable[R](j, info)
	if err != nil {
		return err
	}
	defer table.close()
	for left := info.Rows; left > 0; {
		rows := make([]R, min(left, walkRows)) // new ones: the reader would write into the lists of old ones
		if err := table.read(rows); err != nil {
			return err
		}
		left -= int64(len(rows))
		entries := make([]E, len(rows))
		for i := range rows {
			if entries[i], err = t.entry(&rows[i]); err != nil {
				return fmt.Errorf("%s: %w: %w", table.name, recommender.ErrCorrupt, err)
			}
		}
		if err := each(entries); err != nil {
			return err
		}
	}
	return nil
}
