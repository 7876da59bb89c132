package mf

import (
	"math"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/osusume/osusume/recommender"
)

func TestPowerIsNearTheTrueOne(t *testing.T) {
	for _, x := range []float64{1e-9, 0.3, 1, 2, 17.5, 1e6} {
		for _, a := range []float64{-3.7, -0.25, 0, 1e-9, 0.25, 0.333, 0.5, 1, 2, 5.75} {
			got, want := power(x, a), math.Pow(x, a)
			if !(math.Abs(got-want) <= 1e-13*want) {
				t.Errorf("power(%v, %v) = %v, want %v", x, a, got, want)
			}
		}
	}
	if got := power(0.5, 1e30); got != 0 {
		t.Errorf("power(0.5, 1e30) = %v, want 0", got)
	}
}

func TestWeightsOfPairs(t *testing.T) {
	day := func(d int) time.Time { return time.Unix(int64(d)*86400, 0) }
	b := recommender.NewTableBuilder(0)
	for _, x := range []recommender.Interaction{
		{User: "a", Item: "x", Kind: recommender.Rate, Value: 5, Time: day(10)},
		{User: "a", Item: "y", Kind: recommender.Rate, Value: 2.5, Time: day(20)},
		{User: "a", Item: "z", Kind: recommender.Dislike, Time: day(30)},
		{User: "b", Item: "x", Kind: recommender.Click, Time: day(30)},
		{User: "b", Item: "x", Kind: recommender.Click, Time: day(20)},
		{User: "b", Item: "y", Kind: recommender.View, Value: 3},
	} {
		if err := b.Add(x); err != nil {
			t.Fatal(err)
		}
	}
	table := b.Table()
	// In order: a likes x and y, b likes x (two clicks) and y.
	for name, c := range map[string]struct {
		config Config
		want   []float64 // before division by their mean
	}{
		"by kind":         {Config{KindWeights: []float64{2, 3, 1, 4}}, []float64{4, 4, 6, 2}},
		"kinds left out":  {Config{KindWeights: []float64{2}}, []float64{1, 1, 2, 2}},
		"by value":        {Config{ValuePower: 1}, []float64{1, 0.5, 2, 3}},
		"by its square":   {Config{ValuePower: 2}, []float64{1, 0.25, 2, 9}},
		"by age":          {Config{HalfLife: 10 * 24 * time.Hour}, []float64{0.25, 0.5, 1.5, 1}},
		"by kind and age": {Config{KindWeights: []float64{0, 1, 1, 2}, HalfLife: 10 * 24 * time.Hour}, []float64{0.5, 1, 1.5, 0}},
	} {
		likes := positivesOf(table, c.config.taste())
		mean := (c.want[0] + c.want[1] + c.want[2] + c.want[3]) / 4
		want := make([]float32, 4)
		for k := range want {
			want[k] = float32(c.want[k] / mean)
		}
		got, err := c.config.weightsOf(table, likes)
		if diff := cmp.Diff(want, got, cmpopts.EquateApprox(1e-6, 0)); diff != "" || err != nil {
			t.Errorf("%s: %v (-want +got):\n%s", name, err, diff)
		}
	}
	if got, err := (Config{}).weightsOf(table, positivesOf(table, Config{}.taste())); got != nil || err != nil {
		t.Errorf("weights %v (%v) without a rule, want nil", got, err)
	}
}

// The newest of old data is not 1970.
func TestAgeCountsFromTheNewestOfOldData(t *testing.T) {
	b := recommender.NewTableBuilder(0)
	newest := time.Date(1955, 1, 1, 0, 0, 0, 0, time.UTC)
	for id, age := range map[recommender.ItemID]time.Duration{"x": 0, "y": time.Hour} {
		if err := b.Add(recommender.Interaction{User: "u", Item: id, Time: newest.Add(-age)}); err != nil {
			t.Fatal(err)
		}
	}
	table, c := b.Table(), Config{HalfLife: time.Hour}
	got, err := c.weightsOf(table, positivesOf(table, c.taste()))
	if err != nil {
		t.Fatal(err)
	}
	if slices.Sort(got); got[1] != 2*got[0] {
		t.Errorf("weights %v, want one twice the other", got)
	}
}

func TestNoPairWeighsMoreThanTheLimit(t *testing.T) {
	b := recommender.NewTableBuilder(0)
	for _, item := range []recommender.ItemID{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o"} {
		if err := b.Add(recommender.Interaction{User: "u", Item: item, Value: 1e-3}); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.Add(recommender.Interaction{User: "u", Item: "z", Value: 1e9}); err != nil {
		t.Fatal(err)
	}
	table, c := b.Table(), Config{ValuePower: 1}
	weights, err := c.weightsOf(table, positivesOf(table, c.taste()))
	if err != nil {
		t.Fatal(err)
	}
	if got := weights[15]; got != maxWeight {
		t.Errorf("weight %v of a pair far above the others, want %v", got, maxWeight)
	}
}

func TestUsersCountByTheirLength(t *testing.T) {
	likes := positives{offset: []int{0, 1, 1, 5, 9}, items: []int32{0, 0, 1, 2, 3, 0, 1, 2, 3}}
	want := []float32{float32(math.Sqrt(3)), 0, float32(math.Sqrt(0.75)), float32(math.Sqrt(0.75))}
	if diff := cmp.Diff(want, byCount(likes, 0.5), cmpopts.EquateApprox(1e-6, 0)); diff != "" {
		t.Errorf("of 1, 0, 4 and 4 items (-want +got):\n%s", diff)
	}
	if got := byCount(likes, 0); got != nil {
		t.Errorf("exponent 0 gives %v, want nil", got)
	}
}
