package rerank_test

import (
	"context"
	"slices"
	"testing"

	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/recommender/rerank"
)

// A fixed is a model with one list for everybody.
type fixed struct {
	list []recommender.Scored
	seen []recommender.ItemID
}

func (f fixed) Recommend(_ context.Context, req recommender.Request) (recommender.Ranking, error) {
	n := req.N
	if n == 0 {
		n = recommender.DefaultN
	}
	var out recommender.Ranking
	for _, s := range f.list {
		if len(out.Items) < n && !slices.Contains(req.Exclude, s.Item) {
			if req.Explain {
				s.Why = []recommender.Reason{{Kind: recommender.ReasonRest, Part: s.Score}}
			}
			out.Items = append(out.Items, s)
		}
	}
	return out, nil
}

func (f fixed) Seen(recommender.UserID) []recommender.ItemID { return f.seen }

// list scores items 1, 0.9, 0.8, …
func list(items ...recommender.ItemID) fixed {
	var f fixed
	for i, id := range items {
		f.list = append(f.list, recommender.Scored{Item: id, Score: 1 - float32(i)/10})
	}
	return f
}

func tags(t testing.TB, tagged map[recommender.ItemID][]string) *rerank.Tags {
	t.Helper()
	var items []recommender.Item
	for id, list := range tagged {
		items = append(items, recommender.Item{ID: id, Tags: list})
	}
	slices.SortFunc(items, func(a, b recommender.Item) int { return slices.Compare([]byte(a.ID), []byte(b.ID)) })
	out, err := rerank.NewTags(t.Context(), recommender.ItemsOf(items))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func recommend(t testing.TB, m recommender.Model, err error, req recommender.Request) recommender.Ranking {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	r, err := m.Recommend(t.Context(), req)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func itemsOf(r recommender.Ranking) []recommender.ItemID {
	var ids []recommender.ItemID
	for _, s := range r.Items {
		ids = append(ids, s.Item)
	}
	return ids
}
