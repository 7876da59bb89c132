package eval_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/recommender/eval"
)

func TestSampledProtocolHasItsFloors(t *testing.T) {
	train, test := smallWorldSplit(t)
	o := eval.Options{K: []int{1, 10}, Protocol: eval.Sampled{Positives: 1, Negatives: 9}, Seed: 4}
	random, popular, err := eval.Floors(t.Context(), train, test, o)
	if err != nil {
		t.Fatal(err)
	}
	if random.Model != "random" || popular.Model != "popular" {
		t.Errorf("floors are called %q and %q", random.Model, popular.Model)
	}
	// One positive among nine negatives: the whole list of ten finds it, and a
	// lottery puts it first for a tenth of the users (92 of them, so ± 0.09).
	if got := random.Metrics["hit@10"].Mean; got != 1 {
		t.Errorf("hit@10 of all ten candidates is %v", got)
	}
	if got := random.Metrics["hit@1"].Mean; math.Abs(got-0.1) > 0.09 {
		t.Errorf("a lottery's hit@1 is %v, want about 0.1", got)
	}
	if r, p := random.Metrics["ndcg@10"].Mean, popular.Metrics["ndcg@10"].Mean; p <= r {
		t.Errorf("popular %v is no better than a lottery %v", p, r)
	}
}

// Scorers and plain models draw the same candidates and rank them alike.
func TestSampledProtocolIsTheSameByScoresAndByLists(t *testing.T) {
	train, test := smallWorldSplit(t)
	m, err := recommender.Popular{}.Train(t.Context(), train.Dataset())
	if err != nil {
		t.Fatal(err)
	}
	o := eval.Options{K: []int{5}, Protocol: eval.Sampled{Positives: 2, Negatives: 20}}
	a, b := evaluate(t, m, train, test, o), evaluate(t, recommender.ModelFunc(m.Recommend), train, test, o)
	if diff := cmp.Diff(means(a), means(b)); diff != "" {
		t.Errorf("(-scores +lists)\n%s", diff)
	}
}

// Both hash user and item by the seed; a lottery by the hashes of the split
// would never find anything.
func TestALotteryDoesNotKnowARandomSplitOfItsSeed(t *testing.T) {
	var list [][2]string
	var items []recommender.ItemID
	for i := range 500 {
		items = append(items, recommender.ItemID(fmt.Sprint(i)))
	}
	for u := range 400 {
		for i := range 40 {
			list = append(list, [2]string{fmt.Sprint("u", u), fmt.Sprint((7*u + 13*i) % 500)})
		}
	}
	train, test, err := eval.Random{Seed: 1}.Split(table(t, items, list...))
	if err != nil {
		t.Fatal(err)
	}
	o := eval.Options{K: []int{1}, Seed: 1, Protocol: eval.Sampled{Positives: 1, Negatives: 9}}
	random, _, err := eval.Floors(t.Context(), train, test, o)
	if err != nil {
		t.Fatal(err)
	}
	// A tenth of 400 users, give or take four standard errors of 0.015.
	if got := random.Metrics["hit@1"].Mean; math.Abs(got-0.1) > 0.06 {
		t.Errorf("a lottery's hit@1 is %v, want about 0.1", got)
	}
}

func TestMoreNegativesThanItemsAreAllItems(t *testing.T) {
	m, train, test := golden(t)
	all := evaluate(t, m, train, test, eval.Options{K: []int{3}, Protocol: eval.Sampled{Positives: 9, Negatives: 9}})
	more := evaluate(t, m, train, test, eval.Options{K: []int{3}, Protocol: eval.Sampled{Positives: 9, Negatives: math.MaxInt}})
	if diff := cmp.Diff(means(all), means(more)); diff != "" {
		t.Errorf("(-nine negatives +more)\n%s", diff)
	}
}
