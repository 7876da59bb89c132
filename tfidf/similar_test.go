package tfidf_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/osusume/osusume/internal/rng"
	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/tfidf"
)

// library generates n items whose words and tags are long-tailed, and users
// with about fifty of them each.
func library(n, users int) shelf {
	r := rng.New(11)
	skewed := func(n int) int { return int(float64(n) * r.Float64() * r.Float64() * r.Float64()) }
	var s shelf
	for i := range n {
		words := make([]string, 60)
		for k := range words {
			words[k] = fmt.Sprintf("word%d", skewed(20000))
		}
		it := recommender.Item{
			ID:    recommender.ItemID(fmt.Sprint(i)),
			Title: strings.Join(words[:2], " "),
			Text:  strings.Join(words[2:], " "),
		}
		for range 3 {
			it.Tags = append(it.Tags, fmt.Sprintf("tag %d", skewed(40)))
		}
		s.items = append(s.items, it)
	}
	for u := range users {
		for range 50 {
			s.rows = append(s.rows, recommender.Interaction{
				User: recommender.UserID(fmt.Sprint(u)), Item: s.items[skewed(n)].ID,
				Kind: recommender.Rate, Value: float32(1+r.IntN(10)) / 2,
			})
		}
	}
	return s
}

func TestSimilarEqualsBruteForce(t *testing.T) {
	s := library(300, 0)
	m := s.train(t, tfidf.Config{})
	lists, err := m.Neighbours(t.Context(), 7, 1)
	if err != nil {
		t.Fatal(err)
	}
	for i, id := range m.Catalog() {
		// Scores for a single seed are its cosines.
		scores := make([]float32, len(m.Catalog()))
		if err := m.ScoreAll(t.Context(), recommender.Request{Seeds: []recommender.ItemID{id}}, scores); err != nil {
			t.Fatal(err)
		}
		var want []tfidf.Neighbour
		for j, c := range scores {
			if j != i && c > 0 {
				want = append(want, tfidf.Neighbour{Place: int32(j), Cosine: min(c, 1)})
			}
		}
		slices.SortStableFunc(want, func(a, b tfidf.Neighbour) int { return cmp.Compare(b.Cosine, a.Cosine) })
		want = want[:min(7, len(want))]
		if diff := gocmp.Diff(want, lists[i]); diff != "" {
			t.Fatalf("neighbours of %q (-want +got):\n%s", id, diff)
		}
		similar, err := m.Similar(t.Context(), id, 7)
		if err != nil {
			t.Fatal(err)
		}
		for k, x := range similar {
			if x.Item != m.Catalog()[want[k].Place] || x.Score != want[k].Cosine {
				t.Fatalf("similar to %q, place %d: %v, want %v", id, k, x, want[k])
			}
		}
	}
}

func TestNeighboursAreTheSameAtAnyNumberOfWorkers(t *testing.T) {
	m := library(400, 0).train(t, tfidf.Config{})
	want, err := m.Neighbours(t.Context(), 10, 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, workers := range []int{2, 7} {
		got, err := m.Neighbours(t.Context(), 10, workers)
		if err != nil {
			t.Fatal(err)
		}
		if diff := gocmp.Diff(want, got); diff != "" {
			t.Errorf("%d workers (-want +got):\n%s", workers, diff)
		}
	}
}

func TestSimilarNamesItsFaults(t *testing.T) {
	m := fixed().train(t, tfidf.Config{})
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	for _, c := range []struct {
		name string
		ctx  context.Context
		item recommender.ItemID
		k    int
		want error
	}{
		{"unknown", t.Context(), "nowhere", 3, recommender.ErrNotFound},
		{"without terms", t.Context(), "blank", 3, recommender.ErrColdStart},
		{"negative k", t.Context(), "loom", -1, recommender.ErrInvalid},
		{"cancelled", cancelled, "loom", 3, context.Canceled},
	} {
		if _, err := m.Similar(c.ctx, c.item, c.k); !errors.Is(err, c.want) {
			t.Errorf("%s: error %v, want %v", c.name, err, c.want)
		}
	}
	if _, err := m.Neighbours(t.Context(), -1, 1); !errors.Is(err, recommender.ErrInvalid) {
		t.Errorf("neighbours with k -1: error %v, want ErrInvalid", err)
	}
	if _, err := m.Neighbours(cancelled, 3, 2); !errors.Is(err, context.Canceled) {
		t.Errorf("neighbours, cancelled: error %v, want context.Canceled", err)
	}
}
