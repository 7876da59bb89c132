package recommendertest_test

import (
	"slices"
	"testing"

	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/recommender/recommendertest"
)

func TestPopularKeepsTheContract(t *testing.T) {
	recommendertest.TestTrainer(t, recommender.Popular{}, nil, recommendertest.TrainerOptions{
		UserIndependent: true,
		Workers:         func(int) recommender.Trainer { return recommender.Popular{} },
	})
}

// A Model without the optional interfaces is held to what is left.
func TestPlainModelKeepsTheContract(t *testing.T) {
	d := recommendertest.SmallWorld(2)
	m, err := recommender.Popular{}.Train(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	recommendertest.TestModel(t, recommender.ModelFunc(m.Recommend), d, recommendertest.TrainerOptions{UserIndependent: true})
}

func TestSmallWorldIsTheSameForTheSameSeed(t *testing.T) {
	load := func(seed uint64) *recommender.Table {
		table, err := recommender.Load(t.Context(), recommendertest.SmallWorld(seed), recommender.Filter{})
		if err != nil {
			t.Fatal(err)
		}
		return table
	}
	one, again, other := load(1), load(1), load(2)
	if !slices.Equal(one.Item, again.Item) || !slices.Equal(one.Value, again.Value) {
		t.Error("seed 1 gives two worlds")
	}
	if slices.Equal(one.Item, other.Item) {
		t.Error("seeds 1 and 2 give one world")
	}
}

func TestSmallWorldHasItsCorners(t *testing.T) {
	d := recommendertest.SmallWorld(1)
	table, err := recommender.Load(t.Context(), d, recommender.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[recommender.Kind]int{}
	touched := map[int32]bool{}
	for row := range table.User {
		kinds[table.Kind[row]]++
		touched[table.Item[row]] = true
	}
	for k := recommender.View; k.Valid(); k++ {
		if kinds[k] < 20 {
			t.Errorf("%d interactions of kind %v", kinds[k], k)
		}
	}
	if got := len(table.Items) - len(touched); got != 3 {
		t.Errorf("%d items that nobody touched, want 3", got)
	}
	reviews := 0
	for x, err := range d.Interactions(t.Context(), recommender.Filter{Kinds: []recommender.Kind{recommender.Review}}) {
		if err != nil {
			t.Fatal(err)
		}
		if x.Text == "" {
			t.Errorf("review of %s without a text", x.Item)
		}
		reviews++
	}
	if reviews < 200 {
		t.Errorf("%d reviews", reviews)
	}
}
