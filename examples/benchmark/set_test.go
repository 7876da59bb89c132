package main

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/osusume/osusume/mf"
	"github.com/osusume/osusume/recommender"
)

type colour uint8

func (c colour) String() string {
	if int(c) < 2 {
		return []string{"red", "green"}[c]
	}
	return "colour(" + string('0'+rune(c)) + ")"
}

type sample struct {
	Count    int
	Rate     float32
	Name     string
	On       bool
	Seed     uint64
	Paint    colour
	HalfLife time.Duration
	Kinds    []recommender.Kind
	Names    []string
	Progress func()
	hidden   int
}

func TestApplySetsFieldsByNameInAnyCase(t *testing.T) {
	var s sample
	settings, err := parseSettings("COUNT=-3, rate=0.5,name=x,on=true,seed=7,paint=Green,halflife=720h,kinds=rate+review,names=a+b,progress=1,hidden=2,none=3")
	if err != nil {
		t.Fatal(err)
	}
	found, err := apply(&s, settings)
	if err != nil {
		t.Fatal(err)
	}
	if want := []bool{true, true, true, true, true, true, true, true, true, false, false, false}; !slices.Equal(found, want) {
		t.Errorf("found %v, want %v", found, want)
	}
	if s.Count != -3 || s.Rate != 0.5 || s.Name != "x" || !s.On || s.Seed != 7 || s.Paint != 1 || s.HalfLife != 720*time.Hour || s.hidden != 0 || s.Progress != nil ||
		!slices.Equal(s.Kinds, []recommender.Kind{recommender.Rate, recommender.Review}) || !slices.Equal(s.Names, []string{"a", "b"}) {
		t.Errorf("%+v", s)
	}
	if got := values(&s)["Paint"]; got != "green" {
		t.Errorf("Paint is shown as %v", got)
	}
	if got := values(&s)["HalfLife"]; got != "720h0m0s" {
		t.Errorf("HalfLife is shown as %v", got)
	}
}

func TestLossesOfBPRAreSetByName(t *testing.T) {
	var c mf.Config
	if _, err := apply(&c, []setting{{"loss", "warp"}}); err != nil || c.Loss != mf.WARP {
		t.Errorf("the loss is %v (%v), want %v", c.Loss, err, mf.WARP)
	}
	if _, err := apply(&c, []setting{{"loss", "hinge"}}); err == nil || !strings.Contains(err.Error(), "bpr, warp") {
		t.Errorf("error %v, want one that lists bpr, warp", err)
	}
}

func TestApplySaysWhatAValueShouldBe(t *testing.T) {
	for _, text := range []string{"count=x", "count=1.5", "rate=fast", "on=maybe", "seed=-1", "paint=blue", "halflife=5", "halflife=5d", "kinds=rate+stare"} {
		settings, err := parseSettings(text)
		if err != nil {
			t.Fatal(err)
		}
		var s sample
		if _, err := apply(&s, settings); err == nil {
			t.Errorf("%s is taken: %+v", text, s)
		}
	}
	if _, err := parseSettings("count"); err == nil {
		t.Error("a setting without a value is taken")
	}
}

func FuzzSet(f *testing.F) {
	f.Add("count=3")
	f.Add("kinds=rate+review,paint=green")
	f.Add("=,a==b")
	f.Fuzz(func(t *testing.T, text string) {
		settings, err := parseSettings(text)
		if err != nil {
			return
		}
		var s sample
		if found, err := apply(&s, settings); err == nil && len(found) != len(settings) {
			t.Errorf("%q: %d of %d settings are accounted for", text, len(found), len(settings))
		}
	})
}
