package recommender_test

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/osusume/osusume/internal/rng"
	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/recommender/recommendertest"
)

// A personal scores what its users can be told of at random, but always the
// same; users without a history are cold starts, and every third item is unknown.
type personal struct {
	*recommender.PopularModel
	salt uint64
}

func newPersonal(t testing.TB, d recommender.Dataset, salt uint64) personal {
	t.Helper()
	m, err := recommender.Popular{}.Train(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	return personal{m.(*recommender.PopularModel), salt}
}

func (m personal) score(req recommender.Request, item recommender.ItemID) float32 {
	h := rng.Hash(m.salt, string(item))
	if h%3 == 0 {
		return nan
	}
	return float32(rng.Hash(h, string(req.User))%1000)/100 - 5
}

func (m personal) ScoreAll(ctx context.Context, req recommender.Request, dst []float32) error {
	if err := m.PopularModel.ScoreAll(ctx, req, dst); err != nil {
		return err
	}
	if len(req.Seeds) > 0 || m.Seen(req.User) == nil {
		return recommender.ErrColdStart
	}
	for i, id := range m.Catalog() {
		dst[i] = m.score(req, id)
	}
	return nil
}

func (m personal) Explain(_ context.Context, req recommender.Request, item recommender.ItemID) ([]recommender.Reason, error) {
	s := m.score(req, item)
	if s != s {
		return nil, recommender.ErrNotFound
	}
	return []recommender.Reason{
		{Kind: recommender.ReasonLiked, Item: "own", Part: s + 3}, {Kind: recommender.ReasonTag, Term: "x", Part: -2}, {Kind: recommender.ReasonRest, Part: -1},
	}, nil
}

// Similar likens an item to others at random.
func (m personal) Similar(_ context.Context, item recommender.ItemID, k int) ([]recommender.Scored, error) {
	if rng.Hash(m.salt, string(item))%10 == 0 {
		return nil, recommender.ErrColdStart
	}
	var list []recommender.Scored
	for i := range min(k, 30) {
		other := m.Catalog()[rng.Hash(uint64(i), string(item))%uint64(len(m.Catalog()))]
		list = append(list, recommender.Scored{Item: other, Score: 1 - float32(i)/40})
	}
	return list, nil
}

func (m personal) Recommend(ctx context.Context, req recommender.Request) (recommender.Ranking, error) {
	scores := make([]float32, len(m.Catalog()))
	if err := m.ScoreAll(ctx, req, scores); err != nil {
		return recommender.Ranking{}, err
	}
	r, err := recommender.NewRanker(m.Catalog())
	if err != nil {
		return recommender.Ranking{}, err
	}
	return r.Rank(req, scores, m.Seen(req.User)), nil
}

var normalizations = []recommender.Normalization{
	recommender.MinMax, recommender.ZScore, recommender.Rank, recommender.ReciprocalRank,
}

// The suite asks, of random requests, for the lists that brute force makes, for
// reasons that add up to the score, and for the same answers at the same time.
func TestHybridsAndHeirsKeepTheContractOfModels(t *testing.T) {
	d := recommendertest.SmallWorld(3)
	a, b := newPersonal(t, d, 1), newPersonal(t, d, 2)
	t.Run("heir", func(t *testing.T) {
		recommendertest.TestModel(t, heir(t, a, b, recommender.HeirOptions{}), d, recommendertest.TrainerOptions{})
	})
	lists := recommender.ModelFunc(b.Recommend)
	for _, norm := range normalizations {
		t.Run(norm.String(), func(t *testing.T) {
			h := hybrid(t, recommender.HybridOptions{Normalization: norm, ListDepth: 20, Levels: []recommender.Level{
				{From: 9, Weights: map[string]float64{"a": 1, "b": 2, "lists": 1}},
				{From: 14, Weights: map[string]float64{"a": 3, "popular": 1}},
			}},
				recommender.Part{Name: "a", Model: a, Weight: 1, Inherit: "b"},
				recommender.Part{Name: "b", Model: b, Weight: 0.5},
				recommender.Part{Name: "lists", Model: lists},
				recommender.Part{Name: "popular", Model: a.PopularModel, Weight: 0.3, Impersonal: true})
			recommendertest.TestModel(t, h, d, recommendertest.TrainerOptions{})
			around := hybrid(t, recommender.HybridOptions{Normalization: norm},
				recommender.Part{Name: "inner", Model: h, Weight: 2}, recommender.Part{Name: "a", Model: a, Weight: 1})
			t.Run("nested", func(t *testing.T) { recommendertest.TestModel(t, around, d, recommendertest.TrainerOptions{}) })
		})
	}
}

func TestFiltersDoNotChangeWhatAListedPartIsWorth(t *testing.T) {
	f := fixed{items: ids(4), scores: []float32{4, 3, 2, 1}}
	h := hybrid(t, recommender.HybridOptions{},
		recommender.Part{Name: "a", Model: fixed{items: ids(4), scores: []float32{1, 2, 3, 4}}, Weight: 1},
		recommender.Part{Name: "list", Model: recommender.ModelFunc(f.Recommend), Weight: 1.5})
	want := scores(t, h, recommender.Request{})
	for name, req := range map[string]recommender.Request{
		"within":  {Within: ids(3)[1:]},
		"exclude": {Exclude: ids(1)},
		"keep":    {Keep: func(id recommender.ItemID) bool { return id == "i2" }},
	} {
		if diff := cmp.Diff(want, scores(t, h, req)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestAPartOfNoWeightIsNotAsked(t *testing.T) {
	broken := recommender.ModelFunc(func(context.Context, recommender.Request) (recommender.Ranking, error) {
		return recommender.Ranking{}, errors.New("broken")
	})
	a := fixed{items: ids(3), scores: []float32{1, 2, nan}}
	b := explained{fixed{items: ids(3), scores: []float32{1, 2, 3}}}
	h := hybrid(t, recommender.HybridOptions{Levels: []recommender.Level{{From: 1, Weights: map[string]float64{"a": 1, "broken": 1}}}},
		recommender.Part{Name: "a", Model: a, Weight: 1}, recommender.Part{Name: "b", Model: b}, recommender.Part{Name: "broken", Model: broken})
	r, err := h.Recommend(t.Context(), recommender.Request{Explain: true})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]recommender.ItemID{"i1", "i0"}, itemsOf(r)); diff != "" {
		t.Errorf("what only a part without weight knows is ranked:\n%s", diff)
	}
	if diff := cmp.Diff([]recommender.Reason{{Kind: recommender.ReasonPart, Term: "a", Via: "a", Part: 1}}, r.Items[0].Why); diff != "" {
		t.Error(diff)
	}
	if _, err := h.Explain(t.Context(), recommender.Request{}, "i2"); !errors.Is(err, recommender.ErrNotFound) {
		t.Errorf("explaining what nobody can tell about: error %v, want ErrNotFound", err)
	}
	rows := [][]float32{make([]float32, 3), make([]float32, 3), make([]float32, 2)}
	if _, err := h.PartScores(t.Context(), recommender.Request{}, rows); !errors.Is(err, recommender.ErrInvalid) {
		t.Errorf("a row that is too short: error %v, want ErrInvalid", err)
	}
	if _, err := h.Recommend(t.Context(), recommender.Request{History: []recommender.Interaction{{Item: "i0", Kind: recommender.Like}}}); err == nil {
		t.Error("the broken part was not asked where it weighs something")
	}
}

func TestPartScoresAreThoseOfEveryPart(t *testing.T) {
	a := fixed{items: ids(4), scores: []float32{0, 10, nan, nan}}
	b := fixed{items: ids(4), scores: []float32{0, 5, 20, nan}}
	h := hybrid(t, recommender.HybridOptions{}, recommender.Part{Name: "a", Model: a, Weight: 1}, recommender.Part{Name: "b", Model: b})
	rows := [][]float32{make([]float32, 4), make([]float32, 4)}
	active, err := h.PartScores(t.Context(), recommender.Request{}, rows)
	if err != nil {
		t.Fatal(err)
	}
	want := [][]float32{{0, 1, 0.5, nan}, {0, 0.25, 1, nan}}
	same := func(x, y float32) bool { return x == y || x != x && y != y }
	if diff := cmp.Diff(want, rows, cmp.Comparer(same)); diff != "" || !active[0] || !active[1] {
		t.Errorf("active %v\n%s", active, diff)
	}
}

// Scores may be large and close together: what is left of them must stay in its scale.
func TestMinMaxStaysInItsBounds(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for range 200 {
		f := fixed{items: ids(20), scores: make([]float32, 20)}
		base, step := r.Float64()*1e7, math.Exp(-r.Float64()*20)
		for i := range f.scores {
			f.scores[i] = float32(base + step*float64(i))
		}
		got := scores(t, hybrid(t, recommender.HybridOptions{}, recommender.Part{Name: "a", Model: f, Weight: 1}), recommender.Request{})
		for i, s := range got {
			if !(s >= 0 && s <= 1+1e-6) || i > 0 && (s < got[i-1] || f.scores[i] > f.scores[i-1] && s == got[i-1]) {
				t.Fatalf("scores %v became %v", f.scores, got)
			}
		}
	}
	for _, few := range [][]float32{{0, 1e-42, 2e-42}, {-math.MaxFloat32, 0, math.MaxFloat32}} {
		for _, norm := range normalizations {
			f := fixed{items: ids(3), scores: few}
			for _, s := range scores(t, hybrid(t, recommender.HybridOptions{Normalization: norm}, recommender.Part{Name: "a", Model: f, Weight: 1}), recommender.Request{}) {
				if s != s || math.IsInf(float64(s), 0) {
					t.Errorf("%v of %v has %v", norm, few, s)
				}
			}
		}
	}
}

func TestReciprocalRankCountsTheOnlyItemThatAPartKnows(t *testing.T) {
	only := fixed{items: ids(3), scores: []float32{nan, 9, nan}}
	all := fixed{items: ids(3), scores: []float32{1, 2, 3}}
	h := hybrid(t, recommender.HybridOptions{Normalization: recommender.ReciprocalRank},
		recommender.Part{Name: "only", Model: only, Weight: 1}, recommender.Part{Name: "all", Model: all, Weight: 1})
	want := []float64{1 / 63. / 2, (1/61. + 1/62.) / 2, 1 / 61. / 2}
	for i, got := range scores(t, h, recommender.Request{}) {
		if math.Abs(float64(got)-want[i]) > 1e-8 {
			t.Errorf("item %d: %v, want %v", i, got, want[i])
		}
	}
}

func TestHybridRefusesWhatItCannotBlend(t *testing.T) {
	a := kin{fixed: fixed{items: ids(2), scores: []float32{1, 2}}}
	for name, c := range map[string]struct {
		parts  []recommender.Part
		levels []recommender.Level
	}{
		"levels that overflow":        {[]recommender.Part{{Name: "a", Model: a, Weight: 1}, {Name: "b", Model: a}}, []recommender.Level{{Weights: map[string]float64{"a": 1e308, "b": 1e308}}}},
		"lists that inherit":          {[]recommender.Part{{Name: "a", Model: a, Weight: 1}, {Name: "b", Model: recommender.ModelFunc(a.Recommend), Inherit: "a"}}, nil},
		"a catalogue with two of one": {[]recommender.Part{{Name: "a", Model: fixed{items: []recommender.ItemID{"x", "x"}}, Weight: 1}}, nil},
	} {
		if _, err := recommender.NewHybrid(c.parts, recommender.HybridOptions{Levels: c.levels}); !errors.Is(err, recommender.ErrInvalid) {
			t.Errorf("%s: error %v, want ErrInvalid", name, err)
		}
	}
}
