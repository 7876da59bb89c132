package mf

import (
	"math"
	"slices"
	"testing"
)

func TestHoldingBackLeavesEverybodyOne(t *testing.T) {
	likes := randomPositives(200, 80, 0.05)
	held, kept := holdBack(likes, 80, 0.6, 7)
	rest := likes.only(kept)
	if len(held.items)+len(rest.items) != len(likes.items) {
		t.Fatalf("%d held and %d left of %d", len(held.items), len(rest.items), len(likes.items))
	}
	if got := float64(len(held.items)) / float64(len(likes.items)); got < 0.4 || got > 0.6 {
		t.Errorf("%v is held back, want 0.6 less what must stay", got)
	}
	for u := range likes.users() {
		both := slices.Sorted(slices.Values(slices.Concat(held.of(u), rest.of(u))))
		if !slices.Equal(both, likes.of(u)) {
			t.Errorf("user %d: %v and %v of %v", u, held.of(u), rest.of(u), likes.of(u))
		}
		if len(likes.of(u)) > 0 && len(rest.of(u)) == 0 {
			t.Errorf("user %d has nothing left", u)
		}
	}
	if got, want := len(rest.anybody(80)), len(likes.anybody(80)); got != want {
		t.Errorf("%d items have somebody left, want %d", got, want)
	}
}

// Scores are the items' numbers; the user learned from 9 and 3, and 8 and 6 are
// held back: the list is 8, 7, 6, ….
func TestValidationIsNDCGOfTheRest(t *testing.T) {
	tr := newSampling(t, 10, 1)
	for i := range 10 {
		tr.m.known[i] = true
	}
	tr.m.user = make([]float32, tr.m.stride)
	train := positives{offset: []int{0, 2}, items: []int32{3, 9}}
	held := positives{offset: []int{0, 2}, items: []int32{6, 8}}
	v := newValidation(tr.m, train, held, 1)
	got, err := v.measure(t.Context(), 1, 1)
	if err != nil {
		t.Fatal(err)
	}
	if want := (1 + 1/math.Log2(4)) / (1 + 1/math.Log2(3)); math.Abs(got-want) > 1e-7 {
		t.Errorf("NDCG %v, want %v", got, want)
	}
	tr.m.bias[0] = 50 // a better item that is not the user's
	if worse, err := v.measure(t.Context(), 2, 1); err != nil || worse >= got || v.bestEpoch != 1 || v.value != got {
		t.Errorf("NDCG %v (%v) after epoch 2, best %v of epoch %d; want less, and the first", worse, err, v.value, v.bestEpoch)
	}
	v.restore()
	if tr.m.bias[0] != 0 {
		t.Error("the best factors were not restored")
	}
}
