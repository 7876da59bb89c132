package sentiment_test

import (
	"bytes"
	"context"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/osusume/osusume/internal/rng"
	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/sentiment"
)

// domain writes texts of a made-up domain: "flub" is good and "blorf" bad there,
// "dark" is good against the base lexicon, "spring rain" is bad though neither word
// is, and the rest says nothing.
func domain(n int, seed uint64) []sentiment.Example {
	r := rng.New(seed)
	fill := strings.Fields("one day they went over there with some things spring rain came again")
	var out []sentiment.Example
	for range n {
		words := []string{fill[r.IntN(len(fill))], fill[r.IntN(len(fill))], fill[r.IntN(len(fill))]}
		rating := 0.0
		switch r.IntN(4) {
		case 0:
			words, rating = append(words, "flub"), 0.9
		case 1:
			words, rating = append(words, "blorf"), -0.9
		case 2:
			words, rating = append(words, "dark"), 0.8
		case 3:
			words, rating = append(words, "spring", "rain"), -0.8
		}
		out = append(out, sentiment.Example{Text: strings.Join(words, " "), Rating: rating})
	}
	return out
}

func learn(t testing.TB, examples []sentiment.Example, o sentiment.LearnOptions) *sentiment.Lexicon {
	t.Helper()
	l, err := sentiment.Learn(t.Context(), examples, o)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func learnedLexicon(t testing.TB) *sentiment.Lexicon {
	return learn(t, domain(400, 1), sentiment.LearnOptions{})
}

func TestLearnFindsWhatWordsSayInADomain(t *testing.T) {
	a, err := sentiment.New(sentiment.Options{Lexicon: learnedLexicon(t)})
	if err != nil {
		t.Fatal(err)
	}
	for text, sign := range map[string]float64{
		"it was flub": 1, "it was blorf": -1, "it was not blorf": 1, "it was dark": 1, "there was spring rain": -1,
		"it was wonderful": 1, "it was awful": -1, // what no example has keeps the base's valence
	} {
		if got := a.Score(text).Compound; got*sign < 0.05 {
			t.Errorf("%q scores %.3f, want sign %v", text, got, sign)
		}
	}
}

func TestAFirmPriorKeepsTheBase(t *testing.T) {
	loose, firm := learnedLexicon(t), learn(t, domain(400, 1), sentiment.LearnOptions{Prior: 1e6})
	base, _ := sentiment.English().Valence("dark")
	if v, _ := firm.Valence("dark"); v != base {
		t.Errorf("firm: dark has %v, want the base's %v", v, base)
	}
	if v, _ := loose.Valence("dark"); v <= base {
		t.Errorf("loose: dark has %v, want more than the base's %v", v, base)
	}
}

func TestLearnGivesTheSameBytes(t *testing.T) {
	if !bytes.Equal(written(t, learnedLexicon(t)), written(t, learnedLexicon(t))) {
		t.Error("two runs differ")
	}
}

func TestLearnReportsEveryFault(t *testing.T) {
	bad := []sentiment.Example{{Text: "good", Rating: math.NaN()}}
	_, err := sentiment.Learn(t.Context(), bad, sentiment.LearnOptions{MinTexts: -1, Prior: math.Inf(1)})
	if !errors.Is(err, recommender.ErrInvalid) {
		t.Fatalf("error %v, want ErrInvalid", err)
	}
	for _, word := range []string{"rating", "MinTexts", "Prior"} {
		if !strings.Contains(err.Error(), word) {
			t.Errorf("error %q does not name %s", err, word)
		}
	}
	if _, err := sentiment.Learn(t.Context(), nil, sentiment.LearnOptions{}); !errors.Is(err, recommender.ErrInvalid) {
		t.Errorf("no examples: error %v, want ErrInvalid", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := sentiment.Learn(ctx, domain(10, 1), sentiment.LearnOptions{}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: error %v", err)
	}
}

func TestLearnTellsItsProgress(t *testing.T) {
	var got []int
	learn(t, domain(50, 1), sentiment.LearnOptions{Sweeps: 3, Progress: func(sweep, sweeps int) { got = append(got, sweep, sweeps) }})
	if want := []int{1, 3, 2, 3, 3, 3}; len(got) != len(want) || got[4] != 3 {
		t.Errorf("progress %v, want %v", got, want)
	}
}

func TestLearnedFromFilmSentencesJudgesOthers(t *testing.T) {
	texts, labels := judged(t, "sentiment/sst2/train.csv.gz", "label")
	var examples []sentiment.Example
	for i, text := range texts {
		examples = append(examples, sentiment.Example{Text: text, Rating: 2*labels[i] - 1})
	}
	a, err := sentiment.New(sentiment.Options{Lexicon: learn(t, examples, sentiment.LearnOptions{})})
	if err != nil {
		t.Fatal(err)
	}
	texts, labels = judged(t, "sentiment/sst2/dev.csv.gz", "label")
	positive := make([]bool, len(labels))
	for i, v := range labels {
		positive[i] = v > 0
	}
	got, err := sentiment.AgreeLabels(scores(a, texts), positive)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("accuracy %.4f", got.Accuracy)
	if got.Accuracy < 0.8 {
		t.Errorf("accuracy %.4f, want at least 0.8", got.Accuracy)
	}
}

func BenchmarkLearn(b *testing.B) {
	examples := domain(2000, 1)
	b.Run("texts=2000", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			learn(b, examples, sentiment.LearnOptions{})
		}
	})
}
