package mf

import (
	"math"
	"slices"
	"strconv"
	"testing"

	"github.com/osusume/osusume/internal/vec"
	"github.com/osusume/osusume/recommender"
)

// newSampling is a training over n items, of whom each scores its number.
func newSampling(t *testing.T, n, candidates int) *training {
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
	for i := range n {
		m.bias[i] = float32(i)
	}
	return &training{
		Config: Config{Candidates: candidates}, m: m,
		order: newSchedule(positives{offset: []int{0, n}, items: identity(n)}, nil, n, 1),
	}
}

// newCarousel draws from the block [from, to) for a user of vector 0 who has the
// items that has says.
func newCarousel(tr *training, seed uint64, from, to int, has func(i int) bool) (*carousel, *seat) {
	n := tr.m.stride
	d := &carousel{training: tr, draw: tr.source(newStream(seed), from, to)}
	d.rows = vec.Factors{Size: n, User: make([]float32, n), Item: tr.m.item[from*n : to*n], Bias: tr.m.bias[from:to]}
	s := &d.seated[0]
	s.open(tr, to-from)
	for i := from; i < to; i++ {
		if has(i) {
			s.has.set(i - from)
		}
	}
	return d, s
}

func nobody(int) bool { return false }

func TestNegativesAreNeverTheUsersOwn(t *testing.T) {
	for name, change := range map[string]func(tr *training){
		"uniform": func(*training) {},
		"popular": func(tr *training) {
			tr.popular = &popularity{counts: tr.order.items}
			tr.popular.lay(tr.order, 1)
		},
	} {
		t.Run(name, func(t *testing.T) {
			tr := newSampling(t, 200, 3)
			change(tr)
			d, s := newCarousel(tr, 1, 30, 180, func(i int) bool { return i%2 == 0 })
			drawn := map[int32]bool{}
			for range 5000 {
				var places [4]int32
				d.draw.fill(places[:], 3, s)
				for _, at := range places {
					if item := at + 30; item%2 == 0 || item < 30 || item >= 180 {
						t.Fatalf("drew item %d, want an odd one in [30, 180)", item)
					}
					drawn[at] = true
				}
				if places[3] != places[0] {
					t.Fatalf("drew %v, want the first of three again", places)
				}
			}
			if len(drawn) != 75 {
				t.Errorf("drew %d different items, want all 75", len(drawn))
			}
		})
	}
}

// The user's own items lie in one heap; what lies behind it is not drawn more
// often than other items, because every epoch shuffles anew.
func TestUniformDrawsAreUniformOverEpochs(t *testing.T) {
	const n, epochs, draws = 100, 400, 200
	tr := newSampling(t, n, 4)
	var counts [n]int
	for epoch := range uint64(epochs) {
		if err := tr.order.shuffle(t.Context(), 3, epoch, 1); err != nil {
			t.Fatal(err)
		}
		d, s := newCarousel(tr, epoch, 0, n, func(at int) bool { return tr.order.items[at] < n/2 })
		for range draws {
			var places [4]int32
			d.draw.fill(places[:], 4, s)
			for _, at := range places {
				counts[tr.order.items[at]]++
			}
		}
	}
	const mean = 4 * epochs * draws / (n / 2)
	for item, got := range counts {
		switch {
		case item < n/2 && got != 0:
			t.Errorf("item %d, which the user has, was drawn %d times", item, got)
		case item >= n/2 && (got < mean*9/10 || got > mean*11/10):
			t.Errorf("item %d was drawn %d times, want about %d", item, got, mean)
		}
	}
}

// mean is the mean score of the negatives of a sampler of 20 items.
func mean(tr *training) (sum float64) {
	d, s := newCarousel(tr, 1, 0, 20, nobody)
	tr.drawn = (tr.Candidates + 3) / 4 * 4
	s.own = make([]pair, 2000)
	for s.next < len(s.own) {
		d.candidates = make([]int32, 0, tr.drawn)
		d.visit(s)
		vec.Hardest(&d.rows, d.steps, d.candidates, tr.drawn)
		sum += float64(tr.m.bias[d.steps[0].Negative]) / 2000
		d.steps = d.steps[:0]
	}
	return sum
}

func TestMoreCandidatesAreHarder(t *testing.T) {
	// The largest of a window of 0..19, which goes round, has mean 9.5 for a width
	// of 1 and 13.85 for 4: (17·18.5 - 16·17/2 … + 3·19)/20.
	want := 0.0
	for at := range 20 {
		want += float64(max(at, (at+1)%20, (at+2)%20, (at+3)%20)) / 20
	}
	if one, four := mean(newSampling(t, 20, 1)), mean(newSampling(t, 20, 4)); math.Abs(one-9.5) > 0.5 || math.Abs(four-want) > 0.5 {
		t.Errorf("mean scores %v of one candidate and %v of four, want 9.5 and %v", one, four, want)
	}
}

// One free item of 1000 is hardly ever drawn within the bound: the scan finds it.
func TestScanFindsTheOnlyFreeItem(t *testing.T) {
	const free = 777
	tr := newSampling(t, 1000, 2)
	tr.popular = &popularity{counts: identity(1000)}
	tr.popular.lay(tr.order, 0)
	d, s := newCarousel(tr, 1, 0, 1000, func(i int) bool { return i != free })
	for range 50 {
		var places [2]int32
		if n := d.draw.fill(places[:], 2, s); n != 1 || places != [2]int32{free, free} {
			t.Fatalf("drew %d of %v, want one and %d", n, places, free)
		}
	}
}

func TestPopularItemsAreDrawnByTheirCount(t *testing.T) {
	tr := newSampling(t, 20, 1)
	counts := make([]int32, 20)
	for i := range counts {
		counts[i] = 1
	}
	counts[5] = 16
	tr.popular = &popularity{counts: counts}
	for alpha, want := range map[float64]float64{0: 1.0 / 19, 0.5: 4.0 / 22, 1: 16.0 / 34} {
		tr.popular.lay(tr.order, alpha)
		d, s := newCarousel(tr, 2, 0, 20, func(i int) bool { return i == 3 })
		const draws = 20_000
		hits := 0
		for range draws {
			var place [1]int32
			d.draw.fill(place[:], 1, s)
			switch place[0] {
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
	tr := newSampling(t, 20, 1)
	for i := range 20 {
		tr.m.itemRow(i)[0] = float32((i*7)%20) - 10
	}
	tr.ranked = newOversampler(tr.m, tr.order, 0.1)
	if err := tr.ranked.lay(t.Context(), tr.order, 1); err != nil {
		t.Fatal(err)
	}
	d, s := newCarousel(tr, 3, 0, 20, nobody)
	place := func(sign float32) (sum float64) {
		d.rows.User[0] = sign
		s.ranked.visit(d.vector(s))
		for range 4000 {
			var at [1]int32
			d.draw.fill(at[:], 1, s)
			sum += float64(tr.m.itemRow(int(at[0]))[0]) / 4000
		}
		return sum
	}
	// Ranks have mean 2 but for the cut tail: values of mean about 7 and -8.
	if up, down := place(1), place(-1); up < 6.5 || up > 8 || down > -7.5 || down < -9 {
		t.Errorf("mean places %v for a user at 1 and %v at -1, want about 7 and -8", up, down)
	}
}

// The positive is at place 0, and scores what its bias says.
func TestWARPTakesTheFirstViolator(t *testing.T) {
	tr := newSampling(t, 20, 64)
	tr.Loss, tr.rankWeights = WARP, rankWeights(20, 64)
	for _, c := range []struct {
		positive float32
		taken    bool
	}{{15.5, true}, {100, false}} {
		for seed := range uint64(200) {
			d, s := newCarousel(tr, seed, 0, 20, func(i int) bool { return i == 0 })
			tr.m.bias[0] = c.positive
			before := slices.Clone(tr.m.bias)
			d.warp(s, vec.Step{Gain: 0.5})
			var moved []int
			for i, b := range tr.m.bias {
				if b != before[i] {
					moved = append(moved, i)
				}
			}
			copy(tr.m.bias, before)
			switch {
			case !c.taken && (moved != nil || d.sum.updates != 0):
				t.Fatalf("moved items %v where none violates", moved)
			case c.taken && (len(moved) != 2 || moved[0] != 0 || moved[1] < 15 || d.sum.updates != 1):
				t.Fatalf("moved items %v for a positive of 15.5, want 0 and one from 15 on", moved)
			}
		}
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
