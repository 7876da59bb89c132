package recommender_test

import (
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/osusume/osusume/recommender"
)

func TestLevelsWeighByHowMuchThereIsToGoBy(t *testing.T) {
	seen := map[recommender.UserID][]recommender.ItemID{"some": {"i0", "i1"}}
	a := fixed{items: ids(3), scores: []float32{0, 0.5, 1}, seen: seen}
	b := fixed{items: ids(3), scores: []float32{1, 0.5, 0}}
	h := hybrid(t, recommender.HybridOptions{Levels: []recommender.Level{
		{From: 2, Weights: map[string]float64{"a": 1, "b": 1}},
		{From: 3, Weights: map[string]float64{"b": 1}},
	}}, recommender.Part{Name: "a", Model: a, Weight: 1}, recommender.Part{Name: "b", Model: b, Weight: 0})
	fresh := []recommender.Interaction{{Item: "i2", Kind: recommender.Like}}
	for _, c := range []struct {
		name string
		req  recommender.Request
		want []float32
	}{
		{"nothing", recommender.Request{}, []float32{0, 0.5, 1}},
		{"two items", recommender.Request{User: "some"}, []float32{0.5, 0.5, 0.5}},
		{"two items and one in the history", recommender.Request{User: "some", History: fresh}, []float32{1, 0.5, 0}},
		{"two items and one of them in the history", recommender.Request{User: "some", History: []recommender.Interaction{{Item: "i0"}, {Item: "i0"}}}, []float32{0.5, 0.5, 0.5}},
		{"one item three times", recommender.Request{History: slices.Repeat(fresh, 3)}, []float32{0, 0.5, 1}},
	} {
		if diff := cmp.Diff(c.want, scores(t, h, c.req)); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
	}
	for name, levels := range map[string][]recommender.Level{
		"not ascending": {{From: 3, Weights: map[string]float64{"a": 1}}, {From: 3, Weights: map[string]float64{"a": 1}}},
		"a stranger":    {{From: 3, Weights: map[string]float64{"c": 1}}},
		"nothing":       {{From: 3}},
		"NaN":           {{From: 3, Weights: map[string]float64{"a": math.NaN()}}},
	} {
		if _, err := recommender.NewHybrid([]recommender.Part{{Name: "a", Model: a, Weight: 1}}, recommender.HybridOptions{Levels: levels}); err == nil {
			t.Errorf("levels with %s were accepted", name)
		}
	}
}

func TestReciprocalRankFusion(t *testing.T) {
	a := fixed{items: ids(4), scores: []float32{9, 7, 1, nan}}
	b := fixed{items: ids(4), scores: []float32{0.2, 0.2, nan, 0.9}}
	h := hybrid(t, recommender.HybridOptions{Normalization: recommender.ReciprocalRank},
		recommender.Part{Name: "a", Model: a, Weight: 1}, recommender.Part{Name: "b", Model: b, Weight: 1})
	// Ranks in a: 1, 2, 3, none; in b: 2.5, 2.5, none, 1.
	want := []float64{(1/61. + 1/62.5) / 2, (1/62. + 1/62.5) / 2, 1 / 63. / 2, 1 / 61. / 2}
	for i, got := range scores(t, h, recommender.Request{}) {
		if math.Abs(float64(got)-want[i]) > 1e-8 {
			t.Errorf("item %d: %v, want %v", i, got, want[i])
		}
	}
}
