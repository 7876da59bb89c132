package sentiment_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"math"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/sentiment"
)

func itemScore(t *testing.T, m *sentiment.Model, id recommender.ItemID) sentiment.ItemScore {
	t.Helper()
	s, ok := m.ItemScore(id)
	if !ok {
		t.Fatalf("no score of %s", id)
	}
	return s
}

// crowd is n good words for an item by different users, and some for another.
func crowd(n int) texts {
	var d texts
	for i := range n {
		u := recommender.UserID(fmt.Sprint("u", i))
		d = append(d, wrote(u, "one", "It was good."), wrote(u, "two", "It was okay."))
	}
	return d
}

func TestOneLoudReviewerDoesNotSpeakForAll(t *testing.T) {
	calm := itemScore(t, train(t, sentiment.Config{Prior: 5}, crowd(12)), "one")
	rant := "TERRIBLE!!! horrible, awful, disgusting, worst, hateful garbage!!!!"
	var often texts
	for i := range 30 { // the latest counts
		x := wrote("loud", "one", rant)
		x.Time = time.Unix(int64(100+i), 0)
		often = append(often, x)
	}
	once := itemScore(t, train(t, sentiment.Config{Prior: 5}, append(crowd(12), wrote("loud", "one", rant))), "one")
	many := itemScore(t, train(t, sentiment.Config{Prior: 5}, append(crowd(12), often...)), "one")
	heavy := itemScore(t, train(t, sentiment.Config{Prior: 5, Weight: func(x recommender.Interaction) float64 {
		if x.User == "loud" {
			return 1e6
		}
		return 1
	}}, append(crowd(12), wrote("loud", "one", rant))), "one")
	if many.Mean != once.Mean || many.Count != 13 {
		t.Errorf("thirty rants: %+v, want as for one: %+v", many, once)
	}
	if plain := (12*calm.Mean - 0.99) / 13; once.Mean <= plain || once.Mean >= calm.Mean {
		t.Errorf("a rant brings %.3f to %.3f; the plain mean would be %.3f", calm.Mean, once.Mean, plain)
	}
	if heavy.Mean < 0.2 || heavy.Mean >= once.Mean {
		t.Errorf("a rant of any weight brings %.3f to %.3f", calm.Mean, heavy.Mean)
	}
}

func TestOldTextsWeighLess(t *testing.T) {
	day := int64(24 * 60 * 60)
	old, fresh := wrote("a", "one", "It was terrible."), wrote("b", "one", "It was great.")
	old.Time, fresh.Time = time.Unix(day, 0), time.Unix(31*day, 0)
	d := append(crowd(5)[1:2], old, fresh)
	never := itemScore(t, train(t, sentiment.Config{Prior: 1}, d), "one")
	aged := itemScore(t, train(t, sentiment.Config{Prior: 1, HalfLife: 30 * 24 * time.Hour}, d), "one")
	x, y := analyzer(t).Score(old.Text).Compound, analyzer(t).Score(fresh.Text).Compound
	near(t, "without ageing", never.Mean, (x+y)/2)
	near(t, "at half a weight", aged.Mean, (0.5*x+y)/1.5)
	if aged.Hi-aged.Lo <= never.Hi-never.Lo && aged.Hi < 1 && aged.Lo > -1 {
		t.Errorf("old evidence is as sure as new: %+v, %+v", aged, never)
	}
}

// The newest of old texts is not of 1970.
func TestAgeCountsFromTheNewestOfOldTexts(t *testing.T) {
	old, fresh := wrote("old", "one", "It was terrible."), wrote("fresh", "one", "It was great.")
	fresh.Time = time.Date(1955, 1, 1, 0, 0, 0, 0, time.UTC)
	old.Time = fresh.Time.Add(-time.Hour)
	got := itemScore(t, train(t, sentiment.Config{Prior: 1, HalfLife: time.Hour}, texts{old, fresh}), "one")
	x, y := analyzer(t).Score(old.Text).Compound, analyzer(t).Score(fresh.Text).Compound
	near(t, "at half a weight", got.Mean, (0.5*x+y)/1.5)
}

func TestHelpfulTextsWeighMore(t *testing.T) {
	d := texts{wrote("a", "one", "It was terrible."), wrote("b", "one", "It was great."), wrote("c", "one", "It was awful."), wrote("d", "two", "Good.")}
	weight := func(x recommender.Interaction) float64 {
		return map[recommender.UserID]float64{"a": 1, "b": 3, "c": 0, "d": 1}[x.User]
	}
	got := itemScore(t, train(t, sentiment.Config{Prior: 1, Weight: weight}, d), "one")
	x, y := analyzer(t).Score("It was terrible.").Compound, analyzer(t).Score("It was great.").Compound
	near(t, "Mean", got.Mean, (x+3*y)/4)
	if got.Count != 2 {
		t.Errorf("Count %d, want 2: a weight of 0 does not count", got.Count)
	}
	for _, bad := range []float64{-1, math.NaN(), math.Inf(1)} {
		c := sentiment.Config{Weight: func(recommender.Interaction) float64 { return bad }}
		if _, err := c.Train(t.Context(), d); !errors.Is(err, recommender.ErrInvalid) || !strings.Contains(err.Error(), "Weight") {
			t.Errorf("weight %v: error %v, want ErrInvalid", bad, err)
		}
	}
}

func TestStarsThatContradictTheTextAreCounted(t *testing.T) {
	stars := func(u recommender.UserID, stars float32, text string) recommender.Interaction {
		x := wrote(u, "one", text)
		x.Value = stars
		return x
	}
	d := texts{
		stars("a", 5, "Terrible, I hated it."), stars("b", 1, "Wonderful, I loved it!"), stars("c", 5, "Great!"),
		stars("d", 3, "Terrible, awful."), stars("e", 0, "Wonderful, I loved it!"),
	}
	got := itemScore(t, train(t, sentiment.Config{}, d), "one")
	if got.Disagrees != 2 || got.Stars != (5+1+5+3)/4. {
		t.Errorf("%+v, want 2 that disagree and 3.5 stars", got)
	}
	if !sentiment.Contradict(5, sentiment.Score{Compound: -0.5}) || sentiment.Contradict(3, sentiment.Score{Compound: -0.9}) {
		t.Error("Contradict")
	}
}

func TestFewTextsRankBelowManyThatSayTheSame(t *testing.T) {
	d := crowd(20)
	d = append(d, wrote("x", "three", "It was good."))
	ranking, err := train(t, sentiment.Config{Prior: 2}, d).Recommend(t.Context(), recommender.Request{Explain: true})
	if err != nil {
		t.Fatal(err)
	}
	if ranking.Items[0].Item != "one" {
		t.Errorf("%+v", ranking.Items)
	}
	m := train(t, sentiment.Config{Prior: 2}, d)
	for _, s := range ranking.Items {
		if want := itemScore(t, m, s.Item).Lo; float32(want) != s.Score {
			t.Errorf("%s is ranked by %v, want its lower bound %v", s.Item, s.Score, want)
		}
		sum := float32(0)
		for _, w := range s.Why {
			sum += w.Part
		}
		if math.Abs(float64(sum-s.Score)) > 1e-5 {
			t.Errorf("%s: reasons %+v add up to %v, not %v", s.Item, s.Why, sum, s.Score)
		}
	}
}

// titled is texts with items that have titles.
type titled struct {
	texts
	title string
}

func (d titled) Items(context.Context) iter.Seq2[recommender.Item, error] {
	return func(yield func(recommender.Item, error) bool) {
		yield(recommender.Item{ID: "one", Title: "Zorbo", Aliases: []string{d.title}}, nil)
	}
}

func TestTitlesOfTheDataAreMasked(t *testing.T) {
	d := titled{texts{wrote("a", "one", "Love Love Zorbo was not bad."), wrote("b", "one", "It was good.")}, "Love Love Zorbo"}
	masked, err := sentiment.Config{}.Train(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	kept, err := sentiment.Config{KeepNames: true}.Train(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	x, y := itemScore(t, masked.(*sentiment.Model), "one").Mean, itemScore(t, kept.(*sentiment.Model), "one").Mean
	a := analyzer(t)
	near(t, "masked", x, (a.Score("It was not bad.").Compound+a.Score("It was good.").Compound)/2)
	if y <= x {
		t.Errorf("with its name's love %.3f, without %.3f", y, x)
	}
}

// stub scores every text alike.
type stub struct {
	compound float64
	err      error
	calls    atomic.Int32
}

func (s *stub) ScoreTexts(_ context.Context, texts []string, dst []sentiment.Score) error {
	s.calls.Add(1)
	for i := range texts {
		dst[i] = sentiment.Score{Compound: s.compound, Tokens: 1, Known: 1}
	}
	return s.err
}

func TestAnyScorerCanScoreReviews(t *testing.T) {
	s := &stub{compound: 0.25}
	got := itemScore(t, train(t, sentiment.Config{Scorer: s}, crowd(100)), "one")
	if got.Mean != 0.25 || s.calls.Load() < 2 {
		t.Errorf("%+v after %d calls", got, s.calls.Load())
	}
	broken := errors.New("out of order")
	if _, err := (sentiment.Config{Scorer: &stub{err: broken}}).Train(t.Context(), crowd(3)); !errors.Is(err, broken) {
		t.Errorf("error %v, want the Scorer's", err)
	}
	for _, bad := range []float64{2, math.NaN()} {
		if _, err := (sentiment.Config{Scorer: &stub{compound: bad}}).Train(t.Context(), crowd(3)); !errors.Is(err, recommender.ErrInvalid) {
			t.Errorf("compound %v: error %v, want ErrInvalid", bad, err)
		}
	}
	both := sentiment.Config{Scorer: s, Options: sentiment.Options{Strict: true}, HalfLife: -1}
	if _, err := both.Train(t.Context(), crowd(3)); !errors.Is(err, recommender.ErrInvalid) || !strings.Contains(err.Error(), "Scorer") || !strings.Contains(err.Error(), "HalfLife") {
		t.Errorf("error %v, want one that names both faults", err)
	}
}

// The square of such a weight is no number above 0.
func TestWeightsNextToNothingAreNextToNoEvidence(t *testing.T) {
	m := train(t, sentiment.Config{Weight: func(recommender.Interaction) float64 { return 1e-200 }}, crowd(4))
	got, mean := itemScore(t, m, "one"), m.Summary().Mean
	if got.Count != 4 || !(math.Abs(got.Score-mean) < 1e-6) || !(got.Lo <= got.Score) {
		t.Errorf("score %+v, want the mean of all, %v", got, mean)
	}
	var b bytes.Buffer
	if _, err := m.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	if _, err := sentiment.ReadModel(&b); err != nil {
		t.Errorf("what was written does not read: %v", err)
	}
}
