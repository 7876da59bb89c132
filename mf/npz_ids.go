package mf

import (
	"archive/zip"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/osusume/osusume/recommender"
)

// maxIDWidth bounds the bytes of an ID in an array: NumPy gives all the width of
// the longest.
const maxIDWidth = 1 << 16

// readIDs reads a list of so many IDs; nil where there is no such member.
func readIDs[ID ~string](z *zip.Reader, name string, rows int) (ids []ID, err error) {
	_, err = member(z, name, func(r io.Reader) error {
		h, err := readNPYHeader(r)
		if err != nil {
			return err
		}
		width, decode := idDecoder(h.descr)
		switch {
		case decode == nil:
			return fmt.Errorf("%w: IDs of type %q, want whole numbers or strings of a fixed width (np.array(ids, dtype=str))", recommender.ErrInvalid, h.descr)
		case len(h.shape) != 1 || h.shape[0] != rows:
			return fmt.Errorf("%w: a shape of %v, want an ID for each of %d rows", recommender.ErrInvalid, h.shape, rows)
		}
		ids = []ID{}
		cell := make([]byte, width)
		for len(ids) < rows {
			if _, err := io.ReadFull(r, cell); err != nil {
				return damaged(err)
			}
			id, ok := decode(cell)
			if !ok || id == "" {
				return fmt.Errorf("%w: the ID of row %d is no text", recommender.ErrInvalid, len(ids))
			}
			ids = append(ids, ID(id))
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return ids, nil
}

// idDecoder returns how many bytes an ID of this type takes, and what reads it as
// text; nil for a type that IDs do not have.
func idDecoder(descr string) (width int, decode func([]byte) (string, bool)) {
	if len(descr) < 3 {
		return 0, nil
	}
	n, err := strconv.Atoi(descr[2:])
	if err != nil || n < 1 || n > maxIDWidth {
		return 0, nil
	}
	switch kind := descr[:2]; {
	case kind == "|S":
		return n, func(b []byte) (string, bool) {
			s := strings.TrimRight(string(b), "\x00")
			return s, utf8.ValidString(s)
		}
	case kind == "<U": // UTF-32
		return 4 * n, decodeUTF32
	case kind == "<i" && n == 8:
		return n, func(b []byte) (string, bool) {
			return strconv.FormatInt(int64(binary.LittleEndian.Uint64(b)), 10), true
		}
	case kind == "<i" && n == 4:
		return n, func(b []byte) (string, bool) {
			return strconv.FormatInt(int64(int32(binary.LittleEndian.Uint32(b))), 10), true
		}
	case kind == "<u" && n == 8:
		return n, func(b []byte) (string, bool) { return strconv.FormatUint(binary.LittleEndian.Uint64(b), 10), true }
	case kind == "<u" && n == 4:
		return n, func(b []byte) (string, bool) {
			return strconv.FormatUint(uint64(binary.LittleEndian.Uint32(b)), 10), true
		}
	}
	return 0, nil
}

// decodeUTF32 reads text that is filled up with zeros.
func decodeUTF32(b []byte) (string, bool) {
	var s strings.Builder
	end := len(b)
	for end > 0 && binary.LittleEndian.Uint32(b[end-4:]) == 0 {
		end -= 4
	}
	for ; len(b) > 0 && end > 0; b, end = b[4:], end-4 {
		c := binary.LittleEndian.Uint32(b)
		if c > math.MaxInt32 || !utf8.ValidRune(rune(c)) {
			return "", false
		}
		s.WriteRune(rune(c))
	}
	return s.String(), true
}
