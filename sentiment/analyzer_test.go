package sentiment_test

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/sentiment"
)

func TestWordsAroundChangeAWord(t *testing.T) {
	a := analyzer(t)
	for _, c := range []struct{ name, less, more string }{
		{"negation turns round", "the food is not good", "the food is good"},
		{"negation of something bad is milder than praise", "the food is not bad", "the food is great"},
		{"contraction negates", "it isn't good", "it is good"},
		{"split contraction negates", "it is n't good", "it is good"},
		{"typographic apostrophe negates", "it isn’t good", "it is good"},
		{"no before a good word", "there is no hope", "there is hope"},
		{"no carries over or", "no joy or hope", "pure joy or hope"},
		{"booster strengthens praise", "the food is good", "the food is very good"},
		{"booster strengthens blame", "the food is very bad", "the food is bad"},
		{"booster fades with distance", "really is a good one", "a really good one"},
		{"damper weakens", "the food is slightly good", "the food is good"},
		{"phrase dampens", "it was kind of good", "it was good"},
		{"capitals among others", "the food is good", "the food is GOOD"},
		{"exclamation strengthens", "the food is good", "the food is good!"},
		{"more exclamations strengthen more", "the food is good!", "the food is good!!!"},
		{"questions strengthen blame", "is it bad???", "is it bad"},
		{"after but weighs more", "the cast is good but the plot is bad", "the plot is bad but the cast is good"},
		{"least negates", "the least funny one", "a funny one"},
		{"at least does not", "the least funny one", "at least funny"},
		{"never so praises", "it was good", "it was never so good"},
		{"idiom overrides its words", "that show is shit", "that show is the shit"},
		{"idiom of harmless words", "yeah right", "yeah"},
		{"emoticon", "off to work", "off to work :)"},
		{"emoticon before a full stop", "off to work", "off to work :)."},
		{"emoji", "off to work 😭", "off to work 😁"},
		{"emoji without a space", "off to work", "off to work😁"},
		{"drawn out words", "it was good", "it was sooo good"},
		{"drawn out double letters", "it was", "it was goooood"},
		{"joined words", "it was", "it was funny/charming"},
		{"joined by dots", "bad... not good", "great...good"},
	} {
		t.Run(c.name, func(t *testing.T) {
			less, more := a.Score(c.less).Compound, a.Score(c.more).Compound
			if less >= more {
				t.Errorf("%q scores %.4f, %q scores %.4f; want less", c.less, less, c.more, more)
			}
		})
	}
}

func TestCompoundFollowsThePublishedConstants(t *testing.T) {
	a := analyzer(t)
	norm := func(x float64) float64 { return x / math.Sqrt(x*x+15) }
	const good, bad = 1.9, -2.5
	for text, want := range map[string]float64{
		"good":                           norm(good),
		"it is good":                     norm(good),
		"very good":                      norm(good + 0.293),
		"very well and good":             norm(1.1 + 0.293 + good + 0.9*0.293),
		"not good":                       norm(good * -0.74),
		"not very good":                  norm((good + 0.293) * -0.74),
		"GOOD":                           norm(good), // nothing to stand out from
		"so GOOD":                        norm(good + 0.733 + 0.293),
		"SO good":                        norm(good + 0.293 + 0.733),
		"good!!":                         norm(good + 2*0.292),
		"good!!!!!!!":                    norm(good + 4*0.292),
		"good??":                         norm(good + 2*0.18),
		"good????":                       norm(good + 0.96),
		"good?":                          norm(good),
		"bad!":                           norm(bad - 0.292),
		"good but bad":                   norm(0.5*good + 1.5*bad),
		"good but good and good but bad": norm(0.5*good + 1.5*(good+good+bad)),
		"one two three four":             0,
		"":                               0,
	} {
		if got := a.Score(text).Compound; math.Abs(got-want) > 1e-12 {
			t.Errorf("%q scores %.6f, want %.6f", text, got, want)
		}
	}
}

func TestAnyWhitespacePartsWords(t *testing.T) {
	a := analyzer(t)
	want := a.Score("a great film")
	for _, space := range []string{"\n", "\t", "\r\n", "\u00a0", "\u2003", "\u3000", " \n ", "—", "…", "\u200b"} {
		if got := a.Score(strings.Join([]string{"a", "great", "film"}, space)); got != want {
			t.Errorf("with %q between words: %+v, want %+v", space, got, want)
		}
	}
}

func TestHandlesAndAddressesSayNothing(t *testing.T) {
	a := analyzer(t)
	for _, text := range []string{"@love", "https://good.example/great", "www.awful.example", "hate@example.org"} {
		if got := a.Score(text); got.Known != 0 || got.Compound != 0 {
			t.Errorf("%q: %+v, want nothing known", text, got)
		}
	}
}

func TestScoreCountsTokens(t *testing.T) {
	a := analyzer(t)
	got := a.Score("Not a good film, kind of dull :(")
	if got.Tokens != 7 || got.Known != 3 { // "kind of" is one; good, dull and :( are known
		t.Errorf("Tokens %d, Known %d; want 7 and 3", got.Tokens, got.Known)
	}
	if sum := got.Positive + got.Negative + got.Neutral; math.Abs(sum-1) > 1e-12 {
		t.Errorf("shares add up to %v", sum)
	}
	if got := a.Score(" \n"); got != (sentiment.Score{}) {
		t.Errorf("nothing to read: %+v, want the zero Score", got)
	}
}

func TestScoreDoesNotAllocate(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector makes sync.Pool forget at random")
	}
	a := analyzer(t)
	text := "Not a VERY good film… but, well, kind of funny/sad 😁 in its sooo-slow way; isn’t it? " + strings.Repeat("filler ", 50)
	a.Score(text)
	if n := testing.AllocsPerRun(100, func() { a.Score(text) }); n > 0 {
		t.Errorf("%v allocations a text, want none", n)
	}
}

func TestNewRefusesAnEmptyLexicon(t *testing.T) {
	for name, l := range map[string]*sentiment.Lexicon{"zero": {}, "no valences": read(t, "negation\tnot\n")} {
		if _, err := sentiment.New(sentiment.Options{Lexicon: l}); !errors.Is(err, recommender.ErrInvalid) {
			t.Errorf("%s: error %v, want ErrInvalid", name, err)
		}
	}
}

func FuzzScore(f *testing.F) {
	for _, s := range []string{"", "good", "not THE shit!", "no no no or no", "at the very least 😁\ufe0f", "\xff\xfe:)", "sooo-good/bad…", "kind of but but"} {
		f.Add(s)
	}
	a := analyzer(f)
	f.Fuzz(func(t *testing.T, text string) {
		s := a.Score(text)
		if !(s.Compound >= -1 && s.Compound <= 1) {
			t.Errorf("compound %v", s.Compound)
		}
		sum := 0.0
		for _, share := range []float64{s.Positive, s.Negative, s.Neutral} {
			if !(share >= 0 && share <= 1) {
				t.Errorf("share %v in %+v", share, s)
			}
			sum += share
		}
		if s.Tokens > 0 && math.Abs(sum-1) > 1e-9 || s.Tokens == 0 && sum != 0 {
			t.Errorf("shares of %d tokens add up to %v", s.Tokens, sum)
		}
		if s.Known > s.Tokens || s.Known < 0 || s.Known == 0 && s.Compound != 0 {
			t.Errorf("%+v", s)
		}
		if again := a.Score(text); again != s {
			t.Errorf("%+v, then %+v", s, again)
		}
	})
}
