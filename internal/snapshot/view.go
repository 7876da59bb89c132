package snapshot

import (
	"encoding/binary"
	"io"
	"math"
	"unsafe"
)

// A View is a snapshot in memory, such as a mapped file or embedded bytes. A
// Reader of a View hands out parts of it instead of copies: nobody may change
// them, or the bytes below.
type View struct{ rest []byte }

// NewView returns a View of b.
func NewView(b []byte) *View { return &View{b} }

// Read reads as any io.Reader does.
func (v *View) Read(p []byte) (int, error) {
	if len(v.rest) == 0 && len(p) > 0 {
		return 0, io.EOF
	}
	n := copy(p, v.rest)
	v.rest = v.rest[n:]
	return n, nil
}

func (v *View) next(n uint64) ([]byte, bool) {
	if n > uint64(len(v.rest)) {
		return nil, false
	}
	b := v.rest[:n:n]
	v.rest = v.rest[n:]
	return b, true
}

// alignment is where the numbers of Aligned begin: at a whole line of the cache.
const alignment = 64

// padding returns how many bytes a section needs that ends so that the bytes of
// the next one, after their length, begin aligned. n is where it begins.
func padding(n int64) int { return int(-(n+8+4+8)%alignment+alignment) % alignment }

// Aligned writes a section of numbers whose bytes begin at a multiple of 64 in
// the snapshot, after a section of zeros.
func (s *Writer) Aligned(list []float32) {
	s.Bytes(make([]byte, padding(s.n)))
	if b, ok := bytesOf(list); ok {
		s.Bytes(b)
		return
	}
	s.Float32s(list)
}

// Aligned reads what Aligned wrote. Where the bytes of a View can be read as
// numbers as they are, the result is part of the View.
func (s *Reader) Aligned() []float32 {
	want := padding(int64(s.n))
	zeros := s.Bytes()
	if s.err == nil && len(zeros) != want {
		s.fail("a section is out of line")
	}
	for _, b := range zeros {
		if b != 0 {
			s.fail("a section that must be zeros is not")
		}
	}
	b := s.words()
	if list, ok := numbersOf(b); ok {
		return list
	}
	list := make([]float32, len(b)/4)
	for i := range list {
		list[i] = math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:]))
	}
	return list
}

// numbersOf reads little-endian bytes in place, where the machine allows it.
func numbersOf(b []byte) ([]float32, bool) {
	if len(b) == 0 || !littleEndian() || uintptr(unsafe.Pointer(&b[0]))%4 != 0 {
		return nil, false
	}
	return unsafe.Slice((*float32)(unsafe.Pointer(&b[0])), len(b)/4), true
}

// bytesOf is the reverse.
func bytesOf(list []float32) ([]byte, bool) {
	if len(list) == 0 || !littleEndian() {
		return nil, false
	}
	return unsafe.Slice((*byte)(unsafe.Pointer(&list[0])), 4*len(list)), true
}

func littleEndian() bool { return binary.NativeEndian.Uint16([]byte{1, 0}) == 1 }
