package recommender_test

import (
	"context"
	"fmt"
	"math"
	"testing"

	"github.com/osusume/osusume/recommender"
)

var nan = float32(math.NaN())

// A fixed is a Scorer with given scores for everybody but users it does not know.
type fixed struct {
	items   []recommender.ItemID
	scores  []float32
	seen    map[recommender.UserID][]recommender.ItemID
	unknown recommender.UserID
}

func (f fixed) Catalog() []recommender.ItemID { return f.items }

func (f fixed) Seen(u recommender.UserID) []recommender.ItemID { return f.seen[u] }

func (f fixed) ScoreAll(_ context.Context, req recommender.Request, dst []float32) error {
	if f.unknown != "" && req.User == f.unknown {
		return recommender.ErrColdStart
	}
	copy(dst, f.scores)
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
	return r.Rank(req, scores, f.seen[req.User]), nil
}

// explained is a fixed that can say why.
type explained struct{ fixed }

func (e explained) Explain(_ context.Context, _ recommender.Request, item recommender.ItemID) ([]recommender.Reason, error) {
	for i, id := range e.items {
		if id == item {
			half := e.scores[i] / 2
			return []recommender.Reason{
				{Kind: recommender.ReasonLiked, Item: "own", Part: half},
				{Kind: recommender.ReasonRest, Part: e.scores[i] - half},
			}, nil
		}
	}
	return nil, recommender.ErrNotFound
}

func ids(n int) []recommender.ItemID {
	list := make([]recommender.ItemID, n)
	for i := range list {
		list[i] = recommender.ItemID(fmt.Sprintf("i%d", i))
	}
	return list
}

func itemsOf(r recommender.Ranking) []recommender.ItemID {
	var list []recommender.ItemID
	for _, s := range r.Items {
		list = append(list, s.Item)
	}
	return list
}

func table(t testing.TB, rows ...recommender.Interaction) *recommender.Table {
	t.Helper()
	b := recommender.NewTableBuilder(len(rows))
	for _, x := range rows {
		if err := b.Add(x); err != nil {
			t.Fatal(err)
		}
	}
	return b.Table()
}
