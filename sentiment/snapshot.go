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

const version = 1

// WriteTo writes a snapshot that [ReadModel] reads. The same model gives the
// same bytes.
func (m *Model) WriteTo(w io.Writer) (int64, error) {
	s := snapshot.NewWriter(w, Kind, version)
	snapshot.WriteNames(s, m.Catalog())
	s.Int32s(m.counts)
	s.Float32s(m.means)
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
	items := snapshot.ReadNames[recommender.ItemID](s)
	counts, means, numbers := s.Int32s(), s.Float32s(), s.Bytes()
	var own recommender.HistoryColumns
	own.Users, own.Offsets, own.Places, own.Values = snapshot.ReadRows[recommender.UserID](s)
	history, herr := recommender.HistoriesOf(items, own)
	if err := s.Close(); err != nil {
		return nil, err // first: what could not be read explains what does not fit
	}
	if herr != nil {
		return nil, herr
	}
	summary, err := checkSections(len(items), counts, means, numbers)
	if err != nil {
		return nil, err
	}
	ranker, err := recommender.NewRanker(items)
	if err != nil {
		return nil, fmt.Errorf("%w: %s", recommender.ErrCorrupt, err)
	}
	return newModel(ranker, counts, means, summary, history), nil
}

// checkSections refuses what no training writes.
func checkSections(items int, counts []int32, means []float32, numbers []byte) (Summary, error) {
	var s Summary
	fail := func(format string, args ...any) (Summary, error) {
		return Summary{}, fmt.Errorf("%w: %s", recommender.ErrCorrupt, fmt.Sprintf(format, args...))
	}
	if len(counts) != items || len(means) != items || len(numbers) != 24 {
		return fail("%d items with %d counts, %d means and a summary of %d bytes", items, len(counts), len(means), len(numbers))
	}
	for i, x := range []*float64{&s.Mean, &s.Variance, &s.Prior} {
		*x = math.Float64frombits(binary.LittleEndian.Uint64(numbers[8*i:]))
	}
	if !(math.Abs(s.Mean) <= 1 && 0 <= s.Variance && s.Variance <= 2 && 0 < s.Prior && s.Prior <= math.MaxFloat64) {
		return fail("mean %v, variance %v and prior %v", s.Mean, s.Variance, s.Prior)
	}
	for i, n := range counts {
		if n < 0 || !(means[i] >= -1 && means[i] <= 1) {
			return fail("item %d has %d texts of mean %v", i, n, means[i])
		}
		if n > 0 {
			s.Items++
			s.Texts += int(n)
		}
	}
	return s, nil
}
