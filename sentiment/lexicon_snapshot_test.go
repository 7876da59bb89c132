package sentiment_test

import (
	"bytes"
	"errors"
	"testing"

	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/sentiment"
)

func reopened(t testing.TB, l *sentiment.Lexicon) *sentiment.Lexicon {
	t.Helper()
	got, err := sentiment.OpenLexicon(bytes.NewReader(written(t, l)))
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestOpenLexiconGivesBackTheSame(t *testing.T) {
	for name, l := range map[string]*sentiment.Lexicon{"English": sentiment.English(), "learned": learnedLexicon(t)} {
		data := written(t, l)
		got, err := sentiment.OpenLexicon(bytes.NewReader(data))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if !bytes.Equal(written(t, got), data) || got.Len() != l.Len() {
			t.Errorf("%s: written again, the bytes differ", name)
		}
		a, err := sentiment.New(sentiment.Options{Lexicon: got})
		if err != nil {
			t.Fatal(err)
		}
		b, err := sentiment.New(sentiment.Options{Lexicon: l})
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range []string{"not a good film, kind of dull :( 😁", "at least funny", "spring rain"} {
			if a.Score(text) != b.Score(text) {
				t.Errorf("%s: %q scores %+v, want %+v", name, text, a.Score(text), b.Score(text))
			}
		}
	}
}

func TestOpenLexiconFindsDamage(t *testing.T) {
	data := written(t, read(t, "word\tgood\t2\nnegation\tnot\nword\tnot bad\t1\n"))
	for i := range data {
		bad := bytes.Clone(data)
		bad[i] ^= 0x10
		if _, err := sentiment.OpenLexicon(bytes.NewReader(bad)); !errors.Is(err, recommender.ErrCorrupt) && !errors.Is(err, recommender.ErrInvalid) {
			t.Errorf("byte %d changed: error %v", i, err)
		}
		if _, err := sentiment.OpenLexicon(bytes.NewReader(data[:i])); !errors.Is(err, recommender.ErrCorrupt) {
			t.Errorf("cut to %d bytes: error %v, want ErrCorrupt", i, err)
		}
	}
}

func written(t testing.TB, l *sentiment.Lexicon) []byte {
	t.Helper()
	var b bytes.Buffer
	n, err := l.WriteTo(&b)
	if err != nil || n != int64(b.Len()) {
		t.Fatalf("WriteTo = %d, %v; wrote %d", n, err, b.Len())
	}
	return b.Bytes()
}

func FuzzOpenLexicon(f *testing.F) {
	f.Add(written(f, read(f, "word\tgood\t2\nnegation\tnot\nword\tnot bad\t1\n")), "not bad, good")
	f.Add(written(f, learnedLexicon(f)), "spring rain")
	f.Fuzz(func(t *testing.T, data []byte, text string) {
		l, err := sentiment.OpenLexicon(bytes.NewReader(data))
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
