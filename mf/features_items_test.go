package mf_test

import (
	"bytes"
	"context"
	"errors"
	"iter"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/osusume/osusume/mf"
	"github.com/osusume/osusume/recommender"
)

func TestItemsThatCameAfterTrainingRankAtOnce(t *testing.T) {
	for kind, c := range kinds(known) {
		m := train(t, c, sided(t))
		before := save(t, m)
		n, err := m.WithItems(
			mf.NewItem{ID: "new even", Features: []string{"tag:even", "tag:third1"}},
			mf.NewItem{ID: "new odd", Features: []string{"tag:odd", "unknown"}},
			mf.NewItem{ID: "blank", Features: []string{"unknown"}},
			mf.NewItem{ID: itemID(sidedItems), Features: []string{"tag:even"}}, // which had none
		)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(save(t, m), before) {
			t.Errorf("%s: the model itself has changed", kind)
		}
		req := recommender.Request{User: userID(2), Within: []recommender.ItemID{"new even", "new odd", "blank", itemID(sidedItems)}}
		got, err := n.Recommend(t.Context(), req)
		if err != nil {
			t.Fatal(err)
		}
		if len(got.Items) != 3 || got.Items[2].Item != "new odd" {
			t.Errorf("%s: a user of the even camp gets %v, want the two even ones and then the odd one", kind, got.Items)
		}
		q, bias, err := n.ItemVector([]string{"tag:odd"})
		if err != nil {
			t.Fatal(err)
		}
		if score := dot(n.UserFactors(userID(2)), q) + float64(bias); math.Abs(score-float64(got.Items[2].Score)) > 1e-5 {
			t.Errorf("%s: the score is %v, the vector says %v", kind, got.Items[2].Score, score)
		}
		x, y := scores(t, m, recommender.Request{User: userID(2)}), scores(t, n, recommender.Request{User: userID(2)})
		x[sidedItems], y[sidedItems] = 0, 0
		if !slices.EqualFunc(x, y[:len(x)], func(a, b float32) bool { return a == b || a != a && b != b }) {
			t.Errorf("%s: the items of before score otherwise", kind)
		}
		back, err := mf.ReadModel(bytes.NewReader(save(t, n)))
		if err != nil || !bytes.Equal(save(t, back), save(t, n)) {
			t.Errorf("%s: its snapshot does not come back: %v", kind, err)
		}
	}
}

func TestWithItemsRefusesWhatItCannotAdd(t *testing.T) {
	m := train(t, mf.Config{Factors: 4, Epochs: 2, Features: known}, sided(t))
	for name, items := range map[string][]mf.NewItem{
		"a trained item": {{ID: "x"}, {ID: itemID(1)}},
		"an item twice":  {{ID: "x"}, {ID: "x"}},
		"an empty ID":    {{}},
	} {
		if _, err := m.WithItems(items...); !errors.Is(err, recommender.ErrInvalid) {
			t.Errorf("%s: error %v, want ErrInvalid", name, err)
		}
	}
	plain := train(t, mf.Config{Factors: 4, Epochs: 2}, sided(t))
	n, err := plain.WithItems(mf.NewItem{ID: "x", Features: []string{"tag:even"}})
	if err != nil {
		t.Fatal(err)
	}
	if f, _ := n.ItemFactors("x"); f != nil || len(n.Catalog()) != len(plain.Catalog())+1 {
		t.Errorf("a model without features has vector %v for a new item, and %d items", f, len(n.Catalog()))
	}
	if _, _, err := plain.ItemVector([]string{"tag:even"}); !errors.Is(err, recommender.ErrColdStart) {
		t.Errorf("vector of an item without features: error %v, want ErrColdStart", err)
	}
	if _, err := plain.UserVector([]string{"all"}); !errors.Is(err, recommender.ErrColdStart) {
		t.Errorf("vector of a user without features: error %v, want ErrColdStart", err)
	}
	if plain.ItemTerms() != nil || plain.UserTerms() != nil {
		t.Error("a model without features has some")
	}
	if diff := cmp.Diff([]string{"all", "camp:even", "camp:odd"}, m.UserTerms()); diff != "" {
		t.Errorf("features of users (-want +got):\n%s", diff)
	}
}

// broken is a Dataset whose items end in an error.
type broken struct {
	recommender.Dataset
	err error
}

func (b broken) Items(context.Context) iter.Seq2[recommender.Item, error] {
	return func(yield func(recommender.Item, error) bool) { yield(recommender.Item{}, b.err) }
}

func TestFeaturesThatCannotBeReadEndTraining(t *testing.T) {
	d, err := recommender.Load(t.Context(), sided(t), recommender.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	lost := errors.New("lost")
	for kind, c := range kinds(known) {
		if _, err := c.Train(t.Context(), broken{d.Dataset(), lost}); !errors.Is(err, lost) {
			t.Errorf("%s: error %v, want %v", kind, err, lost)
		}
	}
	for kind, c := range kinds(mf.Features{L2: -1, Reserve: math.NaN()}) {
		_, err := c.Train(t.Context(), sided(t))
		if !errors.Is(err, recommender.ErrInvalid) || !strings.Contains(err.Error(), "Features.L2 -1") || !strings.Contains(err.Error(), "Features.Reserve NaN") {
			t.Errorf("%s: error %v, want both faults", kind, err)
		}
	}
}

func TestForgettingKeepsWhatFeaturesSay(t *testing.T) {
	for kind, c := range kinds(known) {
		m := train(t, c, sided(t))
		same, err := m.Forget("nobody")
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(save(t, same), save(t, m)) {
			t.Errorf("%s: forgetting nobody changes the model", kind)
		}
		less, err := m.Forget(userID(0))
		if err != nil {
			t.Fatal(err)
		}
		got, err := less.Recommend(t.Context(), recommender.Request{User: userID(0), Within: []recommender.ItemID{itemID(sidedItems + 2), itemID(sidedItems + 3)}})
		if err != nil || len(got.Items) != 2 || got.Items[0].Item != itemID(sidedItems+2) {
			t.Errorf("%s: a forgotten user, known by features, gets %v, %v", kind, got.Items, err)
		}
	}
}

func TestItemFeaturesAreWhatACatalogueKnows(t *testing.T) {
	got := mf.ItemFeatures(recommender.Item{
		Title: "Steins;Gate 0", Aliases: []string{"シュタインズ ゲート", "gate"}, Tags: []string{"Sci-Fi"}, Year: 2018, Text: "A text.",
		Attrs: map[string]string{recommender.AttrFormat: "TV", recommender.AttrEpisodes: "23", recommender.AttrStudio: "White Fox"},
	})
	want := []string{
		"decade:2010", "format:tv", "studio:white fox", "tag:sci-fi", "word:0", "word:gate", "word:steins", "word:ゲート", "word:シュタインズ", "year:2018",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := mf.ItemFeatures(recommender.Item{ID: "x", Year: -5}); !slices.Equal(got, []string{"decade:-10", "year:-5"}) {
		t.Errorf("of five years before our era: %v", got)
	}
}
