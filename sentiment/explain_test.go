package sentiment_test

import (
	"errors"
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/sentiment"
)

func explain(t testing.TB, a *sentiment.Analyzer, text string) sentiment.Explanation {
	t.Helper()
	e, err := a.Explain(text)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestExplainNamesTheRules(t *testing.T) {
	e := explain(t, analyzer(t), "Not a VERY good film; but fun!")
	type said struct {
		Text  string
		Rules []sentiment.Rule
	}
	var got []said
	for _, p := range e.Parts {
		if p.Share != 0 {
			got = append(got, said{p.Text, p.Rules})
		}
	}
	want := []said{
		{"good", []sentiment.Rule{
			{Kind: sentiment.RuleBooster, Word: "VERY", By: 0.293 + 0.733},
			{Kind: sentiment.RuleNegation, Word: "Not", By: -0.74},
			{Kind: sentiment.RuleBeforeBut, Word: "but", By: 0.5},
		}},
		{"fun", []sentiment.Rule{{Kind: sentiment.RuleAfterBut, Word: "but", By: 1.3}}},
		{"", []sentiment.Rule{{Kind: sentiment.RulePunctuate, By: 0.292}}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestExplainTellsOfNamesAndLanguages(t *testing.T) {
	masked, err := sentiment.New(sentiment.Options{Mask: sentiment.NewMask([]string{"Love Zorbo"})})
	if err != nil {
		t.Fatal(err)
	}
	e := explain(t, masked, "Love Zorbo is dull")
	if p := e.Parts[0]; p.Text != "Love Zorbo" || p.Share != 0 || len(p.Rules) != 1 || p.Rules[0].Kind != sentiment.RuleName {
		t.Errorf("%+v", p)
	}
	e = explain(t, analyzer(t), "Die Musik ist nicht so schlecht und das Ende")
	if p := e.Parts[0]; p.Share != 0 || len(p.Rules) != 1 || p.Rules[0].Kind != sentiment.RuleLanguage {
		t.Errorf("%+v", p)
	}
	if _, err := strict(t).Explain("good"); !errors.Is(err, recommender.ErrInvalid) {
		t.Errorf("strict: error %v, want ErrInvalid", err)
	}
}

func TestSharesAddUpToTheCompound(t *testing.T) {
	learned, err := sentiment.New(sentiment.Options{Lexicon: learnedLexicon(t)})
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{
		"", "good", "good bad", "no good, no bad!!!", "NOT good???", "love 😁 but 😭!", "at least it is kind of fun. But dark spring rain?!",
	} {
		checkShares(t, analyzer(t), text)
		checkShares(t, learned, text)
	}
}

func checkShares(t *testing.T, a *sentiment.Analyzer, text string) {
	t.Helper()
	e := explain(t, a, text)
	sum := 0.0
	for _, p := range e.Parts {
		sum += p.Share
		if text[p.Start:p.End] != p.Text {
			t.Errorf("%q: part %+v is not where it says", text, p)
		}
	}
	if math.Abs(sum-e.Score.Compound) > 1e-9 {
		t.Errorf("%q: shares add up to %v, the compound is %v", text, sum, e.Score.Compound)
	}
	if e.Score != a.Score(text) {
		t.Errorf("%q: %+v, want %+v", text, e.Score, a.Score(text))
	}
	if !slices.IsSortedFunc(e.Parts, func(a, b sentiment.Part) int { return a.Start - b.Start }) {
		t.Errorf("%q: parts out of order", text)
	}
}

func FuzzExplain(f *testing.F) {
	for _, s := range []string{"good", "no no no or no!", "at the very least 😁\ufe0f but bad???", "\xff:)", "Love Zorbo! is kind of but"} {
		f.Add(s)
	}
	a, err := sentiment.New(sentiment.Options{Lexicon: learnedLexicon(f), Mask: sentiment.NewMask([]string{"Love Zorbo!", "Good"})})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string) { checkShares(t, a, text) })
}
