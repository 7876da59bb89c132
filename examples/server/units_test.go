package main

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/osusume/osusume/recommender"
)

func TestExplanationNamesWhatCountsMost(t *testing.T) {
	blend := []reason{
		{Kind: recommender.ReasonLiked, Title: "Moon Harbour", Via: "content", Part: 0.3},
		{Kind: recommender.ReasonLiked, Title: "Moon Harbour", Via: "collaborative", Part: 0.2},
		{Kind: recommender.ReasonLiked, Title: "The Glass Orchard", Via: "content", Part: 0.1},
		{Kind: recommender.ReasonLiked, Title: "A Third", Via: "content", Part: 0.05},
		{Kind: recommender.ReasonTag, Term: "drama", Via: "content", Part: 0.05},
		{Kind: recommender.ReasonPart, Term: "collaborative", Via: "collaborative", Part: -0.1},
	}
	for _, c := range []struct {
		name    string
		reasons []reason
		seeded  bool
		want    string
	}{
		{"blend", blend, false, "because you liked Moon Harbour and The Glass Orchard; about drama; content 0.50 + collaborative 0.10"},
		{"seeded", blend[:1], true, "like Moon Harbour; content 0.30"},
		{"popular", []reason{{Kind: recommender.ReasonPopular, Part: 41}}, false, "41 users have it"},
		{"against", []reason{{Kind: recommender.ReasonLiked, Title: "Disliked", Part: -1}}, false, ""},
		{"nothing", nil, false, ""},
	} {
		if got := explain(c.reasons, c.seeded); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestMeasuresJoinIntervals(t *testing.T) {
	lo, hi := 0.1, 0.3
	got := measures(map[string]float64{"ndcg@10": 0.2, "ndcg@10.lo": lo, "ndcg@10.hi": hi, "coverage@10": 0.5, "coverage@20": 0.6, "users": 9})
	want := map[string]measure{"ndcg_at_10": {0.2, &lo, &hi}, "coverage": {Mean: 0.5}, "coverage_at_20": {Mean: 0.6}}
	if diff := cmp.Diff(got, want); diff != "" {
		t.Errorf("(-got +want):\n%s", diff)
	}
}

func TestServedForgetsTheOldestOnly(t *testing.T) {
	s := &served{limit: 10, fresh: map[recommender.UserID]string{}}
	for i := range 100 {
		s.put(recommender.UserID(fmt.Sprint(i)), fmt.Sprint("v", i))
	}
	for i := range 100 {
		got := s.get(recommender.UserID(fmt.Sprint(i)))
		if i >= 90 && got != fmt.Sprint("v", i) || i < 80 && got != "" {
			t.Errorf("user %d: %q", i, got)
		}
	}
	if n := len(s.fresh) + len(s.old); n > 20 {
		t.Errorf("%d users are remembered, want at most 20", n)
	}
}
