package mf_test

import (
	"bytes"
	"context"
	"errors"
	"hash/crc32"
	"math"
	"strings"
	"testing"

	"github.com/osusume/osusume/mf"
	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/recommender/recommendertest"
)

func TestIALSIsATrainer(t *testing.T) {
	c := mf.IALS{Factors: 16, Epochs: 6}
	recommendertest.TestTrainer(t, c, nil, recommendertest.TrainerOptions{
		Workers: func(n int) recommender.Trainer {
			c.Workers = n
			return c
		},
	})
}

func TestIALSSolvesTheCheckerboard(t *testing.T) {
	const n = 50
	var rows []recommender.Interaction
	for u := range n {
		for i := u % 2; i < n; i += 2 {
			if i != u {
				rows = append(rows, view(u, i))
			}
		}
	}
	m := train(t, mf.IALS{}, dataset(t, n, rows...))
	for u := range n {
		got, err := m.Recommend(t.Context(), recommender.Request{User: userID(u), N: 1})
		if err != nil {
			t.Fatal(err)
		}
		if len(got.Items) != 1 || got.Items[0].Item != itemID(u) {
			t.Errorf("user %d is recommended %v, want item %d", u, got.Items, u)
		}
	}
}

func TestWorkersChangeNoByteOfIALS(t *testing.T) {
	d := longTailed(t, 2500, 1400, 20000) // several parts of the weights
	c := mf.IALS{Factors: 20, Epochs: 2, Workers: 1, Seed: 5}
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

// See TestBytesAreTheSameOnEveryMachine.
func TestBytesOfIALSAreTheSameOnEveryMachine(t *testing.T) {
	c := mf.IALS{Factors: 20, Epochs: 3, Alpha: 0.1, L2: 0.01, Power: 1, InitScale: 0.1}
	m := train(t, c, longTailed(t, 600, 400, 8000))
	const want = 0x63c30bf0
	if got := crc32.ChecksumIEEE(save(t, m)); got != want {
		t.Errorf("checksum of the snapshot is %#x, want %#x", got, uint32(want))
	}
}

func TestEveryFaultOfIALSIsReported(t *testing.T) {
	c := mf.IALS{
		Factors: -3, Epochs: -1, Alpha: math.NaN(), L2: math.Inf(1), Power: 9, InitScale: -1,
		Workers: -1, Kinds: []recommender.Kind{recommender.Dislike}, MinStars: 6,
	}
	_, err := c.Train(t.Context(), longTailed(t, 10, 10, 20))
	if !errors.Is(err, recommender.ErrInvalid) {
		t.Fatalf("error %v, want ErrInvalid", err)
	}
	for _, want := range []string{"mf: ", "Factors -3", "Epochs -1", "Alpha NaN", "L2 +Inf", "Power 9", "InitScale -1", "Workers -1", "dislike", "MinStars 6"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("error %q does not say %q", err, want)
		}
	}
}

func TestIALSTrainsOnDegenerateData(t *testing.T) {
	all := func(users, items int) (rows []recommender.Interaction) {
		for u := range users {
			for i := range items {
				rows = append(rows, view(u, i))
			}
		}
		return rows
	}
	for name, d := range map[string]recommender.Dataset{
		"one user, one item":         dataset(t, 0, view(0, 0)),
		"one user, one item of many": dataset(t, 100, view(0, 0)),
		"everybody has everything":   dataset(t, 0, all(5, 5)...),
		"a user with all items":      dataset(t, 0, append(all(1, 200), view(1, 3), view(2, 4))...),
	} {
		m := train(t, mf.IALS{Factors: 8, Epochs: 3}, d)
		for i, s := range scores(t, m, recommender.Request{User: userID(0)}) {
			factors, _ := m.ItemFactors(m.Catalog()[i])
			if nan := s != s; nan != (factors == nil) {
				t.Errorf("%s: item %d scores %v and has %d factors", name, i, s, len(factors))
			}
		}
	}
	dislike := recommender.Interaction{User: "u", Item: "i", Kind: recommender.Dislike}
	if _, err := (mf.IALS{}).Train(t.Context(), dataset(t, 0, dislike)); !errors.Is(err, recommender.ErrInvalid) {
		t.Errorf("only a dislike: error %v, want ErrInvalid", err)
	}
}

func TestIALSStopsWithinAnEpoch(t *testing.T) {
	for _, workers := range []int{1, 3} {
		ctx, cancel := context.WithCancel(t.Context())
		epochs := 0
		c := mf.IALS{Workers: workers, Progress: func(mf.IALSProgress) {
			epochs++
			cancel()
		}}
		if _, err := c.Train(ctx, longTailed(t, 300, 300, 5000)); !errors.Is(err, context.Canceled) || epochs != 1 {
			t.Errorf("workers=%d: error %v after %d epochs, want %v after 1", workers, err, epochs, context.Canceled)
		}
	}
}

// In a model of iALS a score is a sum over the user's items.
func TestExplanationsOfIALSAreExact(t *testing.T) {
	m := train(t, mf.IALS{Factors: 16, Epochs: 4}, longTailed(t, 200, 80, 1500))
	explained := 0
	for _, user := range m.Users() {
		if len(m.Seen(user)) > 5 {
			continue // the sixth item would be in the rest
		}
		got, err := m.Recommend(t.Context(), recommender.Request{User: user, N: 3, Explain: true})
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range got.Items {
			rest := x.Why[len(x.Why)-1]
			if rest.Kind != recommender.ReasonRest || len(x.Why) != len(m.Seen(user))+1 {
				t.Errorf("%s: reasons %v, want the user's items and a rest", user, x.Why)
			}
			if math.Abs(float64(rest.Part)) > 1e-4 {
				t.Errorf("%s: the rest of %s is %v of %v, want next to 0", user, x.Item, rest.Part, x.Score)
			}
			explained++
		}
	}
	if explained < 20 {
		t.Fatalf("only %d explained", explained)
	}
}

func TestDislikingAnOwnItemTakesItBack(t *testing.T) {
	m := train(t, mf.IALS{Factors: 16, Epochs: 4}, longTailed(t, 100, 60, 900))
	user := m.Users()[0]
	own := m.Seen(user)
	got := scores(t, m, recommender.Request{User: user, History: []recommender.Interaction{{Item: own[0], Kind: recommender.Dislike}}})
	var rest []recommender.Interaction
	for _, id := range own[1:] {
		rest = append(rest, recommender.Interaction{Item: id})
	}
	want := scores(t, m, recommender.Request{User: "stranger", History: rest})
	for i := range got {
		if got[i] != want[i] && !(got[i] != got[i] && want[i] != want[i]) {
			t.Fatalf("item %d scores %v, want %v of the other items alone", i, got[i], want[i])
		}
	}
}
