package sources

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/osusume/osusume/recommender"
)

// A Row is one row of a file.
type Row struct {
	File   string   // base name of the file
	Line   int      // where the row begins, from 1; in Parquet the number of the row
	Values []string // one per column; "" where there is none; may be shorter than Columns
	unit   string   // what Line counts
}

// Bad is the error that says that r cannot be used, and why.
func (r Row) Bad(reason error) *recommender.RecordError {
	return &recommender.RecordError{Source: r.File, Where: fmt.Sprintf("%s %d", r.unit, r.Line), Err: reason}
}

// Rows reads a file of rows from front to back. Not safe for concurrent use; a
// file may be opened any number of times.
type Rows struct {
	path    string
	format  Format
	rows    rowReader
	packed  *unpacked
	closers []func() error
	at      position // after the last row handed out
	ahead   []ahead  // rows read to learn the columns, and not handed out yet
	ended   bool     // Next has returned io.EOF
}

// A rowReader is a format. After a *recommender.RecordError reading goes on.
type rowReader interface {
	columns() []string // grows, in JSONL only
	next() (Row, error)
	pos() position // after the last row
	seek(ctx context.Context, p position) error
}

type ahead struct {
	row         Row
	err         error
	before, pos position
}

// OpenRows opens the file at path. What is not a regular file, a pipe for
// instance, is copied to a temporary file first.
func OpenRows(path string, o RowOptions) (*Rows, error) {
	return openRows(context.Background(), path, o)
}

func openRows(ctx context.Context, path string, o RowOptions) (*Rows, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("sources: %w", err) // it names the file
	}
	info, err := f.Stat()
	if err == nil && info.IsDir() {
		err = fmt.Errorf("%w: is a folder", recommender.ErrInvalid)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("sources: %s: %w", path, err), f.Close())
	}
	size, done := info.Size(), f.Close
	if !info.Mode().IsRegular() {
		copied, n, remove, err := spool(f)
		if err = errors.Join(err, f.Close()); err != nil {
			return nil, fmt.Errorf("sources: %s: %w", path, err)
		}
		f, size, done = copied, n, remove
	}
	r, err := newRows(ctx, path, f, size, o)
	if err != nil {
		return nil, errors.Join(err, done())
	}
	r.closers = append(r.closers, done)
	return r, nil
}

// NewRows reads size bytes of content under a name that serves errors and, by
// its extension, the choice of the format. It does not close content.
func NewRows(name string, content io.ReaderAt, size int64, o RowOptions) (*Rows, error) {
	return newRows(context.Background(), name, content, size, o)
}

func newRows(ctx context.Context, path string, content io.ReaderAt, size int64, o RowOptions) (_ *Rows, err error) {
	r := &Rows{path: path}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("sources: %s: %w", path, err), r.Close())
		}
	}()
	if err := o.check(); err != nil {
		return nil, err
	}
	if o.MaxLine == 0 {
		o.MaxLine = defaultMaxLine
	}
	from, err := parseCursor(o.From)
	if err != nil {
		return nil, err
	}
	if err := r.open(content, size, o); err != nil {
		return nil, err
	}
	if r.at = r.rows.pos(); o.From == "" {
		if len(r.ahead) > 0 {
			r.at = r.ahead[0].before
		}
		return r, nil
	}
	r.ahead, r.at = nil, from
	return r, r.rows.seek(ctx, from)
}

// open finds the format and reads as far as is needed to know the columns.
func (r *Rows) open(content io.ReaderAt, size int64, o RowOptions) error {
	u, err := unpack(content, size)
	if err != nil {
		return err
	}
	r.packed = u
	r.closers = append(r.closers, func() error { r.packed.close(); return nil })
	win := newWindow(u, o.MaxLine)
	for len(win.data()) < 4<<10 && win.fill() {
	}
	if err := win.failed(); err != nil {
		return err
	}
	if r.format = o.Format; r.format == Auto {
		r.format = detect(r.path, bytes.TrimPrefix(win.data(), []byte(utf8BOM)))
	}
	if r.format == Parquet {
		return r.openParquet(content, size)
	}
	lines := &lines{file: filepath.Base(r.path), win: win, latin1: o.Latin1, reopen: func() (*unpacked, error) {
		u, err := unpack(content, size)
		if err == nil {
			r.packed.close()
			r.packed = u
		}
		return u, err
	}}
	if err := lines.skipBOM(); err != nil {
		return err
	}
	switch r.format {
	case List:
		r.rows = &listRows{lines: lines}
	case JSONL:
		r.rows = newJSONRows(lines)
		r.learn()
	default:
		c := &csvRows{lines: lines}
		r.rows = c
		return c.start(r.path, r.format, o)
	}
	return nil
}

// learn reads up to the first good row, so that Columns knows names.
func (r *Rows) learn() {
	const patience = 100
	for range patience {
		before := r.rows.pos()
		row, err := r.rows.next()
		row.Values = slices.Clone(row.Values)
		r.ahead = append(r.ahead, ahead{row, err, before, r.rows.pos()})
		if _, bad := errors.AsType[*recommender.RecordError](err); !bad {
			return
		}
	}
}

// openParquet reads Parquet, which needs every offset, from a compressed file
// by way of a temporary one.
func (r *Rows) openParquet(content io.ReaderAt, size int64) error {
	if r.packed.packed != "" {
		again, err := unpack(content, size)
		if err != nil {
			return err
		}
		defer again.close()
		f, n, remove, err := spool(again)
		if err != nil {
			return err
		}
		r.closers = append(r.closers, remove)
		content, size = f, n
	}
	p, err := newParquetRows(filepath.Base(r.path), content, size)
	if err != nil {
		return err
	}
	r.rows = p
	r.closers = append(r.closers, func() error { p.closePages(); return nil })
	return nil
}

// Format returns the format that is being read.
func (r *Rows) Format() Format { return r.format }

// Columns returns the names of the columns. In JSONL, where rows need not have
// the same keys, it grows as new keys turn up; elsewhere it is fixed. An object
// inside an object gives columns with a dot in their name, and so does a group
// in Parquet. Callers do not modify it.
func (r *Rows) Columns() []string { return r.rows.columns() }

// fixed reports whether Columns will not grow.
func (r *Rows) fixed() bool { return r.format != JSONL }

// nests reports whether a value may be an array written as JSON.
func (r *Rows) nests() bool { return r.format == JSONL || r.format == Parquet }

// Next returns the next row; io.EOF after the last. A row that cannot be read is
// a *[recommender.RecordError], after which reading goes on; any other error is
// the end. The strings of the row may be kept, its Values slice only until the
// next call. A value that is an array in JSONL or Parquet is its JSON text.
func (r *Rows) Next() (Row, error) {
	if len(r.ahead) > 0 {
		a := r.ahead[0]
		r.ahead, r.at, r.ended = r.ahead[1:], a.pos, a.err == io.EOF
		return a.row, r.named(a.err)
	}
	row, err := r.rows.next()
	r.at, r.ended = r.rows.pos(), err == io.EOF
	return row, r.named(err)
}

// named adds the file to an error that ends the reading.
func (r *Rows) named(err error) error {
	if err == nil || err == io.EOF {
		return err
	}
	if _, bad := errors.AsType[*recommender.RecordError](err); bad {
		return err
	}
	return fmt.Errorf("sources: %s: %w", r.path, err)
}

// Cursor says where the row after the last one begins: the value of
// [RowOptions.From] that goes on there. Going on costs a jump in a plain file
// and in Parquet; a compressed file is unpacked up to there, but not parsed.
func (r *Rows) Cursor() recommender.Cursor {
	return r.at.cursor()
}

// Progress returns how many bytes of the file have been read, and its size. In
// Parquet it counts rows.
func (r *Rows) Progress() (done, total int64) {
	if p, ok := r.rows.(*parquetRows); ok {
		return p.pos().offset, p.total
	}
	return r.packed.used, r.packed.size
}

// Close releases the file. The Rows cannot be used after it.
func (r *Rows) Close() error {
	var errs []error
	for _, c := range slices.Backward(r.closers) {
		errs = append(errs, c())
	}
	r.closers = nil
	return errors.Join(errs...)
}
