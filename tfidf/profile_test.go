package tfidf_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/tfidf"
)

func TestDislikedItemsDoNotPull(t *testing.T) {
	m := fixed().train(t, tfidf.Config{Centre: -1})
	if got := best(t, m, recommender.Request{User: "diver"}); got != "reef2" {
		t.Errorf("who rates reef1 5 and loom 0 gets %q, want reef2", got)
	}
	scores := make([]float32, len(m.Catalog()))
	if err := m.ScoreAll(t.Context(), recommender.Request{User: "diver"}, scores); err != nil {
		t.Fatal(err)
	}
	if got := scores[3]; got != 0 {
		t.Errorf("weaver, which resembles the disliked item only, scores %v, want 0", got)
	}
	if _, err := m.Recommend(t.Context(), recommender.Request{User: "hater"}); !errors.Is(err, recommender.ErrColdStart) {
		t.Errorf("who only dislikes: error %v, want ErrColdStart", err)
	}
}

func TestHistoryReplacesTraining(t *testing.T) {
	m := fixed().train(t, tfidf.Config{})
	got := best(t, m, recommender.Request{User: "diver", History: []recommender.Interaction{
		{Item: "reef1", Kind: recommender.Dislike}, {Item: "loom", Kind: recommender.Like},
	}})
	if got != "weaver" {
		t.Errorf("best is %q, want weaver", got)
	}
	if got := best(t, m, recommender.Request{History: []recommender.Interaction{{Item: "reef2", Kind: recommender.View}}}); got != "reef1" {
		t.Errorf("for an anonymous history best is %q, want reef1", got)
	}
}

func TestAViewTakesNoDislikeBack(t *testing.T) {
	m := fixed().train(t, tfidf.Config{})
	view := recommender.Interaction{Item: "loom", Kind: recommender.View}
	dislike := recommender.Interaction{Item: "loom", Kind: recommender.Dislike}
	for name, req := range map[string]recommender.Request{
		"disliked in training": {User: "hater", History: []recommender.Interaction{view}},
		"disliked, then seen":  {History: []recommender.Interaction{dislike, view}},
		"seen, then disliked":  {History: []recommender.Interaction{view, dislike}},
		"seen in training":     {User: "fan", History: []recommender.Interaction{dislike, {Item: "reef1", Kind: recommender.Dislike}}},
	} {
		got, err := m.Recommend(t.Context(), req)
		if !errors.Is(err, recommender.ErrColdStart) {
			t.Errorf("%s: %v, %v, want ErrColdStart", name, got, err)
		}
	}
}

func TestSeedsReplaceHistory(t *testing.T) {
	m := fixed().train(t, tfidf.Config{})
	seeded := recommender.Request{User: "diver", Seeds: []recommender.ItemID{"weaver", "nowhere", "weaver"}, IncludeSeen: true}
	if got := best(t, m, seeded); got != "loom" {
		t.Errorf("best is %q, want loom", got)
	}
	one, two := make([]float32, 6), make([]float32, 6)
	err1 := m.ScoreAll(t.Context(), seeded, one)
	err2 := m.ScoreAll(t.Context(), recommender.Request{Seeds: []recommender.ItemID{"weaver"}}, two)
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(two[:5], one[:5]); diff != "" {
		t.Errorf("a repeated and an unknown seed change scores (-want +got):\n%s", diff)
	}
}
