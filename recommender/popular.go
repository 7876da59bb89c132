package recommender

import (
	"context"
	"fmt"
	"io"

	"github.com/osusume/osusume/internal/snapshot"
)

// Popular is the floor that every Model is measured against: it ranks by how
// many users have an item. The zero value counts every kind but [Dislike].
type Popular struct {
	// Kinds are the kinds that count; nil means all but Dislike.
	Kinds []Kind
}

var _ Trainer = Popular{}

// Train counts users per item. It refuses a Dataset without items.
func (p Popular) Train(ctx context.Context, d Dataset) (Model, error) {
	t, err := Load(ctx, d, Filter{Kinds: p.Kinds})
	if err != nil {
		return nil, fmt.Errorf("recommender: train popular: %w", err)
	}
	if len(t.Items) == 0 || t.Len() == 0 {
		return nil, fmt.Errorf("recommender: train popular: %w: %d items, %d interactions", ErrInvalid, len(t.Items), t.Len())
	}
	counts := make([]float32, len(t.Items))
	for row, item := range t.Item {
		repeated := row > 0 && t.User[row-1] == t.User[row] && t.Item[row-1] == item
		if !repeated && (p.Kinds != nil || t.Kind[row] != Dislike) {
			counts[item]++
		}
	}
	return newPopularModel(t.Items, counts, NewHistories(t))
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
	return recommend(ctx, m, m.ranker, req)
}

// Explain says how many users have the item.
func (m *PopularModel) Explain(_ context.Context, _ Request, item ItemID) ([]Reason, error) {
	p, ok := m.ranker.Place(item)
	if !ok {
		return nil, fmt.Errorf("%w: item %q", ErrNotFound, item)
	}
	return []Reason{{Kind: ReasonPopular, Part: m.counts[p]}}, nil
}

const popularKind, popularVersion = "popular", 1

// WriteTo writes a snapshot that [ReadPopular] reads.
func (m *PopularModel) WriteTo(w io.Writer) (int64, error) {
	s := snapshot.NewWriter(w, popularKind, popularVersion)
	s.Strings(itemStrings(m.ranker.Catalog()))
	s.Float32s(m.counts)
	m.history.WriteSections(s)
	return s.Close()
}

// ReadPopular reads a snapshot of a PopularModel. It survives any bytes:
// damaged ones give [ErrCorrupt].
func ReadPopular(r io.Reader) (*PopularModel, error) {
	fail := func(err error) (*PopularModel, error) {
		return nil, fmt.Errorf("recommender: read popular snapshot: %w: %w", ErrCorrupt, err)
	}
	s, err := snapshot.NewReader(r, popularKind, popularVersion)
	if err != nil {
		return fail(err)
	}
	items := itemIDs(s.Strings())
	counts := s.Float32s()
	h, herr := ReadHistories(s, items)
	if err := s.Close(); err != nil {
		return fail(err)
	}
	if herr != nil {
		return fail(herr)
	}
	if len(counts) != len(items) {
		return fail(fmt.Errorf("%d counts for %d items", len(counts), len(items)))
	}
	m, err := newPopularModel(items, counts, h)
	if err != nil {
		return fail(err)
	}
	return m, nil
}

func itemStrings(ids []ItemID) []string {
	list := make([]string, len(ids))
	for i, id := range ids {
		list[i] = string(id)
	}
	return list
}

func itemIDs(list []string) []ItemID {
	ids := make([]ItemID, len(list))
	for i, s := range list {
		ids[i] = ItemID(s)
	}
	return ids
}
