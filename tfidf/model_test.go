package tfidf_test

import (
	"errors"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/tfidf"
)

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

func TestItemsWithoutTermsHaveNoScore(t *testing.T) {
	m := fixed().train(t, tfidf.Config{})
	scores := make([]float32, 6)
	if err := m.ScoreAll(t.Context(), recommender.Request{User: "fan"}, scores); err != nil {
		t.Fatal(err)
	}
	for i, s := range scores {
		if wantNaN := m.Catalog()[i] == "blank"; math.IsNaN(float64(s)) != wantNaN || s < -1 || s > 1 {
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

func TestASeedScoresOneWithItself(t *testing.T) {
	m := fixed().train(t, tfidf.Config{})
	for i, id := range m.Catalog()[:5] {
		scores := make([]float32, 6)
		if err := m.ScoreAll(t.Context(), recommender.Request{Seeds: []recommender.ItemID{id}}, scores); err != nil {
			t.Fatal(err)
		}
		if s := scores[i]; s > 1 || s < 0.999999 { // float32 vectors are of length 1 but for rounding
			t.Errorf("%q scores %v with itself, want 1", id, s)
		}
	}
}

// The score of an item is the weighted mean of its cosines with the liked ones,
// which Similar gives one by one.
func TestScoreIsMeanOfCosines(t *testing.T) {
	for _, k := range []int{0, 2} {
		m := fixed().train(t, tfidf.Config{Neighbours: k, Centre: -1})
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

// What a user gets is compared with what the average item would give.
func TestCentreTakesTheCrowdOff(t *testing.T) {
	s := fixed()
	plain, centred := s.train(t, tfidf.Config{Centre: -1}), s.train(t, tfidf.Config{Centre: 0.5})
	req := recommender.Request{User: "fan"}
	one, two := make([]float32, 6), make([]float32, 6)
	if err := errors.Join(plain.ScoreAll(t.Context(), req, one), centred.ScoreAll(t.Context(), req, two)); err != nil {
		t.Fatal(err)
	}
	for i, id := range plain.Catalog()[:5] {
		var sum float64 // of the cosines with all five items that have terms
		for j, other := range plain.Catalog()[:5] {
			if i == j {
				sum++
			}
			near, err := plain.Similar(t.Context(), other, 5)
			if err != nil {
				t.Fatal(err)
			}
			for _, x := range near {
				if x.Item == id {
					sum += float64(x.Score)
				}
			}
		}
		if want := float64(one[i]) - sum/5/2; math.Abs(float64(two[i])-want) > 1e-6 {
			t.Errorf("%q scores %v, want %v", id, two[i], want)
		}
		why, err := centred.Explain(t.Context(), req, id)
		if err != nil {
			t.Fatal(err)
		}
		var parts float64
		for _, r := range why {
			parts += float64(r.Part)
		}
		if math.Abs(parts-float64(two[i])) > 1e-6 {
			t.Errorf("reasons of %q add up to %v, the score is %v", id, parts, two[i])
		}
	}
	// Seeds say exactly what is wanted.
	seeds := recommender.Request{Seeds: []recommender.ItemID{"loom"}}
	if err := errors.Join(plain.ScoreAll(t.Context(), seeds, one), centred.ScoreAll(t.Context(), seeds, two)); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(one[:5], two[:5]); diff != "" {
		t.Errorf("scores for seeds (-want +got):\n%s", diff)
	}
}

func TestExplanationNamesLikedItems(t *testing.T) {
	m := fixed().train(t, tfidf.Config{})
	got, err := m.Explain(t.Context(), recommender.Request{User: "fan"}, "reef2")
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 2 || got[0].Kind != recommender.ReasonLiked || got[0].Item != "reef1" || got[0].Part <= 0 || got[1].Kind != recommender.ReasonBias || got[1].Part >= 0 {
		t.Errorf("reasons %+v, want reef1 and what is taken off", got)
	}
	nothing, err := m.Explain(t.Context(), recommender.Request{Seeds: []recommender.ItemID{"loom"}}, "reef2")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]recommender.Reason{{Kind: recommender.ReasonRest}}, nothing); diff != "" {
		t.Errorf("reasons of a score of 0 (-want +got):\n%s", diff)
	}
}
