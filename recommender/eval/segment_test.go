package eval_test

import (
	"context"
	"errors"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/recommender/eval"
)

func TestColdUsersAreCountedAndRankedOnlyByAFallback(t *testing.T) {
	m, train, _ := golden(t)
	test := table(t, nil, [2]string{"a", "i1"}, [2]string{"stranger", "i3"})
	plain, err := eval.Evaluate(t.Context(), m, train, test, eval.Options{K: []int{3}})
	if err != nil {
		t.Fatal(err)
	}
	if plain.Users != 1 || plain.Cold != 1 {
		t.Errorf("%d users and %d cold, want 1 and 1", plain.Users, plain.Cold)
	}
	fallback := fixed{nine, map[recommender.UserID]map[recommender.ItemID]float32{"stranger": byOrder("i3"), "a": {}}}
	r, err := eval.Evaluate(t.Context(), m, train, test, eval.Options{K: []int{3}, Fallback: fallback})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(means(plain), means(r)); diff != "" {
		t.Errorf("cold users changed the means (-without +with)\n%s", diff)
	}
	cold, err := r.Segment(t.Context(), eval.Cold)
	if err != nil {
		t.Fatal(err)
	}
	if got := cold.Metrics["mrr@3"].Mean; cold.Users != 1 || got != 1 {
		t.Errorf("cold segment: %d users, mrr %v, want 1 and 1", cold.Users, got)
	}
}

func TestColdStartOfATrainedUserScoresZero(t *testing.T) {
	m, train, test := golden(t)
	delete(m.scores, "b")
	r, err := eval.Evaluate(t.Context(), m, train, test, eval.Options{K: []int{3}})
	if err != nil {
		t.Fatal(err)
	}
	if got := r.Metrics["hit@3"].Mean; r.Users != 2 || r.ColdStarts != 1 || got != 0.5 {
		t.Errorf("users %d, cold starts %d, hit %v, want 2, 1 and 0.5", r.Users, r.ColdStarts, got)
	}
}

func TestSegmentsShareOutTheUsers(t *testing.T) {
	train, test := smallWorldSplit(t)
	m, err := recommender.Popular{}.Train(t.Context(), train.Dataset())
	if err != nil {
		t.Fatal(err)
	}
	r, err := eval.Evaluate(t.Context(), m, train, test, eval.Options{})
	if err != nil {
		t.Fatal(err)
	}
	warm, err := r.Segment(t.Context(), eval.Warm)
	if err != nil {
		t.Fatal(err)
	}
	heavy, err := r.Segment(t.Context(), eval.Heavy)
	if err != nil {
		t.Fatal(err)
	}
	if warm.Users+heavy.Users != r.Users || heavy.Users == 0 || heavy.Users > warm.Users {
		t.Errorf("%d warm and %d heavy of %d users", warm.Users, heavy.Users, r.Users)
	}
	whole := r.Metrics["ndcg@10"].Mean * float64(r.Users)
	parts := warm.Metrics["ndcg@10"].Mean*float64(warm.Users) + heavy.Metrics["ndcg@10"].Mean*float64(heavy.Users)
	if math.Abs(whole-parts) > 1e-9 {
		t.Errorf("segments add up to %v, the whole is %v", parts, whole)
	}
	if _, err := r.Segment(t.Context(), "lukewarm"); !errors.Is(err, recommender.ErrInvalid) {
		t.Errorf("unknown segment: error %v, want ErrInvalid", err)
	}
}

func TestFoldInGivesHeldOutUsersAHistory(t *testing.T) {
	items := []recommender.ItemID{"p", "q", "r"}
	train := table(t, items, [2]string{"other", "p"}, [2]string{"other", "q"})
	foldIn, test := table(t, nil, [2]string{"new", "q"}), table(t, nil, [2]string{"new", "q"}, [2]string{"new", "r"})
	var asked recommender.Request
	m := recommender.ModelFunc(func(_ context.Context, req recommender.Request) (recommender.Ranking, error) {
		asked = req
		return recommender.Ranking{Items: []recommender.Scored{{Item: "q"}, {Item: "r"}, {Item: "p"}}}, nil
	})
	r, err := eval.Evaluate(t.Context(), m, train, test, eval.Options{K: []int{1}, FoldIn: foldIn, Workers: 1})
	if err != nil {
		t.Fatal(err)
	}
	if len(asked.History) != 1 || asked.History[0].Item != "q" {
		t.Errorf("history %v, want q", asked.History)
	}
	if got := r.Metrics["recall@1"].Mean; r.Users != 1 || r.Cold != 0 || got != 1 {
		t.Errorf("users %d, cold %d, recall %v: want 1, 0 and 1, since q is masked", r.Users, r.Cold, got)
	}
}
