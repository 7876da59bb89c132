package mf

import (
	"math"
	"strconv"
	"testing"

	"github.com/osusume/osusume/recommender"
)

// sampling over n items of which the user has those that has says; an item's
// score is its number.
func newSampling(t *testing.T, n, candidates int, has func(i int) bool) *training {
	t.Helper()
	items := make([]recommender.ItemID, n)
	for i := range items {
		items[i] = recommender.RecordID("test", strconv.Itoa(i))
	}
	empty := recommender.NewHistories(&recommender.Table{Items: items})
	m, err := newModel(1, taste{}, items, empty, positives{offset: []int{0}})
	if err != nil {
		t.Fatal(err)
	}
	tr := &training{
		Config: Config{Candidates: candidates}, m: m,
		order: newSchedule(positives{offset: []int{0, n}, items: identity(n)}, nil, n, 1), has: make([]bool, n),
	}
	for i := range n {
		m.bias[i] = float32(i)
		tr.has[i] = has(i)
	}
	return tr
}

func TestNegativesAreNeverTheUsersOwn(t *testing.T) {
	tr := newSampling(t, 20, 3, func(i int) bool { return i%2 == 0 })
	p := make([]float32, tr.m.stride)
	draw := tr.source(newStream(1), 4, 16)
	drawn := map[int32]bool{}
	for range 2000 {
		n := tr.negative(&draw, p, 0)
		if n.item%2 == 0 || n.item < 4 || n.item >= 16 || n.score != float32(n.item) {
			t.Fatalf("drew item %d of score %v, want an odd one in [4, 16) and its bias", n.item, n.score)
		}
		drawn[n.item] = true
	}
	if len(drawn) != 6 {
		t.Errorf("drew %d different items, want all 6", len(drawn))
	}
}

// mean is the mean score of the negatives of a sampler of 20 items.
func mean(tr *training, p []float32) (sum float64) {
	draw := tr.source(newStream(1), 0, len(tr.has))
	for range 2000 {
		sum += float64(tr.negative(&draw, p, 0).score) / 2000
	}
	return sum
}

func nobody(int) bool { return false }

func TestMoreCandidatesAreHarder(t *testing.T) {
	// The largest of k draws of 0..19 has mean 9.5 for k = 1 and about 15.3 for k = 4.
	p := make([]float32, 16)
	if one, four := mean(newSampling(t, 20, 1, nobody), p), mean(newSampling(t, 20, 4, nobody), p); one < 9 || one > 10 || four < 14.8 || four > 15.8 {
		t.Errorf("mean scores %v of one candidate and %v of four", one, four)
	}
}

// One free item of 1000 is hardly ever drawn within the bound: the scan finds it.
func TestScanFindsTheOnlyFreeItem(t *testing.T) {
	const free = 777
	tr := newSampling(t, 1000, 2, func(i int) bool { return i != free })
	draw := tr.source(newStream(1), 0, 1000)
	for range 50 {
		if n := tr.negative(&draw, make([]float32, tr.m.stride), 0); n.item != free || n.draws != 1 {
			t.Fatalf("found item %d after %d draws, want %d at once", n.item, n.draws, free)
		}
	}
}

func TestPopularItemsAreDrawnByTheirCount(t *testing.T) {
	tr := newSampling(t, 20, 1, func(i int) bool { return i == 3 })
	counts := make([]int32, 20)
	for i := range counts {
		counts[i] = 1
	}
	counts[5] = 16
	tr.popular = &popularity{counts: counts}
	for alpha, want := range map[float64]float64{0: 1.0 / 19, 0.5: 4.0 / 22, 1: 16.0 / 34} {
		tr.popular.lay(tr.order, alpha)
		draw := tr.source(newStream(2), 0, 20)
		const draws = 20_000
		hits := 0
		for range draws {
			switch tr.negative(&draw, make([]float32, tr.m.stride), 0).item {
			case 5:
				hits++
			case 3:
				t.Fatal("drew an item that the user has")
			}
		}
		// Four standard deviations of a share of 20,000 draws are 0.014 at most.
		if got := float64(hits) / draws; math.Abs(got-want) > 0.014 {
			t.Errorf("alpha %v: item 5 is %v of the draws, want %v", alpha, got, want)
		}
	}
}

// Items lie along one factor; a user at +1 is given items from its top, and a
// user at -1 items from its bottom.
func TestOversamplingFollowsTheUser(t *testing.T) {
	tr := newSampling(t, 20, 1, nobody)
	for i := range 20 {
		tr.m.itemRow(i)[0] = float32((i*7)%20) - 10
	}
	tr.ranked = newOversampler(tr.m, tr.order, 0.1)
	if err := tr.ranked.lay(t.Context(), tr.order, 1); err != nil {
		t.Fatal(err)
	}
	draw := tr.source(newStream(3), 0, 20)
	place := func(sign float32) (sum float64) {
		p := make([]float32, tr.m.stride)
		p[0] = sign
		draw.visit(p)
		for range 4000 {
			at := draw.pick()
			sum += float64(tr.m.itemRow(int(tr.order.items[at]))[0]) / 4000
		}
		return sum
	}
	// Ranks have mean 2 but for the cut tail: values of mean about 7 and -8.
	if up, down := place(1), place(-1); up < 6.5 || up > 8 || down > -7.5 || down < -9 {
		t.Errorf("mean places %v for a user at 1 and %v at -1, want about 7 and -8", up, down)
	}
}

func TestWARPTakesTheFirstViolator(t *testing.T) {
	tr := newSampling(t, 20, 64, nobody)
	tr.Loss = WARP
	draw := tr.source(newStream(4), 0, 20)
	p := make([]float32, tr.m.stride)
	for range 500 {
		n := tr.negative(&draw, p, 15.5) // items 15 … 19 score above 14.5
		if n.item < 15 {
			t.Fatalf("took item %d of score %v for a positive of 15.5", n.item, n.score)
		}
	}
	if n := tr.negative(&draw, p, 100); n.item >= 0 || n.draws != 64 {
		t.Errorf("took item %d after %d draws where none violates, want none after 64", n.item, n.draws)
	}
}

func TestRankWeightsFallWithTheDraws(t *testing.T) {
	w := rankWeights(101, 200)
	if w[1] != 1 {
		t.Errorf("found at the first draw, a step weighs %v, want 1", w[1])
	}
	if want := float32(1 / 5.187377517639621); math.Abs(float64(w[200]-want)) > 1e-6 {
		t.Errorf("found at draw 200 of 100 items, a step weighs %v, want 1/H(100) = %v", w[200], want)
	}
	for n := 2; n < len(w); n++ {
		if w[n] > w[n-1] {
			t.Errorf("weight %v after %d draws is above %v before", w[n], n, w[n-1])
		}
	}
}
