package mf_test

import (
	"bytes"
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/osusume/osusume/mf"
	"github.com/osusume/osusume/recommender"
)

func TestTrainedTellsTheDefaults(t *testing.T) {
	m := train(t, mf.Config{Epochs: 2, Seed: 4, Progress: func(mf.Progress) {}}, longTailed(t, 100, 100, 1000))
	got := m.Trained()
	if c := got.Config; c.Epochs != 2 || c.Seed != 4 || c.Factors == 0 || c.Rate == 0 || c.L2 == 0 || c.L2User == 0 || c.Candidates == 0 || c.Progress != nil {
		t.Errorf("config %+v, want every default and no hook", c)
	}
	if got.Epochs != 2 || got.Best != 2 || got.Stopped != mf.Finished || got.Updates != 2000 || got.NDCG != 0 {
		t.Errorf("%d epochs, best %d, %v, %d updates, NDCG %v", got.Epochs, got.Best, got.Stopped, got.Updates, got.NDCG)
	}
	var b bytes.Buffer
	if _, err := m.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	read, err := mf.ReadModel(&b)
	if err != nil {
		t.Fatal(err)
	}
	if read.Trained().Epochs != 0 {
		t.Errorf("a model that was read says %+v", read.Trained())
	}
}

func TestValidationRestoresTheBestEpoch(t *testing.T) {
	d := longTailed(t, 200, 150, 4000)
	var seen []float64
	c := mf.Config{
		// A rate that stays high overshoots, so that the best epoch is not the last.
		Epochs: 40, Factors: 16, Rate: 0.3, FinalRate: 1, L2: 1e-6, Validation: 0.2, Patience: 4,
		Progress: func(p mf.Progress) { seen = append(seen, p.NDCG) },
	}
	m := train(t, c, d)
	got := m.Trained()
	best := 0
	for k, x := range seen {
		if x > seen[best] {
			best = k
		}
	}
	if got.Stopped != mf.Stale || got.Epochs != best+1+4 || got.Best != best+1 || got.NDCG != seen[best] || len(seen) != got.Epochs {
		t.Errorf("stopped as %v after %d epochs at best %d of NDCG %v; measured %v", got.Stopped, got.Epochs, got.Best, got.NDCG, seen)
	}
	// The same run that ends at the best epoch has the same factors.
	for _, c.Workers = range []int{1, 5} {
		if again := train(t, c, d); !bytes.Equal(save(t, again), save(t, m)) {
			t.Errorf("%d workers give another model", c.Workers)
		}
	}
}

// ticking is a clock on which every look takes a second.
func ticking() func() time.Time {
	now := time.Unix(0, 0)
	return func() time.Time {
		now = now.Add(time.Second)
		return now
	}
}

func TestBudgetEndsTraining(t *testing.T) {
	c := mf.Config{Epochs: 1000, Factors: 8, Budget: 20 * time.Second, Clock: ticking()}
	var last mf.Progress
	reports := 0
	c.Progress = func(p mf.Progress) { last, reports = p, reports+1 }
	got := train(t, c, longTailed(t, 100, 100, 1000)).Trained()
	// One block: a look for each epoch, and one for each report.
	if got.Stopped != mf.TimedOut || got.Epochs != 10 || reports != 10 || last.Epoch != 10 || last.Remaining != 0 {
		t.Errorf("%v after %d epochs, last of %d reports %+v", got.Stopped, got.Epochs, reports, last)
	}
}

func TestBudgetThatIsNotUsedUpChangesNothing(t *testing.T) {
	d := longTailed(t, 100, 100, 1000)
	c := mf.Config{Epochs: 5, Factors: 8}
	want := save(t, train(t, c, d))
	c.Budget, c.Clock = time.Hour, func() time.Time { return time.Unix(0, 0) }
	if got := save(t, train(t, c, d)); !bytes.Equal(got, want) {
		t.Error("training that had time to spare gave another model")
	}
}

func TestKeepOnCancelKeepsWhatThereIs(t *testing.T) {
	d := longTailed(t, 300, 300, 5000)
	after := func(epochs int, keep bool, validation float64) (recommender.Model, error) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		c := mf.Config{Epochs: 10, Factors: 8, KeepOnCancel: keep, Validation: validation, Progress: func(p mf.Progress) {
			if p.Epoch == epochs {
				cancel()
			}
		}}
		return c.Train(ctx, d)
	}
	for _, validation := range []float64{0, 0.1} {
		m, err := after(3, true, validation)
		if err != nil {
			t.Fatal(err)
		}
		got := m.(*mf.Model).Trained()
		if got.Stopped != mf.Canceled || got.Epochs != 3 || got.Best > 3 || got.Config.Epochs != 10 {
			t.Errorf("%v, %d of %d epochs, best %d", got.Stopped, got.Epochs, got.Config.Epochs, got.Best)
		}
		if _, err := m.Recommend(t.Context(), recommender.Request{User: userID(1)}); err != nil {
			t.Error(err)
		}
	}
	if _, err := after(3, false, 0); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v without KeepOnCancel, want %v", err, context.Canceled)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := (mf.Config{KeepOnCancel: true}).Train(ended, d); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v where nothing was learned, want %v", err, context.Canceled)
	}
}

func TestWarmStartGrowsAModel(t *testing.T) {
	var rows, more []recommender.Interaction
	for u := range 40 {
		for i := range 20 {
			if u%2 == i%2 && (u/2+i/2)%4 != 0 {
				rows = append(rows, view(u, i))
			}
		}
	}
	more = append(more, rows...)
	for i := 0; i < 30; i += 2 {
		more = append(more, view(100, i)) // a new user, and ten new items
	}
	old := train(t, mf.Config{Factors: 8}, dataset(t, 20, rows...))
	tiny := mf.Config{Factors: 8, Epochs: 1, Rate: 1e-9, From: old}
	m := train(t, tiny, dataset(t, 0, more...))
	near := cmpopts.EquateApprox(0, 1e-6) // one step of almost no length
	if diff := cmp.Diff(old.UserFactors(userID(7)), m.UserFactors(userID(7)), near); diff != "" {
		t.Errorf("an old user's factors (-old +new):\n%s", diff)
	}
	for _, i := range []int{0, 13} {
		want, wantBias := old.ItemFactors(itemID(i))
		got, gotBias := m.ItemFactors(itemID(i))
		if diff := cmp.Diff(want, got, near); diff != "" || !cmp.Equal(wantBias, gotBias, near) {
			t.Errorf("item %d (-old +new), biases %v and %v:\n%s", i, wantBias, gotBias, diff)
		}
	}
	if m.UserFactors(userID(100)) == nil {
		t.Error("the new user has no factors")
	}
	if m.Trained().Config.From != nil {
		t.Error("the model holds on to the one it started from")
	}

	// Learning on, the new user finds the camp in a few epochs.
	on := train(t, mf.Config{Factors: 8, Epochs: 5, From: old}, dataset(t, 0, more...))
	got := scores(t, on, recommender.Request{User: userID(100)})
	place := map[recommender.ItemID]float32{}
	for k, id := range on.Catalog() {
		place[id] = got[k]
	}
	for i := 1; i < 20; i += 2 {
		if place[itemID(i)] >= place[itemID(i-1)] {
			t.Errorf("item %d of the other camp scores %v, item %d %v", i, place[itemID(i)], i-1, place[itemID(i-1)])
		}
	}

	_, err := mf.Config{Factors: 9, From: old}.Train(t.Context(), dataset(t, 0, more...))
	if !errors.Is(err, recommender.ErrInvalid) {
		t.Errorf("error %v for another number of factors, want ErrInvalid", err)
	}
}
