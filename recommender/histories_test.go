package recommender_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/osusume/osusume/recommender"
)

func TestHistoriesPutTogetherAgain(t *testing.T) {
	h := recommender.NewHistories(table(t,
		recommender.Interaction{User: "a", Item: "x", Kind: recommender.View},
		recommender.Interaction{User: "a", Item: "x", Kind: recommender.Rate, Value: 4},
		recommender.Interaction{User: "a", Item: "y", Kind: recommender.Rate, Value: 2},
		recommender.Interaction{User: "b", Item: "y"},
	))
	again, err := recommender.HistoriesOf([]recommender.ItemID{"x", "y"}, h.Columns())
	if err != nil {
		t.Fatal(err)
	}
	for user, want := range map[recommender.UserID][]recommender.ItemID{"a": {"x", "y"}, "b": {"y"}, "c": nil} {
		if diff := cmp.Diff(want, again.Seen(user)); diff != "" {
			t.Errorf("%s (-want +got)\n%s", user, diff)
		}
	}
	if _, values := again.Row("a"); !cmp.Equal(values, []float32{4, 2}) {
		t.Errorf("values %v, want those of the last rows", values)
	}
}

func TestColumnsThatDoNotFitAreCorrupt(t *testing.T) {
	catalog := []recommender.ItemID{"x", "y"}
	users := []recommender.UserID{"a", "b"}
	for name, c := range map[string]recommender.HistoryColumns{
		"nothing":             {},
		"an offset too few":   {Users: users, Offsets: []int32{0, 1}, Places: []int32{0}, Values: []float32{0}},
		"offsets that fall":   {Users: users, Offsets: []int32{0, 2, 1}, Places: []int32{0}, Values: []float32{0}},
		"a value too few":     {Users: users, Offsets: []int32{0, 1, 1}, Places: []int32{0}},
		"a place beyond":      {Users: users, Offsets: []int32{0, 1, 1}, Places: []int32{2}, Values: []float32{0}},
		"a place below zero":  {Users: users, Offsets: []int32{0, 1, 1}, Places: []int32{-1}, Values: []float32{0}},
		"an item twice":       {Users: users, Offsets: []int32{0, 2, 2}, Places: []int32{1, 1}, Values: []float32{0, 0}},
		"items out of order":  {Users: users, Offsets: []int32{0, 0, 2}, Places: []int32{1, 0}, Values: []float32{0, 0}},
		"offsets before zero": {Users: users, Offsets: []int32{-1, 0, 1}, Places: []int32{0}, Values: []float32{0}},
	} {
		if _, err := recommender.HistoriesOf(catalog, c); !errors.Is(err, recommender.ErrCorrupt) {
			t.Errorf("%s: error %v, want ErrCorrupt", name, err)
		}
	}
}
