package tfidf_test

import (
	"bytes"
	"context"
	"errors"
	"iter"
	"math"
	"strings"
	"testing"

	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/recommender/recommendertest"
	"github.com/osusume/osusume/tfidf"
)

func TestTrainerContract(t *testing.T) {
	for name, c := range map[string]tfidf.Config{
		"default":    {},
		"reference":  tfidf.Reference(),
		"neighbours": {Neighbours: 3},
		"bm25":       {Weighting: tfidf.BM25, MaxGram: 2, Stop: tfidf.English, Aliases: 1},
	} {
		t.Run(name, func(t *testing.T) {
			recommendertest.TestTrainer(t, c, nil, recommendertest.TrainerOptions{
				Workers: func(n int) recommender.Trainer { c := c; c.Workers = n; return c },
			})
		})
	}
}

func TestConfigNamesEveryFault(t *testing.T) {
	c := tfidf.Config{Analysis: 7, MaxFeatures: -1, MinDF: -1, MaxDF: 2, Title: math.NaN(), Tags: 1e-9, Text: math.Inf(1), Centre: math.NaN(), Neighbours: -1, Workers: -1,
		MinGram: 17, MinShare: -1, MaxCount: -1, Weighting: 9, Stop: 9, Aliases: math.Inf(1)}
	_, err := c.Train(t.Context(), nil)
	if !errors.Is(err, recommender.ErrInvalid) {
		t.Fatalf("error %v, want ErrInvalid", err)
	}
	for _, want := range []string{"Analysis 7", "MaxFeatures -1", "MinDF -1", "MaxDF 2", "Title NaN", "Tags 1e-09", "Text +Inf", "Neighbours -1", "Workers -1",
		"Centre NaN", "MinGram 17", "MinShare -1", "MaxCount -1", "Weighting 9", "Stop 9", "Aliases +Inf"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("error %q does not say %q", err, want)
		}
	}
	if _, err := (tfidf.Config{Title: -1, Tags: -1, Text: -1, Attrs: -1}).Train(t.Context(), nil); !errors.Is(err, recommender.ErrInvalid) {
		t.Errorf("without any field: error %v, want ErrInvalid", err)
	}
}

// arriving is a Dataset to which an item is added while it is read.
type arriving struct{ recommender.Dataset }

func (d arriving) Table(ctx context.Context, f recommender.Filter) (*recommender.Table, error) {
	return recommender.Load(ctx, d.Dataset, f)
}

func (d arriving) Items(ctx context.Context) iter.Seq2[recommender.Item, error] {
	return func(yield func(recommender.Item, error) bool) {
		for it, err := range d.Dataset.Items(ctx) {
			if !yield(it, err) {
				return
			}
		}
		yield(recommender.Item{ID: "late", Title: "Reef Divers Late"}, nil)
	}
}

func TestItemsThatArriveDuringTrainingAreLeftOut(t *testing.T) {
	d := recommender.ItemsOf(fixed().items)
	want, err1 := tfidf.Config{}.Train(t.Context(), d)
	got, err2 := tfidf.Config{}.Train(t.Context(), arriving{d})
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(saved(t, got.(*tfidf.Model)), saved(t, want.(*tfidf.Model))) {
		t.Error("an item that is not in the Table changes the model")
	}
}

func TestTrainRefusesUnusableItems(t *testing.T) {
	for name, items := range map[string][]recommender.Item{
		"no terms": {{ID: "1"}, {ID: "2", Title: "?"}},
		"repeated": {{ID: "1", Title: "reef"}, {ID: "1", Title: "loom"}},
	} {
		if _, err := (tfidf.Config{}).Train(context.Background(), recommender.ItemsOf(items)); !errors.Is(err, recommender.ErrInvalid) {
			t.Errorf("%s: error %v, want ErrInvalid", name, err)
		}
	}
}

func TestMoreWorkersThanWorkCostNothing(t *testing.T) {
	s := library(20, 3)
	one := testing.AllocsPerRun(1, func() { s.train(t, tfidf.Config{Workers: 1}) })
	if many := testing.AllocsPerRun(1, func() { s.train(t, tfidf.Config{Workers: 1 << 16}) }); many > 2*one {
		t.Errorf("%v allocations with 65,536 workers for 20 items, %v with one", many, one)
	}
}
