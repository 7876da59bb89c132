package tune_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/recommender/eval"
	"github.com/osusume/osusume/recommender/tune"
)

// A dial is a trainer whose model is the better, the nearer Angle is to 3, and a
// little better for Turns.
type dial struct {
	Angle   float64
	Turns   int
	Colour  bool
	private int
}

func (d dial) Train(ctx context.Context, data recommender.Dataset) (recommender.Model, error) {
	if d.Turns > 50 {
		return nil, fmt.Errorf("turns %d: %w", d.Turns, recommender.ErrInvalid)
	}
	wrong := math.Abs(d.Angle-3) + 1/float64(2+d.Turns) + float64(d.private)
	return rule(func(u recommender.UserID, i int) float32 {
		s := noise(u, i) * float32(wrong)
		if d.Colour {
			s += colour(u, i)
		}
		return s
	}).Train(ctx, data)
}

func search(s tune.Search) tune.Search {
	s.Options.Resamples = -1
	s.Seed = 2
	return s
}

// town is a part of the world.
func town(t *testing.T) recommender.Dataset {
	all := world(t)
	return all.Select(func(row int) bool { return all.User[row] < 100 }).Dataset()
}

func TestSearchFindsWhatHelps(t *testing.T) {
	d := town(t)
	s := search(tune.Search{
		Space:  []tune.Axis{{Field: "Angle", Lo: 0.5, Hi: 20, Log: true}, {Field: "Colour", Values: []any{false, true}}},
		Trials: 25,
	})
	trials, err := s.Run(t.Context(), dial{Angle: 9, Turns: 5}, d)
	if err != nil {
		t.Fatal(err)
	}
	best := trials[0].Trainer.(dial)
	if len(trials) != 25 || !best.Colour || math.Abs(best.Angle-3) > 1.5 || best.Turns != 5 {
		t.Errorf("of %d trials the best is %+v", len(trials), best)
	}
	if diff := cmp.Diff(map[string]any{"Angle": best.Angle, "Colour": true}, trials[0].Values); diff != "" {
		t.Error(diff)
	}
	asGiven := 0
	for i, x := range trials {
		if x.Trainer.(dial).Angle == 9 {
			asGiven++
		}
		if i > 0 && x.Score.Mean > trials[i-1].Score.Mean {
			t.Errorf("trial %d is better than the one before", i)
		}
	}
	if asGiven != 1 {
		t.Errorf("the trainer as given was tried %d times, want once", asGiven)
	}
}

func TestHalvingSpendsItsBudgetOnTheBest(t *testing.T) {
	var turns []int
	s := search(tune.Search{
		Space:    []tune.Axis{{Field: "Angle", Lo: 1, Hi: 9}},
		Trials:   9,
		Budget:   tune.Axis{Field: "Turns", Lo: 2, Hi: 12},
		Progress: func(x tune.Trial) { turns = append(turns, x.Trainer.(dial).Turns) },
	})
	trials, err := s.Run(t.Context(), dial{Angle: 9, Colour: true}, town(t))
	if err != nil {
		t.Fatal(err)
	}
	want := []int{2, 2, 2, 2, 2, 2, 2, 2, 2, 6, 6, 6, 12}
	if diff := cmp.Diff(want, turns); diff != "" {
		t.Error(diff)
	}
	if first := trials[0]; first.Values["Turns"] != 12 || math.Abs(first.Trainer.(dial).Angle-3) > 1.5 {
		t.Errorf("first is %+v", first)
	}
}

func TestRefusedConfigurationsAreTheWorst(t *testing.T) {
	s := search(tune.Search{Space: []tune.Axis{{Field: "Turns", Values: []any{99, 7}}}, Trials: 6})
	trials, err := s.Run(t.Context(), dial{Turns: 1}, town(t))
	if err != nil {
		t.Fatal(err)
	}
	last := trials[len(trials)-1]
	if last.Err == nil || !errors.Is(last.Err, recommender.ErrInvalid) || trials[0].Err != nil {
		t.Errorf("first %+v, last %+v", trials[0], last)
	}
}

func TestInvalidSearchesAreRefused(t *testing.T) {
	s := tune.Search{
		Space: []tune.Axis{
			{Field: "Angel", Lo: 1, Hi: 2}, {Field: "Angle", Lo: 2, Hi: 1}, {Field: "Angle", Lo: 0, Hi: 1, Log: true},
			{Field: "Colour", Lo: 0, Hi: 1}, {Field: "Colour", Values: []any{"red"}}, {Field: "private", Lo: 0, Hi: 1},
		},
		Trials: -1,
		Budget: tune.Axis{Field: "Turns", Lo: 0, Hi: 4},
	}
	_, err := s.Run(t.Context(), dial{}, town(t))
	if !errors.Is(err, recommender.ErrInvalid) {
		t.Fatalf("error %v, want ErrInvalid", err)
	}
	for _, want := range []string{
		"Trials -1 < 0", `no field "Angel"`, "from 2 to 1", "from 0 to 1 (logarithmic: true)", "Colour bool: from 0 to 1",
		"value red of type string", `no field "private"`, "budget Turns: Lo 0 is no training at all",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("error %q does not say %q", err, want)
		}
	}
	odd := tune.Search{
		Space:  []tune.Axis{{Field: "Turns", Lo: -1e30, Hi: 4}, {Field: "Turns", Values: []any{1e300}}},
		Budget: tune.Axis{Field: "Turns", Lo: 0.4, Hi: 4},
	}
	_, err = odd.Run(t.Context(), dial{}, town(t))
	for _, want := range []string{"Turns int: from -1e+30", "Turns int cannot hold 1e+300", "Turns is given twice", "Lo 0.4 is no training at all"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v does not say %q", err, want)
		}
	}
	good := search(tune.Search{Space: []tune.Axis{{Field: "Turns", Lo: 1, Hi: 2}}, Trials: 1, Metric: "ndcg@7"})
	if _, err := good.Run(t.Context(), dial{}, town(t)); !errors.Is(err, recommender.ErrInvalid) {
		t.Errorf("a metric that is not measured: error %v, want ErrInvalid", err)
	}
	if _, err := good.Run(t.Context(), &dial{}, town(t)); !errors.Is(err, recommender.ErrInvalid) {
		t.Errorf("a pointer: error %v, want ErrInvalid", err)
	}
	lone := table(t, recommender.Interaction{User: "u", Item: "i1", Kind: recommender.Like})
	if _, err := search(tune.Search{Space: good.Space, Trials: 1}).Run(t.Context(), dial{}, lone.Dataset()); !errors.Is(err, recommender.ErrInvalid) {
		t.Errorf("nobody to measure: error %v, want ErrInvalid", err)
	}
	good.Options = eval.Options{K: []int{7}, Resamples: -1}
	if _, err := good.Run(t.Context(), dial{}, town(t)); err != nil {
		t.Error(err)
	}
}
