package tfidf_test

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/recommender/recommendertest"
	"github.com/osusume/osusume/tfidf"
)

func TestTrainerContract(t *testing.T) {
	for name, c := range map[string]tfidf.Config{
		"default":    {},
		"reference":  tfidf.Reference(),
		"neighbours": {Neighbours: 3},
	} {
		t.Run(name, func(t *testing.T) {
			recommendertest.TestTrainer(t, c, nil, recommendertest.TrainerOptions{
				Workers: func(n int) recommender.Trainer { c := c; c.Workers = n; return c },
			})
		})
	}
}

// shelf is a small catalogue with users who have plain tastes.
type shelf struct {
	items []recommender.Item
	rows  []recommender.Interaction
}

func (s shelf) train(tb testing.TB, c tfidf.Config) *tfidf.Model {
	tb.Helper()
	b := recommender.NewTableBuilder(0)
	for _, it := range s.items {
		b.AddItem(it.ID)
	}
	for _, x := range s.rows {
		if err := b.Add(x); err != nil {
			tb.Fatal(err)
		}
	}
	m, err := c.Train(tb.Context(), recommender.Combine(recommender.ItemsOf(s.items), b.Table().Dataset()))
	if err != nil {
		tb.Fatal(err)
	}
	return m.(*tfidf.Model)
}

func fixed() shelf {
	return shelf{
		items: []recommender.Item{
			{ID: "reef1", Title: "Reef Divers", Tags: []string{"Adventure", "Slice of Life"}},
			{ID: "reef2", Title: "Reef Divers Return", Tags: []string{"Adventure"}},
			{ID: "loom", Title: "The Loom", Tags: []string{"Drama"}, Text: "A weaver repairs a loom that weaves dreams."},
			{ID: "weaver", Title: "Dream Weaver", Tags: []string{"Drama"}, Text: "She weaves dreams on her mother's loom."},
			{ID: "slice", Title: "Bread", Text: "A slice of bread, and what life makes of it."},
			{ID: "blank"},
		},
		rows: []recommender.Interaction{
			{User: "diver", Item: "reef1", Kind: recommender.Rate, Value: 5},
			{User: "diver", Item: "loom", Kind: recommender.Rate, Value: 0},
			{User: "hater", Item: "loom", Kind: recommender.Dislike},
			{User: "hater", Item: "loom", Kind: recommender.View},
			{User: "blanked", Item: "blank", Kind: recommender.Like},
			{User: "fan", Item: "loom", Kind: recommender.View},
			{User: "fan", Item: "reef1", Kind: recommender.View},
		},
	}
}

func best(t *testing.T, m recommender.Model, req recommender.Request) recommender.ItemID {
	t.Helper()
	got, err := m.Recommend(t.Context(), req)
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Items) == 0 {
		t.Fatal("nothing is recommended")
	}
	return got.Items[0].Item
}

func TestDislikedItemsDoNotPull(t *testing.T) {
	m := fixed().train(t, tfidf.Config{})
	if got := best(t, m, recommender.Request{User: "diver"}); got != "reef2" {
		t.Errorf("who rates reef1 5 and loom 0 gets %q, want reef2", got)
	}
	scores := make([]float32, len(m.Catalog()))
	if err := m.ScoreAll(t.Context(), recommender.Request{User: "diver"}, scores); err != nil {
		t.Fatal(err)
	}
	if got := scores[3]; got != 0 {
		t.Errorf("weaver, which resembles the disliked item only, scores %v, want 0", got)
	}
	if _, err := m.Recommend(t.Context(), recommender.Request{User: "hater"}); !errors.Is(err, recommender.ErrColdStart) {
		t.Errorf("who only dislikes: error %v, want ErrColdStart", err)
	}
}

func TestHistoryReplacesTraining(t *testing.T) {
	m := fixed().train(t, tfidf.Config{})
	got := best(t, m, recommender.Request{User: "diver", History: []recommender.Interaction{
		{Item: "reef1", Kind: recommender.Dislike}, {Item: "loom", Kind: recommender.Like},
	}})
	if got != "weaver" {
		t.Errorf("best is %q, want weaver", got)
	}
	if got := best(t, m, recommender.Request{History: []recommender.Interaction{{Item: "reef2", Kind: recommender.View}}}); got != "reef1" {
		t.Errorf("for an anonymous history best is %q, want reef1", got)
	}
}

func TestSeedsReplaceHistory(t *testing.T) {
	m := fixed().train(t, tfidf.Config{})
	seeded := recommender.Request{User: "diver", Seeds: []recommender.ItemID{"weaver", "nowhere", "weaver"}, IncludeSeen: true}
	if got := best(t, m, seeded); got != "loom" {
		t.Errorf("best is %q, want loom", got)
	}
	one, two := make([]float32, 6), make([]float32, 6)
	err1 := m.ScoreAll(t.Context(), seeded, one)
	err2 := m.ScoreAll(t.Context(), recommender.Request{Seeds: []recommender.ItemID{"weaver"}}, two)
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(two[:5], one[:5]); diff != "" {
		t.Errorf("a repeated and an unknown seed change scores (-want +got):\n%s", diff)
	}
}

func TestItemsWithoutTermsHaveNoScore(t *testing.T) {
	m := fixed().train(t, tfidf.Config{})
	scores := make([]float32, 6)
	if err := m.ScoreAll(t.Context(), recommender.Request{User: "fan"}, scores); err != nil {
		t.Fatal(err)
	}
	for i, s := range scores {
		if wantNaN := m.Catalog()[i] == "blank"; math.IsNaN(float64(s)) != wantNaN || s < 0 || s > 1.0001 {
			t.Errorf("score of %q is %v", m.Catalog()[i], s)
		}
	}
	if _, err := m.Recommend(t.Context(), recommender.Request{User: "blanked"}); !errors.Is(err, recommender.ErrColdStart) {
		t.Errorf("who has only an item without terms: error %v, want ErrColdStart", err)
	}
	if _, err := m.Explain(t.Context(), recommender.Request{User: "fan"}, "blank"); !errors.Is(err, recommender.ErrNotFound) {
		t.Errorf("explaining an item without terms: error %v, want ErrNotFound", err)
	}
}

func TestTagIsOneTerm(t *testing.T) {
	m := fixed().train(t, tfidf.Config{})
	got, err := m.Similar(t.Context(), "slice", 5)
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range got {
		if x.Item == "reef1" {
			t.Errorf("a text about a slice of bread resembles the tag %q: %v", "Slice of Life", x.Score)
		}
	}
}

func TestFieldsCanBeLeftOut(t *testing.T) {
	m := fixed().train(t, tfidf.Config{Title: -1, Text: -1})
	got, err := m.Similar(t.Context(), "loom", 5)
	if err != nil {
		t.Fatal(err)
	}
	// Only the tag is left, and it is all that both have.
	if diff := cmp.Diff([]recommender.Scored{{Item: "weaver", Score: 1}}, got); diff != "" {
		t.Errorf("similar to loom by tags (-want +got):\n%s", diff)
	}
}

// The score of an item is the weighted mean of its cosines with the liked ones,
// which Similar gives one by one.
func TestScoreIsMeanOfCosines(t *testing.T) {
	for _, k := range []int{0, 2} {
		m := fixed().train(t, tfidf.Config{Neighbours: k})
		scores := make([]float32, 6)
		if err := m.ScoreAll(t.Context(), recommender.Request{User: "fan"}, scores); err != nil {
			t.Fatal(err)
		}
		want := make(map[recommender.ItemID]float64)
		for _, liked := range []recommender.ItemID{"loom", "reef1"} {
			depth := k
			if k == 0 {
				depth = len(m.Catalog())
			}
			near, err := m.Similar(t.Context(), liked, depth)
			if err != nil {
				t.Fatal(err)
			}
			for _, x := range near {
				want[x.Item] += float64(x.Score) / 2
			}
		}
		for _, i := range []int{1, 3, 4} { // neither had nor blank
			id := m.Catalog()[i]
			if math.Abs(float64(scores[i])-want[id]) > 1e-6 {
				t.Errorf("neighbours %d: %q scores %v, want %v", k, id, scores[i], want[id])
			}
		}
	}
}

func TestExplanationNamesLikedItems(t *testing.T) {
	m := fixed().train(t, tfidf.Config{})
	got, err := m.Explain(t.Context(), recommender.Request{User: "fan"}, "reef2")
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 1 || got[0].Kind != recommender.ReasonLiked || got[0].Item != "reef1" || got[0].Part <= 0 {
		t.Errorf("reasons %+v, want reef1 alone", got)
	}
	nothing, err := m.Explain(t.Context(), recommender.Request{Seeds: []recommender.ItemID{"loom"}}, "reef2")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]recommender.Reason{{Kind: recommender.ReasonRest}}, nothing); diff != "" {
		t.Errorf("reasons of a score of 0 (-want +got):\n%s", diff)
	}
}

func TestConfigNamesEveryFault(t *testing.T) {
	c := tfidf.Config{Analysis: 7, MaxFeatures: -1, MinDF: -1, MaxDF: 2, Title: math.NaN(), Tags: 1e-9, Text: math.Inf(1), Neighbours: -1, Workers: -1}
	_, err := c.Train(t.Context(), nil)
	if !errors.Is(err, recommender.ErrInvalid) {
		t.Fatalf("error %v, want ErrInvalid", err)
	}
	for _, want := range []string{"Analysis 7", "MaxFeatures -1", "MinDF -1", "MaxDF 2", "Title NaN", "Tags 1e-09", "Text +Inf", "Neighbours -1", "Workers -1"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("error %q does not say %q", err, want)
		}
	}
	if _, err := (tfidf.Config{Title: -1, Tags: -1, Text: -1, Attrs: -1}).Train(t.Context(), nil); !errors.Is(err, recommender.ErrInvalid) {
		t.Errorf("without any field: error %v, want ErrInvalid", err)
	}
}

func TestTrainRefusesUnusableItems(t *testing.T) {
	for name, items := range map[string][]recommender.Item{
		"no terms": {{ID: "1"}, {ID: "2", Title: "?"}},
		"repeated": {{ID: "1", Title: "reef"}, {ID: "1", Title: "loom"}},
	} {
		if _, err := (tfidf.Config{}).Train(context.Background(), recommender.ItemsOf(items)); !errors.Is(err, recommender.ErrInvalid) {
			t.Errorf("%s: error %v, want ErrInvalid", name, err)
		}
	}
}
