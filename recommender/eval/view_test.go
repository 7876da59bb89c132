package eval_test

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/recommender/eval"
)

func TestTiesGoToTheFirstInTrainingAndNoScoreComesLast(t *testing.T) {
	items := []recommender.ItemID{"p", "q", "r", "s"}
	train := table(t, items, [2]string{"other", "p"}, [2]string{"u", "s"})
	tests := []struct {
		name   string
		scores map[recommender.ItemID]float32
		truth  string
		mrr    float64
	}{
		{"tie, first", map[recommender.ItemID]float32{"p": 1, "q": 1, "r": 1}, "p", 1},
		{"tie, second", map[recommender.ItemID]float32{"p": 1, "q": 1, "r": 1}, "q", 1.0 / 2},
		{"no score comes after a low one", map[recommender.ItemID]float32{"r": -100}, "p", 1.0 / 2},
		{"no scores at all", map[recommender.ItemID]float32{}, "r", 1.0 / 3},
		{"minus infinity is a score", map[recommender.ItemID]float32{"q": float32(math.Inf(-1))}, "q", 1},
	}
	for _, test := range tests {
		// The model's own order is the other way round: it must not matter.
		m := fixed{[]recommender.ItemID{"s", "r", "q", "p"}, map[recommender.UserID]map[recommender.ItemID]float32{"u": test.scores}}
		r, err := eval.Evaluate(t.Context(), m, train, table(t, nil, [2]string{"u", test.truth}), eval.Options{K: []int{4}})
		if err != nil {
			t.Fatal(err)
		}
		if got := r.Metrics["mrr@4"].Mean; math.Abs(got-test.mrr) > 1e-12 {
			t.Errorf("%s: mrr %v, want %v", test.name, got, test.mrr)
		}
	}
}

// A model that only makes lists is asked the same question as a Scorer.
func TestModelsAreMeasuredAlikeByScoresAndByLists(t *testing.T) {
	train := table(t, nine, [2]string{"a", "x"})
	test := table(t, nil, [2]string{"a", "i8"})
	more := table(t, nine, [2]string{"a", "x"}, [2]string{"a", "i1"}, [2]string{"b", "i1"}, [2]string{"b", "i3"}, [2]string{"c", "i8"}, [2]string{"c", "i1"})
	popular, err := recommender.Popular{}.Train(t.Context(), more.Dataset())
	if err != nil {
		t.Fatal(err)
	}
	for name, m := range map[string]recommender.Model{
		"items beyond the catalogue come first": fixed{
			append([]recommender.ItemID{"far1", "far2", "far3"}, nine...),
			map[recommender.UserID]map[recommender.ItemID]float32{"a": byOrder("far1", "far2", "far3", "i8", "i7")},
		},
		"the model saw more of the user": popular,
	} {
		a := evaluate(t, m, train, test, eval.Options{K: []int{1, 2, 3}})
		b := evaluate(t, recommender.ModelFunc(m.Recommend), train, test, eval.Options{K: []int{1, 2, 3}})
		if diff := cmp.Diff(means(a), means(b)); diff != "" {
			t.Errorf("%s: (-scores +lists)\n%s", name, diff)
		}
	}
}
