package tfidf

import (
	"context"
	"fmt"
	"io"
	"math"
	"sync"

	"github.com/osusume/osusume/internal/cosine"
	"github.com/osusume/osusume/internal/csr"
	"github.com/osusume/osusume/recommender"
)

// A Model scores an item by what the user liked: Σ wᵢ·cos(item, likedᵢ), where
// the weights wᵢ of the user's items add up to 1, less what the item would get
// from a user who likes everything alike, times [Config.Centre]. With
// [Config.Neighbours] the sum is over those liked items that have the item among
// their nearest, and nothing is taken off.
//
// The profile of a request is its Seeds, if it has any, else the user's
// training history with the request's History laid over it. To seeds, the score
// is the plain mean of cosines. Immutable, safe for concurrent use.
type Model struct {
	ranker  *recommender.Ranker
	history *recommender.Histories // values are opinions
	words   *Vectorizer
	fields  fields
	index   *cosine.Index // a row per catalogue item, of length 1 or empty; columns are words.order
	rows    csr.Matrix    // the index's
	posts   csr.Matrix    // the index's
	centre  float32       // Config.Centre
	crowd   []float32     // by item: its mean cosine with all items
	k       int           // Config.Neighbours
	near    [][]Neighbour // nearest k of each item, where k > 0
	sums    sync.Pool     // *[]float32, a place per term, all 0
	scores  sync.Pool     // *[]float32, a place per item, anything
}

var (
	_ recommender.Scorer    = (*Model)(nil)
	_ recommender.Historian = (*Model)(nil)
	_ recommender.Explainer = (*Model)(nil)
	_ recommender.Resembler = (*Model)(nil)
	_ io.WriterTo           = (*Model)(nil)
)

func newModel(catalog []recommender.ItemID, v *Vectorizer, f fields, centre float32, rows csr.Matrix, h *recommender.Histories) (*Model, error) {
	ranker, err := recommender.NewRanker(catalog)
	if err != nil {
		return nil, err
	}
	index, err := cosine.New(rows)
	if err != nil {
		return nil, err
	}
	m := &Model{ranker: ranker, history: h, words: v, fields: f, centre: centre, index: index, rows: rows, posts: index.Posts()}
	m.crowd = m.meanCosines()
	m.sums.New = func() any { s := make([]float32, rows.Columns); return &s }
	m.scores.New = func() any { s := make([]float32, rows.Rows()); return &s }
	return m, nil
}

// Features returns the number of terms that items are described by.
func (m *Model) Features() int { return m.rows.Columns }

// Vectorizer returns the vocabulary of the model, for [Config.Vocabulary] and to
// name the terms of [Model.Vector].
func (m *Model) Vectorizer() *Vectorizer { return m.words }

// Catalog returns the items, in the order of the training data.
func (m *Model) Catalog() []recommender.ItemID { return m.ranker.Catalog() }

// Seen returns what the user had in the training data.
func (m *Model) Seen(user recommender.UserID) []recommender.ItemID { return m.history.Seen(user) }

// known reports whether the item has terms.
func (m *Model) known(place int32) bool { return m.rows.Offset[place] < m.rows.Offset[place+1] }

// ScoreAll writes the score of every item, in [-Config.Centre, 1], and NaN for an
// item without terms. It costs one pass over the postings of the profile's terms.
func (m *Model) ScoreAll(ctx context.Context, req recommender.Request, dst []float32) error {
	if len(dst) != m.rows.Rows() {
		return fmt.Errorf("tfidf: score: %w: dst has %d places, the catalogue %d", recommender.ErrInvalid, len(dst), m.rows.Rows())
	}
	likes, err := m.likes(ctx, req)
	if err != nil {
		return err
	}
	clear(dst)
	if m.k > 0 {
		m.scoreNear(likes, dst)
	} else {
		m.scoreFull(likes, dst)
		if centre := m.centred(req); centre > 0 {
			for i, c := range m.crowd {
				dst[i] -= float32(centre * c)
			}
		}
	}
	for i := range dst {
		if m.known(int32(i)) {
			dst[i] = min(dst[i], 1) // which rounding may pass
		} else {
			dst[i] = float32(math.NaN())
		}
	}
	return nil
}

// centred is how much of the crowd's score is taken off: all that is known of a
// user is compared with everybody, while seeds say exactly what is wanted.
func (m *Model) centred(req recommender.Request) float32 {
	if len(req.Seeds) > 0 || m.k > 0 {
		return 0
	}
	return m.centre
}

// meanCosines returns for every item its mean cosine with all that have terms.
func (m *Model) meanCosines() []float32 {
	sums := make([]float64, m.rows.Columns)
	items := 0
	for i := range m.rows.Rows() {
		terms, values := m.rows.Row(i)
		if len(terms) > 0 {
			items++
		}
		for k, t := range terms {
			sums[t] += float64(values[k])
		}
	}
	means := make([]float32, m.rows.Rows())
	for i := range means {
		terms, values := m.rows.Row(i)
		var sum float64
		for k, t := range terms {
			sum += float64(sums[t] * float64(values[k]))
		}
		means[i] = float32(sum / float64(max(items, 1)))
	}
	return means
}

// likes returns the profile of req, which is not empty unless there is an error.
func (m *Model) likes(ctx context.Context, req recommender.Request) ([]like, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if err := req.Check(); err != nil {
		return nil, fmt.Errorf("tfidf: %w", err)
	}
	likes := m.profile(req)
	if len(likes) == 0 {
		return nil, fmt.Errorf("tfidf: user %q: %w", req.User, recommender.ErrColdStart)
	}
	return likes, nil
}

// scoreFull adds the profile's vectors up and walks the postings of their terms.
func (m *Model) scoreFull(likes []like, dst []float32) {
	profile := m.sums.Get().(*[]float32)
	m.gather(likes, *profile)
	for t, w := range *profile {
		if w != 0 {
			items, values := m.posts.Row(t)
			for k, i := range items {
				dst[i] += float32(w * values[k])
			}
		}
	}
	clear(*profile)
	m.sums.Put(profile)
}

// gather adds the profile's vectors, each times its weight, to dst.
func (m *Model) gather(likes []like, dst []float32) {
	for _, l := range likes {
		w := float32(l.weight)
		terms, values := m.rows.Row(int(l.place))
		for k, t := range terms {
			dst[t] += float32(w * values[k])
		}
	}
}

func (m *Model) scoreNear(likes []like, dst []float32) {
	for _, l := range likes {
		w := float32(l.weight)
		for _, n := range m.near[l.place] {
			dst[n.Place] += float32(w * n.Cosine)
		}
	}
}

// Recommend ranks by ScoreAll.
func (m *Model) Recommend(ctx context.Context, req recommender.Request) (recommender.Ranking, error) {
	scores := m.scores.Get().(*[]float32)
	defer m.scores.Put(scores)
	if err := m.ScoreAll(ctx, req, *scores); err != nil {
		return recommender.Ranking{}, err
	}
	out := m.ranker.Rank(req, *scores, m.Seen(req.User))
	if !req.Explain {
		return out, nil
	}
	for i := range out.Items {
		why, err := m.Explain(ctx, req, out.Items[i].Item)
		if err != nil {
			return recommender.Ranking{}, err
		}
		out.Items[i].Why = why
	}
	return out, nil
}
