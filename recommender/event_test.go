package recommender_test

import (
	"errors"
	"math"
	"testing"

	"github.com/osusume/osusume/recommender"
)

func TestCheckEvent(t *testing.T) {
	good := recommender.Event{User: "u", Item: "i", Kind: recommender.EventRating, Value: 5, Predicted: 5.5}
	for name, c := range map[string]struct {
		change func(*recommender.Event)
		ok     bool
	}{
		"good":                {func(*recommender.Event) {}, true},
		"no user":             {func(e *recommender.Event) { e.User = "" }, false},
		"no item":             {func(e *recommender.Event) { e.Item = "" }, false},
		"unknown kind":        {func(e *recommender.Event) { e.Kind = 9 }, false},
		"six stars":           {func(e *recommender.Event) { e.Value = 6 }, false},
		"NaN stars":           {func(e *recommender.Event) { e.Value = float32(math.NaN()) }, false},
		"NaN prediction":      {func(e *recommender.Event) { e.Predicted = float32(math.NaN()) }, false},
		"infinite prediction": {func(e *recommender.Event) { e.Predicted = float32(math.Inf(1)) }, false},
	} {
		e := good
		c.change(&e)
		if err := recommender.CheckEvent(e); (err == nil) != c.ok || err != nil && !errors.Is(err, recommender.ErrInvalid) {
			t.Errorf("%s: error %v, want ok = %t", name, err, c.ok)
		}
	}
}

func TestEventKindsHaveNames(t *testing.T) {
	for _, k := range []recommender.EventKind{recommender.EventClick, recommender.EventRating, recommender.EventDismiss} {
		if back, err := recommender.ParseEventKind(k.String()); err != nil || back != k {
			t.Errorf("%v reads back as %v, %v", k, back, err)
		}
	}
	if _, err := recommender.ParseEventKind("hug"); !errors.Is(err, recommender.ErrInvalid) {
		t.Errorf("error %v, want ErrInvalid", err)
	}
}
