package sources

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/klauspost/compress/zstd"

	"github.com/osusume/osusume/recommender"
)

// maxWindow bounds the memory that a zstd file may ask for; --long=27 needs 128 MB.
const maxWindow = 128 << 20

// An unpacked file: its content as a stream, and how much of the file the
// stream has used.
type unpacked struct {
	file   io.ReaderAt
	size   int64 // of the file as it lies there
	used   int64 // bytes of the file read so far
	packed string
	r      io.Reader
	close  func()
}

// unpack opens the content of file, which it does not own. The first bytes
// decide whether it is compressed, not the name.
func unpack(file io.ReaderAt, size int64) (*unpacked, error) {
	u := &unpacked{file: file, size: size, close: func() {}}
	var magic [4]byte
	n, err := file.ReadAt(magic[:], 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	raw := &counted{r: io.NewSectionReader(file, 0, size), n: &u.used}
	switch m := magic[:n]; {
	case bytes.HasPrefix(m, []byte{0x1f, 0x8b}):
		u.packed = "gzip"
		z, err := gzip.NewReader(raw)
		if err != nil {
			return nil, u.damaged(err)
		}
		u.r = z
	case bytes.HasPrefix(m, []byte{0x28, 0xb5, 0x2f, 0xfd}), n == 4 && m[0]&0xf0 == 0x50 && bytes.HasPrefix(m[1:], []byte{0x2a, 0x4d, 0x18}):
		u.packed = "zstd"
		// One decoder and no goroutine of its own: nothing to wait for at the end.
		z, err := zstd.NewReader(raw, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(maxWindow))
		if err != nil {
			return nil, u.damaged(err)
		}
		u.r, u.close = z, z.Close
	default:
		u.r = raw
	}
	return u, nil
}

// Read reads content; damage of the compression wraps recommender.ErrCorrupt.
func (u *unpacked) Read(p []byte) (int, error) {
	n, err := u.r.Read(p)
	if err != nil && !errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = u.damaged(err)
	}
	return n, err
}

func (u *unpacked) damaged(err error) error {
	if u.packed == "" {
		return err
	}
	if errors.Is(err, io.EOF) { // a header cut off is not the end of the content
		err = io.ErrUnexpectedEOF
	}
	return fmt.Errorf("%w: %s: %w", recommender.ErrCorrupt, u.packed, err)
}

// skip drops the next n bytes of content. Plain content is jumped over;
// compressed content is unpacked and dropped, at some hundred MB/s.
func (u *unpacked) skip(ctx context.Context, n int64) error {
	if c, ok := u.r.(*counted); ok {
		if u.used += n; u.used > u.size {
			return io.EOF
		}
		c.r = io.NewSectionReader(u.file, u.used, u.size-u.used)
		return nil
	}
	const step = 1 << 20
	for n > 0 {
		if err := ctx.Err(); err != nil {
			return err
		}
		k, err := io.CopyN(io.Discard, u, min(n, step))
		if n -= k; err != nil {
			return err
		}
	}
	return nil
}

// counted adds what is read from r to *n.
type counted struct {
	r io.Reader
	n *int64
}

func (c *counted) Read(p []byte) (int, error) {
	k, err := c.r.Read(p)
	*c.n += int64(k)
	return k, err
}

// spool copies r into a file that is gone when it is closed: for what must be
// read at any offset and comes as a stream.
func spool(r io.Reader) (f *os.File, size int64, remove func() error, err error) {
	f, err = os.CreateTemp("", "osusume-rows-*")
	if err != nil {
		return nil, 0, nil, err
	}
	remove = func() error { return errors.Join(f.Close(), os.Remove(f.Name())) }
	if size, err = io.Copy(f, r); err != nil {
		return nil, 0, nil, errors.Join(err, remove())
	}
	return f, size, remove, nil
}
