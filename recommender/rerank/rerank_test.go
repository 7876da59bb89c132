package rerank_test

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/recommender/rerank"
)

func TestMMRPutsTheUnlikeFirst(t *testing.T) {
	like := tags(t, map[recommender.ItemID][]string{
		"space1": {"space", "war"}, "space2": {"space", "war"}, "space3": {"space", "love"}, "cooking": {"food"},
	})
	inner := list("space1", "space2", "space3", "cooking")
	m, err := rerank.NewMMR(inner, like, rerank.MMROptions{Diversity: 0.6})
	r := recommend(t, m, err, recommender.Request{Explain: true})
	// After space1: space2 .4·.67−.6·1, space3 .4·.33−.6·.5, cooking 0−0.
	if diff := cmp.Diff([]recommender.ItemID{"space1", "cooking", "space3", "space2"}, itemsOf(r)); diff != "" {
		t.Error(diff)
	}
	for i, s := range r.Items {
		if s.Score != scoreOf(inner, s.Item) {
			t.Errorf("the score of %s became %v", s.Item, s.Score)
		}
		moved := slices.ContainsFunc(s.Why, func(r recommender.Reason) bool { return r.Kind == recommender.ReasonOrder && r.Part == 0 })
		if want := s.Item != inner.list[i].Item; moved != want {
			t.Errorf("%s says it moved: %v, want %v", s.Item, moved, want)
		}
	}
	relevant, err := rerank.NewMMR(inner, like, rerank.MMROptions{Diversity: -1})
	if diff := cmp.Diff(itemsOf(recommend(t, inner, nil, recommender.Request{})), itemsOf(recommend(t, relevant, err, recommender.Request{}))); diff != "" {
		t.Errorf("without diversity:\n%s", diff)
	}
}

func scoreOf(f fixed, id recommender.ItemID) float32 {
	return f.list[slices.IndexFunc(f.list, func(s recommender.Scored) bool { return s.Item == id })].Score
}

func TestCalibratedListsHaveTheUsersProportions(t *testing.T) {
	tagged := map[recommender.ItemID][]string{}
	inner := fixed{}
	for i := range 40 {
		id := recommender.ItemID(fmt.Sprintf("drama%d", i))
		tagged[id] = []string{"drama"}
		inner.list = append(inner.list, recommender.Scored{Item: id, Score: 100 - float32(i)})
	}
	for i := range 40 {
		id := recommender.ItemID(fmt.Sprintf("comedy%d", i))
		tagged[id] = []string{"comedy"}
		inner.list = append(inner.list, recommender.Scored{Item: id, Score: 50 - float32(i)})
	}
	for i := range 10 {
		id := recommender.ItemID(fmt.Sprintf("own%d", i))
		tagged[id] = []string{"drama"}
		if i >= 7 {
			tagged[id] = []string{"comedy"}
		}
		inner.seen = append(inner.seen, id)
	}
	all := tags(t, tagged)
	m, err := rerank.NewCalibrated(inner, all, rerank.CalibratedOptions{Strength: 0.95})
	comedies := 0
	for _, id := range itemsOf(recommend(t, m, err, recommender.Request{User: "u"})) {
		if id[0] == 'c' {
			comedies++
		}
	}
	if comedies != 3 {
		t.Errorf("%d comedies of ten, want 3 as of the user's ten", comedies)
	}
	stranger, err := rerank.NewCalibrated(fixed{list: inner.list}, all, rerank.CalibratedOptions{})
	if got := itemsOf(recommend(t, stranger, err, recommender.Request{N: 3, Explain: true})); !slices.Equal(got, []recommender.ItemID{"drama0", "drama1", "drama2"}) {
		t.Errorf("for a stranger: %v", got)
	}
	history := []recommender.Interaction{{Item: "own9", Kind: recommender.Like}}
	if got := itemsOf(recommend(t, m, err, recommender.Request{N: 10, History: history})); !slices.Contains(got, "comedy0") {
		t.Errorf("the history does not count: %v", got)
	}
	again := slices.Repeat([]recommender.Interaction{{Item: "own9"}}, 50)
	want := itemsOf(recommend(t, m, err, recommender.Request{User: "u"}))
	if got := itemsOf(recommend(t, m, err, recommender.Request{User: "u", History: again})); !slices.Equal(got, want) {
		t.Errorf("an item looked at again and again counts more than once: %v, want %v", got, want)
	}
}

func TestCapCompletesTheList(t *testing.T) {
	var inner fixed
	for i := range 3000 { // one franchise fills more than the first look
		inner.list = append(inner.list, recommender.Scored{Item: recommender.ItemID(fmt.Sprintf("same%d", i)), Score: float32(10000 - i)})
	}
	for i := range 5 {
		inner.list = append(inner.list, recommender.Scored{Item: recommender.ItemID(fmt.Sprintf("other%d", i)), Score: float32(10 - i)})
	}
	groups := func(id recommender.ItemID) []string {
		if id[0] == 's' {
			return []string{"same"}
		}
		return nil
	}
	m, err := rerank.NewCap(inner, 2, groups)
	want := []recommender.ItemID{"same0", "same1", "other0", "other1", "other2"}
	if diff := cmp.Diff(want, itemsOf(recommend(t, m, err, recommender.Request{N: 5}))); diff != "" {
		t.Error(diff)
	}
	want = []recommender.ItemID{"same0", "same1", "other0", "other1", "other2", "other3", "other4"}
	if diff := cmp.Diff(want, itemsOf(recommend(t, m, err, recommender.Request{}))); diff != "" {
		t.Errorf("where fewer are left than are asked for:\n%s", diff)
	}
}

func TestUnpopularLowersWhatEverybodyHas(t *testing.T) {
	users := map[recommender.ItemID]float64{"hit": 1000, "known": 30, "secret": 0}
	m, err := rerank.NewUnpopular(list("hit", "known", "secret"), func(id recommender.ItemID) float64 { return users[id] }, rerank.UnpopularOptions{Penalty: 0.9})
	// hit 1−.9, known .5−.9·.497, secret 0: "known" keeps .053.
	if diff := cmp.Diff([]recommender.ItemID{"hit", "known", "secret"}, itemsOf(recommend(t, m, err, recommender.Request{}))); diff != "" {
		t.Error(diff)
	}
	m, err = rerank.NewUnpopular(list("hit", "known", "secret"), func(id recommender.ItemID) float64 { return users[id] }, rerank.UnpopularOptions{Penalty: 1})
	if diff := cmp.Diff([]recommender.ItemID{"known", "hit", "secret"}, itemsOf(recommend(t, m, err, recommender.Request{}))); diff != "" {
		t.Error(diff)
	}
}

func TestExplorersPropensitiesAreHowOftenTheyDraw(t *testing.T) {
	inner := list("a", "b", "c")
	m, err := rerank.NewExplorer(inner, rerank.ExplorerOptions{Temperature: 0.5})
	const draws = 20000
	first := map[recommender.ItemID]int{}
	chance := map[recommender.ItemID]float64{}
	for seed := range uint64(draws) {
		r := recommend(t, m, err, recommender.Request{User: "u", Seed: seed})
		first[r.Items[0].Item]++
		chance[r.Items[0].Item] = float64(r.Items[0].Propensity)
		if len(r.Items) != 3 || r.Items[2].Propensity != 1 {
			t.Fatalf("list %+v: the last is certain", r.Items)
		}
	}
	sum := 0.0
	for id, p := range chance {
		sum += p
		got := float64(first[id]) / draws
		if tolerance := 4 * math.Sqrt(p*(1-p)/draws); math.Abs(got-p) > tolerance { // four standard errors
			t.Errorf("%s was first in %v of the draws, its propensity is %v", id, got, p)
		}
	}
	if math.Abs(sum-1) > 1e-6 {
		t.Errorf("the propensities of the first place add up to %v", sum)
	}
	a := recommend(t, m, err, recommender.Request{User: "u", Seed: 5})
	if diff := cmp.Diff(a, recommend(t, m, err, recommender.Request{User: "u", Seed: 5})); diff != "" {
		t.Errorf("the same seed draws otherwise:\n%s", diff)
	}
}

func TestRerankersNest(t *testing.T) {
	inner := list("a1", "a2", "b1", "b2")
	inner.seen = []recommender.ItemID{"a0"}
	m, err := rerank.NewMMR(inner, tags(t, map[recommender.ItemID][]string{"a1": {"a"}, "a2": {"a"}, "b1": {"b"}, "b2": {"b"}}), rerank.MMROptions{Diversity: 0.5})
	if err != nil {
		t.Fatal(err)
	}
	c, err := rerank.NewCap(m, 1, func(id recommender.ItemID) []string { return []string{string(id[:1])} })
	r := recommend(t, c, err, recommender.Request{Explain: true})
	if diff := cmp.Diff([]recommender.ItemID{"a1", "b1"}, itemsOf(r)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(inner.seen, c.Seen("u")); diff != "" {
		t.Error(diff)
	}
}

func TestInvalidOptionsAreRefused(t *testing.T) {
	m := list("a")
	some := tags(t, nil)
	for name, err := range map[string]error{
		"no model":        fails(rerank.NewMMR(nil, some, rerank.MMROptions{})),
		"no similarity":   fails(rerank.NewMMR(m, nil, rerank.MMROptions{})),
		"diversity 2":     fails(rerank.NewMMR(m, some, rerank.MMROptions{Diversity: 2})),
		"diversity NaN":   fails(rerank.NewMMR(m, some, rerank.MMROptions{Diversity: math.NaN()})),
		"depth":           fails(rerank.NewMMR(m, some, rerank.MMROptions{Depth: -1})),
		"no tags":         fails(rerank.NewCalibrated(m, nil, rerank.CalibratedOptions{})),
		"strength":        fails(rerank.NewCalibrated(m, some, rerank.CalibratedOptions{Strength: 1.5})),
		"cap of none":     fails(rerank.NewCap(m, 0, func(recommender.ItemID) []string { return nil })),
		"cap of nothing":  fails(rerank.NewCap(m, 1, nil)),
		"no popularity":   fails(rerank.NewUnpopular(m, nil, rerank.UnpopularOptions{})),
		"penalty":         fails(rerank.NewUnpopular(m, func(recommender.ItemID) float64 { return 0 }, rerank.UnpopularOptions{Penalty: 7})),
		"temperature":     fails(rerank.NewExplorer(m, rerank.ExplorerOptions{Temperature: -1})),
		"temperature inf": fails(rerank.NewExplorer(m, rerank.ExplorerOptions{Temperature: math.Inf(1)})),
	} {
		if !errors.Is(err, recommender.ErrInvalid) {
			t.Errorf("%s: error %v, want ErrInvalid", name, err)
		}
	}
}

func fails(_ any, err error) error { return err }

func BenchmarkRerank(b *testing.B) {
	var items []recommender.Item
	var inner fixed
	for i := range 200 {
		it := recommender.Item{ID: recommender.ItemID(fmt.Sprintf("item%d", i))}
		for t := range 8 {
			it.Tags = append(it.Tags, fmt.Sprintf("tag%d", (i*7+t*t*13)%60))
		}
		items = append(items, it)
		inner.list = append(inner.list, recommender.Scored{Item: it.ID, Score: float32(200 - i)})
		if i%5 == 0 {
			inner.seen = append(inner.seen, it.ID)
		}
	}
	tags, err := rerank.NewTags(b.Context(), recommender.ItemsOf(items))
	if err != nil {
		b.Fatal(err)
	}
	models := map[string]recommender.Model{"none": inner}
	add := func(name string, m recommender.Model, err error) {
		if err != nil {
			b.Fatal(err)
		}
		models[name] = m
	}
	mmr, err := rerank.NewMMR(inner, tags, rerank.MMROptions{})
	add("mmr", mmr, err)
	calibrated, err := rerank.NewCalibrated(inner, tags, rerank.CalibratedOptions{})
	add("calibrated", calibrated, err)
	capped, err := rerank.NewCap(inner, 2, func(id recommender.ItemID) []string { return []string{string(id[:5])} })
	add("cap", capped, err)
	explorer, err := rerank.NewExplorer(inner, rerank.ExplorerOptions{Depth: 200})
	add("explorer", explorer, err)
	for _, name := range []string{"none", "mmr", "calibrated", "cap", "explorer"} {
		b.Run("by="+name+"/from=200/to=10", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := models[name].Recommend(b.Context(), recommender.Request{User: "u"}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
