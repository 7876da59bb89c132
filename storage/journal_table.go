package storage

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/parquet-go/parquet-go"

	"github.com/osusume/osusume/internal/faultfs"
	"github.com/osusume/osusume/recommender"
)

// The tables of a journal.
const (
	tableExposure = "fact_exposure"
	tableEvent    = "fact_event"
)

type (
	exposureRow struct {
		ID         string   `parquet:"exposure_id"`
		User       string   `parquet:"user_id,dict"`
		Experiment string   `parquet:"experiment,dict"`
		Arm        string   `parquet:"arm,dict"`
		Model      string   `parquet:"model,dict"`
		Items      []string `parquet:"items,list"`
		Time       *int64   `parquet:"time,optional,timestamp(microsecond)"`
	}
	eventRow struct {
		User       string  `parquet:"user_id,dict"`
		Item       string  `parquet:"item_id,dict"`
		Kind       string  `parquet:"kind,dict"`
		Value      float32 `parquet:"value"`
		Predicted  float32 `parquet:"predicted"`
		Experiment string  `parquet:"experiment,dict"`
		Arm        string  `parquet:"arm,dict"`
		Model      string  `parquet:"model,dict"`
		Time       *int64  `parquet:"time,optional,timestamp(microsecond)"`
	}
)

// rowsOf are the rows of entries. row gets a place for the time of each.
func rowsOf[E, R any](entries []E, row func(*E, *int64) R) []R {
	rows, micros := make([]R, len(entries)), make([]int64, len(entries))
	for i := range entries {
		rows[i] = row(&entries[i], &micros[i])
	}
	return rows
}

func exposureRowOf(x *recommender.Exposure, micro *int64) exposureRow {
	return exposureRow{x.ID, string(x.User), x.Experiment, x.Arm, x.Model, stringsOf(x.Items), microOf(x.Time, micro)}
}

func exposureOf(r *exposureRow) (recommender.Exposure, error) {
	return recommender.Exposure{
		ID: r.ID, User: recommender.UserID(r.User), Experiment: r.Experiment, Arm: r.Arm, Model: r.Model,
		Items: idsOf(r.Items), Time: microOrZero(r.Time),
	}, nil
}

func eventRowOf(e *recommender.Event, micro *int64) eventRow {
	return eventRow{
		string(e.User), string(e.Item), e.Kind.String(), e.Value, e.Predicted, e.Experiment, e.Arm, e.Model, microOf(e.Time, micro),
	}
}

func eventOf(r *eventRow) (recommender.Event, error) {
	kind, err := recommender.ParseEventKind(r.Kind)
	return recommender.Event{
		User: recommender.UserID(r.User), Item: recommender.ItemID(r.Item), Kind: kind, Value: r.Value, Predicted: r.Predicted,
		Experiment: r.Experiment, Arm: r.Arm, Model: r.Model, Time: microOrZero(r.Time),
	}, err
}

// microOf is place with t in it, or nil for the zero time.
func microOf(t time.Time, place *int64) *int64 {
	if t.IsZero() {
		return nil
	}
	*place = t.UnixMicro()
	return place
}

func microOrZero(micro *int64) time.Time {
	if micro == nil {
		return time.Time{}
	}
	return microTime(*micro)
}

// A tableWriter writes one table of a segment; no rows, no file.
type tableWriter[R any] struct {
	j    *Journal
	info fileInfo
	file faultfs.File
	sum  *summer
	buf  *bufio.Writer
	pw   *parquet.GenericWriter[R]
}

func (w *tableWriter[R]) path() string { return w.j.path(w.info.Name) }

func (w *tableWriter[R]) write(rows []R) (err error) {
	if len(rows) == 0 {
		return nil
	}
	if w.pw == nil {
		if w.file, err = w.j.fs.Create(w.path() + temporary); err != nil {
			w.file = nil
			return err
		}
		w.sum = &summer{w: w.file}
		w.buf = bufio.NewWriterSize(w.sum, 1<<16)
		w.pw = parquet.NewGenericWriter[R](w.buf, writerOptions()...)
	}
	w.info.Rows += int64(len(rows))
	if _, err := w.pw.Write(rows); err != nil {
		return fmt.Errorf("write %s: %w", w.path(), err)
	}
	return nil
}

func (w *tableWriter[R]) finish() (fileInfo, error) {
	if w.file == nil {
		return w.info, nil
	}
	err := w.pw.Close()
	if err == nil {
		err = w.buf.Flush()
	}
	w.info.Size, w.info.CRC = w.sum.n, crcText(w.sum.crc)
	if err == nil {
		err = w.file.Sync()
	}
	err = errors.Join(err, w.file.Close())
	w.file = nil
	if err == nil {
		err = w.j.fs.RenameNew(w.path()+temporary, w.path())
	}
	if err != nil {
		return w.info, fmt.Errorf("write %s: %w", w.path(), err)
	}
	return w.info, nil
}

// abort leaves the file to the next attempt, which removes it.
func (w *tableWriter[R]) abort() {
	if w.file != nil {
		_ = w.file.Close()
	}
}

// A tableReader reads the rows of a table of a journal.
type tableReader[R any] struct {
	name string
	raw  faultfs.ReadFile
	r    *parquet.GenericReader[R]
}

// openTable opens a table and, the first time, compares its size and checksum
// with what its segment says.
func openTable[R any](j *Journal, info fileInfo) (*tableReader[R], error) {
	t := &tableReader[R]{name: j.path(info.Name)}
	var err error
	if t.raw, err = j.fs.Open(t.name); err != nil {
		return nil, fmt.Errorf("%w: %w", recommender.ErrCorrupt, err)
	}
	err = t.guard(func() error {
		if _, known := j.checked.Load(info.Name); !known {
			if err := verify(t.raw, info); err != nil {
				return err
			}
			j.checked.Store(info.Name, true)
		}
		f, err := parquet.OpenFile(t.raw, t.raw.Size())
		if err == nil && f.NumRows() != info.Rows {
			err = fmt.Errorf("it has %d rows, its segment says %d", f.NumRows(), info.Rows)
		}
		if err != nil {
			return fmt.Errorf("%w: %w", recommender.ErrCorrupt, err)
		}
		t.r = parquet.NewGenericReader[R](f)
		return nil
	})
	if err != nil {
		return nil, errors.Join(err, t.raw.Close())
	}
	return t, nil
}

// close gives the reader's buffers back, which would otherwise stay until a
// finalizer has its turn.
func (t *tableReader[R]) close() {
	_ = t.guard(t.r.Close)
	_ = t.raw.Close()
}

// read fills rows, which must be there.
func (t *tableReader[R]) read(rows []R) error {
	return t.guard(func() error {
		for n := 0; n < len(rows); {
			k, err := t.r.Read(rows[n:])
			if n += k; n < len(rows) && (err != nil || k == 0) {
				return fmt.Errorf("%w: it ends early: %w", recommender.ErrCorrupt, cmp.Or(err, io.ErrNoProgress))
			}
		}
		return nil
	})
}

// guard names the file in an error of f, and turns a panic of the Parquet
// reader, which damaged files cause, into one.
func (t *tableReader[R]) guard(f func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%s: %w: reading it panicked: %v", t.name, recommender.ErrCorrupt, r)
		}
	}()
	if err := f(); err != nil {
		return fmt.Errorf("%s: %w", t.name, err)
	}
	return nil
}
