package storage

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"

	"github.com/osusume/osusume/recommender"
)

// A log is a sequence of records, one a group commit. A record is a head and
// the entries of the group (docs/formats.md). The head of a record, little endian:
//
//	0   4  FF FF 4A, which is not UTF-8 and so not in any text, and the format
//	4   8  number of the segment
//	12  8  where in the log the record begins
//	20  4  bytes of entries
//	24  4  CRC-32C of the head before it and the entries
//
// A record knows its place because a record is written only after the one
// before it is durable: where a damaged record is followed by a whole one that
// belongs there, what is damaged had been acknowledged. Where none follows, a
// crash has torn it, and nobody was told that it was stored.
const (
	headBytes    = 28
	recordFormat = 1
)

var recordMagic = []byte{0xFF, 0xFF, 'J'}

// putHead completes a record that begins with room for its head.
func putHead(record []byte, segment uint64, offset int64) {
	copy(record, recordMagic)
	record[3] = recordFormat
	binary.LittleEndian.PutUint64(record[4:], segment)
	binary.LittleEndian.PutUint64(record[12:], uint64(offset))
	binary.LittleEndian.PutUint32(record[20:], uint32(len(record)-headBytes))
	binary.LittleEndian.PutUint32(record[24:], recordSum(record[:24], record[headBytes:]))
}

func recordSum(head, entries []byte) uint32 {
	return crc32.Update(crc32.Checksum(head, castagnoli), castagnoli, entries)
}

// errTorn says that no whole record stands at a place.
var errTorn = errors.New("not a whole record")

// A logReader reads the records of a log one by one.
type logReader struct {
	name    string
	segment uint64
	r       io.ReaderAt
	b       *bufio.Reader
	at      int64 // where the next record begins
	size    int64 // bytes to read
	buf     []byte
	texts   sharedTexts // of entries that are kept; nil: they are not
}

func newLogReader(name string, segment uint64, r io.ReaderAt, size int64) *logReader {
	return &logReader{name: name, segment: segment, r: r, size: size, b: bufio.NewReaderSize(io.NewSectionReader(r, 0, size), 1<<16)}
}

// next returns the entries of the next record, until the next call; io.EOF
// after the last. last says that no later log exists: then a torn end is an
// end. Other errors name the file and the place.
func (l *logReader) next(last bool) ([]byte, error) {
	entries, err := l.read()
	if err == io.EOF && l.at == 0 && !last {
		err = errTorn // a log begins with its first record
	}
	if err == errTorn && last {
		var after int64
		if after, err = l.recordAfter(); err == nil {
			if after < 0 {
				return nil, io.EOF
			}
			err = fmt.Errorf("%w, but there is one at byte %d", errTorn, after)
		}
	}
	switch {
	case err == nil || err == io.EOF || errors.Is(err, recommender.ErrInvalid):
	default:
		err = fmt.Errorf("%s: %w: byte %d: %w", l.name, recommender.ErrCorrupt, l.at, err)
	}
	return entries, err
}

func (l *logReader) read() ([]byte, error) {
	left := l.size - l.at
	if left == 0 {
		return nil, io.EOF
	}
	if left < headBytes {
		return nil, errTorn
	}
	var head [headBytes]byte
	if _, err := io.ReadFull(l.b, head[:]); err != nil {
		return nil, err
	}
	n, ok := l.parseHead(head[:], l.at)
	if !ok {
		return nil, errTorn
	}
	if cap(l.buf) < n {
		l.buf = make([]byte, n)
	}
	l.buf = l.buf[:n]
	if _, err := io.ReadFull(l.b, l.buf); err != nil {
		return nil, err
	}
	if recordSum(head[:24], l.buf) != binary.LittleEndian.Uint32(head[24:]) {
		return nil, errTorn
	}
	if head[3] != recordFormat {
		return nil, fmt.Errorf("%s: %w: format %d was written by a newer version; this one reads %d", l.name, recommender.ErrInvalid, head[3], recordFormat)
	}
	l.at += int64(headBytes + n)
	return l.buf, nil
}

// parseHead returns how many bytes of entries follow a head, if it belongs at a place.
func (l *logReader) parseHead(head []byte, at int64) (int, bool) {
	n := int64(binary.LittleEndian.Uint32(head[20:]))
	ok := bytes.HasPrefix(head, recordMagic) && binary.LittleEndian.Uint64(head[4:]) == l.segment &&
		binary.LittleEndian.Uint64(head[12:]) == uint64(at) && n <= l.size-at-headBytes
	return int(n), ok
}

// recordAfter returns where the first whole record behind l.at begins, or -1.
func (l *logReader) recordAfter() (int64, error) {
	rest := io.NewSectionReader(l.r, 0, l.size)
	chunk := make([]byte, min(1<<20, max(headBytes, l.size-l.at)))
	for at := l.at + 1; at+headBytes <= l.size; at += int64(len(chunk) - headBytes + 1) {
		n, err := rest.ReadAt(chunk, at)
		if err != nil && err != io.EOF {
			return 0, err
		}
		for i := 0; i+headBytes <= n; i++ {
			k := bytes.Index(chunk[i:n], recordMagic)
			if k < 0 || i+k+headBytes > n {
				break
			}
			i += k
			head := chunk[i : i+headBytes]
			size, ok := l.parseHead(head, at+int64(i))
			if !ok {
				continue
			}
			entries := make([]byte, size)
			if _, err := rest.ReadAt(entries, at+int64(i)+headBytes); err != nil && err != io.EOF {
				return 0, err
			}
			if recordSum(head[:24], entries) == binary.LittleEndian.Uint32(head[24:]) {
				return at + int64(i), nil
			}
		}
	}
	return -1, nil
}

// nextEntries is next, decoded with the reader's texts.
func (l *logReader) nextEntries(last bool) ([]recommender.Exposure, []recommender.Event, error) {
	at := l.at
	b, err := l.next(last)
	if err != nil {
		return nil, nil, err
	}
	exposures, events, err := decodeEntries(string(b), l.texts)
	if err != nil {
		err = fmt.Errorf("%s: %w: record at byte %d: %w", l.name, recommender.ErrCorrupt, at, err)
	}
	return exposures, events, err
}
