package snapshot

import (
	"bufio"
	"encoding/binary"
	"hash/crc32"
	"io"
	"math"
)

// A Writer writes one snapshot. Errors stick: check Close.
type Writer struct {
	w        *bufio.Writer
	n        int64
	sections uint64
	err      error
}

// NewWriter starts a snapshot of a kind, at the kind's own version.
func NewWriter(w io.Writer, kind string, version uint16) *Writer {
	s := &Writer{w: bufio.NewWriterSize(w, 1<<16)}
	head := []byte(magic)
	head = binary.LittleEndian.AppendUint16(head, format)
	head = binary.LittleEndian.AppendUint16(head, uint16(len(kind)))
	head = append(head, kind...)
	head = binary.LittleEndian.AppendUint16(head, version)
	head = binary.LittleEndian.AppendUint32(head, crc32.Checksum(head, castagnoli))
	s.write(head)
	return s
}

// Bytes writes a section.
func (s *Writer) Bytes(b []byte) {
	var frame [12]byte
	binary.LittleEndian.PutUint64(frame[:8], uint64(len(b)))
	s.write(frame[:8])
	s.write(b)
	binary.LittleEndian.PutUint32(frame[8:], crc32.Checksum(b, castagnoli))
	s.write(frame[8:])
	s.sections++
}

// Strings writes a section of strings.
func (s *Writer) Strings(list []string) {
	b := binary.AppendUvarint(nil, uint64(len(list)))
	for _, x := range list {
		b = binary.AppendUvarint(b, uint64(len(x)))
		b = append(b, x...)
	}
	s.Bytes(b)
}

// Float32s writes a section of numbers.
func (s *Writer) Float32s(list []float32) {
	b := make([]byte, 0, 4*len(list))
	for _, x := range list {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(x))
	}
	s.Bytes(b)
}

// Int32s writes a section of numbers.
func (s *Writer) Int32s(list []int32) {
	b := make([]byte, 0, 4*len(list))
	for _, x := range list {
		b = binary.LittleEndian.AppendUint32(b, uint32(x))
	}
	s.Bytes(b)
}

// Close writes the end mark and returns the bytes written and the first error.
// It does not close the underlying writer.
func (s *Writer) Close() (int64, error) {
	var b [20]byte
	binary.LittleEndian.PutUint64(b[:8], end)
	binary.LittleEndian.PutUint64(b[8:16], s.sections)
	binary.LittleEndian.PutUint32(b[16:], crc32.Checksum(b[8:16], castagnoli))
	s.write(b[:])
	if s.err == nil {
		s.err = s.w.Flush()
	}
	return s.n, s.err
}

func (s *Writer) write(b []byte) {
	if s.err != nil {
		return
	}
	var n int
	n, s.err = s.w.Write(b)
	s.n += int64(n)
}
