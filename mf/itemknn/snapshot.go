package itemknn

import (
	"fmt"
	"io"

	"github.com/osusume/osusume/internal/snapshot"
	"github.com/osusume/osusume/mf/internal/itemitem"
	"github.com/osusume/osusume/recommender"
)

// Kind is the snapshots' kind, for recommender.Version.
const Kind = "itemknn"

// A snapshot has the sections of itemitem and those of itemitem.Sparse.
const version = 1

// WriteTo writes a snapshot that [ReadModel] reads. The same model gives the
// same bytes.
func (m *Model) WriteTo(w io.Writer) (int64, error) {
	s := snapshot.NewWriter(w, Kind, version)
	m.half.Write(s)
	m.half.Weights.(itemitem.Sparse).Write(s)
	n, err := s.Close()
	if err != nil {
		return n, fmt.Errorf("mf/itemknn: write snapshot: %w", err)
	}
	return n, nil
}

// ReadModel reads a snapshot that a [*Model] wrote. Damaged bytes are an error
// that wraps [recommender.ErrCorrupt]; the snapshot of another kind of model, or
// of a newer version of this package, one that wraps [recommender.ErrInvalid].
func ReadModel(r io.Reader) (*Model, error) {
	m, err := readModel(r)
	if err != nil {
		return nil, fmt.Errorf("mf/itemknn: read snapshot: %w", snapshot.Sentinel(err, recommender.ErrCorrupt, recommender.ErrInvalid))
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
	if half.Weights, err = itemitem.ReadSparse(s, len(half.Catalog())); err != nil {
		return nil, itemitem.First(s, err)
	}
	if err := s.Close(); err != nil {
		return nil, err
	}
	return &Model{half: half}, nil
}
