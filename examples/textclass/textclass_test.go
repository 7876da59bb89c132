package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/sentiment"
)

// server answers as inference servers do: one list of classes per text. It finds
// good what has the word "good".
func server(t *testing.T, best bool) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var body struct {
			Inputs []string `json:"inputs"`
		}
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil || r.Header.Get("Content-Type") != "application/json" {
			http.Error(w, "what?", http.StatusBadRequest)
			return
		}
		var out []any
		for _, text := range body.Inputs {
			p := 0.1
			if strings.Contains(text, "good") {
				p = 0.9
			}
			classes := []class{{"POSITIVE", p}, {"NEGATIVE", 1 - p}}
			switch {
			case !best:
				out = append(out, classes)
			case p > 0.5:
				out = append(out, classes[0])
			default:
				out = append(out, classes[1])
			}
		}
		if err := json.NewEncoder(w).Encode(out); err != nil {
			t.Error(err)
		}
	}))
	t.Cleanup(s.Close)
	return s
}

func TestLinesAreScoredByAModelBehindHTTP(t *testing.T) {
	var out, notes bytes.Buffer
	code := run(t.Context(), []string{"-url", server(t, false).URL, "-batch", "2"}, strings.NewReader("a good film\ndull\nno good\n"), &out, &notes)
	want := "+0.800\ta good film\n-0.800\tdull\n+0.800\tno good\n"
	if code != 0 || out.String() != want {
		t.Errorf("exit code %d, %q, %q; want %q", code, out.String(), notes.String(), want)
	}
}

func TestTheBestClassAloneIsEnough(t *testing.T) {
	scores := make([]sentiment.Score, 2)
	if err := (&Client{URL: server(t, true).URL}).ScoreTexts(t.Context(), []string{"good", "dull"}, scores); err != nil {
		t.Fatal(err)
	}
	if scores[0].Compound != 0.9 || scores[1].Compound != -0.9 || scores[0].Known != 1 {
		t.Errorf("%+v", scores)
	}
}

// reviews is a Dataset of two texts.
type reviews struct{}

func (reviews) Items(context.Context) iter.Seq2[recommender.Item, error] {
	return func(func(recommender.Item, error) bool) {}
}

func (reviews) Interactions(context.Context, recommender.Filter) iter.Seq2[recommender.Interaction, error] {
	return func(yield func(recommender.Interaction, error) bool) {
		_ = yield(recommender.Interaction{User: "a", Item: "liked", Kind: recommender.Review, Text: "good"}, nil) &&
			yield(recommender.Interaction{User: "a", Item: "disliked", Kind: recommender.Review, Text: "dull"}, nil)
	}
}

func TestAModelOfReviewsIsTrainedOnIt(t *testing.T) {
	m, err := sentiment.Config{Scorer: &Client{URL: server(t, false).URL}}.Train(t.Context(), reviews{})
	if err != nil {
		t.Fatal(err)
	}
	got, err := m.Recommend(t.Context(), recommender.Request{})
	if err != nil || len(got.Items) != 2 || got.Items[0].Item != "liked" {
		t.Errorf("%+v, %v", got.Items, err)
	}
}

func TestABusyServerIsAskedAgain(t *testing.T) {
	var calls atomic.Int32
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if calls.Add(1) < 3 {
			http.Error(w, "loading", http.StatusServiceUnavailable)
			return
		}
		fmt.Fprint(w, `[[{"label":"4 stars","score":1}]]`)
	}))
	defer s.Close()
	scores := make([]sentiment.Score, 1)
	c := &Client{URL: s.URL, Wait: time.Microsecond}
	if err := c.ScoreTexts(t.Context(), []string{"fine"}, scores); err != nil || scores[0].Compound != 0.5 {
		t.Errorf("%+v, %v", scores, err)
	}
	calls.Store(-100)
	if err := c.ScoreTexts(t.Context(), []string{"fine"}, scores); err == nil || !strings.Contains(err.Error(), "503") {
		t.Errorf("error %v, want 503", err)
	}
}

func TestAnswersThatDoNotFitAreErrors(t *testing.T) {
	for name, c := range map[string]struct {
		status       int
		answer, want string
	}{
		"no list":       {200, `{"error": "too long"}`, "no list"},
		"too few":       {200, `[]`, "0 texts of 1"},
		"unknown label": {200, `[[{"label":"LABEL_7","score":1}]]`, "LABEL_7"},
		"no classes":    {200, `[[]]`, "no label"},
		"no object":     {200, `[3]`, "text 0"},
		"not found":     {404, "nothing here", "404"},
	} {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(c.status)
			fmt.Fprint(w, c.answer)
		}))
		err := (&Client{URL: s.URL}).ScoreTexts(t.Context(), []string{"x"}, make([]sentiment.Score, 1))
		s.Close()
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), s.URL) {
			t.Errorf("%s: error %v, want %q and the address", name, err, c.want)
		}
	}
}

func TestWrongCallsSayWhatIsWrong(t *testing.T) {
	for want, args := range map[string][]string{"-url": nil, "-batch": {"-url", "x", "-batch", "0"}} {
		var out, notes bytes.Buffer
		if code := run(t.Context(), args, strings.NewReader(""), &out, &notes); code != 2 || !strings.Contains(notes.String(), want) {
			t.Errorf("%q: exit code %d, %q; want 2 and %q", args, code, notes.String(), want)
		}
	}
}
