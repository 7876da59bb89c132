package recommender_test

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/osusume/osusume/recommender"
)

func hybrid(t testing.TB, o recommender.HybridOptions, parts ...recommender.Part) *recommender.Hybrid {
	t.Helper()
	h, err := recommender.NewHybrid(parts, o)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func scores(t testing.TB, s recommender.Scorer, req recommender.Request) []float32 {
	t.Helper()
	dst := make([]float32, len(s.Catalog()))
	if err := s.ScoreAll(t.Context(), req, dst); err != nil {
		t.Fatal(err)
	}
	return dst
}

func TestHybridAddsNormalisedScores(t *testing.T) {
	a := fixed{items: ids(3), scores: []float32{0, 5, 10}}
	b := fixed{items: ids(3), scores: []float32{4, 2, 0}}
	h := hybrid(t, recommender.HybridOptions{}, recommender.Part{Name: "a", Model: a, Weight: 3}, recommender.Part{Name: "b", Model: b, Weight: 1})
	if diff := cmp.Diff([]float32{0.25, 0.5, 0.75}, scores(t, h, recommender.Request{})); diff != "" {
		t.Error(diff)
	}
}

func TestHybridUnitesCatalogues(t *testing.T) {
	a := fixed{items: []recommender.ItemID{"x", "y"}, scores: []float32{0, 1}}
	b := fixed{items: []recommender.ItemID{"z", "y"}, scores: []float32{3, 1}}
	h := hybrid(t, recommender.HybridOptions{}, recommender.Part{Name: "a", Model: a, Weight: 1}, recommender.Part{Name: "b", Model: b, Weight: 1})
	if diff := cmp.Diff([]recommender.ItemID{"x", "y", "z"}, h.Catalog()); diff != "" {
		t.Fatal(diff)
	}
	// x: a 0, b cannot tell: its mean 0.5. y: 1 and 0. z: a's mean 0.5, b 1.
	if diff := cmp.Diff([]float32{0.25, 0.5, 0.75}, scores(t, h, recommender.Request{})); diff != "" {
		t.Error(diff)
	}
}

func TestNotKnowingNeitherLiftsNorSinks(t *testing.T) {
	a := fixed{items: ids(4), scores: []float32{0, 1, nan, nan}}
	b := fixed{items: ids(4), scores: []float32{nan, 1, 0, nan}}
	h := hybrid(t, recommender.HybridOptions{}, recommender.Part{Name: "a", Model: a, Weight: 1}, recommender.Part{Name: "b", Model: b, Weight: 1})
	got := scores(t, h, recommender.Request{})
	if want := []float32{0.25, 1, 0.25}; !cmp.Equal(got[:3], want) {
		t.Errorf("scores %v, want %v", got[:3], want)
	}
	if got[3] == got[3] {
		t.Errorf("an item that no part can tell about scores %v, want NaN", got[3])
	}
}

func TestAbsentAndColdPartsShareOutTheirWeight(t *testing.T) {
	a := fixed{items: ids(2), scores: []float32{0, 1}}
	b := fixed{items: ids(2), scores: []float32{1, 0}, unknown: "stranger"}
	h := hybrid(t, recommender.HybridOptions{}, recommender.BlendA(a, b, nil)...)
	if diff := cmp.Diff([]string{"reviews"}, h.Absent()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(map[string]float64{"content": 0.5, "collaborative": 0.5}, h.Weights()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]float32{0, 1}, scores(t, h, recommender.Request{User: "stranger"})); diff != "" {
		t.Errorf("the part that knows the user should have all the weight:\n%s", diff)
	}
	all := hybrid(t, recommender.HybridOptions{}, recommender.Part{Name: "b", Model: b, Weight: 1})
	if _, err := all.Recommend(t.Context(), recommender.Request{User: "stranger"}); !errors.Is(err, recommender.ErrColdStart) {
		t.Errorf("all parts cold: error %v, want ErrColdStart", err)
	}
}

func TestImpersonalPartsDoNotAnswerForStrangers(t *testing.T) {
	personal := fixed{items: ids(2), scores: []float32{1, 0}, unknown: "stranger"}
	floor := fixed{items: ids(2), scores: []float32{0, 1}}
	h := hybrid(t, recommender.HybridOptions{}, recommender.BlendA(personal, nil, floor)...)
	if _, err := h.Recommend(t.Context(), recommender.Request{User: "stranger"}); !errors.Is(err, recommender.ErrColdStart) {
		t.Errorf("error %v, want ErrColdStart", err)
	}
	if _, err := h.Recommend(t.Context(), recommender.Request{User: "known"}); err != nil {
		t.Error(err)
	}
	only := hybrid(t, recommender.HybridOptions{}, recommender.Part{Name: "floor", Model: floor, Weight: 1, Impersonal: true})
	if _, err := only.Recommend(t.Context(), recommender.Request{User: "stranger"}); err != nil {
		t.Errorf("a blend of impersonal parts alone: %v", err)
	}
}

func TestHybridLeavesOutWhatAnyPartHasSeen(t *testing.T) {
	a := fixed{items: ids(4), scores: []float32{4, 3, 2, 1}, seen: map[recommender.UserID][]recommender.ItemID{"u": {"i0"}}}
	b := fixed{items: ids(4), scores: []float32{4, 3, 2, 1}, seen: map[recommender.UserID][]recommender.ItemID{"u": {"i1"}}}
	h := hybrid(t, recommender.HybridOptions{}, recommender.Part{Name: "a", Model: a, Weight: 1}, recommender.Part{Name: "b", Model: b, Weight: 1})
	r, err := h.Recommend(t.Context(), recommender.Request{User: "u"})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]recommender.ItemID{"i2", "i3"}, itemsOf(r)); diff != "" {
		t.Error(diff)
	}
	if r.Blocked != 2 {
		t.Errorf("Blocked = %d, want 2", r.Blocked)
	}
}

func TestReasonsAddUpToTheScore(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for _, norm := range []recommender.Normalization{recommender.MinMax, recommender.ZScore, recommender.Rank} {
		for range 50 {
			const n = 30
			parts := make([]recommender.Part, 3)
			for p := range parts {
				f := fixed{items: ids(n), scores: make([]float32, n)}
				for i := range f.scores {
					f.scores[i] = float32(r.NormFloat64() * 10)
					if r.IntN(5) == 0 {
						f.scores[i] = nan
					}
				}
				parts[p] = recommender.Part{Name: string(rune('a' + p)), Model: explained{f}, Weight: r.Float64() + 0.1}
			}
			h := hybrid(t, recommender.HybridOptions{Normalization: norm}, parts...)
			got, err := h.Recommend(t.Context(), recommender.Request{N: n, Explain: true})
			if err != nil {
				t.Fatal(err)
			}
			for _, s := range got.Items {
				sum := float32(0)
				for _, why := range s.Why {
					sum += why.Part
				}
				if math.Abs(float64(sum-s.Score)) > 1e-5*max(1, math.Abs(float64(s.Score))) {
					t.Fatalf("%v: reasons of %s add up to %v, score %v: %v", norm, s.Item, sum, s.Score, s.Why)
				}
				if norm != recommender.Rank && s.Why[0].Kind != recommender.ReasonLiked && s.Why[0].Kind != recommender.ReasonPart {
					t.Fatalf("first reason %v", s.Why[0])
				}
			}
		}
	}
}

func TestPartThatOnlyListsIsBlendedByItsList(t *testing.T) {
	a := fixed{items: ids(3), scores: []float32{1, 1, 1}}
	list := recommender.ModelFunc(func(context.Context, recommender.Request) (recommender.Ranking, error) {
		return recommender.Ranking{Items: []recommender.Scored{{Item: "i2", Score: 9}, {Item: "i1", Score: 4}}}, nil
	})
	h := hybrid(t, recommender.HybridOptions{}, recommender.Part{Name: "a", Model: a, Weight: 1}, recommender.Part{Name: "list", Model: list, Weight: 1})
	if diff := cmp.Diff([]float32{0, 0, 0.5}, scores(t, h, recommender.Request{})); diff != "" {
		t.Error(diff)
	}
}

func TestWhatAReRankedListLacksCountsAsItsWorst(t *testing.T) {
	a := fixed{items: ids(3), scores: []float32{1, 1, 1}}
	list := recommender.ModelFunc(func(context.Context, recommender.Request) (recommender.Ranking, error) {
		return recommender.Ranking{Items: []recommender.Scored{{Item: "i0", Score: 4}, {Item: "i1", Score: 9}}}, nil
	})
	h := hybrid(t, recommender.HybridOptions{}, recommender.Part{Name: "a", Model: a}, recommender.Part{Name: "list", Model: list, Weight: 1})
	if diff := cmp.Diff([]float32{0, 1, 0}, scores(t, h, recommender.Request{})); diff != "" {
		t.Error(diff)
	}
}

func TestNormalizations(t *testing.T) {
	a := fixed{items: ids(5), scores: []float32{1, 2, 2, 11, nan}}
	for _, c := range []struct {
		norm recommender.Normalization
		want []float32
	}{
		{recommender.MinMax, []float32{0, 0.1, 0.1, 1}},
		{recommender.ZScore, []float32{-0.738549, -0.492366, -0.492366, 1.723281}},
		{recommender.Rank, []float32{0, 0.5, 0.5, 1}},
	} {
		h := hybrid(t, recommender.HybridOptions{Normalization: c.norm}, recommender.Part{Name: "a", Model: a, Weight: 2})
		got := scores(t, h, recommender.Request{})
		for i, want := range c.want {
			if math.Abs(float64(got[i]-want)) > 1e-5 {
				t.Errorf("%v: item %d scores %v, want %v", c.norm, i, got[i], want)
			}
		}
	}
}

func TestHybridReportsEveryFault(t *testing.T) {
	a := fixed{items: ids(1), scores: []float32{1}}
	_, err := recommender.NewHybrid([]recommender.Part{{Name: "x", Model: a, Weight: -1}, {Name: "x", Weight: 1}}, recommender.HybridOptions{ListDepth: -2})
	if !errors.Is(err, recommender.ErrInvalid) {
		t.Fatalf("error %v, want ErrInvalid", err)
	}
	for _, want := range []string{"weight -1", "taken", "ListDepth -2", "add up to 0"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("error %q does not mention %q", err, want)
		}
	}
}

func TestHybridRefusesWeightsThatOverflow(t *testing.T) {
	a := fixed{items: ids(2), scores: []float32{1, 2}}
	_, err := recommender.NewHybrid([]recommender.Part{{Name: "a", Model: a, Weight: 1e308}, {Name: "b", Model: a, Weight: 1e308}}, recommender.HybridOptions{})
	if !errors.Is(err, recommender.ErrInvalid) {
		t.Errorf("error %v, want ErrInvalid", err)
	}
}

func BenchmarkHybridScoreAll(b *testing.B) {
	const n = 20_000
	r := rand.New(rand.NewPCG(1, 2))
	parts := make([]recommender.Part, 3)
	for p := range parts {
		f := fixed{items: ids(n), scores: make([]float32, n)}
		for i := range f.scores {
			f.scores[i] = r.Float32()
		}
		parts[p] = recommender.Part{Name: string(rune('a' + p)), Model: f, Weight: 1}
	}
	for _, norm := range []recommender.Normalization{recommender.MinMax, recommender.ZScore, recommender.Rank} {
		b.Run("items=20k/parts=3/norm="+norm.String(), func(b *testing.B) {
			h := hybrid(b, recommender.HybridOptions{Normalization: norm}, parts...)
			dst := make([]float32, n)
			b.ReportAllocs()
			for b.Loop() {
				if err := h.ScoreAll(b.Context(), recommender.Request{}, dst); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
