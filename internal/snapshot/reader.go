package snapshot

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math"
	"slices"
)

// A Reader reads one snapshot. Errors stick: after a failure every section is
// empty, and Close says why.
type Reader struct {
	r        io.Reader
	view     *View // r, if it is one
	n        int   // bytes read
	kind     string
	version  uint16
	sections uint64
	err      error
}

// NewReader reads the header. It refuses another kind with ErrKind and a
// version above newest with ErrNewer.
func NewReader(r io.Reader, kind string, newest uint16) (*Reader, error) {
	return NewReaderOf(r, newest, kind)
}

// NewReaderOf is NewReader for any of some kinds.
func NewReaderOf(r io.Reader, newest uint16, kinds ...string) (*Reader, error) {
	s := &Reader{r: r}
	s.view, _ = r.(*View)
	head := s.take(8)
	if s.err == nil && string(head[:4]) != magic {
		s.fail("it does not begin as one")
	}
	if s.err != nil {
		return nil, s.err
	}
	if f := binary.LittleEndian.Uint16(head[4:]); f > format {
		return nil, fmt.Errorf("%w: container format %d, this code reads up to %d", ErrNewer, f, format)
	}
	rest := s.take(uint64(binary.LittleEndian.Uint16(head[6:])) + 2)
	sum := s.take(4)
	if s.err == nil && binary.LittleEndian.Uint32(sum) != crc32.Checksum(append(head, rest...), castagnoli) {
		s.fail("the checksum of its header differs")
	}
	if s.err != nil {
		return nil, s.err
	}
	if s.kind = string(rest[:len(rest)-2]); !slices.Contains(kinds, s.kind) {
		return nil, fmt.Errorf("%w: %q instead of %q", ErrKind, s.kind, kinds)
	}
	s.version = binary.LittleEndian.Uint16(rest[len(rest)-2:])
	if s.version > newest {
		return nil, fmt.Errorf("%w: %s version %d, this code reads up to %d", ErrNewer, s.kind, s.version, newest)
	}
	return s, nil
}

// Kind returns the kind.
func (s *Reader) Kind() string { return s.kind }

// Version returns the kind's version.
func (s *Reader) Version() uint16 { return s.version }

// Bytes reads a section.
func (s *Reader) Bytes() []byte {
	n := s.length()
	if s.err == nil && n == end {
		s.fail("a section is missing")
	}
	b := s.take(n)
	sum := s.take(4)
	if s.err == nil && binary.LittleEndian.Uint32(sum) != crc32.Checksum(b, castagnoli) {
		s.fail("the checksum of a section differs")
	}
	if s.err != nil {
		return nil
	}
	s.sections++
	return b
}

// Strings reads a section of strings.
func (s *Reader) Strings() []string {
	b := s.Bytes()
	if s.err != nil {
		return nil
	}
	n, b := s.uvarint(b)
	if n > uint64(len(b)) { // a string takes a byte at least
		s.fail("a list of strings is longer than its section")
		return nil
	}
	list := make([]string, 0, n)
	for range n {
		var l uint64
		l, b = s.uvarint(b)
		if s.err != nil || l > uint64(len(b)) {
			s.fail("a string runs past its section")
			return nil
		}
		list = append(list, string(b[:l]))
		b = b[l:]
	}
	if len(b) != 0 {
		s.fail("a list of strings is shorter than its section")
		return nil
	}
	return list
}

func (s *Reader) uvarint(b []byte) (uint64, []byte) {
	x, n := binary.Uvarint(b)
	if n <= 0 {
		s.fail("a length cannot be read")
		return 0, nil
	}
	return x, b[n:]
}

// Float32s reads a section of numbers.
func (s *Reader) Float32s() []float32 {
	b := s.words()
	list := make([]float32, len(b)/4)
	for i := range list {
		list[i] = math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:]))
	}
	return list
}

// Int32s reads a section of numbers.
func (s *Reader) Int32s() []int32 {
	b := s.words()
	list := make([]int32, len(b)/4)
	for i := range list {
		list[i] = int32(binary.LittleEndian.Uint32(b[4*i:]))
	}
	return list
}

func (s *Reader) words() []byte {
	b := s.Bytes()
	if len(b)%4 != 0 {
		s.fail("a section of numbers is cut")
		return nil
	}
	return b
}

// Close checks the end mark and returns the first error.
func (s *Reader) Close() error {
	if n := s.length(); s.err == nil && n != end {
		s.fail("there is a section too many")
	}
	b := s.take(12)
	if s.err == nil && (binary.LittleEndian.Uint64(b) != s.sections ||
		binary.LittleEndian.Uint32(b[8:]) != crc32.Checksum(b[:8], castagnoli)) {
		s.fail("the end mark differs")
	}
	return s.err
}

func (s *Reader) length() uint64 {
	b := s.take(8)
	if s.err != nil {
		return 0
	}
	return binary.LittleEndian.Uint64(b)
}

// take reads n bytes, allocating no more than a chunk ahead of what has come.
func (s *Reader) take(n uint64) []byte {
	if s.err == nil && s.view != nil {
		b, ok := s.view.next(n)
		if !ok {
			s.fail("it ends early")
		}
		s.n += len(b)
		return b
	}
	var b []byte
	for s.err == nil && uint64(len(b)) < n {
		step := min(n-uint64(len(b)), max(chunk, uint64(len(b))))
		at := len(b)
		b = append(b, make([]byte, step)...)
		if _, err := io.ReadFull(s.r, b[at:]); err != nil {
			if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
				s.fail("it ends early")
			} else {
				s.err = err
			}
		}
	}
	if s.err != nil {
		return nil
	}
	s.n += len(b)
	return b
}

func (s *Reader) fail(why string) {
	if s.err == nil {
		s.err = fmt.Errorf("%w: %s", ErrCorrupt, why)
	}
}
