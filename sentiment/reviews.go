package sentiment

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/osusume/osusume/internal/par"
	"github.com/osusume/osusume/recommender"
)

// A review is the score of one text.
type review struct {
	item, user int32
	unix       int64 // 0: unknown
	compound   float64
	weight     float64
	stars      float32 // 0: none
}

const (
	batchTexts = 2048 // texts held at a time: enough to keep workers busy, little memory
	pieceTexts = 64   // texts that a worker takes at once
	maxWeight  = 1e6
	minWeight  = 1e-9 // of the oldest texts
)

// A reader reads and scores the texts of a data set.
type reader struct {
	scorer  Scorer
	weight  func(recommender.Interaction) float64
	workers int
	items   *recommender.Ranker

	reviews []review
	texts   []string // of the last reviews, which are not scored yet
	scores  []Score
}

// read returns one review per item and user, sorted by item, then user: in an
// order that no number of workers changes.
func (r *reader) read(ctx context.Context, d recommender.Dataset, users []recommender.UserID) ([]review, error) {
	index := make(map[recommender.UserID]int32, len(users))
	for i, u := range users {
		index[u] = int32(i)
	}
	r.scores = make([]Score, batchTexts)
	texted := recommender.Filter{Kinds: []recommender.Kind{recommender.Review, recommender.View}}
	for x, err := range d.Interactions(ctx, texted) {
		if err != nil {
			return nil, err
		}
		item, ok := r.items.Place(x.Item)
		user, known := index[x.User]
		if x.Text == "" || !ok || !known { // what arrived since the catalogue was read is not in it
			continue
		}
		if err := r.add(x, review{item: int32(item), user: user, weight: 1}); err != nil {
			return nil, err
		}
		if len(r.texts) == batchTexts {
			if err := r.flush(ctx); err != nil {
				return nil, err
			}
		}
	}
	if err := r.flush(ctx); err != nil {
		return nil, err
	}
	return latest(r.reviews), nil
}

func (r *reader) add(x recommender.Interaction, v review) error {
	if r.weight != nil {
		v.weight = r.weight(x)
		if !(v.weight >= 0 && v.weight <= maxWeight) {
			return fmt.Errorf("%w: Weight of %q's text on %q is %v, not in [0, %v]", recommender.ErrInvalid, x.User, x.Item, v.weight, maxWeight)
		}
	}
	if !x.Time.IsZero() {
		v.unix = x.Time.Unix()
	}
	if x.Kind == recommender.Review {
		v.stars = x.Value
	}
	r.reviews, r.texts = append(r.reviews, v), append(r.texts, x.Text)
	return nil
}

// flush scores the texts that are held and drops the reviews that say nothing.
func (r *reader) flush(ctx context.Context) error {
	texts := r.texts
	scores := r.scores[:len(texts)]
	pieces := (len(texts) + pieceTexts - 1) / pieceTexts
	err := par.Do(ctx, r.workers, pieces, func(p int) error {
		from, to := p*pieceTexts, min((p+1)*pieceTexts, len(texts))
		return r.scorer.ScoreTexts(ctx, texts[from:to:to], scores[from:to:to])
	})
	if err != nil {
		return err
	}
	held := r.reviews[len(r.reviews)-len(texts):]
	r.reviews = r.reviews[:len(r.reviews)-len(texts)]
	for i, v := range held {
		s := scores[i]
		if !(math.Abs(s.Compound) <= 1) {
			return fmt.Errorf("%w: the Scorer gave a compound of %v", recommender.ErrInvalid, s.Compound)
		}
		if s.Known > 0 && v.weight > 0 {
			v.compound = s.Compound
			r.reviews = append(r.reviews, v)
		}
	}
	clear(texts)
	r.texts = texts[:0]
	return nil
}

// latest sorts reviews and keeps the last one of each item and user; of two
// with one time, the one that was read later.
func latest(reviews []review) []review {
	slices.SortStableFunc(reviews, func(a, b review) int {
		return cmp.Or(cmp.Compare(a.item, b.item), cmp.Compare(a.user, b.user), cmp.Compare(a.unix, b.unix))
	})
	kept := reviews[:0]
	for i, r := range reviews {
		if i+1 < len(reviews) && reviews[i+1].item == r.item && reviews[i+1].user == r.user {
			continue
		}
		kept = append(kept, r)
	}
	return kept
}

// decay lowers the weights of old reviews.
func decay(reviews []review, halfLife time.Duration) {
	if halfLife <= 0 {
		return
	}
	end := int64(math.MinInt64)
	for _, r := range reviews {
		if r.unix != 0 {
			end = max(end, r.unix)
		}
	}
	for i := range reviews {
		if r := &reviews[i]; r.unix != 0 {
			age := float64(end-r.unix) / halfLife.Seconds()
			r.weight = max(float64(r.weight*math.Exp2(-age)), minWeight)
		}
	}
}
