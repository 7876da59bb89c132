package storage

import (
	"context"
	"errors"
	"io"
	"io/fs"
)

// rollLoop makes tables of full logs while appends go on. An error leaves the
// log for the next attempt; Flush and Close make one, and report it.
func (j *Journal) rollLoop() {
	defer close(j.rolled)
	for range j.rollWake {
		_ = j.roll(context.Background())
	}
}

// roll makes tables of every full log.
func (j *Journal) roll(ctx context.Context) error {
	j.rolling.Lock()
	defer j.rolling.Unlock()
	for {
		j.mu.Lock()
		pending := j.pending
		j.mu.Unlock()
		if len(pending) == 0 {
			return nil
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if _, err := j.rollSegment(pending[0], false); err != nil {
			return err
		}
		j.mu.Lock()
		j.pending = j.pending[1:]
		j.mu.Unlock()
	}
}

// rollSegment makes tables of one log and removes it; where an earlier attempt
// has done the first, only the second. A log without a whole record is just
// removed; kept says that it was not so. last is that of logReader.
func (j *Journal) rollSegment(number uint64, last bool) (kept bool, err error) {
	seg, err := j.readSegment(number)
	if errors.Is(err, fs.ErrNotExist) {
		seg, err = j.writeTables(number, last)
		if err == nil && len(seg.Files) > 0 {
			err = j.writeSegment(seg)
		}
	}
	if err != nil {
		return false, err
	}
	// The names must be durable before the log goes.
	if err := j.fs.SyncDir(j.dir); err != nil {
		return false, err
	}
	return len(seg.Files) > 0, j.fs.Remove(j.path(logName(number)))
}

// writeTables writes the tables of a log, durable and under their names.
func (j *Journal) writeTables(number uint64, last bool) (seg journalSegment, err error) {
	seg.Number = number
	for _, table := range []string{tableExposure, tableEvent} {
		// What an interrupted attempt left; the log says it all again.
		for _, name := range []string{tableName(table, number), tableName(table, number) + temporary} {
			if err := j.fs.Remove(j.path(name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return seg, err
			}
		}
	}
	raw, err := j.fs.Open(j.path(logName(number)))
	if err != nil {
		return seg, err
	}
	defer func() { _ = raw.Close() }()
	exposures := &tableWriter[exposureRow]{j: j, info: fileInfo{Table: tableExposure, Name: tableName(tableExposure, number)}}
	events := &tableWriter[eventRow]{j: j, info: fileInfo{Table: tableEvent, Name: tableName(tableEvent, number)}}
	defer func() {
		if err != nil {
			exposures.abort()
			events.abort()
		}
	}()
	log := newLogReader(j.path(logName(number)), number, raw, raw.Size())
	for {
		xs, es, err := log.nextEntries(last)
		if err == io.EOF {
			break
		}
		if err != nil {
			return seg, err
		}
		if err := exposures.write(rowsOf(xs, exposureRowOf)); err != nil {
			return seg, err
		}
		if err := events.write(rowsOf(es, eventRowOf)); err != nil {
			return seg, err
		}
	}
	for _, finish := range []func() (fileInfo, error){exposures.finish, events.finish} {
		info, err := finish()
		if err != nil {
			return seg, err
		}
		if info.Rows > 0 {
			seg.Files = append(seg.Files, info)
		}
	}
	return seg, nil
}
