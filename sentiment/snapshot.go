package sentiment

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"

	"github.com/osusume/osusume/internal/snapshot"
	"github.com/osusume/osusume/recommender"
)

// Kind is the snapshots' kind, for recommender.Version.
const Kind = "sentiment"

const version = 2 // 1 had no evidence, stars and contradictions

// WriteTo writes a snapshot that [ReadModel] reads. The same model gives the
// same bytes.
func (m *Model) WriteTo(w io.Writer) (int64, error) {
	s := snapshot.NewWriter(w, Kind, version)
	snapshot.WriteNames(s, m.Catalog())
	c := &m.columns
	s.Int32s(c.counts)
	s.Float32s(c.means)
	s.Float32s(c.evidence)
	s.Float32s(c.stars)
	s.Int32s(c.disagrees)
	var b []byte
	for _, x := range []float64{m.summary.Mean, m.summary.Variance, m.summary.Prior} {
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(x))
	}
	s.Bytes(b)
	h := m.history.Columns()
	snapshot.WriteRows(s, h.Users, h.Offsets, h.Places, h.Values)
	n, err := s.Close()
	if err != nil {
		return n, fmt.Errorf("sentiment: write snapshot: %w", err)
	}
	return n, nil
}

// ReadModel reads a snapshot of a Model. It survives any bytes: the error wraps
// [recommender.ErrCorrupt] where they are damaged, [recommender.ErrInvalid]
// where they are of another kind or a newer version.
func ReadModel(r io.Reader) (*Model, error) {
	m, err := readModel(r)
	if err != nil {
		return nil, fmt.Errorf("sentiment: read snapshot: %w", snapshot.Sentinel(err, recommender.ErrCorrupt, recommender.ErrInvalid))
	}
	return m, nil
}

func readModel(r io.Reader) (*Model, error) {
	s, err := snapshot.NewReader(r, Kind, version)
	if err != nil {
		return nil, err
	}
	if s.Version() < version {
		return nil, fmt.Errorf("%w: %s version %d is no longer read", recommender.ErrInvalid, Kind, s.Version())
	}
	items := snapshot.ReadNames[recommender.ItemID](s)
	c := columns{counts: s.Int32s(), means: s.Float32s(), evidence: s.Float32s(), stars: s.Float32s(), disagrees: s.Int32s()}
	numbers := s.Bytes()
	var own recommender.HistoryColumns
	own.Users, own.Offsets, own.Places, own.Values = snapshot.ReadRows[recommender.UserID](s)
	history, herr := recommender.HistoriesOf(items, own)
	if err := s.Close(); err != nil {
		return nil, err // first: what could not be read explains what does not fit
	}
	if herr != nil {
		return nil, herr
	}
	summary, err := checkSections(len(items), c, numbers)
	if err != nil {
		return nil, err
	}
	ranker, err := recommender.NewRanker(items)
	if err != nil {
		return nil, fmt.Errorf("%w: %s", recommender.ErrCorrupt, err)
	}
	return newModel(ranker, c, summary, history), nil
}

// checkSections refuses what no training writes.
func checkSections(items int, c columns, numbers []byte) (Summary, error) {
	var s Summary
	fail := func(format string, args ...any) (Summary, error) {
		return Summary{}, fmt.Errorf("%w: %s", recommender.ErrCorrupt, fmt.Sprintf(format, args...))
	}
	for _, n := range []int{len(c.counts), len(c.means), len(c.evidence), len(c.stars), len(c.disagrees)} {
		if n != items || len(numbers) != 24 {
			return fail("%d items with a column of %d and a summary of %d bytes", items, n, len(numbers))
		}
	}
	for i, x := range []*float64{&s.Mean, &s.Variance, &s.Prior} {
		*x = math.Float64frombits(binary.LittleEndian.Uint64(numbers[8*i:]))
	}
	if !(math.Abs(s.Mean) <= 1 && 0 <= s.Variance && s.Variance <= 2 && 0 < s.Prior && s.Prior <= math.MaxFloat64) {
		return fail("mean %v, variance %v and prior %v", s.Mean, s.Variance, s.Prior)
	}
	for i, n := range c.counts {
		starred := c.stars[i] > 0 && c.stars[i] <= recommender.MaxStars
		if n < 0 || !(c.means[i] >= -1 && c.means[i] <= 1) || !(c.evidence[i] >= 0 && c.evidence[i] <= math.MaxFloat32) ||
			!starred && c.stars[i] == c.stars[i] || c.disagrees[i] < 0 || c.disagrees[i] > n {
			return fail("item %d has %d texts of mean %v, worth %v, with %v stars, %d of them against", i, n, c.means[i], c.evidence[i], c.stars[i], c.disagrees[i])
		}
		if n > 0 {
			s.Items++
			s.Texts += int(n)
		}
	}
	return s, nil
}
