package sentiment_test

import (
	"compress/gzip"
	"encoding/csv"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/osusume/osusume/sentiment"
)

// shared opens a file of the data that is measured on and never shipped.
func shared(t testing.TB, name string) *gzip.Reader {
	t.Helper()
	dir := os.Getenv("OSUSUME_DATA")
	if dir == "" {
		t.Skip("OSUSUME_DATA is unset: it names the directory of the data that is measured on")
	}
	f, err := os.Open(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

// judged returns the texts of a file and what people say of them.
func judged(t testing.TB, name, column string) (texts []string, truth []float64) {
	t.Helper()
	rows, err := csv.NewReader(shared(t, name)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	at := map[string]int{}
	for i, c := range rows[0] {
		at[c] = i
	}
	for _, row := range rows[1:] {
		v, err := strconv.ParseFloat(row[at[column]], 64)
		if err != nil {
			t.Fatal(err)
		}
		texts, truth = append(texts, row[at["text"]]), append(truth, v)
	}
	return texts, truth
}

func analyzer(t testing.TB) *sentiment.Analyzer {
	t.Helper()
	a, err := sentiment.New(sentiment.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func scores(a *sentiment.Analyzer, texts []string) []sentiment.Score {
	out := make([]sentiment.Score, len(texts))
	for i, x := range texts {
		out[i] = a.Score(x)
	}
	return out
}
