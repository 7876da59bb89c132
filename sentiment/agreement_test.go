package sentiment_test

import (
	"errors"
	"math"
	"testing"

	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/sentiment"
)

func compounds(values ...float64) []sentiment.Score {
	out := make([]sentiment.Score, len(values))
	for i, v := range values {
		out[i] = sentiment.Score{Compound: v, Tokens: 1, Known: min(1, int(math.Ceil(math.Abs(v))))}
	}
	return out
}

func TestAgreeMatchesAHandCount(t *testing.T) {
	got, err := sentiment.Agree(
		compounds(0.9, 0.05, -0.6, 0, 0.04, -0.05),
		[]float64{3, -0.2, -2, 0.01, 1, -0.05})
	if err != nil {
		t.Fatal(err)
	}
	// Classes wanted: + - - 0 + -; called: + + - 0 0 -.
	// F1: positive 2·1/(2+2), negative 2·2/(3+2), neutral 2·1/(1+2).
	const f1 = (0.5*2 + 0.8*3 + 2.0/3) / 6
	near(t, "F1Weighted", got.F1Weighted, f1)
	near(t, "Accuracy", got.Accuracy, 4.0/6)
	near(t, "Coverage", got.Coverage, 5.0/6)
	near(t, "PearsonR", got.PearsonR, 0.9687085)
	if got.Texts != 6 {
		t.Errorf("Texts %d, want 6", got.Texts)
	}
}

func TestPearsonIsOneForALine(t *testing.T) {
	got, err := sentiment.Agree(compounds(-0.5, 0, 0.25), []float64{-2, 0, 1})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "PearsonR", got.PearsonR, 1)
	for n := 2; n < 12; n++ { // the mean of n times 0.1 is not always 0.1
		same, rising := make([]float64, n), make([]float64, n)
		for i := range same {
			same[i], rising[i] = 0.1, float64(i)
		}
		got, err = sentiment.Agree(compounds(same...), rising)
		if err != nil || !math.IsNaN(got.PearsonR) {
			t.Errorf("%d scores that do not vary: r %v, error %v; want NaN", n, got.PearsonR, err)
		}
	}
}

func TestAgreeLabelsMatchesAHandCount(t *testing.T) {
	got, err := sentiment.AgreeLabels(compounds(0.9, 0, -0.1, 0.3, -0.3), []bool{true, true, true, false, false})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "Accuracy", got.Accuracy, 0.6)
	near(t, "F1", got.F1, 2*2.0/(3+3))
	near(t, "Coverage", got.Coverage, 0.8)
}

func TestAgreeRefusesWhatCannotBeCompared(t *testing.T) {
	_, length := sentiment.Agree(compounds(1), nil)
	_, empty := sentiment.Agree(nil, nil)
	_, nan := sentiment.Agree(compounds(1), []float64{math.NaN()})
	_, labels := sentiment.AgreeLabels(compounds(1), make([]bool, 2))
	for name, err := range map[string]error{"length": length, "empty": empty, "NaN": nan, "labels": labels} {
		if !errors.Is(err, recommender.ErrInvalid) {
			t.Errorf("%s: error %v, want ErrInvalid", name, err)
		}
	}
}

func near(t *testing.T, what string, got, want float64) {
	t.Helper()
	if !(math.Abs(got-want) < 1e-6) {
		t.Errorf("%s is %.9f, want %.9f", what, got, want)
	}
}

// What the figures must not fall below: those of the authors' own program by the
// same definition.
var published = []struct {
	name, file string
	r, f1      float64
}{
	{"tweets", "sentiment/vader/tweets.csv.gz", 0.872, 0.945},
	{"amazon", "sentiment/vader/amazon.csv.gz", 0.590, 0.626},
}

func TestAgreesWithPeopleAsPublished(t *testing.T) {
	for _, c := range published {
		t.Run(c.name, func(t *testing.T) {
			texts, truth := judged(t, c.file, "mean_valence")
			got, err := sentiment.Agree(scores(analyzer(t), texts), truth)
			if err != nil {
				t.Fatal(err)
			}
			if got.PearsonR < c.r || got.F1Weighted < c.f1 {
				t.Errorf("r %.4f, weighted F1 %.4f; want at least %v and %v", got.PearsonR, got.F1Weighted, c.r, c.f1)
			}
		})
	}
}

// BenchmarkScore reports texts a second, and how well the scores agree with people.
func BenchmarkScore(b *testing.B) {
	for _, c := range published {
		b.Run("corpus="+c.name, func(b *testing.B) {
			texts, truth := judged(b, c.file, "mean_valence")
			got := benchmarkScores(b, texts)
			g, err := sentiment.Agree(got, truth)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(g.PearsonR, "r")
			b.ReportMetric(g.F1Weighted, "f1")
			b.ReportMetric(g.Coverage, "coverage")
		})
	}
	for _, part := range []string{"dev", "train"} {
		b.Run("corpus=sst2-"+part, func(b *testing.B) {
			texts, truth := judged(b, "sentiment/sst2/"+part+".csv.gz", "label")
			got := benchmarkScores(b, texts)
			positive := make([]bool, len(truth))
			for i, v := range truth {
				positive[i] = v > 0
			}
			g, err := sentiment.AgreeLabels(got, positive)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(g.Accuracy, "accuracy")
			b.ReportMetric(g.F1, "f1")
		})
	}
}

func benchmarkScores(b *testing.B, texts []string) []sentiment.Score {
	a := analyzer(b)
	out := scores(a, texts)
	b.ReportAllocs()
	for b.Loop() {
		for i, x := range texts {
			out[i] = a.Score(x)
		}
	}
	b.ReportMetric(float64(len(texts)*b.N)/b.Elapsed().Seconds(), "texts/s")
	return out
}
