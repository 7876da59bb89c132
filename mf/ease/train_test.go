package ease_test

import (
	"bytes"
	"context"
	"errors"
	"hash/crc32"
	"math"
	"strings"
	"testing"

	"github.com/osusume/osusume/mf/ease"
	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/recommender/recommendertest"
)

func TestConfigIsATrainer(t *testing.T) {
	for name, c := range map[string]ease.Config{"dense": {}, "sparse": {Keep: 5, MinStars: 2}} {
		t.Run(name, func(t *testing.T) {
			recommendertest.TestTrainer(t, c, nil, recommendertest.TrainerOptions{
				Workers: func(n int) recommender.Trainer {
					c.Workers = n
					return c
				},
			})
		})
	}
}

// The numbers are NumPy 2.3.4's, by numpy.linalg.inv in float64.
func TestScoresAreNumPys(t *testing.T) {
	for _, c := range []struct {
		name   string
		config ease.Config
		want   map[int][]float64
	}{
		{"as in the paper", ease.Config{Lambda: 2, NoDropout: true, EqualUsers: true}, map[int][]float64{
			0: {0.4488384, 0.6235546, 0.6994853, 0.0479194, 0.0169179, -0.0335333, 0.1719885, -0.0612520, 0.0376855},
			5: {0.0677212, 0.2625268, 0.2528530, 0.1127666, 0.0720665, -0.0515267, 0.2081039, 0.1254722, 0.1676558},
		}},
		{"weighed, with dropout", ease.Config{Lambda: 0.5, Dropout: 0.5, UserPower: 0.3}, map[int][]float64{
			0: {0.3419752, 0.4506617, 0.5753748, 0.0382968, 0.0169557, -0.0192659, 0.1502665, -0.0356972, 0.0338233},
			5: {0.0538321, 0.1646665, 0.2388556, 0.0672867, 0.0386094, -0.0239964, 0.1607860, 0.1479068, 0.0963701},
		}},
	} {
		m := train(t, c.config, pattern(t))
		for u, want := range c.want {
			got := scores(t, m, recommender.Request{User: userID(u)})
			near(t, c.name, got[:9], want, 1e-6)
			if got[9] == got[9] {
				t.Errorf("%s: an item that nobody has scores %v, want NaN", c.name, got[9])
			}
		}
	}
}

func TestDefaultsAreThoseOfTheComments(t *testing.T) {
	d := longTailed(t, 100, 40, 900)
	table, err := recommender.Load(t.Context(), d, recommender.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	users := map[int32]bool{}
	for _, u := range table.User {
		users[u] = true
	}
	lambda := 1.5 * float64(table.Len()) / float64(len(users)) // fewer than 75 items a user
	spelled := ease.Config{Lambda: lambda, Dropout: 0.2, UserPower: 0.3}
	if !bytes.Equal(save(t, train(t, ease.Config{}, d)), save(t, train(t, spelled, d))) {
		t.Error("the zero Config and its documented defaults give two models")
	}
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
	for _, keep := range []int{0, 10} {
		m := train(t, ease.Config{Keep: keep}, dataset(t, n, rows...))
		for u := range n {
			got, err := m.Recommend(t.Context(), recommender.Request{User: userID(u), N: 1})
			if err != nil {
				t.Fatal(err)
			}
			if len(got.Items) != 1 || got.Items[0].Item != itemID(u) {
				t.Errorf("keep %d: user %d is recommended %v, want item %d", keep, u, got.Items, u)
			}
		}
	}
}

func TestKeepKeepsTheLargestAboutEachItem(t *testing.T) {
	d := longTailed(t, 200, 60, 3000)
	all, some := train(t, ease.Config{}, d), train(t, ease.Config{Keep: 7}, d)
	for _, j := range all.Catalog() {
		kept, least, most := 0, math.Inf(1), 0.0
		for _, i := range all.Catalog() {
			exact, ok := all.Weight(i, j)
			got, _ := some.Weight(i, j)
			size := math.Abs(float64(exact))
			switch {
			case !ok:
			case got == 0:
				most = max(most, size)
			case got != exact:
				t.Errorf("weight of %s on %s is %v, want %v", i, j, got, exact)
			default:
				kept++
				least = min(least, size)
			}
		}
		if kept != 7 || most > least {
			t.Errorf("item %s keeps %d weights from %v, and leaves out %v; want 7", j, kept, least, most)
		}
	}
	if a, b := len(save(t, all)), len(save(t, some)); b >= a {
		t.Errorf("the kept weights take %d bytes, all of them %d", b, a)
	}
	if a, b := save(t, train(t, ease.Config{Keep: 59}, d)), save(t, all); !bytes.Equal(a, b) {
		t.Error("keeping every weight gives another snapshot than the default")
	}
}

// The sum is that of amd64; that it holds elsewhere is what the explicit
// conversions of the kernels are for. A deliberate change of the training or of
// the snapshot changes it.
func TestBytesAreTheSameOnEveryMachine(t *testing.T) {
	m := train(t, ease.Config{Lambda: 50, NoDropout: true, EqualUsers: true}, longTailed(t, 600, 300, 8000))
	const want = 0x29004a6f
	if got := crc32.ChecksumIEEE(save(t, m)); got != want {
		t.Errorf("checksum of the snapshot is %#x, want %#x", got, uint32(want))
	}
}

func TestEveryFaultOfAConfigIsReported(t *testing.T) {
	c := ease.Config{
		Lambda: -1, Dropout: 1, UserPower: math.NaN(), Keep: -2, MaxMemory: -3, Workers: -4,
		Kinds: []recommender.Kind{recommender.Dislike, 99}, MinStars: 6,
	}
	_, err := c.Train(t.Context(), pattern(t))
	if !errors.Is(err, recommender.ErrInvalid) {
		t.Fatalf("error %v, want ErrInvalid", err)
	}
	for _, want := range []string{"mf/ease: ", "Lambda -1", "Dropout 1", "UserPower NaN", "Keep -2", "MaxMemory -3", "Workers -4", "dislike", "kind(99)", "MinStars 6"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("error %q does not say %q", err, want)
		}
	}
}

func TestMemoryIsRefusedBeforeAnyWork(t *testing.T) {
	steps := 0
	c := ease.Config{MaxMemory: ease.Memory(9, 0) - 1, Progress: func(ease.Progress) { steps++ }}
	_, err := c.Train(t.Context(), pattern(t))
	if !errors.Is(err, recommender.ErrInvalid) || !strings.Contains(err.Error(), "9 items need") || !strings.Contains(err.Error(), "MaxMemory") {
		t.Errorf("error %v, want ErrInvalid that names both", err)
	}
	if steps != 0 {
		t.Errorf("%d steps before it is refused", steps)
	}
	c.MaxMemory++
	train(t, c, pattern(t))
	if steps == 0 {
		t.Error("no progress is reported")
	}
	// The default takes 30,000 items, and not 100,000.
	if small, large := ease.Memory(30_000, 0), ease.Memory(100_000, 0); small > 4<<30 || large < 40e9 {
		t.Errorf("30,000 items need %d bytes and 100,000 %d", small, large)
	}
}

// Users who all have the same 400 items: nothing but the ridge tells these apart.
func TestLambdaBeyondFloat32IsRefused(t *testing.T) {
	var rows []recommender.Interaction
	for u := range 500 {
		for i := range 400 {
			if (u+i)%97 != 0 {
				rows = append(rows, view(u, i))
			}
		}
	}
	c := ease.Config{Lambda: 1e-7, NoDropout: true}
	if _, err := c.Train(t.Context(), dataset(t, 0, rows...)); !errors.Is(err, recommender.ErrInvalid) || !strings.Contains(err.Error(), "Lambda") {
		t.Errorf("error %v, want ErrInvalid that names Lambda", err)
	}
}

func TestNothingToLearnFromIsInvalid(t *testing.T) {
	dislike := recommender.Interaction{User: "u", Item: "i", Kind: recommender.Dislike}
	poor := recommender.Interaction{User: "u", Item: "i", Kind: recommender.Rate, Value: 2}
	for name, c := range map[string]struct {
		config ease.Config
		data   recommender.Dataset
	}{
		"no rows":                 {data: dataset(t, 3)},
		"only a dislike":          {data: dataset(t, 0, dislike)},
		"viewed and disliked":     {data: dataset(t, 0, dislike, recommender.Interaction{User: "u", Item: "i"})},
		"only ratings below":      {ease.Config{MinStars: 2.5}, dataset(t, 0, poor)},
		"only kinds not asked of": {ease.Config{Kinds: []recommender.Kind{recommender.Like}}, dataset(t, 0, poor)},
	} {
		if _, err := c.config.Train(t.Context(), c.data); !errors.Is(err, recommender.ErrInvalid) {
			t.Errorf("%s: error %v, want ErrInvalid", name, err)
		}
	}
}

func TestDegenerateDataTrains(t *testing.T) {
	for name, rows := range map[string][]recommender.Interaction{
		"one user, one item":       {view(0, 0)},
		"one item of many":         {view(0, 0), view(1, 0), view(2, 0)},
		"one user of many items":   {view(0, 0), view(0, 1), view(0, 2)},
		"everybody has everything": {view(0, 0), view(0, 1), view(1, 0), view(1, 1)},
		"nothing in common":        {view(0, 0), view(1, 1), view(2, 2)},
	} {
		for _, c := range []ease.Config{{}, {Keep: 1}, {NoDropout: true, EqualUsers: true}} {
			m := train(t, c, dataset(t, 4, rows...))
			for _, s := range scores(t, m, recommender.Request{User: userID(0)})[:1] {
				if s != s || math.IsInf(float64(s), 0) {
					t.Errorf("%s: a score of %v", name, s)
				}
			}
		}
	}
}

func TestTrainingEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	c := ease.Config{Progress: func(p ease.Progress) {
		if p.Step > 1 {
			t.Errorf("step %d of %d after the end", p.Step, p.Steps)
		}
		cancel()
	}}
	if _, err := c.Train(ctx, longTailed(t, 300, 400, 9000)); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want Canceled", err)
	}
}
