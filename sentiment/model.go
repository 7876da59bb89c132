package sentiment

import (
	"context"
	"fmt"
	"io"
	"math"

	"github.com/osusume/osusume/recommender"
)

// A Model ranks items by what reviewers write about them: by the lower end of
// the interval that an item's sentiment lies in, so that few texts count for less
// than many that say the same. It is the same for every user, so that unknown and
// anonymous ones are welcome and it never returns [recommender.ErrColdStart]. An
// item without a text has no score (NaN) and is not recommended. Immutable, safe
// for concurrent use.
type Model struct {
	ranker  *recommender.Ranker
	columns columns
	scores  []float32 // lower bounds; NaN: no text
	summary Summary
	history *recommender.Histories
}

var (
	_ recommender.Scorer    = (*Model)(nil)
	_ recommender.Historian = (*Model)(nil)
	_ recommender.Explainer = (*Model)(nil)
	_ io.WriterTo           = (*Model)(nil)
)

func newModel(r *recommender.Ranker, c columns, s Summary, h *recommender.Histories) *Model {
	m := &Model{ranker: r, columns: c, scores: make([]float32, len(c.counts)), summary: s, history: h}
	for i, n := range c.counts {
		if n == 0 {
			m.scores[i] = float32(math.NaN())
			continue
		}
		m.scores[i] = float32(m.at(i).Lo)
	}
	return m
}

// Catalog returns the items, in the order of the training data. It is the same
// slice at every call; callers do not modify it.
func (m *Model) Catalog() []recommender.ItemID { return m.ranker.Catalog() }

// Seen returns what the user had in the training data, with or without a text.
func (m *Model) Seen(user recommender.UserID) []recommender.ItemID { return m.history.Seen(user) }

// Summary returns what all texts have in common.
func (m *Model) Summary() Summary { return m.summary }

// ScoreAll writes the lower bound of each item's sentiment, in [-1, 1], or NaN
// where there is no text.
func (m *Model) ScoreAll(_ context.Context, req recommender.Request, dst []float32) error {
	if err := req.Check(); err != nil {
		return fmt.Errorf("sentiment: %w", err)
	}
	if len(dst) != len(m.scores) {
		return fmt.Errorf("sentiment: %w: dst has %d places, the catalogue %d", recommender.ErrInvalid, len(dst), len(m.scores))
	}
	copy(dst, m.scores)
	return nil
}

// Recommend ranks by what reviewers write.
func (m *Model) Recommend(ctx context.Context, req recommender.Request) (recommender.Ranking, error) {
	scores := make([]float32, len(m.scores))
	if err := m.ScoreAll(ctx, req, scores); err != nil {
		return recommender.Ranking{}, err
	}
	out := m.ranker.Rank(req, scores, m.Seen(req.User))
	if req.Explain {
		for i := range out.Items {
			p, _ := m.ranker.Place(out.Items[i].Item)
			out.Items[i].Why = m.reasons(p)
		}
	}
	return out, nil
}

// Explain says how much of an item's score is the mean of all texts (a reason of
// kind bias), how much its own reviews add or take, and how much is taken for
// what is not known yet (of kind rest). The error wraps
// [recommender.ErrNotFound] for an item that has no text.
func (m *Model) Explain(_ context.Context, _ recommender.Request, item recommender.ItemID) ([]recommender.Reason, error) {
	p, ok := m.ranker.Place(item)
	if !ok || m.columns.counts[p] == 0 {
		return nil, fmt.Errorf("sentiment: explain: %w: no text about item %q", recommender.ErrNotFound, item)
	}
	return m.reasons(p), nil
}

func (m *Model) reasons(place int) []recommender.Reason {
	bias, score := float32(m.summary.Mean), float32(m.at(place).Score)
	return []recommender.Reason{
		{Kind: recommender.ReasonReviews, Part: score - bias},
		{Kind: recommender.ReasonBias, Part: bias},
		{Kind: recommender.ReasonRest, Part: m.scores[place] - score},
	}
}

// An ItemScore is what the texts about one item say.
type ItemScore struct {
	Count     int     // texts
	Mean      float64 // of their compounds, weighted, without what is too loud; in [-1, 1]
	Score     float64 // Mean, shrunk towards that of all texts
	Lo, Hi    float64 // Score's 95 % interval, within [-1, 1]; the item is ranked by Lo
	Stars     float64 // mean of the stars beside the texts, in (0, 5]; NaN: none has any
	Disagrees int     // texts whose stars contradict them ([Contradict])
}

// ItemScore returns what the texts about an item say; false where there are none.
func (m *Model) ItemScore(item recommender.ItemID) (ItemScore, bool) {
	p, ok := m.ranker.Place(item)
	if !ok || m.columns.counts[p] == 0 {
		return ItemScore{}, false
	}
	return m.at(p), true
}

func (m *Model) at(p int) ItemScore {
	c := &m.columns
	s, half := m.summary.shrunk(c.evidence[p], c.means[p]), m.summary.halfWidth(c.evidence[p])
	return ItemScore{
		Count: int(c.counts[p]), Mean: float64(c.means[p]), Score: s,
		Lo: max(s-half, -1), Hi: min(s+half, 1),
		Stars: float64(c.stars[p]), Disagrees: int(c.disagrees[p]),
	}
}
