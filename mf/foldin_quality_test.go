package mf_test

import (
	"os"
	"strings"
	"testing"

	"github.com/osusume/osusume/mf"
	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/recommender/eval"
)

// ml100k reads the ratings of MovieLens-100K as views.
func ml100k(t *testing.T) recommender.Dataset {
	var rows []recommender.Interaction
	for _, line := range lines(t, "movielens/ml-100k/ratings.csv.gz")[1:] {
		fields := strings.Split(line, ",")
		rows = append(rows, recommender.Interaction{User: recommender.UserID(fields[0]), Item: recommender.ItemID(fields[1])})
	}
	return dataset(t, 0, rows...)
}

// A fifth of the users is kept out of training whole and folded in by four
// fifths of their items; beside it the same users in training with these items.
func TestFoldingInRanksAsTrainingDoes(t *testing.T) {
	for _, data := range []struct {
		name string
		load func() recommender.Dataset
	}{
		{"ml-100k", func() recommender.Dataset { return ml100k(t) }},
		{"ml-1m", func() recommender.Dataset { return movieLens(t, "train") }},
	} {
		if os.Getenv("OSUSUME_DATA") == "" {
			t.Skip("OSUSUME_DATA is not set: no real data to measure on")
		}
		all, err := recommender.Load(t.Context(), data.load(), recommender.Filter{})
		if err != nil {
			t.Fatal(err)
		}
		known, held, err := eval.HoldoutUsers{Fraction: 0.2, Seed: 5}.Split(all)
		if err != nil {
			t.Fatal(err)
		}
		foldIn, hidden, err := eval.Random{Seed: 5}.Split(held)
		if err != nil {
			t.Fatal(err)
		}
		early, late, err := eval.Random{Fraction: 0.5, Seed: 6}.Split(foldIn)
		if err != nil {
			t.Fatal(err)
		}
		measure := func(m recommender.Model, train, fold *recommender.Table) float64 {
			r, err := eval.Evaluate(t.Context(), m, train, hidden, eval.Options{K: []int{20}, Resamples: -1, FoldIn: fold})
			if err != nil {
				t.Fatal(err)
			}
			return r.Metrics["ndcg@20"].Mean
		}
		for _, model := range []struct {
			name string
			c    recommender.Trainer
		}{{"bpr", mf.Config{}}, {"ials", mf.IALS{}}} {
			both := union(all, known, foldIn)
			trained := measure(train(t, model.c, both.Dataset()), both, nil)
			folded := measure(train(t, model.c, known.Dataset()), known, foldIn)
			half := union(all, known, early)
			m := train(t, model.c, half.Dataset())
			stale, fresher := measure(m, both, nil), measure(m, half, late)
			t.Logf("%s %s: trained %.4f; folded in %.4f (%.1f %%); trained on half %.4f, the other half folded in %.4f (%.1f %%)",
				data.name, model.name, trained, folded, 100*folded/trained, stale, fresher, 100*fresher/trained)
			if folded < 0.9*trained || fresher < 0.9*trained {
				t.Errorf("%s %s: folding in is below nine tenths of training", data.name, model.name)
			}
		}
	}
}

// union has the rows of all that are in one of two parts of it.
func union(all, a, b *recommender.Table) *recommender.Table {
	in := map[[2]int32]bool{}
	for _, t := range []*recommender.Table{a, b} {
		for row := range t.User {
			in[[2]int32{t.User[row], t.Item[row]}] = true
		}
	}
	return all.Select(func(row int) bool { return in[[2]int32{all.User[row], all.Item[row]}] })
}
