package main

import (
	"testing"

	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/storage"
)

func TestTablesHoldWhatTheModelsSay(t *testing.T) {
	dir := t.TempDir()
	rep, code, said := once(t, t.Context(), append(small, "-dir", dir)...)
	if code != 0 {
		t.Fatalf("exit %d:\n%s", code, said)
	}
	w, err := storage.Open(dir, storage.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	ctx := t.Context()
	arms := map[string]int{}
	for u, err := range w.Users(ctx) {
		if err != nil {
			t.Fatal(err)
		}
		arms[u.Cohort]++
		if u.Interactions == 0 || u.First.IsZero() || u.Last.Before(u.First) {
			t.Errorf("got user %+v; want one with interactions and their times", u)
		}
	}
	for _, c := range rep.Cohorts {
		if arms[c.Name] != c.Users {
			t.Errorf("dim_user has %d users of %s; want the %d that the report has", arms[c.Name], c.Name, c.Users)
		}
	}
	var bpr, reviews string
	for _, m := range rep.Models {
		switch m.Name {
		case bprName:
			bpr = m.Version
		case sentimentName:
			reviews = m.Version
		}
	}
	model, _, err := recommender.OpenModel(ctx, w, bpr, decoders)
	if err != nil {
		t.Fatal(err)
	}
	user := recommender.UserID(rep.Users[0].User)
	want, err := model.Recommend(ctx, recommender.Request{User: user, N: storage.TopScores})
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for x, err := range w.Scores(ctx, bpr, user) {
		if err != nil {
			t.Fatal(err)
		}
		if n < len(want.Items) && (x.Item != want.Items[n].Item || x.Score != want.Items[n].Score) {
			t.Fatalf("rank %d of %s: got %+v; want %+v", n+1, user, x, want.Items[n])
		}
		n++
	}
	if n != len(want.Items) || n == 0 {
		t.Errorf("got %d scores of %s; want %d", n, user, len(want.Items))
	}
	similar := 0
	for x, err := range w.Similarities(ctx, contentName, "") {
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Item(ctx, x.Other); err != nil || x.Score <= 0 || x.Score > 1 {
			t.Fatalf("got similarity %+v, item error %v; want an item and a cosine", x, err)
		}
		similar++
	}
	whole := int64(0)
	for x, err := range w.Sentiments(ctx, reviews, "") {
		if err != nil {
			t.Fatal(err)
		}
		if x.Aspect == "" {
			whole += x.Reviews
		}
	}
	if similar == 0 || whole == 0 || whole > 300 {
		t.Errorf("got %d similarities and %d reviews that say something; want some, and no more than the 300 reviews", similar, whole)
	}
}

func TestTablesOfReplacedModelsAreEmptied(t *testing.T) {
	w, err := storage.Open(t.TempDir(), storage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	m := &modeller{walker: &walker{store: w}, data: "now", published: map[string]recommender.Version{"old": {ID: "old", Kind: bprName}}}
	m.published[m.versionID(bprName)] = recommender.Version{ID: m.versionID(bprName), Kind: bprName}
	for id := range m.published {
		err := w.PutScores(t.Context(), id, func(yield func(storage.Score, error) bool) {
			yield(storage.Score{User: "ann", Rank: 1, Item: "a"}, nil)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := m.dropOldTables(t.Context()); err != nil {
		t.Fatal(err)
	}
	for id, want := range map[string]int{"old": 0, m.versionID(bprName): 1} {
		n := 0
		for _, err := range w.Scores(t.Context(), id, "") {
			if err != nil {
				t.Fatal(err)
			}
			n++
		}
		if n != want {
			t.Errorf("%s has %d scores; want %d", id, n, want)
		}
	}
}
