package recommender_test

import (
	"context"
	"errors"
	"iter"
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/osusume/osusume/recommender"
)

func at(s int64) time.Time { return time.Unix(s, 0).UTC() }

func TestTableIsSortedAndKeepsTheLastState(t *testing.T) {
	tb := table(t,
		recommender.Interaction{User: "b", Item: "x", Kind: recommender.Rate, Value: 4, Time: at(20)},
		recommender.Interaction{User: "a", Item: "y", Kind: recommender.Rate, Value: 1, Time: at(5)},
		recommender.Interaction{User: "b", Item: "x", Kind: recommender.Rate, Value: 2, Time: at(10)}, // older
		recommender.Interaction{User: "b", Item: "x", Kind: recommender.View, Time: at(15)},           // another kind
		recommender.Interaction{User: "a", Item: "y", Kind: recommender.Rate, Value: 5, Time: at(5)},  // same time, later row
		recommender.Interaction{User: "a", Item: "y", Kind: recommender.Click, Time: at(1)},
		recommender.Interaction{User: "a", Item: "y", Kind: recommender.Click, Time: at(1)}, // clicks add up
	)
	want := &recommender.Table{
		Users: []recommender.UserID{"b", "a"}, Items: []recommender.ItemID{"x", "y"},
		User: []int32{0, 0, 1, 1, 1}, Item: []int32{0, 0, 1, 1, 1},
		Kind:  []recommender.Kind{recommender.View, recommender.Rate, recommender.Click, recommender.Click, recommender.Rate},
		Value: []float32{0, 4, 0, 0, 5}, Unix: []int64{15, 20, 1, 1, 5}, Replaced: 2,
	}
	if diff := cmp.Diff(want, tb); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]int{0, 2, 5}, tb.ByUser()); diff != "" {
		t.Error(diff)
	}
}

// slow hides a Table's bulk path.
type slow struct{ d recommender.Dataset }

func (s slow) Items(ctx context.Context) iter.Seq2[recommender.Item, error] { return s.d.Items(ctx) }

func (s slow) Interactions(ctx context.Context, f recommender.Filter) iter.Seq2[recommender.Interaction, error] {
	return s.d.Interactions(ctx, f)
}

func TestLoadRowByRowEqualsBulk(t *testing.T) {
	d := recommender.Combine(recommender.ItemsOf([]recommender.Item{{ID: "untouched"}, {ID: "x"}}), table(t,
		recommender.Interaction{User: "a", Item: "x", Kind: recommender.Rate, Value: 4, Time: at(20)},
		recommender.Interaction{User: "a", Item: "y", Time: at(30)},
		recommender.Interaction{User: "b", Item: "y"},
	).Dataset())
	for name, f := range map[string]recommender.Filter{
		"all":   {},
		"kind":  {Kinds: []recommender.Kind{recommender.View}},
		"since": {Since: at(25)},
		"until": {Until: at(30)},
	} {
		bulk, err := recommender.Load(t.Context(), d, f)
		if err != nil {
			t.Fatal(err)
		}
		rows, err := recommender.Load(t.Context(), slow{d}, f)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(interactions(t, bulk), interactions(t, rows)); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
		if len(bulk.Items) != 3 || bulk.Items[2] != "untouched" {
			t.Errorf("%s: dictionary %v should end with the item that nobody touched", name, bulk.Items)
		}
	}
}

func interactions(t *testing.T, tb *recommender.Table) []recommender.Interaction {
	t.Helper()
	var all []recommender.Interaction
	for x, err := range tb.Dataset().Interactions(t.Context(), recommender.Filter{}) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, x)
	}
	return all
}

func TestCheckInteraction(t *testing.T) {
	good := recommender.Interaction{User: "u", Item: "i", Kind: recommender.Rate, Value: 5}
	for name, c := range map[string]struct {
		change func(*recommender.Interaction)
		ok     bool
	}{
		"good":          {func(*recommender.Interaction) {}, true},
		"no user":       {func(x *recommender.Interaction) { x.User = "" }, false},
		"no item":       {func(x *recommender.Interaction) { x.Item = "" }, false},
		"NaN":           {func(x *recommender.Interaction) { x.Value = float32(math.NaN()) }, false},
		"negative":      {func(x *recommender.Interaction) { x.Value = -1 }, false},
		"six stars":     {func(x *recommender.Interaction) { x.Value = 6 }, false},
		"six views":     {func(x *recommender.Interaction) { x.Kind, x.Value = recommender.View, 6 }, true},
		"infinite":      {func(x *recommender.Interaction) { x.Kind, x.Value = recommender.View, float32(math.Inf(1)) }, false},
		"unknown kind":  {func(x *recommender.Interaction) { x.Kind = 77 }, false},
		"review, stars": {func(x *recommender.Interaction) { x.Kind, x.Value = recommender.Review, 5.5 }, false},
	} {
		x := good
		c.change(&x)
		err := recommender.CheckInteraction(x)
		if (err == nil) != c.ok || err != nil && !errors.Is(err, recommender.ErrInvalid) {
			t.Errorf("%s: error %v, want ok = %t", name, err, c.ok)
		}
	}
}
