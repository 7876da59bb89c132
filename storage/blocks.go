package storage

import (
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"sync"
	"sync/atomic"

	"github.com/osusume/osusume/internal/faultfs"
	"github.com/osusume/osusume/recommender"
)

// blockBytes is the grain at which files are checked as they are read: a page
// of a column is a few of them, and the sums of a gigabyte are 64 KiB.
const blockBytes = 1 << 16

// A blockSummer sums every block of a file that passes.
type blockSummer struct {
	sums []byte
	crc  uint32
	n    int // bytes of the current block
}

func (s *blockSummer) add(p []byte) {
	for len(p) > 0 {
		k := min(len(p), blockBytes-s.n)
		s.crc = crc32.Update(s.crc, castagnoli, p[:k])
		if s.n += k; s.n == blockBytes {
			s.cut()
		}
		p = p[k:]
	}
}

func (s *blockSummer) cut() {
	s.sums = binary.LittleEndian.AppendUint32(s.sums, s.crc)
	s.crc, s.n = 0, 0
}

// finish returns the sums as a manifest has them.
func (s *blockSummer) finish() string {
	if s.n > 0 {
		s.cut()
	}
	return base64.StdEncoding.EncodeToString(s.sums)
}

// A blockSet says what the blocks of a file must sum up to, and which of them
// have been seen to do so.
type blockSet struct {
	sums  []byte
	known []atomic.Bool
}

// blocksOf reads the sums of a file out of its manifest; nil where it has none.
func blocksOf(info fileInfo) (*blockSet, error) {
	if info.Blocks == "" && info.Size > 0 {
		return nil, nil
	}
	sums, err := base64.StdEncoding.DecodeString(info.Blocks)
	n := int((info.Size + blockBytes - 1) / blockBytes)
	if err != nil || len(sums) != 4*n {
		return nil, fmt.Errorf("%w: its manifest has not %d sums of blocks", recommender.ErrCorrupt, n)
	}
	return &blockSet{sums, make([]atomic.Bool, n)}, nil
}

// A fileState is what a handle has learned about a file.
type fileState struct {
	set    *blockSet                     // nil: it was compared as a whole
	groups atomic.Pointer[[]*ratingMeta] // what the footer of fact_rating says
}

// A checkedFile is a file that is compared with its manifest as it is read: no
// byte leaves it that was not summed.
type checkedFile struct {
	faultfs.ReadFile
	state *fileState
}

var blockBuffers = sync.Pool{New: func() any { return new([]byte) }}

// ReadAt implements [io.ReaderAt].
func (f *checkedFile) ReadAt(p []byte, off int64) (int, error) {
	size := f.Size()
	if off < 0 || off >= size {
		return 0, io.EOF
	}
	if int64(len(p)) > size-off {
		n, err := f.ReadAt(p[:size-off], off)
		if err == nil {
			err = io.EOF
		}
		return n, err
	}
	if len(p) == 0 {
		return 0, nil
	}
	from, to := off/blockBytes, (off+int64(len(p))+blockBytes-1)/blockBytes
	if f.state.set == nil || f.state.set.all(from, to) {
		return f.ReadFile.ReadAt(p, off)
	}
	start, end := from*blockBytes, min(to*blockBytes, size)
	if start == off && end == off+int64(len(p)) {
		return len(p), f.read(p, from)
	}
	buf := blockBuffers.Get().(*[]byte)
	defer blockBuffers.Put(buf)
	if int64(cap(*buf)) < end-start {
		*buf = make([]byte, end-start)
	}
	whole := (*buf)[:end-start]
	if err := f.read(whole, from); err != nil {
		return 0, err
	}
	return copy(p, whole[off-start:]), nil
}

// view returns n bytes of the file, in *buf, which it grows. Unlike ReadAt it
// copies nothing where blocks have to be read whole.
func (f *checkedFile) view(buf *[]byte, off, n int64) ([]byte, error) {
	size := f.Size()
	if off < 0 || n < 0 || off > size || n > size-off {
		return nil, fmt.Errorf("%w: bytes %d to %d of a file of %d", recommender.ErrCorrupt, off, off+n-1, size)
	}
	if n == 0 {
		return nil, nil
	}
	from, to := off/blockBytes, (off+n+blockBytes-1)/blockBytes
	start, end := from*blockBytes, min(to*blockBytes, size)
	known := f.state.set == nil || f.state.set.all(from, to)
	if known {
		start, end = off, off+n
	}
	if need := int(end-start) + viewPadding; cap(*buf) < need {
		*buf = make([]byte, need)
	}
	b := (*buf)[:end-start]
	if !known {
		if err := f.read(b, from); err != nil {
			return nil, err
		}
	} else if k, err := f.ReadFile.ReadAt(b, off); k < len(b) {
		return nil, fmt.Errorf("%w: byte %d: %w", recommender.ErrCorrupt, off+int64(k), err)
	}
	return b[off-start:][:n], nil
}

// viewPadding is room behind a view: decoders of packed bits read beyond the
// last byte, and copy everything where they must not.
const viewPadding = 64

// read fills p with blocks from a number on, and compares them.
func (f *checkedFile) read(p []byte, block int64) error {
	if n, err := f.ReadFile.ReadAt(p, block*blockBytes); n < len(p) {
		return fmt.Errorf("%w: byte %d: %w", recommender.ErrCorrupt, block*blockBytes, err)
	}
	for ; len(p) > 0; block++ {
		k := min(len(p), blockBytes)
		if got, want := crc32.Checksum(p[:k], castagnoli), binary.LittleEndian.Uint32(f.state.set.sums[4*block:]); got != want {
			return fmt.Errorf("%w: the checksum of bytes %d to %d is %s, its manifest says %s", recommender.ErrCorrupt, block*blockBytes, block*blockBytes+int64(k)-1, crcText(got), crcText(want))
		}
		f.state.set.known[block].Store(true)
		p = p[k:]
	}
	return nil
}

func (s *blockSet) all(from, to int64) bool {
	for i := from; i < to; i++ {
		if !s.known[i].Load() {
			return false
		}
	}
	return true
}

// openRaw opens a file for checked reading. A file that is gone or has another
// size is ErrCorrupt; one of format 1, which has no sums of blocks, is compared
// as a whole the first time.
func (w *Warehouse) openRaw(info fileInfo) (*checkedFile, error) {
	raw, err := w.fs.Open(w.path(info.Name))
	if err != nil {
		return nil, w.gone(err)
	}
	fail := func(err error) (*checkedFile, error) {
		return nil, errors.Join(fmt.Errorf("%s: %w", w.path(info.Name), err), raw.Close())
	}
	if raw.Size() != info.Size {
		return fail(fmt.Errorf("%w: it has %d bytes, its manifest says %d", recommender.ErrCorrupt, raw.Size(), info.Size))
	}
	if known, ok := w.checked.Load(info.Name); ok {
		return &checkedFile{raw, known.(*fileState)}, nil
	}
	set, err := blocksOf(info)
	if err == nil && set == nil {
		err = verify(raw, info)
	}
	if err != nil {
		return fail(err)
	}
	kept, _ := w.checked.LoadOrStore(info.Name, &fileState{set: set})
	return &checkedFile{raw, kept.(*fileState)}, nil
}

// forgetFiles drops what this handle knows of files but these: a handle that
// lives on sees new ones with every commit.
func (w *Warehouse) forgetFiles(keep map[string]bool) {
	w.checked.Range(func(name, _ any) bool {
		if !keep[name.(string)] {
			w.checked.Delete(name)
		}
		return true
	})
}

// trust takes a file that this handle has just written as read.
func (w *Warehouse) trust(info fileInfo) { w.checked.Store(info.Name, &fileState{}) }
