package sentiment_test

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/sentiment"
)

func aspects(t testing.TB, list []sentiment.Aspect) *sentiment.Aspects {
	t.Helper()
	a, err := sentiment.New(sentiment.Options{Lexicon: sentiment.Fiction()})
	if err != nil {
		t.Fatal(err)
	}
	x, err := sentiment.NewAspects(a, list)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func TestEveryAspectGetsWhatIsSaidOfIt(t *testing.T) {
	x := aspects(t, nil)
	for text, want := range map[string]map[string]int{ // signs; what is missing is not mentioned
		"The animation is gorgeous, but the plot is a boring mess.": {"art": 1, "story": -1},
		"Great characters and a terrible ending.":                   {"characters": 1, "story": -1},
		"The story and the characters are great.":                   {"story": 1, "characters": 1},
		"I loved the soundtrack. The pacing was awful and slow.":    {"sound": 1, "pacing": -1},
		"It has music.":                                                 {"sound": 0},
		"The character development is amazing.":                         {"characters": 1}, // a phrase of the lexicon
		"A killer soundtrack!":                                          {"sound": 1},
		"The plot twist was awful and stupid.":                          {"story": -1},
		"What a wonderful day. The plot is not bad at all.":             {"story": 1},
		"Plot is dull, predictable, stupid; visuals are stunning.":      {"story": -1, "art": 1},
		"Terrible dub! The art, though simple, is beautiful.":           {"sound": -1, "art": 1},
		"The cast is lovable while the narrative never goes anywhere.":  {"characters": 1, "story": 0},
		"Nothing here names what it judges, and it is all very boring.": {},
	} {
		for _, got := range x.Score(text) {
			sign, mentioned := want[got.Name]
			if (got.Mentions > 0) != mentioned {
				t.Errorf("%q: %s has %d mentions", text, got.Name, got.Mentions)
			}
			if sign > 0 && got.Compound < 0.05 || sign < 0 && got.Compound > -0.05 || !mentioned && (got.Compound != 0 || got.Known != 0) {
				t.Errorf("%q: %+v, want sign %d", text, got, sign)
			}
		}
	}
}

func TestAspectsCanBeOnesOwn(t *testing.T) {
	x := aspects(t, []sentiment.Aspect{{Name: "battery", Words: []string{"Battery", "charge"}}, {Name: "screen", Words: []string{"screen"}}})
	got := x.Score("The battery is terrible but I love the screen.")
	if got[0].Name != "battery" || got[0].Compound >= 0 || got[1].Compound <= 0 {
		t.Errorf("%+v", got)
	}
}

func TestNewAspectsReportsEveryFault(t *testing.T) {
	_, err := sentiment.NewAspects(strict(t), []sentiment.Aspect{{}, {Name: "a", Words: []string{"x y", "z", "Z"}}, {Name: "a"}})
	if !errors.Is(err, recommender.ErrInvalid) {
		t.Fatalf("error %v, want ErrInvalid", err)
	}
	for _, part := range []string{"strict", `name ""`, "no words", `"x y"`, `"Z"`, `name "a"`} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("error %q does not name %s", err, part)
		}
	}
}

func FuzzAspects(f *testing.F) {
	f.Add("The story, and art but sound; no pacing.")
	f.Add("plot plot and, but art\n\nmusic!?")
	x := aspects(f, nil)
	f.Fuzz(func(t *testing.T, text string) {
		for _, s := range x.Score(text) {
			if !(math.Abs(s.Compound) <= 1) || s.Mentions == 0 && s.Known > 0 {
				t.Errorf("%+v", s)
			}
		}
	})
}
