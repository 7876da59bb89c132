package tfidf_test

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/tfidf"
)

var documents = []string{
	"A lighthouse keeper and her robot repair the old lighthouse, lamp by lamp.",
	"The robot cook opens a noodle shop; noodle soup for every lost robot!",
	"Snake_case x1 and 2nd seasons: the keeper's café, l'été à Genève.",
	"Naïve ÉCOLE cafés — 東京の夜 and the lamp",
	"the and a",
}

// The figures were computed with scikit-learn 1.9.1 on the documents above:
// TfidfVectorizer(), and with sublinear_tf=True, with min_df=2 and max_df=0.7,
// and with max_features=4. They are rounded to nine places; ours are float32.
func TestVectorsEqualScikitLearn(t *testing.T) {
	type vector = map[string]float64
	for _, c := range []struct {
		name    string
		options tfidf.Options
		terms   string
		want    []vector // of the first documents
	}{
		{
			"defaults", tfidf.Options{},
			"2nd and by café cafés cook every for genève her keeper lamp lighthouse lost naïve noodle old opens repair robot seasons shop snake_case soup the x1 école été 東京の夜",
			[]vector{
				{"and": 0.159668604, "by": 0.283410627, "her": 0.283410627, "keeper": 0.228653909, "lamp": 0.457307819,
					"lighthouse": 0.566821254, "old": 0.283410627, "repair": 0.283410627, "robot": 0.228653909, "the": 0.135046682},
				{"cook": 0.268891813, "every": 0.268891813, "for": 0.268891813, "lost": 0.268891813, "noodle": 0.537783626,
					"opens": 0.268891813, "robot": 0.433880443, "shop": 0.268891813, "soup": 0.268891813, "the": 0.12812839},
				{"2nd": 0.349313708, "and": 0.19679725, "café": 0.349313708, "genève": 0.349313708, "keeper": 0.2818241,
					"seasons": 0.349313708, "snake_case": 0.349313708, "the": 0.166449853, "x1": 0.349313708, "été": 0.349313708},
				{"and": 0.247169578, "cafés": 0.438724229, "lamp": 0.353959945, "naïve": 0.438724229, "the": 0.209054446,
					"école": 0.438724229, "東京の夜": 0.438724229},
				{"and": 0.763521901, "the": 0.645781934},
			},
		},
		{
			"sublinear", tfidf.Options{Sublinear: true},
			"2nd and by café cafés cook every for genève her keeper lamp lighthouse lost naïve noodle old opens repair robot seasons shop snake_case soup the x1 école été 東京の夜",
			[]vector{
				{"and": 0.173212842, "by": 0.307451553, "her": 0.307451553, "keeper": 0.248049977, "lamp": 0.419985119,
					"lighthouse": 0.520560729, "old": 0.307451553, "repair": 0.307451553, "robot": 0.248049977, "the": 0.146502312},
				{"cook": 0.289159682, "every": 0.289159682, "for": 0.289159682, "lost": 0.289159682, "noodle": 0.4895899,
					"opens": 0.289159682, "robot": 0.394998049, "shop": 0.289159682, "soup": 0.289159682, "the": 0.137786138},
			},
		},
		{
			"df", tfidf.Options{MinDF: 2, MaxDF: 0.7}, "keeper lamp robot",
			[]vector{{"keeper": 0.40824829, "lamp": 0.816496581, "robot": 0.40824829}, {"robot": 1}, {"keeper": 1}, {"lamp": 1}, {}},
		},
		{
			"features", tfidf.Options{MaxFeatures: 4}, "and lamp robot the",
			[]vector{
				{"and": 0.289045756, "lamp": 0.827857707, "robot": 0.413928854, "the": 0.244473049},
				{"robot": 0.959055876, "the": 0.283216925},
			},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.options.Analysis = tfidf.Plain
			v, err := tfidf.Fit(documents, c.options)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(strings.Fields(c.terms), v.Terms()); diff != "" {
				t.Errorf("terms (-want +got):\n%s", diff)
			}
			for i, want := range c.want {
				x := v.Vector(documents[i])
				got := make(vector)
				for k, term := range x.Terms {
					got[v.Terms()[term]] = float64(x.Values[k])
				}
				if diff := cmp.Diff(want, got, cmpopts.EquateApprox(0, 1e-7)); diff != "" {
					t.Errorf("document %d (-want +got):\n%s", i, diff)
				}
			}
		})
	}
}

func TestIDFIsSmooth(t *testing.T) {
	v, err := tfidf.Fit([]string{"red blue", "red", "red green"}, tfidf.Options{})
	if err != nil {
		t.Fatal(err)
	}
	rare := float32(math.Log(4.0/2) + 1)
	if diff := cmp.Diff([]float32{rare, rare, 1}, v.IDF()); diff != "" {
		t.Errorf("blue, green, red (-want +got):\n%s", diff)
	}
}

// By hand: two documents of 1 and 3 words, 2 on average; n counts of a rare
// word weigh n·2.2/(n+1.2·(0.25+0.75·length/2))·ln(1+1.5/1.5).
func TestBM25Saturates(t *testing.T) {
	v, err := tfidf.Fit([]string{"red", "blue blue sky"}, tfidf.Options{Weighting: tfidf.BM25, Norm: tfidf.NoNorm})
	if err != nil {
		t.Fatal(err)
	}
	weight := func(n, length float64) float32 {
		return float32(n * 2.2 / (n + 1.2*(0.25+0.75*length/2)) * math.Ln2)
	}
	for _, c := range []struct {
		doc  string
		want []float32
	}{{"red", []float32{weight(1, 1)}}, {"blue blue sky", []float32{weight(2, 3), weight(1, 3)}}, {"blue unknown unknown unknown", []float32{weight(1, 4)}}} {
		if diff := cmp.Diff(c.want, v.Vector(c.doc).Values, cmpopts.EquateApprox(1e-6, 0)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", c.doc, diff)
		}
	}
}

func TestVectorOfUnknownTermsIsEmpty(t *testing.T) {
	v, err := tfidf.Fit([]string{"red blue"}, tfidf.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got := v.Vector("green yellow"); len(got.Terms) != 0 || len(got.Values) != 0 {
		t.Errorf("vector %v, want an empty one", got)
	}
}

func TestFitNamesEveryFault(t *testing.T) {
	_, err := tfidf.Fit(documents, tfidf.Options{Analysis: 9, MaxFeatures: -1, MinDF: -2, MaxDF: math.NaN()})
	if !errors.Is(err, recommender.ErrInvalid) {
		t.Fatalf("error %v, want ErrInvalid", err)
	}
	for _, want := range []string{"Analysis 9", "MaxFeatures -1", "MinDF -2", "MaxDF NaN"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("error %q does not say %q", err, want)
		}
	}
	_, err = tfidf.Fit(documents, tfidf.Options{MinGram: 3, MaxGram: 2, Analysis: tfidf.Chars, Stop: tfidf.English, Weighting: tfidf.BM25, Sublinear: true, RawIDF: true, Norm: 7})
	for _, want := range []string{"MaxGram 2", "no words to stop", "Sublinear with BM25", "RawIDF with BM25", "Norm 7"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v does not say %q", err, want)
		}
	}
	if _, err := tfidf.Fit([]string{"", "a"}, tfidf.Options{}); !errors.Is(err, recommender.ErrInvalid) {
		t.Errorf("fit without terms: error %v, want ErrInvalid", err)
	}
}
