package mf

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"

	"github.com/osusume/osusume/internal/snapshot"
	"github.com/osusume/osusume/recommender"
)

// The kinds of the models here, and of their snapshots, for recommender.Version.
// [ReadModel] reads either.
const (
	Kind     = "bpr"  // trained by Config, or read by ReadNPZ
	KindIALS = "ials" // trained by IALS
)

// A snapshot has these sections: the head (see head), the items, the histories
// (see recommender.Histories), the number of positives of each user, the
// positives, one byte for each user and for each item that says whether its
// vector is in use, the biases, and, aligned, the vectors of users and items,
// with their padding, and the weights of folding in users and items.
//
// Version 1 had no more than a scale of folding in; it was never released, and
// is refused.
//
// Version 3 adds what was learned of features, in four sections (see
// writeVocabulary), and a third mark for items: see marks. Models without features
// are written as version 2.
const (
	version         = 2
	versionFeatures = 3
)

// head are the numbers of a model, in the order in which they are written.
type head struct {
	Factors, Kinds, Candidates uint32
	MinStars                   float32
	User, Item                 [4]float64 // alpha, l2, power, scale of folding in
	Bias, Slope, Rate, L2      float64
}

var headSize = binary.Size(head{})

func numbersOf(r *ridge) [4]float64 { return [4]float64{r.alpha, r.l2, r.power, r.scale} }

func ridgeOf(x [4]float64, gram []float32) ridge {
	return ridge{alpha: x[0], l2: x[1], power: x[2], scale: x[3], gram: gram}
}

// WriteTo writes a snapshot that [ReadModel] and [OpenModel] read. The same model
// gives the same bytes.
func (m *Model) WriteTo(w io.Writer) (int64, error) {
	if err := m.enter(); err != nil {
		return 0, err
	}
	defer m.leave()
	f := &m.folding
	h, err := binary.Append(nil, binary.LittleEndian, head{
		Factors: uint32(m.factors), Kinds: uint32(m.likes.Kinds), MinStars: m.likes.MinStars,
		User: numbersOf(&f.user), Item: numbersOf(&f.item), Bias: f.bias, Slope: f.slope,
		Rate: f.descent.rate, L2: f.descent.l2, Candidates: uint32(f.descent.candidates),
	})
	if err != nil {
		return 0, fmt.Errorf("mf: write snapshot: %w", err)
	}
	v := uint16(version)
	if m.vocabulary != nil {
		v = versionFeatures
	}
	s := snapshot.NewWriter(w, m.kind, v)
	s.Bytes(h)
	snapshot.WriteNames(s, m.Catalog())
	c := m.history.Columns()
	snapshot.WriteRows(s, c.Users, c.Offsets, c.Places, c.Values)
	counts := make([]int32, len(m.Users()))
	for u := range counts {
		counts[u] = int32(len(m.liked.of(u)))
	}
	inUse, known := m.marks()
	s.Int32s(counts)
	s.Int32s(m.liked.items)
	s.Bytes(inUse)
	s.Bytes(known)
	s.Float32s(m.bias)
	for _, list := range [][]float32{m.user, m.item, f.user.gram, f.item.gram} {
		s.Aligned(list)
	}
	if m.vocabulary != nil {
		m.vocabulary.write(s)
	}
	n, err := s.Close()
	if err != nil {
		return n, fmt.Errorf("mf: write snapshot: %w", err)
	}
	return n, nil
}

// ReadModel reads a snapshot that a [*Model] wrote. Damaged bytes are an error
// that wraps [recommender.ErrCorrupt]; the snapshot of another kind of model, or
// of another version of this package, one that wraps [recommender.ErrInvalid].
func ReadModel(r io.Reader) (*Model, error) {
	m, err := readModel(r)
	if err != nil {
		return nil, fmt.Errorf("mf: read snapshot: %w", sentinel(err))
	}
	return m, nil
}

func sentinel(err error) error {
	return snapshot.Sentinel(err, recommender.ErrCorrupt, recommender.ErrInvalid)
}

var errUnfit = fmt.Errorf("%w: its sections do not fit together", recommender.ErrCorrupt)

func readModel(r io.Reader) (*Model, error) {
	s, err := snapshot.NewReaderOf(r, versionFeatures, Kind, KindIALS)
	if err != nil {
		return nil, err
	}
	if s.Version() < version {
		return nil, fmt.Errorf("%w: %s version %d is no longer read; train or publish again", recommender.ErrInvalid, s.Kind(), s.Version())
	}
	first := s.Bytes()
	catalog := snapshot.ReadNames[recommender.ItemID](s)
	var own recommender.HistoryColumns
	own.Users, own.Offsets, own.Places, own.Values = snapshot.ReadRows[recommender.UserID](s)
	history, unfit := recommender.HistoriesOf(catalog, own)
	counts, liked := s.Int32s(), s.Int32s()
	users, items, bias := s.Bytes(), s.Bytes(), s.Float32s()
	var rows [4][]float32
	for k := range rows {
		rows[k] = s.Aligned()
	}
	var written writtenVocabulary
	if s.Version() == versionFeatures {
		written.read(s)
	}
	if err := s.Close(); err != nil {
		return nil, err
	}
	if unfit != nil {
		return nil, fmt.Errorf("%w: %w", errUnfit, unfit)
	}
	h, err := readHead(first)
	if err != nil {
		return nil, err
	}
	pairs, err := readPositives(counts, liked, len(history.Users()), len(catalog))
	if err != nil {
		return nil, err
	}
	m, err := newShell(int(h.Factors), taste{Kinds: uint8(h.Kinds), MinStars: h.MinStars}, catalog, history, pairs)
	if err != nil {
		return nil, fmt.Errorf("%w: %v", errUnfit, err) // not ErrInvalid
	}
	m.kind = s.Kind()
	if s.Version() == versionFeatures {
		if m.vocabulary, err = written.vocabulary(m.factors); err != nil {
			return nil, err
		}
	}
	if err := m.use(users, items); err != nil {
		return nil, err
	}
	m.bias, m.user, m.item = bias, rows[0], rows[1]
	m.folding = folding{
		user: ridgeOf(h.User, rows[2]), item: ridgeOf(h.Item, rows[3]), bias: h.Bias, slope: h.Slope,
		descent: descent{rate: h.Rate, l2: h.L2, candidates: int(h.Candidates)},
	}
	if err := m.checkNumbers(); err != nil {
		return nil, err
	}
	m.finish()
	return m, nil
}

// use says which users and items have a vector in use, whether or not the
// histories show why: those of a foreign model need not.
func (m *Model) use(users, items []byte) error {
	if len(users) != len(m.Users()) || len(items) != len(m.known) {
		return fmt.Errorf("%w: marks for %d users and %d items of %d and %d", errUnfit, len(users), len(items), len(m.Users()), len(m.known))
	}
	for u, id := range m.Users() {
		if _, liked := m.rows[id]; users[u] > 1 || liked && users[u] == 0 {
			return fmt.Errorf("%w: user %d has mark %d", errUnfit, u, users[u])
		}
		if users[u] == 1 {
			m.rows[id] = int32(u)
		}
	}
	for i, mark := range items {
		if mark > guessed || m.known[i] && mark != learned || mark == guessed && m.vocabulary == nil {
			return fmt.Errorf("%w: item %d has mark %d", errUnfit, i, mark)
		}
		m.known[i] = mark != unused
		if mark == guessed {
			if m.guessed == nil {
				m.guessed = make([]bool, len(m.known))
			}
			m.guessed[i] = true
		}
	}
	return nil
}

// checkNumbers says whether the rows fit the head and are numbers to work with.
func (m *Model) checkNumbers() error {
	n, k := len(m.Users()), len(m.known)
	square := m.stride * m.stride
	if len(m.user) != m.stride*n || len(m.item) != m.stride*k || len(m.bias) != k ||
		len(m.folding.user.gram) != square || len(m.folding.item.gram) != square {
		return fmt.Errorf("%w: %d and %d numbers, %d biases and %d and %d weights for %d users and %d items of %d factors",
			errUnfit, len(m.user), len(m.item), len(m.bias), len(m.folding.user.gram), len(m.folding.item.gram), n, k, m.factors)
	}
	if !m.bounded() {
		return fmt.Errorf("%w: a factor or bias is no number within ±%g", errUnfit, limit)
	}
	if !bounded(sumLimit, m.folding.user.gram, m.folding.item.gram) {
		return fmt.Errorf("%w: a weight is no number within ±%g", errUnfit, sumLimit)
	}
	for _, rows := range [][]float32{m.user, m.item} {
		for at := 0; at < len(rows); at += m.stride {
			for _, x := range rows[at+m.factors : at+m.stride] {
				if math.Float32bits(x) != 0 {
					return fmt.Errorf("%w: the padding of a vector is %v", errUnfit, x)
				}
			}
		}
	}
	return nil
}

func readHead(b []byte) (h head, err error) {
	if len(b) != headSize {
		return h, fmt.Errorf("%w: a head of %d bytes", errUnfit, len(b))
	}
	if _, err := binary.Decode(b, binary.LittleEndian, &h); err != nil {
		return h, fmt.Errorf("%w: %v", errUnfit, err)
	}
	if h.Factors == 0 || h.Factors > maxFactors || h.Kinds > math.MaxUint8 || h.Candidates > maxCandidates ||
		!(h.MinStars >= 0 && h.MinStars <= recommender.MaxStars) {
		return h, fmt.Errorf("%w: %d factors, kinds %#x, %d candidates, %v stars", errUnfit, h.Factors, h.Kinds, h.Candidates, h.MinStars)
	}
	for _, x := range append(append(h.User[:], h.Item[:]...), h.Rate, h.L2) {
		if !(x >= 0 && x <= sumLimit) {
			return h, fmt.Errorf("%w: a parameter of folding in is %v", errUnfit, x)
		}
	}
	if h.User[2] > maxPower || h.Item[2] > maxPower || !(math.Abs(h.Bias) <= sumLimit && math.Abs(h.Slope) <= sumLimit) {
		return h, fmt.Errorf("%w: powers %v and %v, bias %v and %v", errUnfit, h.User[2], h.Item[2], h.Bias, h.Slope)
	}
	return h, nil
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
