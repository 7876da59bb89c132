package itemitem

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"github.com/osusume/osusume/internal/csr"
	"github.com/osusume/osusume/internal/snapshot"
	"github.com/osusume/osusume/recommender"
)

// Write writes the sections that every model has: the head (kinds uint32,
// minimal stars float32), the catalogue, the histories, the number of positives
// of each user, and the positives.
func (m *Model) Write(s *snapshot.Writer) {
	var head []byte
	head = binary.LittleEndian.AppendUint32(head, uint32(m.taste.Kinds))
	head = binary.LittleEndian.AppendUint32(head, math.Float32bits(m.taste.MinStars))
	s.Bytes(head)
	snapshot.WriteNames(s, m.Catalog())
	h := m.history.Columns()
	snapshot.WriteRows(s, h.Users, h.Offsets, h.Places, h.Values)
	s.Int32s(m.liked.Lengths())
	s.Int32s(m.liked.Column)
}

// ErrUnfit is damage that no checksum shows.
var ErrUnfit = fmt.Errorf("%w: its sections do not fit together", recommender.ErrCorrupt)

// First returns what is wrong with s, if anything is, before what does not fit.
func First(s *snapshot.Reader, unfit error) error {
	switch err := s.Close(); {
	case err == nil:
		return unfit
	case errors.Is(err, snapshot.ErrCorrupt):
		return fmt.Errorf("%w: %w", err, unfit)
	default:
		return err
	}
}

// Read reads what Write wrote. What does not fit is ErrUnfit, for First.
func Read(name string, s *snapshot.Reader) (*Model, error) {
	head := s.Bytes()
	catalog := snapshot.ReadNames[recommender.ItemID](s)
	var own recommender.HistoryColumns
	own.Users, own.Offsets, own.Places, own.Values = snapshot.ReadRows[recommender.UserID](s)
	lengths, places := s.Int32s(), s.Int32s()

	taste, err := readTaste(head)
	if err != nil {
		return nil, err
	}
	history, err := recommender.HistoriesOf(catalog, own)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUnfit, err)
	}
	liked, err := csr.OfLengths(len(catalog), lengths, places, nil)
	if err != nil {
		return nil, fmt.Errorf("%w: positives: %v", ErrUnfit, err)
	}
	if liked.Rows() != len(own.Users) {
		return nil, fmt.Errorf("%w: positives of %d users in histories of %d", ErrUnfit, liked.Rows(), len(own.Users))
	}
	m, err := New(name, taste, catalog, history, liked)
	if err != nil {
		return nil, fmt.Errorf("%w: %v", ErrUnfit, err) // not ErrInvalid
	}
	return m, nil
}

func readTaste(b []byte) (Taste, error) {
	if len(b) != 8 {
		return Taste{}, fmt.Errorf("%w: a head of %d bytes", ErrUnfit, len(b))
	}
	kinds, stars := binary.LittleEndian.Uint32(b), math.Float32frombits(binary.LittleEndian.Uint32(b[4:]))
	if kinds > math.MaxUint8 || !(stars >= 0 && stars <= recommender.MaxStars) {
		return Taste{}, fmt.Errorf("%w: kinds %#x, %v stars", ErrUnfit, kinds, stars)
	}
	return Taste{Kinds: uint8(kinds), MinStars: stars}, nil
}
