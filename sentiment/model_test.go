package sentiment_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/osusume/osusume/internal/rng"
	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/recommender/recommendertest"
	"github.com/osusume/osusume/sentiment"
)

// texts is a Dataset of interactions alone.
type texts []recommender.Interaction

func (d texts) Items(context.Context) iter.Seq2[recommender.Item, error] {
	return func(func(recommender.Item, error) bool) {}
}

func (d texts) Interactions(_ context.Context, f recommender.Filter) iter.Seq2[recommender.Interaction, error] {
	return func(yield func(recommender.Interaction, error) bool) {
		for _, x := range d {
			if f.Match(x) && !yield(x, nil) {
				return
			}
		}
	}
}

func wrote(user recommender.UserID, item recommender.ItemID, text string) recommender.Interaction {
	return recommender.Interaction{User: user, Item: item, Kind: recommender.Review, Value: 3, Text: text}
}

func train(t testing.TB, c sentiment.Config, d recommender.Dataset) *sentiment.Model {
	t.Helper()
	m, err := c.Train(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	return m.(*sentiment.Model)
}

func TestConfigKeepsTheContract(t *testing.T) {
	recommendertest.TestTrainer(t, sentiment.Config{}, nil, recommendertest.TrainerOptions{
		UserIndependent: true,
		Workers:         func(n int) recommender.Trainer { return sentiment.Config{Workers: n} },
	})
}

func TestTheBetterReviewedItemComesFirst(t *testing.T) {
	d := texts{
		wrote("a", "bad", "A terrible, boring film."), wrote("b", "bad", "I hated it."),
		wrote("a", "good", "A wonderful film, I loved it."), wrote("b", "good", "Great fun!"),
		wrote("c", "mixed", "A good start but a terrible end."), wrote("d", "mixed", "Good fun."),
		{User: "c", Item: "unread", Kind: recommender.Rate, Value: 5},
	}
	got, err := train(t, sentiment.Config{}, d).Recommend(t.Context(), recommender.Request{})
	if err != nil {
		t.Fatal(err)
	}
	var order []recommender.ItemID
	for _, s := range got.Items {
		order = append(order, s.Item)
	}
	if diff := cmp.Diff([]recommender.ItemID{"good", "mixed", "bad"}, order); diff != "" {
		t.Error(diff)
	}
}

func TestItemScoreMatchesAHandCount(t *testing.T) {
	a := analyzer(t)
	x, y, z := a.Score("good").Compound, a.Score("terrible").Compound, a.Score("great").Compound
	d := texts{wrote("a", "one", "good"), wrote("b", "one", "terrible"), wrote("a", "two", "great")}
	m := train(t, sentiment.Config{Prior: 4}, d)
	got, ok := m.ItemScore("one")
	if !ok {
		t.Fatal("no score")
	}
	mean, all := (x+y)/2, (x+y+z)/3
	score := (4*all + 2*mean) / 6
	variance := (x - y) * (x - y) / 2
	near(t, "Mean", got.Mean, mean)
	near(t, "Score", got.Score, score)
	near(t, "Hi", got.Hi, min(1, score+1.96*math.Sqrt(variance/6)))
	near(t, "Lo", got.Lo, max(-1, score-1.96*math.Sqrt(variance/6)))
	if got.Count != 2 {
		t.Errorf("Count %d, want 2", got.Count)
	}
	if s := m.Summary(); s.Texts != 3 || s.Items != 2 || s.Prior != 4 {
		t.Errorf("%+v", s)
	}
	if _, ok := m.ItemScore("three"); ok {
		t.Error("an unknown item has a score")
	}
}

func TestMoreReviewsNarrowTheInterval(t *testing.T) {
	m := train(t, sentiment.Config{}, world(40, 1, 0.4))
	width := map[int]float64{}
	for _, id := range m.Catalog() {
		s, _ := m.ItemScore(id)
		if s.Lo > s.Score || s.Hi < s.Score {
			t.Errorf("%s: %+v", id, s)
		}
		if s.Lo > -1 && s.Hi < 1 {
			width[s.Count] = s.Hi - s.Lo
		}
	}
	if len(width) < 5 {
		t.Fatalf("items of %d different counts, want more", len(width))
	}
	counts := slices.Sorted(func(yield func(int) bool) {
		for c := range width {
			if !yield(c) {
				return
			}
		}
	})
	for i := 1; i < len(counts); i++ {
		if width[counts[i]] >= width[counts[i-1]] {
			t.Errorf("%d texts: width %v; %d texts: %v", counts[i-1], width[counts[i-1]], counts[i], width[counts[i]])
		}
	}
}

// world has items whose reviewers say "great" with a probability of the item's
// own, spread around a half, and else "terrible".
func world(items int, seed uint64, spread float64) texts {
	r := rng.New(seed)
	var d texts
	for i := range items {
		p := 0.5 + spread*(2*r.Float64()-1)
		for u := range 1 + r.IntN(12) {
			text := "It was terrible."
			if r.Float64() < p {
				text = "It was great."
			}
			d = append(d, wrote(recommender.UserID(fmt.Sprint("u", u)), recommender.ItemID(fmt.Sprint("i", i)), text))
		}
	}
	return d
}

// A Bernoulli text with p uniform on [0.5-s, 0.5+s] has variance E p(1-p) =
// 1/4 - s²/3 on one item and s²/3 between items, whatever the two values are.
func TestPriorIsTheRatioOfVariances(t *testing.T) {
	for _, spread := range []float64{0.45, 0.3, 0.2} {
		between := spread * spread / 3
		want := (0.25 - between) / between
		got := train(t, sentiment.Config{}, world(4000, 5, spread)).Summary().Prior
		// 4,000 items with 6.5 texts each leave a standard error of about 5 %.
		if math.Abs(got/want-1) > 0.2 {
			t.Errorf("spread %v: prior %.2f, want about %.2f", spread, got, want)
		}
	}
	if got := train(t, sentiment.Config{}, world(4000, 5, 0)).Summary().Prior; got < 50 {
		t.Errorf("items that do not differ: prior %.2f, want a strong one", got)
	}
	if got := train(t, sentiment.Config{}, texts{wrote("a", "one", "good")}).Summary().Prior; got != 10 {
		t.Errorf("a single text: prior %v, want 10", got)
	}
}

func TestAUsersLatestTextCounts(t *testing.T) {
	first, second := wrote("a", "one", "I loved it"), wrote("a", "one", "terrible, I hated it")
	first.Time, second.Time = time.Unix(100, 0), time.Unix(200, 0)
	view := recommender.Interaction{User: "b", Item: "one", Text: "terrible"}
	rated := recommender.Interaction{User: "c", Item: "one", Kind: recommender.Rate, Text: "great"}
	for name, d := range map[string]texts{"in order": {first, second, view, rated}, "out of order": {view, second, rated, first}} {
		got, ok := train(t, sentiment.Config{}, d).ItemScore("one")
		if !ok || got.Count != 2 || got.Mean > -0.4 {
			t.Errorf("%s: %+v, want two bad texts", name, got)
		}
	}
}

func TestTextsThatSayNothingAreLeftOut(t *testing.T) {
	d := texts{wrote("a", "one", "great"), wrote("b", "one", "とても面白かった"), wrote("b", "two", "Zeven uur.")}
	m := train(t, sentiment.Config{}, d)
	if got, _ := m.ItemScore("one"); got.Count != 1 {
		t.Errorf("Count %d, want 1", got.Count)
	}
	if got, ok := m.ItemScore("two"); ok {
		t.Errorf("an item of unknown words has a score: %+v", got)
	}
	if _, err := m.Explain(t.Context(), recommender.Request{}, "two"); !errors.Is(err, recommender.ErrNotFound) {
		t.Errorf("Explain: error %v, want ErrNotFound", err)
	}
}

func TestTrainWithoutReviewsSaysSo(t *testing.T) {
	for name, d := range map[string]recommender.Dataset{
		"nothing":       texts{},
		"no texts":      texts{wrote("a", "one", "")},
		"unknown words": texts{wrote("a", "one", "Zeven uur.")},
	} {
		_, err := sentiment.Config{}.Train(t.Context(), d)
		if !errors.Is(err, sentiment.ErrNoReviews) || !errors.Is(err, recommender.ErrInvalid) {
			t.Errorf("%s: error %v, want ErrNoReviews and ErrInvalid", name, err)
		}
	}
}

func TestTrainReportsEveryFault(t *testing.T) {
	c := sentiment.Config{Prior: math.NaN(), Workers: -1, Options: sentiment.Options{Lexicon: &sentiment.Lexicon{}}}
	_, err := c.Train(t.Context(), texts{})
	if !errors.Is(err, recommender.ErrInvalid) || errors.Is(err, sentiment.ErrNoReviews) {
		t.Fatalf("error %v, want ErrInvalid alone", err)
	}
	for _, word := range []string{"Prior", "Workers", "Lexicon"} {
		if !strings.Contains(err.Error(), word) {
			t.Errorf("error %q does not name %s", err, word)
		}
	}
}

func TestManyBatchesGiveTheSameAtAnyNumberOfWorkers(t *testing.T) {
	d := world(1000, 3, 0.3) // several batches
	want := saved(t, train(t, sentiment.Config{Workers: 1}, d))
	for _, n := range []int{2, 7} {
		if !bytes.Equal(saved(t, train(t, sentiment.Config{Workers: n}, d)), want) {
			t.Errorf("%d workers give other bytes than one", n)
		}
	}
}

func BenchmarkTrain(b *testing.B) {
	d := world(2000, 1, 0.3)
	b.Run(fmt.Sprintf("texts=%d", len(d)), func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			train(b, sentiment.Config{}, d)
		}
		b.ReportMetric(float64(len(d)*b.N)/b.Elapsed().Seconds(), "texts/s")
	})
}
