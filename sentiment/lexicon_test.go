package sentiment_test

import (
	"bufio"
	"bytes"
	"errors"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/sentiment"
)

func read(t testing.TB, text string) *sentiment.Lexicon {
	t.Helper()
	l, err := sentiment.ReadLexicon(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestReadLexiconNamesTheBadLine(t *testing.T) {
	for name, line := range map[string]string{
		"unknown kind":      "wrod\tgood\t1",
		"no valence":        "word\tgood",
		"field too many":    "word\tgood\t1\t2",
		"valence too large": "word\tgood\t4.1",
		"valence NaN":       "word\tgood\tNaN",
		"empty token":       "word\t\t1",
		"spaced oddly":      "word\tto  die for\t1",
		"ASCII emoji":       "emoji\ta\tletter",
		"two runes":         "emoji\t😁😁\tfaces",
		"too long":          "# " + strings.Repeat("x", 1<<16),
		"reach 0":           "negation\tnot\t0",
		"reach too far":     "negation\tnot\t5",
		"field for but":     "but\tbut\t1",
	} {
		_, err := sentiment.ReadLexicon(strings.NewReader("# a comment\nword\tfine\t1\n" + line + "\n"))
		if !errors.Is(err, recommender.ErrInvalid) || !strings.Contains(err.Error(), "line 3") {
			t.Errorf("%s: error %v, want ErrInvalid that names line 3", name, err)
		}
	}
}

func TestOwnLexiconScores(t *testing.T) {
	l := read(t, "word\tsugoi\t3\nword\tsaikou desu\t4\nbooster\ttotemo\t0.293\nnegation\tnai\nemoji\t🌸\t1.5\n")
	if got, ok := l.Valence("sugoi"); got != 3 || !ok || l.Len() != 3 {
		t.Errorf("Valence %v, %t; Len %d; want 3, true, 3", got, ok, l.Len())
	}
	if _, ok := l.Valence("desu"); ok {
		t.Error("a word of a phrase has a valence")
	}
	a, err := sentiment.New(sentiment.Options{Lexicon: l})
	if err != nil {
		t.Fatal(err)
	}
	texts := []string{"nai sugoi", "good", "sugoi", "totemo sugoi", "saikou desu"}
	for i, s := range scores(a, texts) {
		if i > 0 && s.Compound <= a.Score(texts[i-1]).Compound {
			t.Errorf("%q does not score more than %q", texts[i], texts[i-1])
		}
	}
	if got := a.Score("nai 🌸"); got.Compound <= 0 || got.Known != 1 {
		t.Errorf("an emoji behind a negation: %+v", got)
	}
}

func TestPhrasesCountOnceAsAWhole(t *testing.T) {
	l := read(t, "word\tgood\t2\nword\tbad\t-2\nword\tanything but fun\t-3\n"+
		"but\tbut\nword\tkind of\t1\nword\tkind of cool\t3\nword\tnot kind of\t-2\nword\tso kind of cool\t4\n")
	a, err := sentiment.New(sentiment.Options{Lexicon: l})
	if err != nil {
		t.Fatal(err)
	}
	norm := func(x float64) float64 { return x / math.Sqrt(x*x+15) }
	for text, want := range map[string]float64{
		"anything but fun":               norm(-3),
		"anything but fun and good":      norm(-3 + 2),
		"bad but good":                   norm(0.5*-2 + 1.3*2),
		"anything but fun but also good": norm(0.5*-3 + 1.3*2),
		"kind of":                        norm(1),
		"kind of cool":                   norm(3),
		"not kind of":                    norm(-2),
		"SO kind of cool":                norm(4),
	} {
		if got := a.Score(text); math.Abs(got.Compound-want) > 1e-12 {
			t.Errorf("%q: %+v, want a compound of %.6f", text, got, want)
		}
	}
}

func TestCaseOfALexiconDoesNotMatter(t *testing.T) {
	l := read(t, "word\tGOOD\t3\nword\tGood\t2\nword\tDon’t\t-1\nemoji\t🌸\t2\n")
	for word, want := range map[string]float64{"good": 2, "gOOd": 2, "don't": -1} {
		if got, ok := l.Valence(word); got != want || !ok {
			t.Errorf("Valence(%q) = %v, %t, want %v", word, got, ok, want)
		}
	}
	a, err := sentiment.New(sentiment.Options{Lexicon: l})
	if err != nil {
		t.Fatal(err)
	}
	if got := a.Score("🌸"); got.Compound != a.Score("good").Compound || got.Known != 1 || l.Len() != 3 {
		t.Errorf("🌸 scores %+v, Len %d", got, l.Len())
	}
}

func TestEnglishHasThePublishedValences(t *testing.T) {
	l := sentiment.English()
	lines := bufio.NewScanner(shared(t, "sentiment/vader/vader_lexicon.txt.gz"))
	want := map[string]float64{} // some words stand twice: the last one counts
	for lines.Scan() {
		fields := strings.Split(lines.Text(), "\t")
		v, err := strconv.ParseFloat(fields[1], 64)
		if err != nil {
			t.Fatal(err)
		}
		// The authors' program looks up lower case only.
		if fields[0] == strings.ToLower(fields[0]) {
			want[fields[0]] = v
		}
	}
	for word, v := range want {
		if got, _ := l.Valence(word); got != v {
			t.Errorf("%q has valence %v, want %v", word, got, v)
		}
	}
	if len(want) < 7400 {
		t.Errorf("%d words compared, want at least 7400", len(want))
	}
}

func FuzzReadLexicon(f *testing.F) {
	f.Add("word\tgood\t1.9\nword\tto die for\t3\n", "to die for good")
	f.Add("booster\tso\t0.3\nno\tno\nemoji\t😁\t2\nbut\tbut\nstress\tnever so\ncommon\tthe\nforeign\tdas\n", "no 😁 but never so!")
	f.Add("word\tno\t-1e-3\nword\tor or\t4", "no or or or no")
	f.Fuzz(func(t *testing.T, lexicon, text string) {
		l, err := sentiment.ReadLexicon(strings.NewReader(lexicon))
		if err != nil {
			return
		}
		a, err := sentiment.New(sentiment.Options{Lexicon: l})
		if err != nil {
			return
		}
		if s := a.Score(text); !(s.Compound >= -1 && s.Compound <= 1) {
			t.Errorf("compound %v", s.Compound)
		}
	})
}

func TestAnOverlayCountsBeforeItsBase(t *testing.T) {
	base := read(t, "word\tdark\t-2\nword\tgood\t2\nnegation\tnot\nbooster\tvery\t0.3\nword\tdark horse\t1\n")
	got := base.With(read(t, "word\tdark\t0\nword\tpeak\t3\nword\tgood thing\t3\n"))
	for word, want := range map[string]float64{"dark": 0, "good": 2, "peak": 3, "dark horse": 1, "good thing": 3} {
		if v, _ := got.Valence(word); v != want {
			t.Errorf("%q has valence %v, want %v", word, v, want)
		}
	}
	if v, _ := base.Valence("dark"); v != -2 || base.Len() != 3 || got.Len() != 4 {
		t.Errorf("base has %v for dark, Len %d; the union has Len %d; want -2, 3 and 4", v, base.Len(), got.Len())
	}
	a, err := sentiment.New(sentiment.Options{Lexicon: got})
	if err != nil {
		t.Fatal(err)
	}
	if not, very := a.Score("not good").Compound, a.Score("very good").Compound; not >= 0 || very <= a.Score("good").Compound {
		t.Errorf("not good %v, very good %v", not, very)
	}
}

func TestAnOverlayTakesABoosterBack(t *testing.T) {
	base := read(t, "word\tgood\t2\nbooster\tvery\t0.3\n")
	over := read(t, "booster\tvery\t0\n")
	for name, over := range map[string]*sentiment.Lexicon{"read": over, "opened": reopened(t, over)} {
		a, err := sentiment.New(sentiment.Options{Lexicon: base.With(over)})
		if err != nil {
			t.Fatal(err)
		}
		if very, plain := a.Score("very good").Compound, a.Score("good").Compound; very != plain {
			t.Errorf("%s overlay: very good is %v, good %v, want the same", name, very, plain)
		}
	}
}

func TestFictionDoesNotComplainOfWhatHappens(t *testing.T) {
	a, err := sentiment.New(sentiment.Options{Lexicon: sentiment.Fiction()})
	if err != nil {
		t.Fatal(err)
	}
	for text, better := range map[string]bool{
		"A dark, violent and tragic story of war and death.": false,
		"The villain murders his victims.":                   false,
		"A killer soundtrack.":                               true,
		"An insane ride with sick animation.":                true,
	} {
		if got := a.Score(text).Compound; got < -0.05 || better && got < 0.05 {
			t.Errorf("%q scores %.3f", text, got)
		}
		if plain := analyzer(t).Score(text).Compound; plain > -0.05 {
			t.Errorf("%q scores %.3f in plain English: nothing to see", text, plain)
		}
	}
	for _, text := range []string{"A terrible, boring mess.", "I hated the lazy writing and dropped it."} {
		if got := a.Score(text).Compound; got > -0.2 {
			t.Errorf("%q scores %.3f", text, got)
		}
	}
}

func BenchmarkReadLexicon(b *testing.B) {
	text, err := os.ReadFile("vader.txt")
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := sentiment.ReadLexicon(bytes.NewReader(text)); err != nil {
			b.Fatal(err)
		}
	}
}
