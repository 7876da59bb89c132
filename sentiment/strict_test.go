package sentiment_test

import (
	"math"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/osusume/osusume/sentiment"
)

func strict(t testing.TB) *sentiment.Analyzer {
	t.Helper()
	a, err := sentiment.New(sentiment.Options{Strict: true})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// The file was written by vaderSentiment 3.3.2 itself: _gen/strict.py.
func TestStrictSaysWhatVaderSentimentSays(t *testing.T) {
	data, err := os.ReadFile("testdata/strict.tsv")
	if err != nil {
		t.Fatal(err)
	}
	a, n := strict(t), 0
	for line := range strings.Lines(string(data)) {
		if line[0] == '#' {
			continue
		}
		fields := strings.Split(strings.TrimSpace(line), "\t")
		text, err := strconv.Unquote(fields[0])
		if err != nil {
			t.Fatalf("%s: %v", fields[0], err)
		}
		got := a.Score(text)
		for i, have := range []float64{got.Compound, got.Negative, got.Neutral, got.Positive} {
			want, err := strconv.ParseFloat(fields[i+1], 64)
			if err != nil {
				t.Fatal(err)
			}
			if tolerance := []float64{1e-9, 1e-3}[min(i, 1)]; math.Abs(have-want) > tolerance+1e-9 {
				t.Errorf("%s: %+v, want %s", fields[0], got, fields[1:])
				break
			}
		}
		n++
	}
	if n < 200 {
		t.Errorf("%d sentences, want at least 200", n)
	}
}
