package sentiment

import (
	"cmp"
	"context"
	"slices"

	"github.com/osusume/osusume/internal/par"
	"github.com/osusume/osusume/recommender"
)

// A review is the score of one text.
type review struct {
	item, user int32
	unix       int64
	compound   float64
}

const (
	batchTexts = 2048 // texts held at a time: enough to keep workers busy, little memory
	pieceTexts = 64   // texts that a worker takes at once
)

// readReviews scores d's texts and returns one review per item and user,
// sorted by item, then user: in an order that no number of workers changes.
func readReviews(ctx context.Context, d recommender.Dataset, a *Analyzer, workers int, items *recommender.Ranker, users []recommender.UserID) ([]review, error) {
	index := make(map[recommender.UserID]int32, len(users))
	for i, u := range users {
		index[u] = int32(i)
	}
	var reviews []review
	texts := make([]string, 0, batchTexts)
	flush := func() error {
		scored, err := scoreTexts(ctx, a, workers, texts, reviews[len(reviews)-len(texts):])
		reviews = reviews[:len(reviews)-len(texts)+scored]
		clear(texts)
		texts = texts[:0]
		return err
	}
	texted := recommender.Filter{Kinds: []recommender.Kind{recommender.Review, recommender.View}}
	for x, err := range d.Interactions(ctx, texted) {
		if err != nil {
			return nil, err
		}
		item, ok := items.Place(x.Item)
		user, known := index[x.User]
		if x.Text == "" || !ok || !known { // what arrived since the catalogue was read is not in it
			continue
		}
		r := review{item: int32(item), user: user}
		if !x.Time.IsZero() {
			r.unix = x.Time.Unix()
		}
		reviews, texts = append(reviews, r), append(texts, x.Text)
		if len(texts) == batchTexts {
			if err := flush(); err != nil {
				return nil, err
			}
		}
	}
	if err := flush(); err != nil {
		return nil, err
	}
	return latest(reviews), nil
}

// scoreTexts fills in the scores of reviews, moves those that say something to
// the front, and returns how many they are.
func scoreTexts(ctx context.Context, a *Analyzer, workers int, texts []string, reviews []review) (int, error) {
	known := make([]bool, len(texts))
	pieces := (len(texts) + pieceTexts - 1) / pieceTexts
	err := par.Do(ctx, workers, pieces, func(p int) error {
		for i := p * pieceTexts; i < min((p+1)*pieceTexts, len(texts)); i++ {
			s := a.Score(texts[i])
			reviews[i].compound, known[i] = s.Compound, s.Known > 0
		}
		return nil
	})
	n := 0
	for i, r := range reviews {
		if known[i] {
			reviews[n] = r
			n++
		}
	}
	return n, err
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
