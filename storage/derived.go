package storage

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"

	"github.com/parquet-go/parquet-go"

	"github.com/osusume/osusume/recommender"
)

// A derivedTable is a table of what was computed from others. A part of it (a
// method, a model) is written whole and replaces what stood there before.
type derivedTable[E, R any] struct {
	name  string
	row   func(E) R
	entry func(R) E
	check func(before *E, e E) error // before is nil for the first
	user  func(*R) string            // nil: rows name no user
	only  *string                    // the part to walk; nil: all
}

// part is t, of which a walk sees one part.
func (t *derivedTable[E, R]) part(name string) *derivedTable[E, R] {
	one := *t
	one.only = &name
	return &one
}

// put writes a part anew, of rows as they come. None makes the part empty.
func (t *derivedTable[E, R]) put(ctx context.Context, w *Warehouse, part string, entries iter.Seq2[E, error]) error {
	return w.write(ctx, "put "+t.name, func(s *snapshot, c *commit) (*snapshot, error) {
		if !plain(part) {
			return nil, fmt.Errorf("%w: %q is not UTF-8", recommender.ErrInvalid, part)
		}
		out := derivedWriter[R]{c: c, table: t.name, part: part, user: t.user}
		n := 0
		var before *E
		fill := func() error {
			for e, err := range entries {
				if err == nil && n%4096 == 0 {
					err = ctx.Err()
				}
				if err == nil {
					err = t.check(before, e)
				}
				if err != nil {
					return fmt.Errorf("row %d: %w", n, err)
				}
				before = &e
				n++
				if err := out.add(t.row(e)); err != nil {
					return err
				}
			}
			return nil
		}
		files, err := out.finish(fill())
		if err != nil {
			return nil, err
		}
		if len(files) == 0 && len(s.manifest.table(t.name, part)) == 0 {
			return s, nil
		}
		next := *s
		next.manifest = s.manifest.with(t.name, part, files)
		return &next, nil
	})
}

// walk yields the rows, of one user if that is not "".
func (t *derivedTable[E, R]) walk(ctx context.Context, w *Warehouse, user string, match func(E) bool) iter.Seq2[E, error] {
	return func(yield func(E, error) bool) {
		var none E
		s, err := w.current(ctx)
		if err != nil {
			yield(none, err)
			return
		}
		var files []*dataFile
		defer func() {
			for _, f := range files {
				f.close()
			}
		}()
		for _, info := range s.manifest.Files { // at once, so that the walk sees one state
			if info.Table != t.name || t.only != nil && info.Part != *t.only || user != "" && !mayHold(info, user) {
				continue
			}
			raw, err := w.openRaw(info)
			if err != nil {
				yield(none, fmt.Errorf("storage: read %s: %w", t.name, err))
				return
			}
			files = append(files, &dataFile{raw: raw, info: info})
		}
		for _, f := range files {
			err := eachRow(ctx, w, f, func(rows []R) error {
				for i := range rows {
					if user != "" && t.user(&rows[i]) != user {
						continue
					}
					if e := t.entry(rows[i]); match(e) && !yield(e, nil) {
						return errBreak
					}
				}
				return nil
			})
			if errors.Is(err, errBreak) {
				return
			}
			if err != nil {
				yield(none, fmt.Errorf("storage: read %s: %w", t.name, err))
				return
			}
		}
	}
}

// drop writes those files anew that hold rows of users, without them.
func (t *derivedTable[E, R]) drop(ctx context.Context, w *Warehouse, c *commit, m *manifest, users map[recommender.UserID]bool) (*manifest, error) {
	next := *m
	next.Files = nil
	changed := false
	for _, info := range m.Files {
		if info.Table != t.name || t.user == nil || !mayHoldAny(info, users) {
			next.Files = append(next.Files, info)
			continue
		}
		hit := false
		out := derivedWriter[R]{c: c, table: t.name, part: info.Part, user: t.user}
		for _, write := range []bool{false, true} {
			if write && !hit {
				break
			}
			raw, err := w.openRaw(info)
			if err != nil {
				return nil, err
			}
			f := &dataFile{raw: raw, info: info}
			err = eachRow(ctx, w, f, func(rows []R) error {
				for i := range rows {
					gone := users[recommender.UserID(t.user(&rows[i]))]
					hit = hit || gone
					if write && !gone {
						if err := out.add(rows[i]); err != nil {
							return err
						}
					}
				}
				return nil
			})
			f.close()
			if err != nil {
				_, _ = out.finish(err)
				return nil, err
			}
		}
		if !hit {
			next.Files = append(next.Files, info)
			continue
		}
		changed = true
		files, err := out.finish(nil)
		if err != nil {
			return nil, err
		}
		next.Files = append(next.Files, files...)
	}
	if !changed {
		return m, nil
	}
	return &next, nil
}

// eachRow calls visit with the rows of a file, batch by batch.
func eachRow[R any](ctx context.Context, w *Warehouse, f *dataFile, visit func([]R) error) error {
	if err := w.parse(f); err != nil {
		return err
	}
	left := f.info.Rows
	var r *parquet.GenericReader[R]
	err := w.guard(f.info, func() error {
		r = parquet.NewGenericReader[R](f.File)
		return nil
	})
	if err != nil {
		return err
	}
	// A reader that is not closed keeps its buffers until a finalizer has its turn.
	defer func() { _ = w.guard(f.info, r.Close) }()
	for left > 0 {
		if err := ctx.Err(); err != nil {
			return err
		}
		rows := make([]R, min(left, 4096)) // new ones: the reader would write into the lists of old ones
		n := 0
		err := w.guard(f.info, func() error {
			for n < len(rows) {
				k, err := r.Read(rows[n:])
				if n += k; n < len(rows) && (err != nil || k == 0) {
					return fmt.Errorf("%w: it ends early: %w", recommender.ErrCorrupt, cmp.Or(err, io.ErrNoProgress))
				}
			}
			return nil
		})
		if err == nil {
			err = visit(rows)
		}
		if err != nil {
			return err
		}
		left -= int64(len(rows))
	}
	return nil
}

// A derivedWriter writes rows in files of about fileRows.
type derivedWriter[R any] struct {
	c     *commit
	table string
	part  string
	user  func(*R) string
	file  *fileWriter
	pw    *parquet.GenericWriter[R]
	batch []R
	done  []fileInfo
}

func (w *derivedWriter[R]) add(row R) error {
	if w.file != nil && w.file.info.Rows >= fileRows {
		if err := w.cut(); err != nil {
			return err
		}
	}
	if w.file == nil {
		file, err := w.c.create(w.table, w.part, "parquet")
		if err != nil {
			return err
		}
		w.file, w.pw = file, parquet.NewGenericWriter[R](file, writerOptions()...)
		if w.user != nil {
			w.file.info.First = w.user(&row)
		}
	}
	if w.user != nil { // rows of a user's table come sorted by user
		w.file.info.Last = w.user(&row)
	}
	w.file.info.Rows++
	if w.batch = append(w.batch, row); len(w.batch) < 1024 {
		return nil
	}
	return w.flush()
}

func (w *derivedWriter[R]) flush() error {
	_, err := w.pw.Write(w.batch)
	w.batch = w.batch[:0]
	return err
}

func (w *derivedWriter[R]) cut() error {
	err := w.flush()
	if err == nil {
		err = w.pw.Close()
	}
	info, err := w.file.close(err)
	w.file = nil
	if !plain(info.First) || !plain(info.Last) {
		info.First, info.Last = "", ""
	}
	w.done = append(w.done, info)
	return err
}

// finish returns the files, after adding has failed with err or has not.
func (w *derivedWriter[R]) finish(err error) ([]fileInfo, error) {
	switch {
	case w.file == nil:
	case err != nil:
		_ = w.file.f.Close()
	default:
		err = w.cut()
	}
	return w.done, err
}
