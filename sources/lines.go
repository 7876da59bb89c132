package sources

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"github.com/osusume/osusume/recommender"
)

var errEncoding = errors.New("not valid UTF-8")

// lines is what the readers of text formats share: a window on the content, the
// encoding, and the way back to an earlier place.
type lines struct {
	file   string // base name, for errors
	win    *window
	latin1 bool
	reopen func() (*unpacked, error) // the content from its start
}

func (l *lines) pos() position { return position{offset: l.win.off, line: l.win.line} }

// seek goes to p, which an earlier reader of the same content returned.
func (l *lines) seek(ctx context.Context, p position) error {
	u, err := l.reopen()
	if err != nil {
		return err
	}
	before := int64(0)
	if p.offset > 0 {
		before = p.offset - 1
	}
	switch err := u.skip(ctx, before); {
	case err == io.EOF:
		return fmt.Errorf("%w: the file ends before the cursor's offset %d", recommender.ErrInvalid, p.offset)
	case err != nil:
		return err
	}
	l.win.src = u
	l.win.jump(before, p.line)
	if p.offset == 0 {
		return l.skipBOM()
	}
	for len(l.win.data()) < 3 && l.win.fill() {
	}
	if err := l.win.failed(); err != nil {
		return err
	}
	// A row begins after a line end, or the file ended there without one and
	// has perhaps been added to since.
	d := l.win.data()
	if len(d) == 0 {
		return fmt.Errorf("%w: the file ends before the cursor's offset %d", recommender.ErrInvalid, p.offset)
	}
	if rest := bytes.TrimPrefix(d[1:], []byte("\r")); d[0] != '\n' && len(rest) > 0 && rest[0] != '\n' {
		return fmt.Errorf("%w: no row begins at the cursor's offset %d: the file is another one now", recommender.ErrInvalid, p.offset)
	}
	l.win.consume(1, 0)
	return nil
}

const utf8BOM = "\xef\xbb\xbf"

// skipBOM drops the mark that some programs write before UTF-8, and refuses the
// marks of UTF-16.
func (l *lines) skipBOM() error {
	for len(l.win.data()) < 3 && l.win.fill() {
	}
	d := l.win.data()
	switch {
	case bytes.HasPrefix(d, []byte(utf8BOM)):
		l.win.consume(len(utf8BOM), 0)
	case bytes.HasPrefix(d, []byte{0xff, 0xfe}), bytes.HasPrefix(d, []byte{0xfe, 0xff}):
		return fmt.Errorf("%w: the file is UTF-16; convert it to UTF-8", recommender.ErrInvalid)
	}
	return l.win.failed()
}

// text copies b out of the window into UTF-8.
func (l *lines) text(b []byte) (string, error) {
	if !l.latin1 {
		if !utf8.Valid(b) {
			return "", errEncoding
		}
		return string(b), nil
	}
	out := make([]byte, 0, len(b)+len(b)/8)
	for _, c := range b {
		out = utf8.AppendRune(out, rune(c))
	}
	return string(out), nil
}

// row is a Row of line n.
func (l *lines) row(n int, values []string) Row {
	return Row{File: l.file, Line: n, Values: values, unit: "line"}
}

// bad is the error of line n, or err itself where the stream ended with it.
func (l *lines) bad(n int, err error) error {
	if err == l.win.err { // the very same: errors of a row are others
		return err
	}
	return l.row(n, nil).Bad(err)
}
