package mf

import (
	"archive/zip"
	"compress/flate"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/osusume/osusume/recommender"
)

// The NPY format of NumPy, versions 1 to 3, as far as factors need it: matrices
// of little-endian float32 or float64, by rows or by columns. Lists of IDs are in
// npz_ids.go.

// A matrix is rows × cols numbers, row by row.
type matrix struct {
	rows, cols int
	data       []float32
}

const npyMagic = "\x93NUMPY"

// dropLast takes the last column out and returns it.
func (x *matrix) dropLast() []float32 {
	last := make([]float32, x.rows)
	for row := range x.rows {
		last[row] = x.data[(row+1)*x.cols-1]
		copy(x.data[row*(x.cols-1):], x.data[row*x.cols:][:x.cols-1])
	}
	x.cols--
	x.data = x.data[:x.rows*x.cols]
	return last
}

// readNPY reads the member of that name (without ".npy"), which must have at most
// so many columns.
func readNPY(z *zip.Reader, name string, most int) (x matrix, err error) {
	found, err := member(z, name, func(r io.Reader) error {
		x, err = parseNPY(r, most)
		return err
	})
	if err == nil && !found {
		err = fmt.Errorf("%w: there is no %s.npy in it", recommender.ErrInvalid, name)
	}
	return x, err
}

// member calls f with the array of that name; found says whether there is one.
func member(z *zip.Reader, name string, f func(r io.Reader) error) (found bool, err error) {
	for _, m := range z.File {
		if m.Name != name+".npy" {
			continue
		}
		r, err := m.Open()
		if err != nil {
			return true, fmt.Errorf("%s: %w", m.Name, damaged(err))
		}
		defer r.Close()
		if err := f(r); err != nil {
			return true, fmt.Errorf("%s: %w", m.Name, err)
		}
		// The end of the member is where its checksum is compared.
		if n, err := r.Read(make([]byte, 1)); n > 0 {
			return true, fmt.Errorf("%s: %w: bytes beyond the last element", m.Name, recommender.ErrCorrupt)
		} else if err != io.EOF {
			return true, fmt.Errorf("%s: %w", m.Name, damaged(err))
		}
		return true, nil
	}
	return false, nil
}

// damaged says of an error of reading whether it is the data's.
func damaged(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, zip.ErrChecksum) ||
		errors.Is(err, zip.ErrFormat) || errors.Is(err, zip.ErrAlgorithm) || errors.As(err, new(flate.CorruptInputError)) {
		return fmt.Errorf("%w: %w", recommender.ErrCorrupt, err)
	}
	return err
}

func parseNPY(r io.Reader, most int) (matrix, error) {
	h, err := readNPYHeader(r)
	if err != nil {
		return matrix{}, err
	}
	if h.width == 0 {
		return matrix{}, fmt.Errorf("%w: numbers of type %q, want <f4 or <f8", recommender.ErrInvalid, h.descr)
	}
	if len(h.shape) != 2 || h.shape[0] > math.MaxInt32 || h.shape[1] < 1 || h.shape[1] > most {
		return matrix{}, fmt.Errorf("%w: a shape of %v, want rows of up to %d columns", recommender.ErrInvalid, h.shape, most)
	}
	x := matrix{rows: h.shape[0], cols: h.shape[1]}
	if x.data, err = readNumbers(r, x.rows*x.cols, h.width); err != nil {
		return matrix{}, err
	}
	if h.byColumns {
		byRows := make([]float32, 0, len(x.data))
		for row := range x.rows {
			for col := range x.cols {
				byRows = append(byRows, x.data[col*x.rows+row])
			}
		}
		x.data = byRows
	}
	for at, v := range x.data {
		if !(v >= -limit && v <= limit) {
			return matrix{}, fmt.Errorf("%w: row %d, column %d is %v, no number within ±%g", recommender.ErrInvalid, at/x.cols, at%x.cols, v, limit)
		}
	}
	return x, nil
}

// readNumbers reads n numbers of width bytes. It makes room as they come: a header
// may promise what is not there.
func readNumbers(r io.Reader, n, width int) ([]float32, error) {
	const some = 1 << 14
	var list []float32
	buffer := make([]byte, min(n, some)*width)
	for len(list) < n {
		part := buffer[:min(n-len(list), some)*width]
		if _, err := io.ReadFull(r, part); err != nil {
			return nil, damaged(err)
		}
		for ; len(part) > 0; part = part[width:] {
			if width == 8 {
				list = append(list, float32(math.Float64frombits(binary.LittleEndian.Uint64(part))))
			} else {
				list = append(list, math.Float32frombits(binary.LittleEndian.Uint32(part)))
			}
		}
	}
	return list, nil
}

type npyHeader struct {
	descr     string
	width     int // bytes of a number; 0: of a type that is not read
	byColumns bool
	shape     []int
}

// readNPYHeader reads the magic, the version and the dictionary, which is a
// literal of Python: {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }.
func readNPYHeader(r io.Reader) (npyHeader, error) {
	var h npyHeader
	start := make([]byte, 10)
	if _, err := io.ReadFull(r, start); err != nil {
		return h, damaged(err)
	}
	size := int(binary.LittleEndian.Uint16(start[8:]))
	switch {
	case string(start[:6]) != npyMagic:
		return h, fmt.Errorf("%w: it does not begin as an array of NumPy", recommender.ErrCorrupt)
	case start[6] == 0 || start[6] > 3:
		return h, fmt.Errorf("%w: version %d of the NPY format, want 1 to 3", recommender.ErrInvalid, start[6])
	case start[6] > 1: // four bytes of size
		high := make([]byte, 2)
		if _, err := io.ReadFull(r, high); err != nil {
			return h, damaged(err)
		}
		size |= int(binary.LittleEndian.Uint16(high)) << 16
	}
	if size > 1<<16 {
		return h, fmt.Errorf("%w: a header of %d bytes", recommender.ErrCorrupt, size)
	}
	text := make([]byte, size)
	if _, err := io.ReadFull(r, text); err != nil {
		return h, damaged(err)
	}
	var order string
	var ok [3]bool
	h.descr, ok[0] = entry(string(text), "'descr':", "'", "'")
	order, ok[1] = entry(string(text), "'fortran_order':", "", ",")
	shape, found := entry(string(text), "'shape':", "(", ")")
	ok[2] = found
	if ok != [3]bool{true, true, true} || order != "True" && order != "False" {
		return h, fmt.Errorf("%w: its header is %q", recommender.ErrCorrupt, text)
	}
	h.byColumns = order == "True"
	h.width = map[string]int{"<f4": 4, "<f8": 8}[h.descr]
	for _, s := range strings.Split(shape, ",") {
		if s = strings.TrimSpace(s); s == "" {
			continue
		}
		n, err := strconv.Atoi(s)
		if err != nil || n < 0 {
			return h, fmt.Errorf("%w: its shape is (%s)", recommender.ErrCorrupt, shape)
		}
		h.shape = append(h.shape, n)
	}
	return h, nil
}

// entry returns what stands between open and close after a key.
func entry(text, key, open, close string) (string, bool) {
	_, rest, ok := strings.Cut(text, key)
	rest, opened := strings.CutPrefix(strings.TrimLeft(rest, " "), open)
	value, _, closed := strings.Cut(rest, close)
	return value, ok && opened && closed
}

// writeNPY adds a member. Rows come with a stride; a last column of constants is
// added where there is one.
func writeNPY(z *zip.Writer, name string, rows []float32, stride, cols int, last func(row int) float32) error {
	// Stored, as NumPy does: factors hardly compress. No time: the same bytes always.
	w, err := z.CreateHeader(&zip.FileHeader{Name: name + ".npy", Method: zip.Store})
	if err != nil {
		return err
	}
	n, all := len(rows)/stride, cols
	if last != nil {
		all++
	}
	if err := writeNPYHeader(w, "<f4", fmt.Sprintf("(%d, %d)", n, all)); err != nil {
		return err
	}
	line := make([]byte, 0, 4*all)
	for row := range n {
		line = line[:0]
		for _, x := range rows[row*stride:][:cols] {
			line = binary.LittleEndian.AppendUint32(line, math.Float32bits(x))
		}
		if last != nil {
			line = binary.LittleEndian.AppendUint32(line, math.Float32bits(last(row)))
		}
		if _, err := w.Write(line); err != nil {
			return err
		}
	}
	return nil
}

// writeNPYHeader writes version 1, padded as the format wants it.
func writeNPYHeader(w io.Writer, descr, shape string) error {
	text := fmt.Sprintf("{'descr': '%s', 'fortran_order': False, 'shape': %s, }", descr, shape)
	for (len(npyMagic)+4+len(text)+1)%64 != 0 {
		text += " "
	}
	text += "\n"
	head := append([]byte(npyMagic), 1, 0)
	head = binary.LittleEndian.AppendUint16(head, uint16(len(text)))
	_, err := w.Write(append(head, text...))
	return err
}
