package eval_test

import (
	"context"
	"math"
	"testing"

	"github.com/osusume/osusume/recommender"
)

// table makes a Table of rows "user item", at times 1, 2, 3 …, over the given items first.
func table(t testing.TB, items []recommender.ItemID, rows ...[2]string) *recommender.Table {
	t.Helper()
	b := recommender.NewTableBuilder(len(rows))
	for _, id := range items {
		b.AddItem(id)
	}
	for _, r := range rows {
		err := b.Add(recommender.Interaction{User: recommender.UserID(r[0]), Item: recommender.ItemID(r[1])})
		if err != nil {
			t.Fatal(err)
		}
	}
	return b.Table()
}

// fixed scores a catalogue of its own by a table of scores per user.
type fixed struct {
	items  []recommender.ItemID
	scores map[recommender.UserID]map[recommender.ItemID]float32 // missing: NaN; a missing user is a cold start
}

func (f fixed) Catalog() []recommender.ItemID { return f.items }

func (f fixed) ScoreAll(_ context.Context, req recommender.Request, dst []float32) error {
	own, ok := f.scores[req.User]
	if !ok {
		return recommender.ErrColdStart
	}
	for i, id := range f.items {
		s, ok := own[id]
		if !ok {
			s = float32(math.NaN())
		}
		dst[i] = s
	}
	return nil
}

func (f fixed) Recommend(ctx context.Context, req recommender.Request) (recommender.Ranking, error) {
	scores := make([]float32, len(f.items))
	if err := f.ScoreAll(ctx, req, scores); err != nil {
		return recommender.Ranking{}, err
	}
	r, err := recommender.NewRanker(f.items)
	if err != nil {
		return recommender.Ranking{}, err
	}
	return r.Rank(req, scores, nil), nil
}

// byOrder scores items 100, 99, … in the order given.
func byOrder(items ...recommender.ItemID) map[recommender.ItemID]float32 {
	scores := make(map[recommender.ItemID]float32)
	for i, id := range items {
		scores[id] = float32(100 - i)
	}
	return scores
}
