package recommender_test

import (
	"context"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/osusume/osusume/recommender"
)

// kin is a fixed that says what is like an item.
type kin struct {
	fixed
	like map[recommender.ItemID][]recommender.Scored
}

func (k kin) Similar(_ context.Context, item recommender.ItemID, n int) ([]recommender.Scored, error) {
	list, ok := k.like[item]
	if !ok {
		return nil, recommender.ErrColdStart
	}
	return list[:min(n, len(list))], nil
}

func heir(t testing.TB, m recommender.Scorer, like recommender.Resembler, o recommender.HeirOptions) *recommender.Heir {
	t.Helper()
	h, err := recommender.NewHeir(m, like, o)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func TestHeirTakesTheScoresOfWhatIsLike(t *testing.T) {
	inner := fixed{items: ids(5), scores: []float32{8, 2, nan, nan, nan}}
	like := kin{like: map[recommender.ItemID][]recommender.Scored{
		"i2": {{Item: "i3", Score: 0.9}, {Item: "i0", Score: 0.6}, {Item: "i1", Score: 0.2}, {Item: "elsewhere", Score: 0.1}},
		"i3": {{Item: "i2", Score: 0.9}}, // like an unknown one only
	}}
	h := heir(t, inner, like, recommender.HeirOptions{Share: 1})
	want := []float32{8, 2, (0.6*8 + 0.2*2) / 0.8, nan, nan}
	for range 2 { // asked, and remembered
		if diff := cmp.Diff(want, scores(t, h, recommender.Request{}), cmpopts.EquateNaNs(), cmpopts.EquateApprox(0, 1e-6)); diff != "" {
			t.Fatal(diff)
		}
	}
	why, err := h.Explain(t.Context(), recommender.Request{}, "i2")
	if err != nil {
		t.Fatal(err)
	}
	var sum float32
	for _, r := range why {
		sum += r.Part
		if r.Kind != recommender.ReasonAlike {
			t.Errorf("reason of kind %q, want %q", r.Kind, recommender.ReasonAlike)
		}
	}
	if len(why) != 2 || math.Abs(float64(sum-6.5)) > 1e-5 {
		t.Errorf("%d reasons that add up to %v, want 2 and 6.5", len(why), sum)
	}
	nearest := heir(t, inner, like, recommender.HeirOptions{Neighbours: 1, Share: 1})
	if got := scores(t, nearest, recommender.Request{})[2]; got != 8 {
		t.Errorf("by the nearest with a score: %v, want 8", got)
	}
}

func TestPartsInheritWithinAHybrid(t *testing.T) {
	taste := fixed{items: ids(3), scores: []float32{0, 10, nan}}
	content := kin{
		fixed: fixed{items: ids(3), scores: []float32{0, 0, 1}},
		like:  map[recommender.ItemID][]recommender.Scored{"i2": {{Item: "i1", Score: 0.5}}},
	}
	h := hybrid(t, recommender.HybridOptions{},
		recommender.Part{Name: "taste", Model: taste, Weight: 1, Inherit: "content"},
		recommender.Part{Name: "content", Model: content, Weight: 1})
	if diff := cmp.Diff([]float32{0, 0.5, 0.6}, scores(t, h, recommender.Request{})); diff != "" {
		t.Error(diff)
	}
	for _, from := range []string{"nobody", "taste", "deaf"} {
		_, err := recommender.NewHybrid([]recommender.Part{
			{Name: "taste", Model: taste, Weight: 1, Inherit: from},
			{Name: "deaf", Model: taste, Weight: 1},
		}, recommender.HybridOptions{})
		if err == nil {
			t.Errorf("inheriting from %q was accepted", from)
		}
	}
}

func TestHeirsStandBehindWhatTheyInheritFrom(t *testing.T) {
	inner := fixed{items: ids(3), scores: []float32{8, 3, nan}}
	like := kin{like: map[recommender.ItemID][]recommender.Scored{"i2": {{Item: "i0", Score: 0.5}}}}
	h, err := recommender.NewHeir(inner, like, recommender.HeirOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if got := scores(t, h, recommender.Request{})[2]; got != 4 {
		t.Errorf("score %v, want a fifth of the way from 3 to 8", got)
	}
	why, err := h.Explain(t.Context(), recommender.Request{}, "i2")
	if err != nil {
		t.Fatal(err)
	}
	var sum float32
	for _, r := range why {
		sum += r.Part
	}
	if math.Abs(float64(sum-4)) > 1e-5 || len(why) != 2 || why[1].Kind != recommender.ReasonRest {
		t.Errorf("reasons %v, want what is inherited and a rest that add up to 4", why)
	}
}

func TestHeirTakesAnyNumberOfNeighbours(t *testing.T) {
	inner := fixed{items: ids(3), scores: []float32{8, 2, nan}}
	like := kin{like: map[recommender.ItemID][]recommender.Scored{"i2": {{Item: "i0", Score: 0.5}, {Item: "i1", Score: 0.5}}}}
	h := heir(t, inner, like, recommender.HeirOptions{Neighbours: math.MaxInt, Share: 1})
	if got := scores(t, h, recommender.Request{})[2]; got != 5 {
		t.Errorf("score %v, want the mean of both", got)
	}
	if why, err := h.Explain(t.Context(), recommender.Request{}, "i2"); len(why) != 2 || err != nil {
		t.Errorf("reasons %v, %v; want both", why, err)
	}
}
