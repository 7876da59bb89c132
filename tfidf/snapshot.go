package tfidf

import (
	"fmt"
	"io"

	"github.com/osusume/osusume/internal/snapshot"
	"github.com/osusume/osusume/recommender"
)

// Kind is the snapshots' kind, for recommender.Version.
const Kind = "tfidf"

const version = 1

// WriteTo writes the model, as [ReadModel] reads it: the catalogue, the
// histories, then the number of terms and Config.Neighbours, the rows (lengths,
// terms, values), and the nearest neighbours (lengths, places, cosines).
func (m *Model) WriteTo(w io.Writer) (int64, error) {
	s := snapshot.NewWriter(w, Kind, version)
	snapshot.WriteNames(s, m.Catalog())
	h := m.history.Columns()
	snapshot.WriteRows(s, h.Users, h.Offsets, h.Places, h.Values)
	s.Int32s([]int32{int32(m.rows.columns), int32(m.k)})

	lengths := make([]int32, m.rows.rows())
	for i := range lengths {
		lengths[i] = int32(m.rows.start[i+1] - m.rows.start[i])
	}
	s.Int32s(lengths)
	s.Int32s(m.rows.column)
	s.Float32s(m.rows.value)

	near := make([]int32, len(m.near))
	var places []int32
	var cosines []float32
	for i, list := range m.near {
		near[i] = int32(len(list))
		for _, n := range list {
			places, cosines = append(places, n.Place), append(cosines, n.Cosine)
		}
	}
	s.Int32s(near)
	s.Int32s(places)
	s.Float32s(cosines)
	n, err := s.Close()
	if err != nil {
		return n, fmt.Errorf("tfidf: write snapshot: %w", err)
	}
	return n, nil
}

// ReadModel reads what WriteTo wrote. Damage is recommender.ErrCorrupt; another
// kind of model or a newer version is recommender.ErrInvalid. It trusts no
// number that it reads.
func ReadModel(r io.Reader) (*Model, error) {
	m, err := readModel(r)
	if err != nil {
		return nil, fmt.Errorf("tfidf: read snapshot: %w", snapshot.Sentinel(err, recommender.ErrCorrupt, recommender.ErrInvalid))
	}
	return m, nil
}

func readModel(r io.Reader) (*Model, error) {
	s, err := snapshot.NewReader(r, Kind, version)
	if err != nil {
		return nil, err
	}
	catalog := snapshot.ReadNames[recommender.ItemID](s)
	// An error here may come of an error of s, which Close returns and which comes first.
	var own recommender.HistoryColumns
	own.Users, own.Offsets, own.Places, own.Values = snapshot.ReadRows[recommender.UserID](s)
	history, historyErr := recommender.HistoriesOf(catalog, own)
	sizes := s.Int32s()
	lengths, rows := s.Int32s(), &matrix{column: s.Int32s(), value: s.Float32s()}
	nearLengths, places, cosines := s.Int32s(), s.Int32s(), s.Float32s()
	if err := s.Close(); err != nil {
		return nil, err
	}
	if historyErr != nil {
		return nil, historyErr
	}
	if len(sizes) != 2 || sizes[0] < 0 || sizes[1] < 0 {
		return nil, damaged("its sizes cannot be")
	}
	rows.columns = int(sizes[0])
	if rows.start = starts(lengths, len(catalog), len(rows.column)); rows.start == nil || !rows.sound() {
		return nil, damaged("its vectors do not fit together")
	}
	m, err := newModel(catalog, rows, history)
	if err != nil {
		return nil, damaged(err.Error())
	}
	if m.k = int(sizes[1]); m.k > 0 {
		if m.near = unpack(nearLengths, places, cosines, len(catalog)); m.near == nil {
			return nil, damaged("its neighbours do not fit together")
		}
	}
	return m, nil
}

func damaged(why string) error { return fmt.Errorf("%w: %s", recommender.ErrCorrupt, why) }

// starts turns lengths into offsets, or nil where they are not n or do not add up to total.
func starts(lengths []int32, n, total int) []int {
	if len(lengths) != n {
		return nil
	}
	start := make([]int, 1, n+1)
	for i, l := range lengths {
		if l < 0 || int(l) > total-start[i] {
			return nil
		}
		start = append(start, start[i]+int(l))
	}
	if start[n] != total {
		return nil
	}
	return start
}

// sound reports whether columns are in range and ascend, and values are those of unit vectors.
func (m *matrix) sound() bool {
	// Every column is in some row, so the inverted index is bounded by what was read.
	if len(m.value) != len(m.column) || m.columns > len(m.column) {
		return false
	}
	for i := range m.rows() {
		columns, values := m.row(int32(i))
		for k, c := range columns {
			if c < 0 || int(c) >= m.columns || k > 0 && c <= columns[k-1] || !(values[k] >= 0 && values[k] <= 1) {
				return false
			}
		}
	}
	return true
}

// unpack returns lists of neighbours, or nil where they do not fit a catalogue of n.
func unpack(lengths, places []int32, cosines []float32, n int) [][]Neighbour {
	start := starts(lengths, n, len(places))
	if start == nil || len(cosines) != len(places) {
		return nil
	}
	all := make([]Neighbour, len(places))
	for i, p := range places {
		if p < 0 || int(p) >= n || !(cosines[i] > 0 && cosines[i] <= 1) {
			return nil
		}
		all[i] = Neighbour{p, cosines[i]}
	}
	lists := make([][]Neighbour, n)
	for i := range lists {
		lists[i] = all[start[i]:start[i+1]:start[i+1]]
	}
	return lists
}
