package itemknn_test

import (
	"bytes"
	"context"
	"errors"
	"hash/crc32"
	"math"
	"strings"
	"testing"

	"github.com/osusume/osusume/mf/itemknn"
	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/recommender/recommendertest"
)

func TestConfigIsATrainer(t *testing.T) {
	for name, c := range map[string]itemknn.Config{
		"default": {}, "few": {Neighbours: 5, MinStars: 2}, "BM25 by source": {Weighting: itemknn.BM25, BySource: true},
	} {
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

// The numbers are NumPy 2.3.4's, by the formulas of the comments in float64.
func TestScoresAreNumPys(t *testing.T) {
	for _, c := range []struct {
		config itemknn.Config
		want   []float64
	}{
		{itemknn.Config{}, []float64{0.1406215, 0.2327519, 0.2067493, 0.0316976, 0.0146081, 0.0000000, 0.0423389, 0.0000000, 0.0341519}},
		{itemknn.Config{Weighting: itemknn.Cosine, NoShrink: true}, []float64{1.1380712, 1.3737734, 1.1785113, 0.2886751, 0.2357023, 0.0000000, 0.4407731, 0.0000000, 0.2886751}},
		{itemknn.Config{Weighting: itemknn.BM25, Shrink: 3}, []float64{1.3245011, 2.4130787, 2.1977186, 0.5964574, 0.1635625, 0.0000000, 0.6948753, 0.0000000, 0.5964574}},
	} {
		m := train(t, c.config, pattern(t))
		got := scores(t, m, recommender.Request{User: userID(0)})
		near(t, c.config.Weighting.String(), got[:9], c.want, 1e-6)
		if got[9] == got[9] {
			t.Errorf("an item that nobody has scores %v, want NaN", got[9])
		}
	}
}

func TestDefaultsAreThoseOfTheComments(t *testing.T) {
	d := longTailed(t, 100, 300, 900)
	spelled := itemknn.Config{Neighbours: 200, Weighting: itemknn.TFIDF, Shrink: 10}
	if !bytes.Equal(save(t, train(t, itemknn.Config{}, d)), save(t, train(t, spelled, d))) {
		t.Error("the zero Config and its documented defaults give two models")
	}
	bm25 := itemknn.Config{Weighting: itemknn.BM25}
	spelled = itemknn.Config{Weighting: itemknn.BM25, K1: 100, B: 0.8}
	if !bytes.Equal(save(t, train(t, bm25, d)), save(t, train(t, spelled, d))) {
		t.Error("BM25 and its documented defaults give two models")
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
	for _, w := range []itemknn.Weighting{itemknn.Default, itemknn.BM25, itemknn.Cosine} {
		m := train(t, itemknn.Config{Weighting: w}, dataset(t, n, rows...))
		for u := range n {
			got, err := m.Recommend(t.Context(), recommender.Request{User: userID(u), N: 1})
			if err != nil {
				t.Fatal(err)
			}
			if len(got.Items) != 1 || got.Items[0].Item != itemID(u) {
				t.Errorf("%v: user %d is recommended %v, want item %d", w, u, got.Items, u)
			}
		}
	}
}

// Of 60 items all pairs that share a user are kept by the default; likeness is
// symmetric, so that the few kept must be the largest of a row or of a column.
func TestTheLikestAreKept(t *testing.T) {
	d := longTailed(t, 200, 60, 3000)
	all := train(t, itemknn.Config{}, d)
	for _, bySource := range []bool{false, true} {
		some := train(t, itemknn.Config{Neighbours: 7, BySource: bySource}, d)
		for _, a := range all.Catalog() {
			kept, least, most := 0, float32(math.Inf(1)), float32(0)
			for _, b := range all.Catalog() {
				i, j := b, a // what b says about a
				if bySource {
					i, j = a, b
				}
				exact, _ := all.Weight(i, j)
				if back, _ := all.Weight(j, i); back != exact {
					t.Errorf("%s is as like %s as %v, and the other way %v", i, j, exact, back)
				}
				switch got, _ := some.Weight(i, j); got {
				case 0:
					most = max(most, exact)
				case exact:
					kept++
					least = min(least, exact)
				default:
					t.Errorf("weight of %s on %s is %v, want %v", i, j, got, exact)
				}
			}
			if kept != 7 || most > least {
				t.Errorf("item %s keeps %d weights from %v, and leaves out %v; want 7", a, kept, least, most)
			}
		}
	}
}

// The sum is that of amd64; that it holds elsewhere is what the explicit
// conversions are for. A deliberate change of the training or of the snapshot
// changes it.
func TestBytesAreTheSameOnEveryMachine(t *testing.T) {
	m := train(t, itemknn.Config{Weighting: itemknn.Cosine, Neighbours: 20}, longTailed(t, 600, 300, 8000))
	const want = 0x563ae96d
	if got := crc32.ChecksumIEEE(save(t, m)); got != want {
		t.Errorf("checksum of the snapshot is %#x, want %#x", got, uint32(want))
	}
}

func TestEveryFaultOfAConfigIsReported(t *testing.T) {
	c := itemknn.Config{
		Neighbours: -1, Weighting: 9, Shrink: math.NaN(), K1: -2, B: 1.5, Workers: -4,
		Kinds: []recommender.Kind{recommender.Dislike, 99}, MinStars: 6,
	}
	_, err := c.Train(t.Context(), pattern(t))
	if !errors.Is(err, recommender.ErrInvalid) {
		t.Fatalf("error %v, want ErrInvalid", err)
	}
	for _, want := range []string{"mf/itemknn: ", "Neighbours -1", "weighting(9)", "Shrink NaN", "K1 -2", "B 1.5", "Workers -4", "dislike", "kind(99)", "MinStars 6"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("error %q does not say %q", err, want)
		}
	}
}

func TestNothingToLearnFromIsInvalid(t *testing.T) {
	dislike := recommender.Interaction{User: "u", Item: "i", Kind: recommender.Dislike}
	poor := recommender.Interaction{User: "u", Item: "i", Kind: recommender.Rate, Value: 2}
	for name, c := range map[string]struct {
		config itemknn.Config
		data   recommender.Dataset
	}{
		"no rows":                 {data: dataset(t, 3)},
		"only a dislike":          {data: dataset(t, 0, dislike)},
		"viewed and disliked":     {data: dataset(t, 0, dislike, recommender.Interaction{User: "u", Item: "i"})},
		"only ratings below":      {itemknn.Config{MinStars: 2.5}, dataset(t, 0, poor)},
		"only kinds not asked of": {itemknn.Config{Kinds: []recommender.Kind{recommender.Like}}, dataset(t, 0, poor)},
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
		for _, w := range []itemknn.Weighting{itemknn.Cosine, itemknn.TFIDF, itemknn.BM25} {
			m := train(t, itemknn.Config{Weighting: w, NoShrink: true}, dataset(t, 4, rows...))
			got := scores(t, m, recommender.Request{User: userID(0)})[0]
			if !(got >= 0) || math.IsInf(float64(got), 0) {
				t.Errorf("%s, %v: a score of %v", name, w, got)
			}
		}
	}
}

// More items than are searched between two reports.
func TestProgressAndContext(t *testing.T) {
	var rows []recommender.Interaction
	for i := range 5000 {
		rows = append(rows, view(i/50, i))
	}
	d := dataset(t, 0, rows...)
	var done []itemknn.Progress
	train(t, itemknn.Config{Progress: func(p itemknn.Progress) { done = append(done, p) }}, d)
	if len(done) != 2 || done[1] != (itemknn.Progress{Items: 5000, Of: 5000}) || done[0].Items >= 5000 {
		t.Errorf("progress %v, want two reports up to 5000 of 5000", done)
	}
	ctx, cancel := context.WithCancel(t.Context())
	reports := 0
	c := itemknn.Config{Progress: func(itemknn.Progress) { reports++; cancel() }}
	if _, err := c.Train(ctx, d); !errors.Is(err, context.Canceled) || reports != 1 {
		t.Errorf("error %v after %d reports, want Canceled after 1", err, reports)
	}
}

func TestWeightingsHaveNames(t *testing.T) {
	for w, want := range map[itemknn.Weighting]string{
		itemknn.Default: "default", itemknn.BM25: "bm25", itemknn.Cosine: "cosine", itemknn.TFIDF: "tfidf", 77: "weighting(77)",
	} {
		if got := w.String(); got != want {
			t.Errorf("%d is %q, want %q", uint8(w), got, want)
		}
	}
}
