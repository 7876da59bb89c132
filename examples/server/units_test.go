package main

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/osusume/osusume/recommender"
)

func TestExplanationIsASentenceAndShares(t *testing.T) {
	c := &catalogue{byID: map[recommender.ItemID]*title{"a": {name: "Moon Harbour"}}}
	blend := []recommender.Reason{
		{Kind: recommender.ReasonLiked, Item: "a", Via: "content", Part: 0.3},
		{Kind: recommender.ReasonLiked, Item: "a", Via: "collaborative", Part: 0.2},
		{Kind: recommender.ReasonLiked, Item: "gone", Via: "content", Part: 0.1},
		{Kind: recommender.ReasonTag, Term: "drama", Via: "content", Part: 0.05},
		{Kind: recommender.ReasonPart, Term: "collaborative", Via: "collaborative", Part: -0.1},
	}
	for _, x := range []struct {
		name             string
		reasons          []recommender.Reason
		why, explanation string
	}{
		{"blend", blend, "because you liked Moon Harbour and gone; shares the tag drama", "because you liked Moon Harbour and gone; shares the tag drama; content 0.45 + collaborative 0.10"},
		{"popular", []recommender.Reason{{Kind: recommender.ReasonPopular, Part: 41}}, "many people have it", "many people have it"},
		{"nothing to name", []recommender.Reason{{Kind: recommender.ReasonPart, Via: "content", Part: 1}}, "", "content 1.00"},
		{"against", []recommender.Reason{{Kind: recommender.ReasonLiked, Item: "a", Part: -1}}, "", ""},
		{"nothing", nil, "", ""},
	} {
		c.byID["x"] = &title{name: "X"}
		got := c.describe(recommender.Scored{Item: "x", Why: x.reasons})
		if got.Why != x.why || got.Explanation != x.explanation {
			t.Errorf("%s: why %q, explanation %q; want %q, %q", x.name, got.Why, got.Explanation, x.why, x.explanation)
		}
		if len(got.Reasons) != len(x.reasons) || len(x.reasons) > 0 && x.reasons[0].Item == "a" && got.Reasons[0].Title != "Moon Harbour" {
			t.Errorf("%s: reasons %+v", x.name, got.Reasons)
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
