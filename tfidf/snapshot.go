package tfidf

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"

	"github.com/osusume/osusume/internal/csr"
	"github.com/osusume/osusume/internal/snapshot"
	"github.com/osusume/osusume/recommender"
)

// Kind is the snapshots' kind, for recommender.Version.
const Kind = "tfidf"

// version 2 has the vocabulary, without which new items and queries cannot be
// made vectors; version 1 is refused.
const version = 2

// settings are what a snapshot says about how vectors are made.
type settings struct {
	Options Options
	Fields  fields
	Centre  float32
	Average []float64
}

// WriteTo writes the model, as [ReadModel] reads it: the catalogue, the
// histories, the settings as JSON, the vocabulary (terms, weights, columns), the
// rows (lengths, columns, values), then Config.Neighbours and the nearest
// neighbours (lengths, places, cosines).
func (m *Model) WriteTo(w io.Writer) (int64, error) {
	about, err := json.Marshal(settings{m.words.options, m.fields, m.centre, m.words.average})
	if err != nil {
		return 0, fmt.Errorf("tfidf: write snapshot: %w", err)
	}
	s := snapshot.NewWriter(w, Kind, version)
	snapshot.WriteNames(s, m.Catalog())
	h := m.history.Columns()
	snapshot.WriteRows(s, h.Users, h.Offsets, h.Places, h.Values)
	s.Bytes(about)
	s.Strings(m.words.terms)
	s.Float32s(m.words.idf)
	s.Int32s(m.words.order)
	s.Int32s(m.rows.Lengths())
	s.Int32s(m.rows.Column)
	s.Float32s(m.rows.Value)

	near := make([]int32, len(m.near))
	var places []int32
	var cosines []float32
	for i, list := range m.near {
		near[i] = int32(len(list))
		for _, n := range list {
			places, cosines = append(places, n.Place), append(cosines, n.Cosine)
		}
	}
	s.Int32s([]int32{int32(m.k)})
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
// kind of model, a newer version, and version 1, which had no vocabulary, are
// recommender.ErrInvalid. It trusts no number that it reads.
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
	if s.Version() < version {
		return nil, fmt.Errorf("%w: version %d has no vocabulary: train the model again", recommender.ErrInvalid, s.Version())
	}
	catalog := snapshot.ReadNames[recommender.ItemID](s)
	// An error here may come of an error of s, which Close returns and which comes first.
	var own recommender.HistoryColumns
	own.Users, own.Offsets, own.Places, own.Values = snapshot.ReadRows[recommender.UserID](s)
	history, historyErr := recommender.HistoriesOf(catalog, own)
	about, words := s.Bytes(), &Vectorizer{terms: s.Strings(), idf: s.Float32s(), order: s.Int32s()}
	lengths, column, value := s.Int32s(), s.Int32s(), s.Float32s()
	k, nearLengths, places, cosines := s.Int32s(), s.Int32s(), s.Int32s(), s.Float32s()
	if err := s.Close(); err != nil {
		return nil, err
	}
	if historyErr != nil {
		return nil, historyErr
	}
	f, centre, err := words.restore(about)
	if err != nil {
		return nil, damaged(err.Error())
	}
	if len(value) != len(column) {
		return nil, damaged("its vectors do not fit together")
	}
	if len(lengths) != len(catalog) {
		return nil, damaged(fmt.Sprintf("%d vectors for %d items", len(lengths), len(catalog)))
	}
	rows, err := csr.OfLengths(len(words.terms), lengths, column, value)
	if err != nil {
		return nil, damaged(err.Error())
	}
	m, err := newModel(catalog, words, f, centre, rows, history)
	if err != nil {
		return nil, damaged(err.Error())
	}
	if len(k) != 1 || k[0] < 0 {
		return nil, damaged("its sizes cannot be")
	}
	if m.k = int(k[0]); m.k > 0 {
		if m.near = unpack(nearLengths, places, cosines, len(catalog)); m.near == nil {
			return nil, damaged("its neighbours do not fit together")
		}
	}
	return m, nil
}

func damaged(why string) error { return fmt.Errorf("%w: %s", recommender.ErrCorrupt, why) }

// restore puts the vocabulary together and says what does not fit.
func (v *Vectorizer) restore(about []byte) (fields, float32, error) {
	var s settings
	if err := json.Unmarshal(about, &s); err != nil {
		return fields{}, 0, fmt.Errorf("its settings: %w", err)
	}
	options, faults := s.Options.check()
	f, more := s.Fields.check()
	if !(s.Centre >= 0 && s.Centre <= 2) {
		faults = append(faults, fmt.Sprintf("Centre %v", s.Centre))
	}
	if faults = append(faults, more...); faults != nil {
		return f, 0, fmt.Errorf("its settings cannot be: %v", faults)
	}
	v.options, v.average = options, s.Average
	if len(v.idf) != len(v.terms) || len(v.order) != len(v.terms) || len(v.average) != len(f.weights()) && options.Weighting == BM25 {
		return f, 0, fmt.Errorf("%d terms have %d weights and %d columns", len(v.terms), len(v.idf), len(v.order))
	}
	taken := make([]bool, len(v.terms))
	for i, c := range v.order {
		if c < 0 || int(c) >= len(taken) || taken[c] {
			return f, 0, fmt.Errorf("term %d has column %d", i, c)
		}
		taken[c] = true
		if w := float64(v.idf[i]); !(w >= 0) || math.IsInf(w, 1) {
			return f, 0, fmt.Errorf("term %d has weight %v", i, w)
		}
		if i > 0 && v.terms[i-1] >= v.terms[i] {
			return f, 0, fmt.Errorf("term %d is out of order", i)
		}
	}
	for _, a := range v.average {
		if !(a >= 0) {
			return f, 0, fmt.Errorf("a field's mean length is %v", a)
		}
	}
	v.makeIndex()
	return f, s.Centre, nil
}

// unpack returns lists of neighbours, or nil where they do not fit a catalogue of n.
func unpack(lengths, places []int32, cosines []float32, n int) [][]Neighbour {
	if len(lengths) != n || len(cosines) != len(places) {
		return nil
	}
	lists := make([][]Neighbour, n)
	for i, l := range lengths {
		if l < 0 || int(l) > len(places) {
			return nil
		}
		for j, p := range places[:l] {
			if p < 0 || int(p) >= n || !(cosines[j] > 0 && cosines[j] <= 1) {
				return nil
			}
			lists[i] = append(lists[i], Neighbour{p, cosines[j]})
		}
		places, cosines = places[l:], cosines[l:]
	}
	if len(places) > 0 {
		return nil
	}
	return slices.Clip(lists)
}
