package tfidf_test

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/tfidf"
)

func TestSearchFindsWordsAndTags(t *testing.T) {
	m := fixed().train(t, tfidf.Config{})
	for text, want := range map[string]recommender.ItemID{
		"a WEAVER's dreams": "weaver", "something with reef divers, to return": "reef2", "slice of life": "reef1", "a slice of bread": "slice",
	} {
		got, err := m.Search(t.Context(), text, 1)
		if err != nil {
			t.Fatal(err)
		}
		if len(got) != 1 || got[0].Item != want || got[0].Score <= 0 || got[0].Score > 1 {
			t.Errorf("%q finds %v, want %q", text, got, want)
		}
	}
	if _, err := m.Search(t.Context(), "zeppelin ?", 3); !errors.Is(err, recommender.ErrColdStart) {
		t.Errorf("no known word: error %v, want ErrColdStart", err)
	}
	if _, err := m.Search(t.Context(), "reef", -1); !errors.Is(err, recommender.ErrInvalid) {
		t.Errorf("k -1: error %v, want ErrInvalid", err)
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := m.Search(cancelled, "reef", 3); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: error %v", err)
	}
}

// An item made a vector afterwards is what training made of it.
func TestVectorIsThatOfTraining(t *testing.T) {
	for name, c := range map[string]tfidf.Config{
		"default": {}, "bm25": {Weighting: tfidf.BM25}, "joined": tfidf.Reference(), "pairs": {MinGram: 1, MaxGram: 2, Aliases: 0.5},
	} {
		s := fixed()
		m := s.train(t, c)
		for _, it := range s.items[:5] {
			got, err := m.Nearest(t.Context(), m.Vector(it), 6)
			if err != nil {
				t.Fatal(err)
			}
			if len(got) == 0 || got[0].Score < 0.999999 {
				t.Fatalf("%s: nearest to %q is %v", name, it.ID, got)
			}
			similar, err := m.Similar(t.Context(), it.ID, 6)
			if err != nil {
				t.Fatal(err)
			}
			got = slices.DeleteFunc(got, func(x recommender.Scored) bool { return x.Item == it.ID })
			if diff := cmp.Diff(similar, got); diff != "" {
				t.Errorf("%s: nearest to %q (-want +got):\n%s", name, it.ID, diff)
			}
		}
	}
}

func TestNearestRefusesForeignVectors(t *testing.T) {
	m := fixed().train(t, tfidf.Config{})
	for name, v := range map[string]tfidf.Vector{
		"term beyond":     {Terms: []int32{1 << 20}, Values: []float32{1}},
		"negative term":   {Terms: []int32{-1}, Values: []float32{1}},
		"terms unordered": {Terms: []int32{2, 1}, Values: []float32{0.5, 0.5}},
		"negative value":  {Terms: []int32{1}, Values: []float32{-0.5}},
		"value missing":   {Terms: []int32{1, 2}, Values: []float32{0.5}},
	} {
		if _, err := m.Nearest(t.Context(), v, 3); !errors.Is(err, recommender.ErrInvalid) {
			t.Errorf("%s: error %v, want ErrInvalid", name, err)
		}
	}
}

func TestExtendedModelKnowsNewItems(t *testing.T) {
	for _, k := range []int{0, 2} {
		m := fixed().train(t, tfidf.Config{Neighbours: k})
		before := saved(t, m)
		fresh := recommender.Item{ID: "reef3", Title: "Reef Divers Forever", Tags: []string{"Adventure"}}
		got, err := m.Extend(t.Context(), fresh, recommender.Item{ID: "bare"})
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(saved(t, m), before) {
			t.Error("extending a model changes it")
		}
		if b := best(t, got, recommender.Request{Seeds: []recommender.ItemID{"reef3"}}); b != "reef1" {
			t.Errorf("neighbours %d: nearest to the new item is %q, want reef1", k, b)
		}
		if b := best(t, got, recommender.Request{User: "diver"}); b != "reef3" && b != "reef2" {
			t.Errorf("neighbours %d: who likes reef1 gets %q", k, b)
		}
		if _, err := got.Similar(t.Context(), "bare", 3); !errors.Is(err, recommender.ErrColdStart) {
			t.Errorf("similar to an item without terms: error %v, want ErrColdStart", err)
		}
		back, err := tfidf.ReadModel(bytes.NewReader(saved(t, got)))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(saved(t, back), saved(t, got)) {
			t.Error("the extended model reads back differently")
		}
		for name, it := range map[string]recommender.Item{"without ID": {Title: "x"}, "known": {ID: "loom"}} {
			if _, err := m.Extend(t.Context(), it); !errors.Is(err, recommender.ErrInvalid) {
				t.Errorf("%s: error %v, want ErrInvalid", name, err)
			}
		}
	}
}

// With the vocabulary of an earlier model, the same items give the same model,
// and others no new terms.
func TestVocabularyCanBeFrozen(t *testing.T) {
	s := fixed()
	old := s.train(t, tfidf.Config{})
	again := s.train(t, tfidf.Config{Vocabulary: old.Vectorizer()})
	if !bytes.Equal(saved(t, again), saved(t, old)) {
		t.Error("the same items and vocabulary give another model")
	}
	s.items = append(s.items, recommender.Item{ID: "zeppelin", Title: "Zeppelin Weaver"})
	more := s.train(t, tfidf.Config{Vocabulary: old.Vectorizer()})
	if more.Features() != old.Features() {
		t.Errorf("%d terms, want the %d there were", more.Features(), old.Features())
	}
	if _, err := more.Search(t.Context(), "zeppelin", 1); !errors.Is(err, recommender.ErrColdStart) {
		t.Errorf("a word that is not in the vocabulary: error %v, want ErrColdStart", err)
	}
	foreign, err := tfidf.Fit([]string{"quartz"}, tfidf.Options{})
	if err != nil {
		t.Fatal(err)
	}
	plain, err := tfidf.Fit([]string{"reef"}, tfidf.Options{Norm: tfidf.NoNorm})
	if err != nil {
		t.Fatal(err)
	}
	one, err := tfidf.Fit([]string{"reef"}, tfidf.Options{Weighting: tfidf.BM25})
	if err != nil {
		t.Fatal(err)
	}
	for name, v := range map[string]*tfidf.Vectorizer{"no term in common": foreign, "no length": plain, "other fields": one} {
		if _, err := (tfidf.Config{Vocabulary: v}).Train(t.Context(), recommender.ItemsOf(s.items)); !errors.Is(err, recommender.ErrInvalid) {
			t.Errorf("%s: error %v, want ErrInvalid", name, err)
		}
	}
}

func TestAliasesCanBeAFieldOfTheirOwn(t *testing.T) {
	s := shelf{items: []recommender.Item{
		{ID: "1", Title: "Kaze", Aliases: []string{"Wind Song"}}, {ID: "2", Title: "Song"}, {ID: "3", Title: "Wind"}, {ID: "4", Title: "Rain"},
	}}
	cosine := func(c tfidf.Config) float32 {
		got, err := s.train(t, c).Similar(t.Context(), "1", 1)
		if err != nil {
			t.Fatal(err)
		}
		if len(got) == 0 {
			return 0
		}
		return got[0].Score
	}
	with, apart, without := cosine(tfidf.Config{}), cosine(tfidf.Config{Aliases: 0.5}), cosine(tfidf.Config{Aliases: -1})
	if !(with > apart && apart > 0 && without == 0) {
		t.Errorf("cosines %v in the title, %v as a light field, %v left out", with, apart, without)
	}
}

func TestSearchErrorsQuoteWhatWasAsked(t *testing.T) {
	m := library(20, 3).train(t, tfidf.Config{})
	const asked = "Xyzzy, XYZZY!"
	if _, err := m.Search(t.Context(), asked, 3); err == nil || !strings.Contains(err.Error(), strconv.Quote(asked)) {
		t.Errorf("error %v does not quote %q", err, asked)
	}
}

func TestScoresReachDownToTheCentre(t *testing.T) {
	items := []recommender.Item{{ID: "odd", Title: "odd one"}}
	for i := range 99 {
		items = append(items, recommender.Item{ID: recommender.ItemID(strconv.Itoa(i)), Title: "the same title"})
	}
	m := shelf{items: items}.train(t, tfidf.Config{Centre: 2})
	scores := make([]float32, len(items))
	if err := m.ScoreAll(t.Context(), recommender.Request{History: []recommender.Interaction{{Item: "odd"}}}, scores); err != nil {
		t.Fatal(err)
	}
	if got := scores[1]; !(got < -1.9 && got >= -2) {
		t.Errorf("what everything else is like scores %v, want next to -2", got)
	}
}
