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
	} {
		_, err := sentiment.ReadLexicon(strings.NewReader("# a comment\nword\tfine\t1\n" + line + "\n"))
		if !errors.Is(err, recommender.ErrInvalid) || !strings.Contains(err.Error(), "line 3") {
			t.Errorf("%s: error %v, want ErrInvalid that names line 3", name, err)
		}
	}
}

func TestOwnLexiconScores(t *testing.T) {
	l := read(t, "word\tsugoi\t3\nword\tsaikou desu\t4\nbooster\ttotemo\t0.293\nnegation\tnai\nemoji\t🌸\tsugoi flower\n")
	if got, ok := l.Valence("sugoi"); got != 3 || !ok || l.Len() != 2 {
		t.Errorf("Valence %v, %t; Len %d; want 3, true, 2", got, ok, l.Len())
	}
	if _, ok := l.Valence("flower"); ok {
		t.Error("a word of a description has a valence")
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
	if a.Score("🌸") != a.Score("sugoi flower") {
		t.Error("an emoji is not read as its description")
	}
}

func TestPhrasesCountOnceAsAWhole(t *testing.T) {
	l := read(t, "word\tgood\t2\nword\tbad\t-2\nword\tanything but fun\t-3\n"+
		"word\tkind of\t1\nword\tkind of cool\t3\nword\tnot kind of\t-2\nword\tso kind of cool\t4\n")
	a, err := sentiment.New(sentiment.Options{Lexicon: l})
	if err != nil {
		t.Fatal(err)
	}
	norm := func(x float64) float64 { return x / math.Sqrt(x*x+15) }
	for text, want := range map[string]float64{
		"anything but fun":               norm(-3),
		"anything but fun and good":      norm(-3 + 2),
		"bad but good":                   norm(0.5*-2 + 1.5*2),
		"anything but fun but also good": norm(0.5*-3 + 1.5*2),
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
	l := read(t, "word\tGOOD\t3\nword\tGood\t2\nword\tDon’t\t-1\nemoji\t🌸\tGood\n")
	for word, want := range map[string]float64{"good": 2, "gOOd": 2, "don't": -1} {
		if got, ok := l.Valence(word); got != want || !ok {
			t.Errorf("Valence(%q) = %v, %t, want %v", word, got, ok, want)
		}
	}
	a, err := sentiment.New(sentiment.Options{Lexicon: l})
	if err != nil {
		t.Fatal(err)
	}
	if got := a.Score("🌸"); got != a.Score("good") || got.Known != 1 || l.Len() != 2 {
		t.Errorf("🌸 scores %+v, Len %d", got, l.Len())
	}
}

// The two words that VADER's own lexicon has beyond the module's.
var newer = map[string]bool{"heart": true, "hearts": true}

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
		if !newer[fields[0]] && fields[0] == strings.ToLower(fields[0]) {
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
	f.Add("booster\tso\t0.3\nnegation\tno\nemoji\t😁\tso good\n", "no 😁!")
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

func BenchmarkReadLexicon(b *testing.B) {
	text, err := os.ReadFile("lexicon.txt")
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
