package mf_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/osusume/osusume/mf"
	"github.com/osusume/osusume/recommender"
)

func TestForeignFactorsScoreByProductAndBias(t *testing.T) {
	f := mf.Foreign{
		Users: []recommender.UserID{"a", "b"}, Items: []recommender.ItemID{"x", "y", "z"}, Factors: 2,
		UserFactors: []float32{1, 0, 0.5, 2}, ItemFactors: []float32{1, 2, 3, 4, 5, 6}, ItemBias: []float32{0, 10, 0},
	}
	m, err := f.Model(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	for user, want := range map[recommender.UserID][]float32{"a": {1, 13, 5}, "b": {4.5, 19.5, 14.5}} {
		for i, got := range scores(t, m, recommender.Request{User: user}) {
			if got != want[i] {
				t.Errorf("%s, %s: score %v, want %v", user, f.Items[i], got, want[i])
			}
		}
	}
	f.UserFactors[0] = 100
	if got := m.UserFactors("a"); got[0] != 1 {
		t.Errorf("the model's factor is %v after the caller's was changed, want 1", got[0])
	}
	if _, err := m.Recommend(t.Context(), recommender.Request{User: "c"}); !errors.Is(err, recommender.ErrColdStart) {
		t.Errorf("a user without a row: error %v, want ErrColdStart", err)
	}
}

func TestForeignFactorsThatDoNotFitAreRefusedTogether(t *testing.T) {
	_, err := mf.Foreign{
		Users: []recommender.UserID{"a", "a"}, Items: []recommender.ItemID{"x", ""}, Factors: 2,
		UserFactors: make([]float32, 3), ItemFactors: []float32{0, 0, 0, float32(math.NaN())}, ItemBias: make([]float32, 1),
	}.Model(t.Context(), nil)
	if !errors.Is(err, recommender.ErrInvalid) {
		t.Fatalf("error %v, want ErrInvalid", err)
	}
	for _, s := range []string{
		"UserFactors has 3 numbers, want 4", "ItemFactors row 1, column 1 is NaN", "ItemBias has 1 numbers, want 2",
		`user "a" is row 0 and row 1`, "item of row 1 has no ID",
	} {
		if !strings.Contains(err.Error(), s) {
			t.Errorf("error %q does not say %q", err, s)
		}
	}
	for name, f := range map[string]mf.Foreign{
		"Factors 0": {Items: []recommender.ItemID{"x"}}, "Factors 20000": {Items: []recommender.ItemID{"x"}, Factors: 20000},
		"no items": {Users: []recommender.UserID{"a"}, Factors: 1, UserFactors: []float32{1}},
	} {
		if _, err := f.Model(t.Context(), nil); !errors.Is(err, recommender.ErrInvalid) || !strings.Contains(err.Error(), name) {
			t.Errorf("error %v, want ErrInvalid and %q", err, name)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	whole := mf.Foreign{Items: []recommender.ItemID{"x"}, Factors: 1, ItemFactors: []float32{1}}
	if _, err := whole.Model(ctx, readers()); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want Canceled", err)
	}
}

func ExampleForeign() {
	// As another program has left them: a row of two numbers for each.
	foreign := mf.Foreign{
		Users: []recommender.UserID{"ann", "cat"}, Items: []recommender.ItemID{"dune", "ubik", "emma"}, Factors: 2,
		UserFactors: []float32{0.9, 0.1, 0, 1},
		ItemFactors: []float32{1, 0, 0.8, 0.1, 0.1, 0.9},
	}
	model, err := foreign.Model(context.Background(), readers()) // ann has dune and ubik
	if err != nil {
		panic(err)
	}
	for _, user := range foreign.Users {
		ranking, err := model.Recommend(context.Background(), recommender.Request{User: user})
		if err != nil {
			panic(err)
		}
		for _, r := range ranking.Items {
			fmt.Printf("%s %s %.2f\n", user, r.Item, r.Score)
		}
	}
	// Output:
	// ann emma 0.18
	// cat ubik 0.10
	// cat dune 0.00
}

func ExampleForeign_faults() {
	_, err := mf.Foreign{Items: []recommender.ItemID{"dune"}, Factors: 2, ItemFactors: []float32{1}}.Model(context.Background(), nil)
	fmt.Println(err)
	// Output:
	// mf: foreign factors: recommender: invalid argument: ItemFactors has 1 numbers, want 2 of 1 rows
}
