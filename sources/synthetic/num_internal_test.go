package synthetic

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/osusume/osusume/internal/rng"
)

func TestExpAndLogAreRight(t *testing.T) {
	for x := -40.0; x < 40; x += 0.0137 {
		if got, want := exp(x), math.Exp(x); math.Abs(got-want) > 4e-16*want*4 {
			t.Errorf("exp(%v) = %v, want %v", x, got, want)
		}
		if got := log(math.Exp(x)); math.Abs(got-x) > 1e-14*max(1, math.Abs(x)) {
			t.Errorf("log(e^%v) = %v", x, got)
		}
	}
	if exp(-1000) != 0 || math.IsInf(exp(1000), 0) || log(1) != 0 {
		t.Errorf("exp(-1000) = %v, exp(1000) = %v, log(1) = %v", exp(-1000), exp(1000), log(1))
	}
}

func TestNormalHasItsDistribution(t *testing.T) {
	r := rng.New(1, 2)
	const n = 200_000
	var sum, squares float64
	below := make([]float64, 7)
	for range n {
		x := normal(r)
		sum += x
		squares += x * x
		for k := range below {
			if x < float64(k)-3 {
				below[k]++
			}
		}
	}
	if mean, variance := sum/n, squares/n; math.Abs(mean) > 0.01 || math.Abs(variance-1) > 0.015 {
		t.Errorf("mean %v, variance %v", mean, variance)
	}
	for k := range below {
		if got, want := below[k]/n, normalBelow(float64(k)-3); math.Abs(got-want) > 0.005 {
			t.Errorf("%.4f below %d, want %.4f", got, k-3, want)
		}
	}
}

func TestAliasDrawsByWeight(t *testing.T) {
	weights := []float64{0.5, 8, 1, 0.25, 3}
	a := newAlias([]int32{0, 1, 2, 3, 4}, func(i int32) float64 { return weights[i] })
	r := rng.New(3)
	const n = 100_000
	counts := make([]float64, len(weights))
	for range n {
		counts[a.draw(r)]++
	}
	for i := range counts {
		if got, want := counts[i]/n, weights[i]/a.mass; math.Abs(got-want) > 0.006 {
			t.Errorf("work %d drawn %.4f, want %.4f", i, got, want)
		}
	}
}

func TestWordListsAreWhole(t *testing.T) {
	l := words()
	for _, list := range [][]word{l.things, l.moods, l.adjectives, l.places, l.given, l.jobs, l.refusals, l.verbs, l.persons, l.clubs} {
		for i, x := range list {
			if x.romaji == "" || x.native == "" || x.english == "" {
				t.Errorf("incomplete word %+v", x)
			}
			for _, y := range list[:i] {
				if x.romaji == y.romaji || x.native == y.native {
					t.Errorf("%+v and %+v", x, y)
				}
			}
		}
	}
	for _, p := range l.premises {
		if len(p.texts) != 3 || len(p.genres) == 0 || len(p.themes) == 0 {
			t.Errorf("premise with %d texts, %d genres, %d themes: %v", len(p.texts), len(p.genres), len(p.themes), p.texts)
		}
	}
	for _, list := range [][][]string{l.turns, l.sequels, l.sides} {
		for _, pair := range list {
			if len(pair) != 2 {
				t.Errorf("want two paraphrases: %q", pair)
			}
		}
	}
	for _, aspect := range append(aspects[:], "opening", "closing") {
		for level, clauses := range l.phrases[aspect] {
			if len(clauses) < 2 {
				t.Errorf("%s at level %d has %d clauses", aspect, level-2, len(clauses))
			}
		}
	}
	if got, want := len(l.phrases), len(aspects)+2; got != want {
		t.Errorf("%d aspects in the phrases, want %d", got, want)
	}
	var all []string
	for _, p := range l.premises {
		all = append(all, p.texts...)
	}
	for _, list := range [][][]string{l.turns, l.sequels, l.sides} {
		all = append(all, slices.Concat(list...)...)
	}
	s := story{hero: l.given[0], family: l.family[0], friend: l.given[1], place: l.places[0], thing: l.things[0]}
	for _, text := range all {
		if told := s.tell(text, true); strings.ContainsAny(told, "{}") {
			t.Errorf("unknown slot in %q", told)
		}
	}
}
