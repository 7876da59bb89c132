package mf

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"

	"github.com/osusume/osusume/internal/snapshot"
	"github.com/osusume/osusume/recommender"
)

// Kind is the snapshots' kind, for recommender.Version.
const Kind = "bpr"

// A snapshot has these sections: the head (factors uint32, kinds uint32,
// minimal stars float32, scale of folding in float32), the items, the histories (see
// recommender.Histories), the number of positives of each user, the positives,
// and the vectors of users and items, without padding, and the biases.
const (
	version  = 1
	headSize = 16
)

// WriteTo writes a snapshot that [ReadModel] reads. The same model gives the
// same bytes.
func (m *Model) WriteTo(w io.Writer) (int64, error) {
	s := snapshot.NewWriter(w, Kind, version)
	var head []byte
	head = binary.LittleEndian.AppendUint32(head, uint32(m.factors))
	head = binary.LittleEndian.AppendUint32(head, uint32(m.likes.kinds))
	head = binary.LittleEndian.AppendUint32(head, math.Float32bits(m.likes.minStars))
	head = binary.LittleEndian.AppendUint32(head, math.Float32bits(m.scale))
	s.Bytes(head)
	snapshot.WriteNames(s, m.Catalog())
	h := m.history.Columns()
	snapshot.WriteRows(s, h.Users, h.Offsets, h.Places, h.Values)
	counts := make([]int32, len(m.Users()))
	for u := range counts {
		counts[u] = int32(len(m.liked.of(u)))
	}
	s.Int32s(counts)
	s.Int32s(m.liked.items)
	s.Float32s(m.unpadded(m.user))
	s.Float32s(m.unpadded(m.item))
	s.Float32s(m.bias)
	n, err := s.Close()
	if err != nil {
		return n, fmt.Errorf("mf: write snapshot: %w", err)
	}
	return n, nil
}

// ReadModel reads a snapshot that a [*Model] wrote. Damaged bytes are an error
// that wraps [recommender.ErrCorrupt]; the snapshot of another kind of model, or
// of a newer version of this package, one that wraps [recommender.ErrInvalid].
func ReadModel(r io.Reader) (*Model, error) {
	m, err := readModel(r)
	if err != nil {
		return nil, fmt.Errorf("mf: read snapshot: %w", snapshot.Sentinel(err, recommender.ErrCorrupt, recommender.ErrInvalid))
	}
	return m, nil
}

var errUnfit = fmt.Errorf("%w: its sections do not fit together", recommender.ErrCorrupt)

func readModel(r io.Reader) (*Model, error) {
	s, err := snapshot.NewReader(r, Kind, version)
	if err != nil {
		return nil, err
	}
	head := s.Bytes()
	catalog := snapshot.ReadNames[recommender.ItemID](s)
	var own recommender.HistoryColumns
	own.Users, own.Offsets, own.Places, own.Values = snapshot.ReadRows[recommender.UserID](s)
	history, unfit := recommender.HistoriesOf(catalog, own)
	counts, liked := s.Int32s(), s.Int32s()
	users, items, bias := s.Float32s(), s.Float32s(), s.Float32s()
	if err := s.Close(); err != nil {
		return nil, err
	}
	if unfit != nil {
		return nil, fmt.Errorf("%w: %w", errUnfit, unfit)
	}
	factors, likes, scale, err := readHead(head)
	if err != nil {
		return nil, err
	}
	pairs, err := readPositives(counts, liked, len(history.Users()), len(catalog))
	if err != nil {
		return nil, err
	}
	if len(users) != factors*len(counts) || len(items) != factors*len(catalog) || len(bias) != len(catalog) {
		return nil, fmt.Errorf("%w: %d and %d numbers and %d biases for %d users and %d items of %d factors",
			errUnfit, len(users), len(items), len(bias), len(counts), len(catalog), factors)
	}
	m, err := newModel(factors, likes, catalog, history, pairs)
	if err != nil {
		return nil, fmt.Errorf("%w: %v", errUnfit, err) // not ErrInvalid
	}
	m.pad(m.user, users)
	m.pad(m.item, items)
	copy(m.bias, bias)
	m.scale = scale
	if !m.bounded() {
		return nil, fmt.Errorf("%w: a factor, bias or scale is no number within ±%g", errUnfit, limit)
	}
	m.norm = m.norms()
	return m, nil
}

func readHead(b []byte) (factors int, likes taste, scale float32, err error) {
	if len(b) != headSize {
		return 0, taste{}, 0, fmt.Errorf("%w: a head of %d bytes", errUnfit, len(b))
	}
	n, kinds := binary.LittleEndian.Uint32(b), binary.LittleEndian.Uint32(b[4:])
	stars := math.Float32frombits(binary.LittleEndian.Uint32(b[8:]))
	if n == 0 || n > maxFactors || kinds > math.MaxUint8 || !(stars >= 0 && stars <= recommender.MaxStars) {
		return 0, taste{}, 0, fmt.Errorf("%w: %d factors, kinds %#x, %v stars", errUnfit, n, kinds, stars)
	}
	return int(n), taste{kinds: uint8(kinds), minStars: stars}, math.Float32frombits(binary.LittleEndian.Uint32(b[12:])), nil
}

func readPositives(counts, items []int32, users, catalog int) (positives, error) {
	p := positives{offset: make([]int, 1, len(counts)+1), items: items}
	at := 0
	for u, n := range counts {
		if n < 0 || int(n) > len(items)-at {
			return p, fmt.Errorf("%w: user %d has %d positives", errUnfit, u, n)
		}
		last := int32(-1)
		for _, i := range items[at : at+int(n)] {
			if i <= last || int(i) >= catalog {
				return p, fmt.Errorf("%w: user %d has item %d after item %d of %d", errUnfit, u, i, last, catalog)
			}
			last = i
		}
		at += int(n)
		p.offset = append(p.offset, at)
	}
	if len(counts) != users || at != len(items) {
		return p, fmt.Errorf("%w: positives of %d users in histories of %d", errUnfit, len(counts), users)
	}
	return p, nil
}

// unpadded returns the rows without their padding.
func (m *Model) unpadded(rows []float32) []float32 {
	list := make([]float32, 0, len(rows)/m.stride*m.factors)
	for at := 0; at < len(rows); at += m.stride {
		list = append(list, rows[at:at+m.factors]...)
	}
	return list
}

// pad is the reverse of unpadded.
func (m *Model) pad(rows, list []float32) {
	for at := 0; at < len(rows); at += m.stride {
		list = list[copy(rows[at:at+m.factors], list):]
	}
}
