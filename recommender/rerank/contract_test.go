package rerank_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/osusume/osusume/internal/rng"
	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/recommender/recommendertest"
	"github.com/osusume/osusume/recommender/rerank"
)

// depth is smaller than the world, so that some requests want more than it.
const depth = 30

// around makes every re-ranker around m, and some nests of them.
func around(t *testing.T, m recommender.Model, tags *rerank.Tags) map[string]recommender.Model {
	t.Helper()
	all := map[string]recommender.Model{}
	add := func(name string, m recommender.Model, err error) recommender.Model {
		if err != nil {
			t.Fatal(err)
		}
		all[name] = m
		return m
	}
	varied, err := rerank.NewMMR(m, tags, rerank.MMROptions{Depth: depth, Diversity: 0.6})
	add("mmr", varied, err)
	calibrated, err := rerank.NewCalibrated(m, tags, rerank.CalibratedOptions{Depth: depth})
	add("calibrated", calibrated, err)
	unpopular, err := rerank.NewUnpopular(varied, func(id recommender.ItemID) float64 { return float64(len(id)) }, rerank.UnpopularOptions{Depth: depth, Penalty: 1})
	add("unpopular mmr", unpopular, err)
	explorer, err := rerank.NewExplorer(calibrated, rerank.ExplorerOptions{Depth: depth, Temperature: 0.3})
	add("explorer calibrated", explorer, err)
	limit, err := rerank.NewCap(m, 2, group)
	add("cap", limit, err)
	return all
}

// group is the same for every seventh item; half of the items have none.
func group(id recommender.ItemID) []string {
	if n := rng.Hash(4, string(id)) % 14; n < 7 {
		return []string{fmt.Sprint(n), fmt.Sprint(n)} // named twice, a member once
	}
	return nil
}

func request(r *rand.Rand, items []recommender.ItemID) recommender.Request {
	some := func(n int) []recommender.ItemID {
		var list []recommender.ItemID
		for range n {
			list = append(list, items[r.IntN(len(items))])
		}
		return list
	}
	req := recommender.Request{
		User: recommender.UserID(fmt.Sprintf("u%02d", r.IntN(95))), N: r.IntN(len(items)), Seed: r.Uint64(),
		Exclude: some(r.IntN(20)), Explain: true, IncludeSeen: r.IntN(3) == 0,
	}
	if r.IntN(4) == 0 {
		req.Within = some(20)
	}
	if r.IntN(3) == 0 {
		req.Keep = func(id recommender.ItemID) bool { return rng.Hash(1, string(id))%2 == 0 }
	}
	if r.IntN(3) == 0 {
		req.History = []recommender.Interaction{{Item: some(1)[0], Kind: recommender.Like}, {Item: some(1)[0], Kind: recommender.Dislike}}
	}
	return req
}

// Whatever is asked, a re-ranker gives back some of what the model inside gives,
// each once, as many as are wanted, with its score and reasons that add up to it.
func TestRerankersNeitherLoseNorDouble(t *testing.T) {
	d := recommendertest.SmallWorld(5)
	popular, err := recommender.Popular{}.Train(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	blend, err := recommender.NewHybrid([]recommender.Part{{Name: "popular", Model: popular, Weight: 1}}, recommender.HybridOptions{})
	if err != nil {
		t.Fatal(err)
	}
	all, err := rerank.NewTags(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	for kind, inside := range map[string]recommender.Model{"explains": blend, "lists": recommender.ModelFunc(popular.Recommend)} {
		for name, m := range around(t, inside, all) {
			t.Run(kind+"/"+name, func(t *testing.T) {
				r := rng.New(8)
				for range 60 {
					check(t, m, inside, request(r, blend.Catalog()), name == "cap")
				}
			})
		}
	}
}

func check(t *testing.T, m, inside recommender.Model, req recommender.Request, capped bool) {
	t.Helper()
	got, err := m.Recommend(t.Context(), req)
	if err != nil {
		t.Fatal(err)
	}
	wanted, whole := req, recommender.DefaultN
	if req.N > 0 {
		whole = req.N
	}
	if req.N = max(depth, whole); capped {
		req.N = 1000
	}
	from, err := inside.Recommend(t.Context(), req)
	if err != nil {
		t.Fatal(err)
	}
	if capped {
		from.Items = limited(from.Items)
	}
	if len(got.Items) != min(whole, len(from.Items)) || got.Blocked != from.Blocked {
		t.Fatalf("%d items of %d, %d wanted; %d blocked, want %d", len(got.Items), len(from.Items), whole, got.Blocked, from.Blocked)
	}
	seen := map[recommender.ItemID]bool{}
	for _, s := range got.Items {
		i := slices.IndexFunc(from.Items, func(x recommender.Scored) bool { return x.Item == s.Item })
		if i < 0 || seen[s.Item] || s.Score != from.Items[i].Score {
			t.Fatalf("%s with score %v: it stands at place %d of %v, doubled: %t", s.Item, s.Score, i, from.Items, seen[s.Item])
		}
		seen[s.Item] = true
		sum, orders := 0.0, 0
		for _, r := range s.Why {
			sum += float64(r.Part)
			if r.Kind == recommender.ReasonOrder {
				orders++
			}
		}
		if math.Abs(sum-float64(s.Score)) > 1e-5*math.Abs(float64(s.Score))+1e-6 || orders > 1 || len(s.Why) == orders {
			t.Fatalf("reasons of %s, whose score is %v: %v", s.Item, s.Score, s.Why)
		}
	}
	again, err := m.Recommend(t.Context(), wanted)
	if diff := cmp.Diff(got, again); err != nil || diff != "" {
		t.Fatalf("asked again: %v\n%s", err, diff)
	}
}

// limited is what a cap of two leaves.
func limited(list []recommender.Scored) []recommender.Scored {
	count := map[string]int{}
	return slices.DeleteFunc(list, func(s recommender.Scored) bool {
		g := group(s.Item)
		if g == nil {
			return false
		}
		count[g[0]]++
		return count[g[0]] > 2
	})
}

func TestRerankersPassOnWhatTheModelInsideRefuses(t *testing.T) {
	cold := recommender.ModelFunc(func(_ context.Context, req recommender.Request) (recommender.Ranking, error) {
		return recommender.Ranking{}, recommender.ErrColdStart
	})
	for name, m := range around(t, cold, tags(t, nil)) {
		if _, err := m.Recommend(t.Context(), recommender.Request{}); !errors.Is(err, recommender.ErrColdStart) {
			t.Errorf("%s: error %v, want ErrColdStart", name, err)
		}
		if _, err := m.Recommend(t.Context(), recommender.Request{N: -1}); !errors.Is(err, recommender.ErrInvalid) {
			t.Errorf("%s: N -1: error %v, want ErrInvalid", name, err)
		}
	}
}

// A re-ranked list may be a part of a blend, whose reasons it then has to give.
func TestRerankedListsExplainWithinABlend(t *testing.T) {
	d := recommendertest.SmallWorld(5)
	popular, err := recommender.Popular{}.Train(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	all, err := rerank.NewTags(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	for name, m := range around(t, recommender.ModelFunc(popular.Recommend), all) {
		h, err := recommender.NewHybrid([]recommender.Part{
			{Name: "popular", Model: popular, Weight: 1}, {Name: "list", Model: m, Weight: 1},
		}, recommender.HybridOptions{ListDepth: 25})
		if err != nil {
			t.Fatal(err)
		}
		r, err := h.Recommend(t.Context(), recommender.Request{User: "u03", Explain: true})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for _, s := range r.Items {
			sum := float32(0)
			for _, w := range s.Why {
				sum += w.Part
			}
			if math.Abs(float64(sum-s.Score)) > 1e-5 {
				t.Errorf("%s: reasons of %s add up to %v, its score is %v", name, s.Item, sum, s.Score)
			}
		}
	}
}

// A calls counts what the model inside is asked.
type calls struct {
	*recommender.Hybrid
	lists, items int
}

func (c *calls) Recommend(ctx context.Context, req recommender.Request) (recommender.Ranking, error) {
	c.lists++
	return c.Hybrid.Recommend(ctx, req)
}

func (c *calls) Explain(ctx context.Context, req recommender.Request, item recommender.ItemID) ([]recommender.Reason, error) {
	c.items++
	return c.Hybrid.Explain(ctx, req, item)
}

func TestAReRankedListIsExplainedByOneMoreCall(t *testing.T) {
	popular, err := recommender.Popular{}.Train(t.Context(), recommendertest.SmallWorld(5))
	if err != nil {
		t.Fatal(err)
	}
	blend, err := recommender.NewHybrid([]recommender.Part{{Name: "popular", Model: popular, Weight: 1}}, recommender.HybridOptions{})
	if err != nil {
		t.Fatal(err)
	}
	c := &calls{Hybrid: blend}
	inner, err := rerank.NewExplorer(c, rerank.ExplorerOptions{})
	if err != nil {
		t.Fatal(err)
	}
	m, err := rerank.NewCap(inner, 1, group)
	recommend(t, m, err, recommender.Request{User: "u01", Explain: true})
	if c.lists != 2 || c.items != 0 {
		t.Errorf("%d lists and %d single items were asked for, want 2 and 0", c.lists, c.items)
	}
}
