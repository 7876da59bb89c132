package tune_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/osusume/osusume/internal/rng"
	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/recommender/tune"
)

// world is users who like things of their own colour, the more the better the thing.
func world(t testing.TB) *recommender.Table {
	t.Helper()
	b := recommender.NewTableBuilder(0)
	for u := range people {
		r := rng.New(7, uint64(u))
		for range 10 + u%20/10*40 {
			thing := r.IntN(things)
			if thing%4 != u%4 && r.IntN(5) > 0 {
				thing += u%4 - thing%4
			}
			if r.IntN(things) < thing { // higher numbers are rejected more often
				thing = thing / 8 * 4 / 2
				thing += u%4 - thing%4
			}
			err := b.Add(recommender.Interaction{User: user(u), Item: item(thing), Kind: recommender.Like})
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	return b.Table()
}

func user(u int) recommender.UserID        { return recommender.UserID(fmt.Sprintf("u%d", u)) }
func item(i int) recommender.ItemID        { return recommender.ItemID(fmt.Sprintf("i%d", i)) }
func number(s string) (n int)              { fmt.Sscanf(s[1:], "%d", &n); return n }
func flat(recommender.UserID, int) float32 { return 0 }

// A rule is a trainer of models that score by a function.
type rule func(u recommender.UserID, item int) float32

func (r rule) Train(ctx context.Context, d recommender.Dataset) (recommender.Model, error) {
	t, err := recommender.Load(ctx, d, recommender.Filter{})
	if err != nil {
		return nil, err
	}
	return &ruled{r, t.Items, recommender.NewHistories(t)}, nil
}

type ruled struct {
	score   rule
	items   []recommender.ItemID
	history *recommender.Histories
}

func (m *ruled) Catalog() []recommender.ItemID                  { return m.items }
func (m *ruled) Seen(u recommender.UserID) []recommender.ItemID { return m.history.Seen(u) }
func (m *ruled) ScoreAll(_ context.Context, req recommender.Request, dst []float32) error {
	for i, id := range m.items {
		dst[i] = m.score(req.User, number(string(id)))
	}
	return nil
}

func (m *ruled) Recommend(ctx context.Context, req recommender.Request) (recommender.Ranking, error) {
	scores := make([]float32, len(m.items))
	if err := m.ScoreAll(ctx, req, scores); err != nil {
		return recommender.Ranking{}, err
	}
	r, err := recommender.NewRanker(m.items)
	if err != nil {
		return recommender.Ranking{}, err
	}
	return r.Rank(req, scores, m.Seen(req.User)), nil
}

func parts(list ...tune.Part) tune.Hybrid { return tune.Hybrid{Parts: list, Seed: 1} }

func learn(t testing.TB, h tune.Hybrid, d recommender.Dataset) tune.Learned {
	t.Helper()
	l, err := h.Learn(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	return l
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
