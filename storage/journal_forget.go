package storage

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"github.com/osusume/osusume/recommender"
)

// Forget removes the exposures and events of users from what has been appended
// so far, and returns the segments that it wrote anew. It makes tables of logs
// first, as Flush does. A walk that has begun may still see them. After an error
// or a crash every segment is as it was or without the users, and another call
// does the rest. [Warehouse.Forget] calls it.
func (j *Journal) Forget(ctx context.Context, users []recommender.UserID) (segments []uint64, err error) {
	fail := func(err error) ([]uint64, error) {
		return segments, fmt.Errorf("storage: journal %s: forget users: %w", j.dir, err)
	}
	gone := setOf(users)
	if gone[""] {
		return fail(fmt.Errorf("%w: empty user ID, which anonymous exposures have", recommender.ErrInvalid))
	}
	if err := j.flush(ctx); err != nil {
		return fail(err)
	}
	j.rolling.Lock()
	defer j.rolling.Unlock()
	j.mu.Lock()
	first, next := j.first, j.next
	if j.open { // appended meanwhile
		next--
	}
	next -= uint64(len(j.pending))
	j.mu.Unlock()
	for number := first; number < next; number++ {
		changed, err := j.forgetIn(ctx, number, gone)
		if err != nil {
			return fail(err)
		}
		if changed {
			segments = append(segments, number)
		}
	}
	return segments, nil
}

// forgetIn writes the tables of a segment anew, if they hold users.
func (j *Journal) forgetIn(ctx context.Context, number uint64, users map[recommender.UserID]bool) (bool, error) {
	seg, err := j.readSegment(number)
	if err != nil {
		return false, err
	}
	hit := false
	look := func(u recommender.UserID) { hit = hit || users[u] }
	err = exposureTable.walkTables(j, seg, func(list []recommender.Exposure) error {
		for i := range list {
			look(list[i].User)
		}
		return ctx.Err()
	})
	if err == nil {
		err = eventTable.walkTables(j, seg, func(list []recommender.Event) error {
			for i := range list {
				look(list[i].User)
			}
			return ctx.Err()
		})
	}
	if err != nil || !hit {
		return false, err
	}
	after := journalSegment{Number: number, Generation: seg.Generation + 1}
	exposures, err := rewriteTable(ctx, j, seg, after, exposureTable, exposureRowOf, func(x *recommender.Exposure) bool { return !users[x.User] })
	if err != nil {
		return false, err
	}
	events, err := rewriteTable(ctx, j, seg, after, eventTable, eventRowOf, func(e *recommender.Event) bool { return !users[e.User] })
	if err != nil {
		return false, err
	}
	for _, info := range []fileInfo{exposures, events} {
		if info.Rows > 0 {
			after.Files = append(after.Files, info)
		}
	}
	if err := j.writeSegment(after); err != nil {
		return false, err
	}
	if err := j.fs.SyncDir(j.dir); err != nil {
		return false, err
	}
	for _, info := range seg.Files {
		if err := j.remove(info.Name); err != nil {
			return false, err
		}
	}
	return true, j.fs.SyncDir(j.dir)
}

// rewriteTable writes those rows of a table that keep keeps, as after's.
func rewriteTable[E, R any](ctx context.Context, j *Journal, seg, after journalSegment, t journalTable[E, R], row func(*E, *int64) R, keep func(*E) bool) (fileInfo, error) {
	w := &tableWriter[R]{j: j, info: fileInfo{Table: t.name, Name: generationName(t.name, after.Number, after.Generation)}}
	for _, name := range []string{w.info.Name, w.info.Name + temporary} { // of an interrupted attempt
		if err := j.remove(name); err != nil {
			return w.info, err
		}
	}
	err := t.walkTables(j, seg, func(list []E) error {
		list = slices.DeleteFunc(list, func(e E) bool { return !keep(&e) })
		if err := w.write(rowsOf(list, row)); err != nil {
			return err
		}
		return ctx.Err()
	})
	if err != nil {
		w.abort()
		return w.info, err
	}
	return w.finish()
}

// remove removes a file that may be gone already.
func (j *Journal) remove(name string) error {
	if err := j.fs.Remove(j.path(name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// removeStale removes tables of a segment that it does not name: what an
// interrupted Forget was writing, or had replaced.
func (j *Journal) removeStale(number uint64, again []string) error {
	seg, err := j.readSegment(number)
	if errors.Is(err, fs.ErrNotExist) {
		return nil // the log counts, and rolling it says what is missing
	}
	if err != nil {
		return err
	}
	names := append([]string{tableName(tableExposure, number), tableName(tableEvent, number)}, again...)
	for _, name := range names {
		if slices.ContainsFunc(seg.Files, func(f fileInfo) bool { return f.Name == name }) {
			continue
		}
		if err := j.remove(name); err != nil {
			return err
		}
	}
	return j.fs.SyncDir(j.dir)
}
