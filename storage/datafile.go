package storage

import (
	"cmp"
	"errors"
	"fmt"
	"hash/crc32"
	"io"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress/zstd"

	"github.com/osusume/osusume/internal/faultfs"
	"github.com/osusume/osusume/recommender"
)

// rowGroupRows is how many rows of the small tables are encoded together: what a
// reader of one column holds at a time. fact_rating has rules of its own.
const rowGroupRows = 1 << 17

// codec is zstd at its fastest level: slower ones gain a few per cent and cost
// several times as much. It pools its encoders, which are dear to make.
var codec = &zstd.Codec{Level: zstd.SpeedFastest, Concurrency: 1}

func writerOptions() []parquet.WriterOption {
	return []parquet.WriterOption{
		parquet.Compression(codec),
		parquet.MaxRowsPerRowGroup(rowGroupRows),
		parquet.CreatedBy("osusume", "1", "storage"),
	}
}

// encodeRows writes rows, in the batches in which each hands them over, as one
// Parquet file to w and returns their number.
func encodeRows[T any](w io.Writer, each func(emit func([]T) error) error) (rows int64, err error) {
	pw := parquet.NewGenericWriter[T](w, writerOptions()...)
	err = each(func(batch []T) error {
		rows += int64(len(batch))
		_, err := pw.Write(batch)
		return err
	})
	if cerr := pw.Close(); err == nil { // after a failed write it fails for the same reason
		err = cerr
	}
	return rows, err
}

// batch hands rows over as one batch.
func batch[T any](rows []T) func(emit func([]T) error) error {
	return func(emit func([]T) error) error { return emit(rows) }
}

// A dataFile is a Parquet file, open for reading.
type dataFile struct {
	*parquet.File
	raw  *checkedFile
	info fileInfo
}

func (f *dataFile) close() { _ = f.raw.Close() }

func verify(raw faultfs.ReadFile, info fileInfo) error {
	if raw.Size() != info.Size {
		return fmt.Errorf("%w: it has %d bytes, its manifest says %d", recommender.ErrCorrupt, raw.Size(), info.Size)
	}
	h := crc32.New(castagnoli)
	if _, err := io.CopyBuffer(h, io.NewSectionReader(raw, 0, info.Size), make([]byte, min(info.Size+1, 1<<20))); err != nil {
		return fmt.Errorf("%w: %w", recommender.ErrCorrupt, err)
	}
	if got := crcText(h.Sum32()); got != info.CRC {
		return fmt.Errorf("%w: its checksum is %s, its manifest says %s", recommender.ErrCorrupt, got, info.CRC)
	}
	return nil
}

// openData opens a Parquet file.
func (w *Warehouse) openData(info fileInfo) (*dataFile, error) {
	raw, err := w.openRaw(info)
	if err != nil {
		return nil, err
	}
	f := &dataFile{raw: raw, info: info}
	if err := w.parse(f); err != nil {
		return nil, errors.Join(err, raw.Close())
	}
	return f, nil
}

// parse reads the footer of an open file.
func (w *Warehouse) parse(f *dataFile) error {
	return w.guard(f.info, func() (err error) {
		f.File, err = parquet.OpenFile(f.raw, f.raw.Size(), parquet.SkipPageIndex(true), parquet.SkipBloomFilters(true))
		if err != nil {
			f.File = nil
			return fmt.Errorf("%w: %w", recommender.ErrCorrupt, err)
		}
		if f.NumRows() != f.info.Rows {
			return fmt.Errorf("%w: it has %d rows, its manifest says %d", recommender.ErrCorrupt, f.NumRows(), f.info.Rows)
		}
		return nil
	})
}

// guard names the file in an error of f, and turns a panic of the Parquet
// reader, which damaged files cause, into one.
func (w *Warehouse) guard(info fileInfo, f func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%s: %w: reading it panicked: %v", w.path(info.Name), recommender.ErrCorrupt, r)
		}
	}()
	if err := f(); err != nil {
		return fmt.Errorf("%s: %w", w.path(info.Name), err)
	}
	return nil
}

// readRows reads a small table's file whole, row by row.
func readRows[T any](w *Warehouse, info fileInfo) ([]T, error) {
	f, err := w.openData(info)
	if err != nil {
		return nil, err
	}
	defer f.close()
	rows := make([]T, info.Rows)
	err = w.guard(info, func() error {
		r := parquet.NewGenericReader[T](f.File)
		defer r.Close() // its buffers, also where reading fails; there is nothing to lose
		n := 0
		for n < len(rows) {
			k, err := r.Read(rows[n:])
			if n += k; n < len(rows) && (err != nil || k == 0) || err != nil && err != io.EOF {
				return fmt.Errorf("%w: row %d: %w", recommender.ErrCorrupt, n, cmp.Or(err, io.ErrNoProgress))
			}
		}
		return nil
	})
	return rows, err
}
