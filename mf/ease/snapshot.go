package ease

import (
	"encoding/binary"
	"fmt"
	"io"

	"github.com/osusume/osusume/internal/snapshot"
	"github.com/osusume/osusume/mf/internal/itemitem"
	"github.com/osusume/osusume/recommender"
)

// Kind is the snapshots' kind, for recommender.Version.
const Kind = "ease"

// A snapshot has these sections: those of itemitem, a head (form uint32), the
// scales of the known items, and the weights: in the dense form the lower
// triangle without its diagonal, row by row, in sections of whole rows; in the
// sparse form the sections of itemitem.Sparse.
const (
	version    = 1
	formDense  = 0
	formSparse = 1
	// perSection is how many numbers a section of the triangle has at most, but
	// for one row: 4 MB, so that the writer does not need the triangle twice.
	perSection = 1 << 20
)

// maxScale bounds the scale, which is at least Lambda; with itemitem.Limit no
// score overflows.
const maxScale = 1e12

// WriteTo writes a snapshot that [ReadModel] reads. The same model gives the
// same bytes. A dense model takes 2 bytes for each pair of items.
func (m *Model) WriteTo(w io.Writer) (int64, error) {
	s := snapshot.NewWriter(w, Kind, version)
	m.half.Write(s)
	place := m.half.Known()
	scale := make([]float32, len(place))
	for r, i := range place {
		scale[r] = m.half.Scale[i]
	}
	switch weights := m.half.Weights.(type) {
	case dense:
		s.Bytes(binary.LittleEndian.AppendUint32(nil, formDense))
		s.Float32s(scale)
		for from := 0; from < weights.n; {
			to, count := group(from, weights.n)
			list := make([]float32, 0, count)
			for i := from; i < to; i++ {
				list = append(list, weights.symmetric.row(i)[:i]...)
			}
			s.Float32s(list)
			from = to
		}
	case itemitem.Sparse:
		s.Bytes(binary.LittleEndian.AppendUint32(nil, formSparse))
		s.Float32s(scale)
		weights.Write(s)
	}
	n, err := s.Close()
	if err != nil {
		return n, fmt.Errorf("mf/ease: write snapshot: %w", err)
	}
	return n, nil
}

// group returns the rows that share a section with row from, and how many
// numbers they have.
func group(from, n int) (to, count int) {
	to, count = from+1, from
	for to < n && count+to <= perSection {
		count += to
		to++
	}
	return to, count
}

// ReadModel reads a snapshot that a [*Model] wrote. Damaged bytes are an error
// that wraps [recommender.ErrCorrupt]; the snapshot of another kind of model, or
// of a newer version of this package, one that wraps [recommender.ErrInvalid]. It
// needs one and a half times the memory of the model.
func ReadModel(r io.Reader) (*Model, error) {
	m, err := readModel(r)
	if err != nil {
		return nil, fmt.Errorf("mf/ease: read snapshot: %w", snapshot.Sentinel(err, recommender.ErrCorrupt, recommender.ErrInvalid))
	}
	return m, nil
}

func readModel(r io.Reader) (*Model, error) {
	s, err := snapshot.NewReader(r, Kind, version)
	if err != nil {
		return nil, err
	}
	half, err := itemitem.Read(name, s)
	if err != nil {
		return nil, itemitem.First(s, err)
	}
	form := s.Bytes()
	scale := s.Float32s()
	place := half.Known()
	if len(form) != 4 || len(scale) != len(place) {
		return nil, itemitem.First(s, fmt.Errorf("%w: a form of %d bytes and %d scales for %d items", itemitem.ErrUnfit, len(form), len(scale), len(place)))
	}
	half.Scale = make([]float32, len(half.Catalog()))
	for r, x := range scale {
		if !(x >= 0 && x <= maxScale) {
			return nil, fmt.Errorf("%w: a scale of %v", itemitem.ErrUnfit, x)
		}
		half.Scale[place[r]] = x
	}
	switch f := binary.LittleEndian.Uint32(form); f {
	case formDense:
		half.Weights, err = readDense(s, place, len(half.Catalog()))
	case formSparse:
		half.Weights, err = itemitem.ReadSparse(s, len(half.Catalog()))
	default:
		err = fmt.Errorf("%w: form %d of weights", itemitem.ErrUnfit, f)
	}
	if err != nil {
		return nil, itemitem.First(s, err)
	}
	if err := s.Close(); err != nil {
		return nil, err
	}
	return &Model{half: half}, nil
}

// readDense reads the whole triangle before it makes room for the matrix, so
// that a damaged number of items cannot ask for memory.
func readDense(s *snapshot.Reader, place []int32, catalog int) (dense, error) {
	var groups [][]float32
	n := len(place)
	for from := 0; from < n; {
		to, count := group(from, n)
		list := s.Float32s()
		if len(list) != count {
			return dense{}, fmt.Errorf("%w: %d weights in rows %d to %d of the triangle", itemitem.ErrUnfit, len(list), from, to)
		}
		if err := itemitem.CheckNumbers(list, itemitem.Limit); err != nil {
			return dense{}, err
		}
		groups = append(groups, list)
		from = to
	}
	d := newDense(newSymmetric(n), place, catalog)
	row := 0
	for k, list := range groups {
		groups[k] = nil // no longer needed
		to, _ := group(row, n)
		for ; row < to; row++ {
			own := d.symmetric.row(row)[:row]
			list = list[copy(own, list):]
			for j, x := range own {
				d.symmetric.row(j)[row] = x
			}
		}
	}
	return d, nil
}
