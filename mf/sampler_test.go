package mf

import (
	"testing"

	"github.com/osusume/osusume/recommender"
)

// sampling over n items of which the user has those that has says; an item's
// score is its number.
func newSampling(t *testing.T, n, candidates int, has func(i int) bool) *training {
	t.Helper()
	items := make([]recommender.ItemID, n)
	for i := range items {
		items[i] = recommender.RecordID("test", string(rune('a'+i)))
	}
	nobody := recommender.NewHistories(&recommender.Table{Items: items})
	m, err := newModel(1, taste{}, items, nobody, positives{offset: []int{0}})
	if err != nil {
		t.Fatal(err)
	}
	tr := &training{
		Config: Config{Candidates: candidates}, m: m,
		order: newSchedule(positives{offset: []int{0, n}, items: identity(n)}, 1, n, 1), has: make([]bool, n),
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
	draw := newStream(1)
	drawn := map[int32]bool{}
	for range 2000 {
		j, score, found := tr.hardest(&draw, p, 4, 16)
		if !found {
			continue
		}
		if j%2 == 0 || j < 4 || j >= 16 || score != float32(j) {
			t.Fatalf("drew item %d of score %v, want an odd one in [4, 16) and its bias", j, score)
		}
		drawn[j] = true
	}
	if len(drawn) != 6 {
		t.Errorf("drew %d different items, want all 6", len(drawn))
	}
}

func TestMoreCandidatesAreHarder(t *testing.T) {
	mean := func(candidates int) (sum float64) {
		tr := newSampling(t, 20, candidates, func(int) bool { return false })
		p := make([]float32, tr.m.stride)
		draw := newStream(1)
		for range 1000 {
			_, score, _ := tr.hardest(&draw, p, 0, 20)
			sum += float64(score) / 1000
		}
		return sum
	}
	// The largest of k draws of 0..19 has mean 9.5 for k = 1 and about 15.3 for k = 4.
	if one, four := mean(1), mean(4); one < 9 || one > 10 || four < 14.8 || four > 15.8 {
		t.Errorf("mean scores %v of one candidate and %v of four", one, four)
	}
}

func TestSamplerGivesUpOnAUserWithEverything(t *testing.T) {
	tr := newSampling(t, 20, 3, func(int) bool { return true })
	draw := newStream(1)
	if j, _, found := tr.hardest(&draw, make([]float32, tr.m.stride), 0, 20); found {
		t.Errorf("drew item %d of a user who has everything", j)
	}
}
