package mf_test

import (
	"bytes"
	"context"
	"errors"
	"hash/crc32"
	"math"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/osusume/osusume/mf"
	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/recommender/recommendertest"
)

func TestConfigIsATrainer(t *testing.T) {
	c := mf.Config{Factors: 16, Epochs: 10}
	recommendertest.TestTrainer(t, c, nil, recommendertest.TrainerOptions{
		Workers: func(n int) recommender.Trainer {
			c.Workers = n
			return c
		},
	})
}

// User i likes every item of its own parity except i, so the answer must be i.
func TestCheckerboard(t *testing.T) {
	const n = 50
	var rows []recommender.Interaction
	for u := range n {
		for i := u % 2; i < n; i += 2 {
			if i != u {
				rows = append(rows, view(u, i))
			}
		}
	}
	for _, c := range []mf.Config{
		{}, {Loss: mf.WARP, Factors: 4}, {Popularity: 1}, {Oversample: 0.2}, {NoBias: true}, {UserPower: 1},
	} {
		m := train(t, c, dataset(t, n, rows...))
		for u := range n {
			got, err := m.Recommend(t.Context(), recommender.Request{User: userID(u), N: 1})
			if err != nil {
				t.Fatal(err)
			}
			if len(got.Items) != 1 || got.Items[0].Item != itemID(u) {
				t.Errorf("%+v: user %d is recommended %v, want item %d", c, u, got.Items, u)
			}
		}
	}
}

// Several blocks, so that workers do share the work.
func TestWorkersChangeNoByte(t *testing.T) {
	d := longTailed(t, 600, 400, 8000)
	c := mf.Config{Factors: 20, Epochs: 3, Workers: 1, Seed: 5}
	want := save(t, train(t, c, d))
	for _, c.Workers = range []int{2, 7} {
		if !bytes.Equal(save(t, train(t, c, d)), want) {
			t.Errorf("%d workers give another model than 1", c.Workers)
		}
	}
	c.Seed = 6
	if bytes.Equal(save(t, train(t, c, d)), want) {
		t.Error("another seed gives the same model")
	}
}

// The sum is that of amd64; that it holds elsewhere is what the explicit
// conversions of the kernels are for. A deliberate change of the training or of
// the snapshot changes it.
func TestBytesAreTheSameOnEveryMachine(t *testing.T) {
	c := mf.Config{
		Factors: 20, Epochs: 3, Rate: 0.1, L2: 0.02, L2User: 0.03, L2Power: 0.3, UserPower: 0.2,
		Candidates: 6, InitScale: 0.1, Blocks: 32,
	}
	m := train(t, c, longTailed(t, 600, 400, 8000))
	const want = 0xfabc868a
	if got := crc32.ChecksumIEEE(save(t, m)); got != want {
		t.Errorf("checksum of the snapshot is %#x, want %#x", got, uint32(want))
	}
}

func TestEveryFaultOfAConfigIsReported(t *testing.T) {
	c := mf.Config{
		Factors: -3, Epochs: -1, Rate: math.NaN(), L2: math.Inf(1), Candidates: 1 << 30, InitScale: -1,
		Blocks: -1, Workers: -1, Loss: 7, FinalRate: 1.5, L2User: -1, Popularity: 1, Oversample: 2, Validation: 1, Patience: -1,
		HalfLife: -1, Budget: -time.Second, KindWeights: []float64{math.NaN(), 1, 1, 1, 1, 1, 1}, ValuePower: -2, Kinds: []recommender.Kind{recommender.Dislike, 99}, MinStars: 6,
	}
	_, err := c.Train(t.Context(), longTailed(t, 10, 10, 20))
	if !errors.Is(err, recommender.ErrInvalid) {
		t.Fatalf("error %v, want ErrInvalid", err)
	}
	for _, want := range []string{"mf: ", "Factors -3", "Epochs -1", "Rate NaN", "L2 +Inf", "Candidates 1073741824", "InitScale -1", "Blocks -1", "Workers -1", "dislike", "kind(99)", "MinStars 6",
		"Loss loss(7)", "FinalRate 1.5", "L2User -1", "Oversample 2", "both set", "Validation 1", "Patience -1", "HalfLife -1ns", "Budget -1s",
		"NaN for view", "7 numbers for 6 kinds", "ValuePower -2"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("error %q does not say %q", err, want)
		}
	}
}

func TestNothingToLearnFromIsInvalid(t *testing.T) {
	dislike := recommender.Interaction{User: "u", Item: "i", Kind: recommender.Dislike}
	poor := recommender.Interaction{User: "u", Item: "i", Kind: recommender.Rate, Value: 2}
	all := func(users, items int) (rows []recommender.Interaction) {
		for u := range users {
			for i := range items {
				rows = append(rows, view(u, i))
			}
		}
		return rows
	}
	for name, c := range map[string]struct {
		config mf.Config
		data   recommender.Dataset
	}{
		"no rows":                 {data: dataset(t, 3)},
		"no rows and no items":    {data: dataset(t, 0)},
		"one user, one item":      {data: dataset(t, 0, view(0, 0))},
		"one user with all":       {data: dataset(t, 50, all(1, 20)...)},
		"one item":                {data: dataset(t, 0, all(20, 1)...)},
		"all identical":           {data: dataset(t, 0, all(30, 30)...)},
		"only a dislike":          {data: dataset(t, 0, dislike)},
		"viewed and disliked":     {data: dataset(t, 0, dislike, recommender.Interaction{User: "u", Item: "i"})},
		"only ratings below":      {mf.Config{MinStars: 2.5}, dataset(t, 0, poor)},
		"only kinds not asked of": {mf.Config{Kinds: []recommender.Kind{recommender.Like}}, dataset(t, 0, poor)},
	} {
		if _, err := c.config.Train(t.Context(), c.data); !errors.Is(err, recommender.ErrInvalid) {
			t.Errorf("%s: error %v, want ErrInvalid", name, err)
		}
	}
}

func TestDegenerateDataTrains(t *testing.T) {
	all := func(from, users, items int) (rows []recommender.Interaction) {
		for u := from; u < from+users; u++ {
			for i := range items {
				rows = append(rows, view(u, i))
			}
		}
		return rows
	}
	for name, d := range map[string]recommender.Dataset{
		"two users, two items":      dataset(t, 0, view(0, 0), view(1, 1)),
		"one lacks an item":         dataset(t, 100, append(all(0, 5, 5), all(5, 1, 4)...)...),
		"a user with all items":     dataset(t, 0, append(all(0, 1, 200), view(1, 3), view(2, 4))...),
		"all items but one":         dataset(t, 200, append(all(0, 150, 199), view(150, 199))...),
		"a user in several blocks":  dataset(t, 0, append(all(0, 130, 300), view(1000, 299), view(1000, 301))...),
		"an item that everyone has": dataset(t, 0, append(all(0, 100, 1), view(3, 1), view(4, 2))...),
	} {
		for _, c := range []mf.Config{{}, {Loss: mf.WARP, Factors: 4}, {Popularity: 1}, {Oversample: 0.1}, {Validation: 0.5}, {Candidates: 1}, {NoBias: true}} {
			c.Factors, c.Epochs = 8, 3
			m := train(t, c, d)
			for i, s := range scores(t, m, recommender.Request{User: userID(0)}) {
				factors, _ := m.ItemFactors(m.Catalog()[i])
				if nan := s != s; nan != (factors == nil) {
					t.Errorf("%s, %+v: item %d scores %v and has %d factors", name, c, i, s, len(factors))
				}
			}
		}
	}
}

// Whatever decides what is drawn and how far a step goes must not depend on who
// does the work.
func TestWorkersChangeNoByteOfAnyKind(t *testing.T) {
	d := recommendertest.SmallWorld(4)
	for _, c := range []mf.Config{
		{}, {Loss: mf.WARP}, {Popularity: 0.7}, {Oversample: 0.1, Candidates: 2},
		{UserPower: 0.5, L2Power: 0.25, L2User: 0.03, L2Positive: 0.01, L2Bias: 0.001},
		{KindWeights: []float64{1, 1, 2}, ValuePower: 0.5, HalfLife: 240 * time.Hour},
		{Validation: 0.2, Patience: 2, Rate: 0.3},
	} {
		c.Factors, c.Workers = 10, 1
		if c.Epochs = 4; c.Patience > 0 {
			c.Epochs = 12
		}
		want := save(t, train(t, c, d))
		for _, c.Workers = range []int{2, 5} {
			if !bytes.Equal(save(t, train(t, c, d)), want) {
				t.Errorf("%+v gives another model than 1 worker", c)
			}
		}
	}
}

func TestNoBiasLeavesTheProductAlone(t *testing.T) {
	m := train(t, mf.Config{NoBias: true, Factors: 8}, longTailed(t, 100, 80, 1500))
	for _, id := range m.Catalog() {
		if factors, bias := m.ItemFactors(id); factors != nil && bias != 0 {
			t.Errorf("item %s has the bias %v", id, bias)
		}
	}
}

func TestRunawayFactorsAreReported(t *testing.T) {
	for name, c := range map[string]mf.Config{
		"overflow":            {Rate: 1e6, L2: 10, Epochs: 5},
		"huge, but finite":    {Rate: 1},
		"huge from the start": {InitScale: 1e18, Epochs: 1},
	} {
		_, err := c.Train(t.Context(), longTailed(t, 100, 100, 500))
		if !errors.Is(err, recommender.ErrInvalid) || !strings.Contains(err.Error(), "Rate") {
			t.Errorf("%s: error %v, want ErrInvalid that names Rate", name, err)
		}
	}
}

func TestTrainingStopsWithinAnEpoch(t *testing.T) {
	for _, workers := range []int{1, 3} {
		ctx, cancel := context.WithCancel(t.Context())
		epochs := 0
		c := mf.Config{Workers: workers, Progress: func(mf.Progress) {
			epochs++
			cancel()
		}}
		_, err := c.Train(ctx, longTailed(t, 300, 300, 5000))
		if !errors.Is(err, context.Canceled) {
			t.Errorf("workers=%d: error %v, want %v", workers, err, context.Canceled)
		}
		if epochs != 1 {
			t.Errorf("workers=%d: %d epochs, want the one that ended ctx", workers, epochs)
		}
	}
}

func TestProgressAddsUp(t *testing.T) {
	var got []mf.Progress
	c := mf.Config{Epochs: 4, Progress: func(p mf.Progress) { got = append(got, p) }}
	train(t, c, longTailed(t, 300, 300, 5000))
	if len(got) != 4 {
		t.Fatalf("%d reports, want 4", len(got))
	}
	for k, p := range got {
		if p.Epoch != k+1 || p.Epochs != 4 || p.Updates+p.Skipped != int64(5000*(k+1)) || !(p.AUC >= 0 && p.AUC <= 1) || !(p.Loss > 0) || p.NDCG != 0 {
			t.Errorf("report %d is %+v", k, p)
		}
	}
	if first, last := got[0].AUC, got[3].AUC; last <= first {
		t.Errorf("AUC went from %v to %v, want more", first, last)
	}
	if got[0].Remaining <= 0 || got[3].Remaining != 0 {
		t.Errorf("%v remain after the first epoch and %v after the last", got[0].Remaining, got[3].Remaining)
	}
}

// A catalogue is often larger than what anybody has touched. What nobody has must
// not be drawn as a negative, nor move the others' factors.
func TestItemsNobodyHasDoNotChangeTheOthers(t *testing.T) {
	d := recommendertest.SmallWorld(1)
	table, err := recommender.Load(t.Context(), d, recommender.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	touched := map[recommender.ItemID]bool{}
	for _, item := range table.Item {
		touched[table.Items[item]] = true
	}
	extra := make([]recommender.Item, 500)
	for i := range extra {
		extra[i].ID = recommender.RecordID("extra", strconv.Itoa(i))
	}
	score := func(d recommender.Dataset) map[recommender.ItemID]float32 {
		m, err := mf.Config{Factors: 8, Epochs: 3}.Train(t.Context(), d)
		if err != nil {
			t.Fatal(err)
		}
		s := m.(recommender.Scorer)
		dst := make([]float32, len(s.Catalog()))
		if err := s.ScoreAll(t.Context(), recommender.Request{User: table.Users[0]}, dst); err != nil {
			t.Fatal(err)
		}
		scores := map[recommender.ItemID]float32{}
		for i, id := range s.Catalog() {
			if touched[id] {
				scores[id] = dst[i]
			} else if dst[i] == dst[i] {
				t.Errorf("item %s that nobody has scores %v, want NaN", id, dst[i])
			}
		}
		return scores
	}
	if diff := cmp.Diff(score(table.Dataset()), score(recommender.Combine(recommender.ItemsOf(extra), table.Dataset()))); diff != "" {
		t.Errorf("500 items more that nobody has changed the scores:\n%s", diff)
	}
}
