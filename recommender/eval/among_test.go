package eval_test

import (
	"errors"
	"math"
	"testing"

	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/recommender/eval"
)

func TestAmongRanksNothingElse(t *testing.T) {
	items := []recommender.ItemID{"a", "b", "new", "newer", "newest"}
	train := table(t, items, [2]string{"u", "a"}, [2]string{"v", "b"})
	test := table(t, items, [2]string{"u", "newer"}, [2]string{"u", "b"}, [2]string{"v", "a"})
	m := fixed{items, map[recommender.UserID]map[recommender.ItemID]float32{
		"u": byOrder("b", "a", "new", "newer", "newest"),
		"v": byOrder("a", "b", "new", "newer", "newest"),
	}}
	o := eval.Options{K: []int{2}, Among: []recommender.ItemID{"new", "newer", "newest", "unheard of"}}
	for name, m := range map[string]recommender.Model{"scorer": m, "lists": recommender.ModelFunc(m.Recommend)} {
		r := evaluate(t, m, train, test, o)
		if r.Users != 1 || r.Skipped != 1 || r.Items != 3 {
			t.Errorf("%s: %d users, %d skipped, %d items; want 1, 1, 3", name, r.Users, r.Skipped, r.Items)
		}
		if got, want := r.Metrics["mrr@2"].Mean, 0.5; got != want {
			t.Errorf("%s: mrr %v, want %v: new is before newer, and b is not ranked", name, got, want)
		}
		if got, want := r.Metrics["recall@2"].Mean, 1.0; got != want {
			t.Errorf("%s: recall %v, want %v", name, got, want)
		}
		if got, want := r.Metrics["coverage@2"].Mean, 2./3; got != want {
			t.Errorf("%s: coverage %v, want %v", name, got, want)
		}
	}
	o.Protocol = eval.Sampled{Positives: 1, Negatives: 1}
	if _, err := eval.Evaluate(t.Context(), m, train, test, o); !errors.Is(err, recommender.ErrInvalid) {
		t.Errorf("with a sampled protocol: error %v, want ErrInvalid", err)
	}
}

func TestDiversityIsMeasuredWhereAskedFor(t *testing.T) {
	items := []recommender.ItemID{"a", "b", "c", "d"}
	train := table(t, items, [2]string{"u", "a"})
	test := table(t, items, [2]string{"u", "d"})
	m := fixed{items, map[recommender.UserID]map[recommender.ItemID]float32{"u": byOrder("b", "c", "d")}}
	var lists [][]recommender.ItemID
	r := evaluate(t, m, train, test, eval.Options{K: []int{1, 2}, Workers: 1, Diversity: func(list []recommender.ItemID) float64 {
		lists = append(lists, list)
		return float64(len(list)) / 4
	}})
	if r.Metrics["diversity@1"].Mean != 0.25 || r.Metrics["diversity@2"].Mean != 0.5 || len(lists) != 2 || lists[1][1] != "c" {
		t.Errorf("diversity %v and %v of %v", r.Metrics["diversity@1"], r.Metrics["diversity@2"], lists)
	}
	if math.Abs(r.Metrics["mrr@2"].Mean) > 0 {
		t.Errorf("the other columns moved: mrr %v", r.Metrics["mrr@2"])
	}
	if _, ok := evaluate(t, m, train, test, eval.Options{}).Metrics["diversity@10"]; ok {
		t.Error("diversity is there without being asked for")
	}
}
