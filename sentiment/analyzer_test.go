package sentiment_test

import (
	"context"
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

func TestCompoundFollowsTheConstants(t *testing.T) {
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
		"good but bad":                   norm(0.5*good + 1.3*bad),
		"good but good and good but bad": norm(0.5*good + 1.3*(good+good+bad)),
		"good. bad but good":             norm(good + 0.5*bad + 1.3*good),
		"not bad":                        norm(bad * -0.4),
		"not now, good":                  norm(good), // a negation ends at a comma
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

func TestALongTextIsNotExtremeForItsLength(t *testing.T) {
	a := analyzer(t)
	words := func(n int) string { return strings.Repeat("good and all of that. ", n) }
	const good = 1.9
	for n, want := range map[int]float64{3: 3 * good, 50: 50 * good * math.Sqrt(15./250)} {
		if got := a.Score(words(n)).Compound; math.Abs(got-want/math.Sqrt(want*want+15)) > 1e-12 {
			t.Errorf("%d sentences: %.6f, want a sum of %.4f", n, got, want)
		}
	}
}

func TestAnotherLanguageIsNeitherGoodNorBad(t *testing.T) {
	a := analyzer(t)
	for _, text := range []string{
		"Die Geschichte ist sehr gut und die Musik ist nicht so schlecht",
		"Het verhaal is niet goed en de muziek is van een ander",
		"La historia es muy triste y los personajes no me gustan",
		"L'histoire est une merveille et les personnages sont avec elle",
		"とても面白かった", "Очень хорошо",
	} {
		if got := a.Score(text); got.Known != 0 || got.Compound != 0 || got.Coverage() != 0 || got.Tokens == 0 {
			t.Errorf("%q: %+v, want nothing known", text, got)
		}
	}
	if got := a.Score("This Die Hard der Film was great, and it is the best of them"); got.Compound <= 0 {
		t.Errorf("English with a foreign word: %+v", got)
	}
}

func TestNamesFromAnotherLanguageAreNoOtherLanguage(t *testing.T) {
	a := analyzer(t)
	for _, text := range []string{
		"Dan loves Dan", "Las Vegas beats Los Angeles, great game", "Terrible! I saw Les Mis, Les Mis!",
		"Great prices: newegg.com buy.com", "Best pizza in Des Moines, Los Gatos and Las Vegas",
	} {
		if got := a.Score(text); got.Known == 0 {
			t.Errorf("%q: %+v, want English", text, got)
		}
	}
	for _, text := range []string{"Das ist nicht gut", "DAS IST NICHT GUT"} {
		if got := a.Score(text); got.Known != 0 {
			t.Errorf("%q: %+v, want nothing known", text, got)
		}
	}
}

func TestLongTextsAreScored(t *testing.T) {
	if got := analyzer(t).Score(strings.Repeat("Not a good film, but bad! ", 400_000)); got.Compound > -0.9 || got.Tokens != 2_400_000 {
		t.Errorf("ten megabytes: %+v", got)
	}
	for name, text := range map[string]string{
		"sentences":   strings.Repeat("Not a good film, but bad! ", 20_000),
		"no sentence": strings.Repeat("good but not bad ", 30_000),
		"one word":    strings.Repeat("good", 200_000),
		"marks":       strings.Repeat("!?", 200_000),
		"emoji":       strings.Repeat("😁", 20_000),
	} {
		for kind, a := range map[string]*sentiment.Analyzer{"default": analyzer(t), "strict": strict(t)} {
			if got := a.Score(text); !(math.Abs(got.Compound) <= 1) {
				t.Errorf("%s, %s: %+v", name, kind, got)
			}
		}
	}
}

func TestScoreTextsChecksItsPlaces(t *testing.T) {
	a := analyzer(t)
	texts, dst := []string{"good", "bad"}, make([]sentiment.Score, 2)
	if err := a.ScoreTexts(t.Context(), texts, dst); err != nil || dst[0] != a.Score("good") || dst[1] != a.Score("bad") {
		t.Errorf("%+v, %v", dst, err)
	}
	if err := a.ScoreTexts(t.Context(), texts, dst[:1]); !errors.Is(err, recommender.ErrInvalid) {
		t.Errorf("a place too few: error %v, want ErrInvalid", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := a.ScoreTexts(ctx, texts, dst); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: error %v", err)
	}
}

func TestStrictStandsAlone(t *testing.T) {
	for name, o := range map[string]sentiment.Options{
		"lexicon": {Strict: true, Lexicon: sentiment.English()},
		"mask":    {Strict: true, Mask: sentiment.NewMask([]string{"Love Hina"})},
	} {
		if _, err := sentiment.New(o); !errors.Is(err, recommender.ErrInvalid) {
			t.Errorf("%s: error %v, want ErrInvalid", name, err)
		}
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
	analyzers := []*sentiment.Analyzer{analyzer(f), strict(f)}
	f.Fuzz(func(t *testing.T, text string) {
		for i, a := range analyzers {
			checkScore(t, a, text, []float64{1e-9, 0.0015}[i]) // strict scores are rounded
		}
	})
}

func checkScore(t *testing.T, a *sentiment.Analyzer, text string, tolerance float64) {
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
	if s.Tokens > 0 && math.Abs(sum-1) > tolerance || s.Tokens == 0 && sum != 0 {
		t.Errorf("shares of %d tokens add up to %v", s.Tokens, sum)
	}
	if s.Known > s.Tokens || s.Known < 0 || s.Known == 0 && s.Compound != 0 {
		t.Errorf("%+v", s)
	}
	if again := a.Score(text); again != s {
		t.Errorf("%+v, then %+v", s, again)
	}
}
