package eval_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/recommender/eval"
)

func TestItemSegmentsShareOutTheCatalogue(t *testing.T) {
	items := []recommender.ItemID{"nobody", "two", "one", "three", "another", "fifth", "sixth"}
	train := table(t, items,
		[2]string{"u", "two"}, [2]string{"v", "two"}, [2]string{"u", "one"}, [2]string{"u", "fifth"}, [2]string{"u", "sixth"},
		[2]string{"u", "three"}, [2]string{"v", "three"}, [2]string{"w", "three"}, [2]string{"w", "another"})
	for s, want := range map[eval.ItemSegment][]recommender.ItemID{
		eval.Head: {"two", "three"},
		eval.Tail: {"one", "another", "fifth", "sixth"},
		eval.New:  {"nobody"},
	} {
		got, err := s.Items(train)
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: %v, %v; want %v", s, got, err, want)
		}
	}
	if _, err := eval.ItemSegment("middle").Items(train); !errors.Is(err, recommender.ErrInvalid) {
		t.Errorf("error %v, want ErrInvalid", err)
	}
}

func TestCurveRisesWithWhatThereIsToLearn(t *testing.T) {
	var rows [][2]string
	for u := range 400 { // item i has users in proportion to i
		for i := range 20 {
			if (u*7+i*11)%20 < i {
				rows = append(rows, [2]string{fmt.Sprint("u", u), fmt.Sprint("i", i)})
			}
		}
	}
	train, test, err := eval.Random{Seed: 3}.Split(table(t, nil, rows...))
	if err != nil {
		t.Fatal(err)
	}
	points, err := eval.Curve(t.Context(), recommender.Popular{}, nil, train, test, []float64{0.002, 1}, eval.Options{K: []int{3}, Seed: 3})
	if err != nil {
		t.Fatal(err)
	}
	few, all := points[0], points[1]
	if all.Interactions != train.Len() || few.Interactions > train.Len()/50 || few.Interactions == 0 {
		t.Errorf("%d and %d interactions of %d", few.Interactions, all.Interactions, train.Len())
	}
	if a, b := few.Report.Metrics["ndcg@3"], all.Report.Metrics["ndcg@3"]; a.Hi >= b.Lo {
		t.Errorf("from a few interactions %v, from all %v", a, b)
	}
	if few.Report.Users != all.Report.Users || few.Report.Items != all.Report.Items {
		t.Errorf("%d users and %d items, then %d and %d: want the same question", few.Report.Users, few.Report.Items, all.Report.Users, all.Report.Items)
	}
	if _, err := eval.Curve(t.Context(), recommender.Popular{}, nil, train, test, []float64{1.5}, eval.Options{}); !errors.Is(err, recommender.ErrInvalid) {
		t.Errorf("share 1.5: error %v, want ErrInvalid", err)
	}
}
