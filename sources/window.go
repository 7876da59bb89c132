package sources

import (
	"bytes"
	"errors"
	"io"
)

var errLong = errors.New("line is longer than MaxLine")

// A window is the part of a stream that a reader of lines looks at. It grows up
// to max bytes and remembers where in the stream and in which line it starts.
type window struct {
	src  io.Reader
	buf  []byte // buf[r:w] is read and not consumed
	r, w int
	max  int
	off  int64 // of buf[r] in the stream
	line int   // that buf[r] is in, from 1
	err  error // of src; io.EOF at its end
}

const firstWindow = 64 << 10

func newWindow(src io.Reader, most int) *window {
	return &window{src: src, buf: make([]byte, min(firstWindow, most)), max: most, line: 1}
}

// data is what has been read and not consumed; valid until the next fill.
func (w *window) data() []byte { return w.buf[w.r:w.w] }

// fill reads more behind data. It reports false at the end of the stream, on an
// error of it, and where data is max bytes long.
func (w *window) fill() bool {
	if w.err != nil || w.w-w.r >= w.max {
		return false
	}
	if w.r > 0 {
		w.w = copy(w.buf, w.buf[w.r:w.w])
		w.r = 0
	}
	if w.w == len(w.buf) {
		grown := make([]byte, min(2*len(w.buf), w.max))
		copy(grown, w.buf[:w.w])
		w.buf = grown
	}
	for range 100 { // as bufio: a reader that returns nothing for ever is broken
		n, err := w.src.Read(w.buf[w.w:])
		w.w += n
		if err != nil {
			w.err = err
		}
		if n > 0 {
			return true
		}
		if err != nil {
			return false
		}
	}
	w.err = io.ErrNoProgress
	return false
}

// consume drops n bytes that hold the given number of line ends.
func (w *window) consume(n, lines int) {
	w.r += n
	w.off += int64(n)
	w.line += lines
}

// jump says that the stream has been moved to offset off, in the given line.
func (w *window) jump(off int64, line int) {
	w.r, w.w, w.off, w.line = 0, 0, off, line
	if w.err == io.EOF {
		w.err = nil
	}
}

// failed returns the error of the stream where it is not merely at its end.
func (w *window) failed() error {
	if w.err == io.EOF {
		return nil
	}
	return w.err
}

// readLine consumes one line and returns it without its end, valid until the
// next call. At the end of the stream the error is io.EOF. A line of more than
// max bytes is consumed too and gives errLong.
func (w *window) readLine() ([]byte, error) {
	scanned := 0
	for {
		if i := bytes.IndexByte(w.data()[scanned:], '\n'); i >= 0 {
			i += scanned
			line := w.data()[:i]
			w.consume(i+1, 1)
			return trimCR(line), nil
		}
		scanned = w.w - w.r
		if w.fill() {
			continue
		}
		if w.err == nil {
			return nil, w.dropLine()
		}
		if w.err != io.EOF {
			return nil, w.err
		}
		if scanned == 0 {
			return nil, io.EOF
		}
		line := w.data()
		w.consume(len(line), 0)
		return trimCR(line), nil
	}
}

// dropLine consumes the rest of a line of any length and returns errLong, or
// the error of the stream.
func (w *window) dropLine() error {
	for {
		if i := bytes.IndexByte(w.data(), '\n'); i >= 0 {
			w.consume(i+1, 1)
			return errLong
		}
		w.consume(w.w-w.r, 0)
		if !w.fill() {
			if err := w.failed(); err != nil {
				return err
			}
			return errLong
		}
	}
}

func trimCR(line []byte) []byte {
	if n := len(line); n > 0 && line[n-1] == '\r' {
		return line[:n-1]
	}
	return line
}
