package sentiment_test

import (
	"bufio"
	"bytes"
	"errors"
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
		if !newer[fields[0]] {
			want[fields[0]] = v
		}
	}
	for word, v := range want {
		if got, _ := l.Valence(word); got != v {
			t.Errorf("%q has valence %v, want %v", word, got, v)
		}
	}
	if len(want) < 7500 {
		t.Errorf("%d words compared, want at least 7500", len(want))
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
