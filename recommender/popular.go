package recommender

import (
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/osusume/osusume/internal/snapshot"
)

// Popular is the floor that every Model is measured against: it ranks by how
// many users have an item. The zero value counts every kind but [Dislike].
type Popular struct {
	// Kinds are the kinds that count; nil means all but Dislike. Whatever counts,
	// a user is not recommended what he has had in any way.
	Kinds []Kind
}

var _ Trainer = Popular{}

// Train counts users per item. It refuses a Dataset without an interaction that
// counts.
func (p Popular) Train(ctx context.Context, d Dataset) (Model, error) {
	t, err := Load(ctx, d, Filter{})
	if err != nil {
		return nil, fmt.Errorf("recommender: train popular: %w", err)
	}
	counts := make([]float32, len(t.Items))
	user, item := int32(-1), int32(-1) // whom and what was counted last
	for row, kind := range t.Kind {
		if t.User[row] == user && t.Item[row] == item || !p.counts(kind) {
			continue
		}
		user, item = t.User[row], t.Item[row]
		counts[item]++
	}
	if user < 0 {
		return nil, fmt.Errorf("recommender: train popular: %w: none of %d interactions with %d items counts", ErrInvalid, t.Len(), len(t.Items))
	}
	return newPopularModel(t.Items, counts, NewHistories(t))
}

func (p Popular) counts(k Kind) bool {
	if p.Kinds == nil {
		return k != Dislike
	}
	return slices.Contains(p.Kinds, k)
}

// PopularModel is what [Popular] trains. It gives every user the same scores:
// the number of users who have the item. Anonymous requests are welcome.
type PopularModel struct {
	ranker  *Ranker
	counts  []float32
	history *Histories
}

var (
	_ Scorer      = (*PopularModel)(nil)
	_ Historian   = (*PopularModel)(nil)
	_ Explainer   = (*PopularModel)(nil)
	_ io.WriterTo = (*PopularModel)(nil)
)

func newPopularModel(items []ItemID, counts []float32, h *Histories) (*PopularModel, error) {
	r, err := NewRanker(items)
	if err != nil {
		return nil, err
	}
	return &PopularModel{ranker: r, counts: counts, history: h}, nil
}

// Catalog returns the items, in the order of the training data.
func (m *PopularModel) Catalog() []ItemID { return m.ranker.Catalog() }

// Seen returns what the user had in the training data.
func (m *PopularModel) Seen(user UserID) []ItemID { return m.history.Seen(user) }

// ScoreAll writes the number of users of each item.
func (m *PopularModel) ScoreAll(_ context.Context, req Request, dst []float32) error {
	if err := req.Check(); err != nil {
		return err
	}
	if len(dst) != len(m.counts) {
		return fmt.Errorf("%w: dst has %d places, the catalogue %d", ErrInvalid, len(dst), len(m.counts))
	}
	copy(dst, m.counts)
	return nil
}

// Recommend ranks by number of users.
func (m *PopularModel) Recommend(ctx context.Context, req Request) (Ranking, error) {
	scores := make([]float32, len(m.counts))
	if err := m.ScoreAll(ctx, req, scores); err != nil {
		return Ranking{}, err
	}
	out := m.ranker.Rank(req, scores, m.Seen(req.User))
	if req.Explain {
		for i, s := range out.Items {
			out.Items[i].Why = []Reason{{Kind: ReasonPopular, Part: s.Score}}
		}
	}
	return out, nil
}

// Explain says how many users have the item.
func (m *PopularModel) Explain(_ context.Context, _ Request, item ItemID) ([]Reason, error) {
	p, ok := m.ranker.Place(item)
	if !ok {
		return nil, fmt.Errorf("%w: item %q", ErrNotFound, item)
	}
	return []Reason{{Kind: ReasonPopular, Part: m.counts[p]}}, nil
}

// PopularKind is the kind of a PopularModel's snapshots, for [Version.Kind].
const PopularKind = "popular"

const popularVersion = 1

// WriteTo writes a snapshot that [ReadPopular] reads.
func (m *PopularModel) WriteTo(w io.Writer) (int64, error) {
	s := snapshot.NewWriter(w, PopularKind, popularVersion)
	snapshot.WriteNames(s, m.ranker.Catalog())
	s.Float32s(m.counts)
	h := m.history.Columns()
	snapshot.WriteRows(s, h.Users, h.Offsets, h.Places, h.Values)
	return s.Close()
}

// ReadPopular reads a snapshot of a PopularModel. It survives any bytes: damaged
// ones give [ErrCorrupt], those of another kind of model or of a newer version
// [ErrInvalid].
func ReadPopular(r io.Reader) (*PopularModel, error) {
	m, err := readPopular(r)
	if err != nil {
		return nil, fmt.Errorf("recommender: read popular snapshot: %w", snapshot.Sentinel(err, ErrCorrupt, ErrInvalid))
	}
	return m, nil
}

func readPopular(r io.Reader) (*PopularModel, error) {
	s, err := snapshot.NewReader(r, PopularKind, popularVersion)
	if err != nil {
		return nil, err
	}
	items := snapshot.ReadNames[ItemID](s)
	counts := s.Float32s()
	var own HistoryColumns
	own.Users, own.Offsets, own.Places, own.Values = snapshot.ReadRows[UserID](s)
	h, herr := HistoriesOf(items, own)
	if err := s.Close(); err != nil {
		return nil, err // first: what could not be read explains what does not fit
	}
	if herr != nil {
		return nil, herr
	}
	if len(counts) != len(items) {
		return nil, fmt.Errorf("%w: %d counts for %d items", ErrCorrupt, len(counts), len(items))
	}
	m, err := newPopularModel(items, counts, h)
	if err != nil {
		return nil, fmt.Errorf("%w: %s", ErrCorrupt, err)
	}
	return m, nil
}
