package recommender_test

import (
	"testing"

	"github.com/osusume/osusume/recommender"
)

func TestReasonsBecomeASentence(t *testing.T) {
	titles := map[recommender.ItemID]string{"a": "The Sea", "b": "Rain"}
	title := func(id recommender.ItemID) string { return titles[id] }
	for _, c := range []struct {
		name, want string
		why        []recommender.Reason
	}{
		{"nothing", "", nil},
		{"only what names nothing", "", []recommender.Reason{{Kind: recommender.ReasonRest, Part: 2}, {Kind: recommender.ReasonPart, Term: "content", Part: 1}}},
		{"the strongest first", "because you liked Rain and The Sea; shares the tag drama", []recommender.Reason{
			{Kind: recommender.ReasonTag, Term: "drama", Part: 0.2},
			{Kind: recommender.ReasonLiked, Item: "a", Part: 0.3},
			{Kind: recommender.ReasonLiked, Item: "b", Part: 0.4},
		}},
		{"not what speaks against it", "many people have it", []recommender.Reason{
			{Kind: recommender.ReasonTag, Term: "drama", Part: -0.2}, {Kind: recommender.ReasonPopular, Part: 0.1},
		}},
		{"three of a kind", "shares the tags a, b and c; reviewers praise story", []recommender.Reason{
			{Kind: recommender.ReasonTag, Term: "a", Part: 4}, {Kind: recommender.ReasonTag, Term: "b", Part: 3},
			{Kind: recommender.ReasonTag, Term: "c", Part: 2}, {Kind: recommender.ReasonTag, Term: "d", Part: 1},
			{Kind: recommender.ReasonReviews, Term: "story", Part: 0.5},
		}},
		{"what a re-ranker did", "it is like Rain; moved from place 7, for variety", []recommender.Reason{
			{Kind: recommender.ReasonOrder, Term: "from place 7, for variety"}, {Kind: recommender.ReasonAlike, Item: "b", Part: 1},
		}},
	} {
		if got := recommender.Sentence(c.why, title); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	if got, want := recommender.Sentence([]recommender.Reason{{Kind: recommender.ReasonLiked, Item: "a", Part: 1}}, nil), "because you liked a"; got != want {
		t.Errorf("without titles: %q, want %q", got, want)
	}
}
