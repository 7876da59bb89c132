package fellegi_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/osusume/osusume/dedup/fellegi"
	"github.com/osusume/osusume/internal/rng"
	"github.com/osusume/osusume/recommender"
)

func binary(names ...string) []fellegi.Field {
	var fields []fellegi.Field
	for _, name := range names {
		fields = append(fields, fellegi.Field{Name: name, Levels: 2})
	}
	return fields
}

// world enumerates the pairs that m, u and λ give, as counts without chance.
func world(pairs, lambda float64, m, u []float64) []fellegi.Count {
	var counts []fellegi.Count
	for bits := range 1 << len(m) {
		var p fellegi.Pattern
		match, other := lambda*pairs, (1-lambda)*pairs
		for f := range m {
			if bits>>f&1 == 1 {
				p = p.With(f, 2)
				match *= m[f]
				other *= u[f]
			} else {
				p = p.With(f, 1)
				match *= 1 - m[f]
				other *= 1 - u[f]
			}
		}
		counts = append(counts, fellegi.Count{Pattern: p, N: match + other})
	}
	return counts
}

// Splink tests its EM on 4,000 pairs that enumerate three independent binary
// comparisons; these are the same counts, 1,198 pairs that agree in all three among
// them, made from the parameters.
func TestEMFindsTheParametersOfSplinksVector(t *testing.T) {
	m, u := []float64{0.7, 0.9, 0.95}, []float64{0.1, 0.025, 0.2}
	counts := world(4000, 0.5, m, u)
	if got := counts[7].N; math.Abs(got-1198) > 1e-9 {
		t.Fatalf("%v pairs agree in everything, want 1198", got)
	}
	for _, start := range []float64{0.1, 0.3, 0.6} {
		model, err := fellegi.Options{Lambda: start, Tolerance: 1e-9, Smoothing: 1e-6}.Fit(t.Context(), binary("a", "b", "c"), counts)
		if err != nil {
			t.Fatal(err)
		}
		if !model.Converged {
			t.Errorf("from λ %v: not converged after %d rounds", start, model.Rounds)
		}
		near := cmpopts.EquateApprox(0, 1e-4)
		if diff := cmp.Diff(0.5, model.Lambda, near); diff != "" {
			t.Errorf("from λ %v: λ (-want +got):\n%s", start, diff)
		}
		for f := range m {
			if diff := cmp.Diff([]float64{m[f], u[f]}, []float64{model.M[f][1], model.U[f][1]}, near); diff != "" {
				t.Errorf("from λ %v: m and u of field %d (-want +got):\n%s", start, f, diff)
			}
		}
	}
}

func TestTheOrderOfCountsDoesNotMatter(t *testing.T) {
	counts := world(1000, 0.2, []float64{0.8, 0.7, 0.9}, []float64{0.1, 0.3, 0.05})
	forward, err := fellegi.Options{}.Fit(t.Context(), binary("a", "b", "c"), counts)
	if err != nil {
		t.Fatal(err)
	}
	slices.Reverse(counts)
	backward, err := fellegi.Options{}.Fit(t.Context(), binary("a", "b", "c"), counts)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(forward, backward); diff != "" {
		t.Errorf("another order gives another model:\n%s", diff)
	}
}

func TestSampledUKeepsEMHonest(t *testing.T) {
	// 300 records of 60 equal values in field 0: two random ones agree once in 60.
	fields := binary("value", "other")
	compare := func(a, b int) fellegi.Pattern {
		level := func(agree bool) int {
			if agree {
				return 2
			}
			return 1
		}
		return fellegi.Of(level(a%60 == b%60), level(a%7 == b%7))
	}
	u, err := fellegi.SampleU(t.Context(), fields, fellegi.Sample{Left: 300, Pairs: 200_000, Seed: 3}, compare)
	if err != nil {
		t.Fatal(err)
	}
	if want := 4.0 / 299; math.Abs(u[0][1]-want) > 0.002 {
		t.Errorf("u %v, want about %v", u[0][1], want)
	}
	again, err := fellegi.SampleU(t.Context(), fields, fellegi.Sample{Left: 300, Pairs: 200_000, Seed: 3}, compare)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(u, again); diff != "" {
		t.Errorf("the same seed gives another sample:\n%s", diff)
	}
	model, err := fellegi.Options{U: u}.Fit(t.Context(), fields, world(1000, 0.1, []float64{0.9, 0.8}, []float64{u[0][1], u[1][1]}))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(u, model.U); diff != "" {
		t.Errorf("a given u was moved:\n%s", diff)
	}
}

func TestOrderedLevelsNeverCountLess(t *testing.T) {
	fields := []fellegi.Field{{Name: "name", Levels: 5, Ordered: true}}
	r := rng.New(1)
	var counts []fellegi.Count
	var match []float64
	for level := 1; level <= 5; level++ {
		for range 2 {
			counts = append(counts, fellegi.Count{Pattern: fellegi.Of(level), N: 1 + 50*r.Float64()})
			match = append(match, r.Float64())
		}
	}
	for name, o := range map[string]fellegi.Options{
		"u learnt": {},
		"u given":  {U: [][]float64{{0.3, 0.1, 0.2, 0.25, 0.15}}},
	} {
		model, err := o.Learn(fields, counts, match)
		if err != nil {
			t.Fatal(err)
		}
		sum := 0.0
		for level := 1; level <= 5; level++ {
			sum += model.M[0][level-1]
			if level > 1 && model.FieldWeight(0, level) < model.FieldWeight(0, level-1)-1e-9 {
				t.Errorf("%s: level %d weighs %v, level %d %v", name, level-1, model.FieldWeight(0, level-1), level, model.FieldWeight(0, level))
			}
		}
		if math.Abs(sum-1) > 1e-9 {
			t.Errorf("%s: m adds up to %v", name, sum)
		}
	}
}

func TestMaxLambdaBounds(t *testing.T) {
	model, err := fellegi.Options{MaxLambda: 0.2}.Fit(t.Context(), binary("a", "b", "c"),
		world(1000, 0.6, []float64{0.9, 0.9, 0.9}, []float64{0.1, 0.1, 0.1}))
	if err != nil {
		t.Fatal(err)
	}
	if model.Lambda > 0.2 {
		t.Errorf("λ %v above its bound", model.Lambda)
	}
}

func TestWaterfallAddsUpToTheProbability(t *testing.T) {
	model, err := fellegi.Options{}.Fit(t.Context(), binary("a", "b", "c"),
		world(4000, 0.5, []float64{0.7, 0.9, 0.95}, []float64{0.1, 0.025, 0.2}))
	if err != nil {
		t.Fatal(err)
	}
	p := fellegi.Of(2, 0, 1)
	steps := model.Waterfall(p)
	if got, want := len(steps), 4; got != want {
		t.Fatalf("%d steps, want %d", got, want)
	}
	if got, want := fellegi.ProbabilityOf(steps[3].Sum), model.Probability(p); math.Abs(got-want) > 1e-12 {
		t.Errorf("waterfall ends at %v, probability is %v", got, want)
	}
	if last := steps[3]; last.Name != "b" || last.Bits != 0 {
		t.Errorf("what cannot be compared is %v, want nothing of b at the end", last)
	}
}

func TestRareValuesWeighMore(t *testing.T) {
	model, err := fellegi.Options{}.Fit(t.Context(), binary("a", "b", "c"),
		world(4000, 0.5, []float64{0.7, 0.9, 0.95}, []float64{0.1, 0.025, 0.2}))
	if err != nil {
		t.Fatal(err)
	}
	p := fellegi.Of(2, 2, 1)
	rare, mean, common := model.Frequency(p, 0, 0.001, 0.0005), model.Frequency(p, 0, model.U[0][1], 0), model.Frequency(p, 0, 0.4, 0)
	if !(rare > 6 && math.Abs(mean) < 1e-9 && common < -1.9) {
		t.Errorf("rare %v, mean %v, common %v", rare, mean, common)
	}
	if got := model.Frequency(p, 2, 0.001, 0); got != 0 {
		t.Errorf("a disagreement is corrected by %v", got)
	}
	if got, want := model.Frequency(p, 0, 1e-9, 0.001), model.Frequency(p, 0, 0.001, 0); got != want {
		t.Errorf("below the floor %v, at it %v", got, want)
	}
}

func TestFaultsAreReportedTogether(t *testing.T) {
	one := []fellegi.Count{{Pattern: fellegi.Of(1), N: 1}}
	for name, c := range map[string]struct {
		o      fellegi.Options
		fields []fellegi.Field
		counts []fellegi.Count
		want   []string
	}{
		"options":  {fellegi.Options{Rounds: -1, Lambda: math.NaN(), U: [][]float64{{0.5, 0.4}}}, binary("a"), one, []string{"Rounds -1", "Lambda NaN", "no distribution"}},
		"fields":   {fellegi.Options{}, []fellegi.Field{{Name: "x", Levels: 1}, {Name: "y", Levels: 16}}, one, []string{`("x") has 1`, `("y") has 16`}},
		"pattern":  {fellegi.Options{}, binary("a"), []fellegi.Count{{Pattern: fellegi.Of(3), N: 1}}, []string{"level 3"}},
		"field":    {fellegi.Options{}, binary("a"), []fellegi.Count{{Pattern: fellegi.Of(1, 1), N: 1}}, []string{"field 1 of 1"}},
		"negative": {fellegi.Options{}, binary("a"), []fellegi.Count{{Pattern: fellegi.Of(1), N: -1}}, []string{"-1"}},
		"nothing":  {fellegi.Options{}, binary("a"), nil, []string{"no pairs"}},
	} {
		_, err := c.o.Fit(t.Context(), c.fields, c.counts)
		if !errors.Is(err, recommender.ErrInvalid) {
			t.Errorf("%s: %v is not ErrInvalid", name, err)
			continue
		}
		for _, want := range c.want {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v does not say %q", name, err, want)
			}
		}
	}
	if _, err := (fellegi.Options{}).Learn(binary("a"), one, []float64{2}); !errors.Is(err, recommender.ErrInvalid) {
		t.Errorf("a probability of 2: %v", err)
	}
	if _, err := fellegi.SampleU(t.Context(), binary("a"), fellegi.Sample{Left: 1, Right: -1, Pairs: -1}, nil); !errors.Is(err, recommender.ErrInvalid) {
		t.Errorf("a sample of nothing: %v", err)
	}
}

func TestAHandfulOfPairsGivesFiniteParameters(t *testing.T) {
	fields := binary("a", "b")
	for _, n := range []float64{1e-300, 1e-4, 1, 1e17} {
		m, err := fellegi.Options{}.Fit(t.Context(), fields, []fellegi.Count{{Pattern: fellegi.Of(1, 1), N: n}, {Pattern: fellegi.Of(2, 2), N: 2 * n}})
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range []float64{m.Lambda, m.M[0][0], m.U[1][1], m.Probability(fellegi.Of(2, 1))} {
			if !(p >= 0 && p <= 1) {
				t.Errorf("counts of %v: probability %v; model %+v", n, p, m)
			}
		}
	}
	_, err := fellegi.Options{}.Fit(t.Context(), fields, []fellegi.Count{{Pattern: fellegi.Of(1, 1), N: 1e308}, {Pattern: fellegi.Of(2, 2), N: 1e308}})
	if !errors.Is(err, recommender.ErrInvalid) {
		t.Errorf("counts beyond measure: error %v, want ErrInvalid", err)
	}
}

func TestAModelKeepsItsOwnU(t *testing.T) {
	u := [][]float64{{0.5, 0.5}, {0.75, 0.25}}
	m, err := fellegi.Options{U: u}.Fit(t.Context(), binary("a", "b"), []fellegi.Count{{Pattern: fellegi.Of(1, 1), N: 10}, {Pattern: fellegi.Of(2, 2), N: 5}})
	if err != nil {
		t.Fatal(err)
	}
	u[1][0] = 7
	if m.U[1][0] != 0.75 {
		t.Errorf("u of the model is %v after the caller changed its own, want 0.75", m.U[1][0])
	}
}

func TestAnEndlessSampleStopsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	drawn := 0
	_, err := fellegi.SampleU(ctx, binary("a"), fellegi.Sample{Left: 10, Pairs: math.MaxInt}, func(int, int) fellegi.Pattern {
		if drawn++; drawn == 5000 {
			cancel()
		}
		return fellegi.Of(1)
	})
	if !errors.Is(err, context.Canceled) || drawn > 7000 {
		t.Errorf("after %d pairs: error %v, want Canceled soon after 5000", drawn, err)
	}
}

func TestFitStopsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := (fellegi.Options{}).Fit(ctx, binary("a", "b", "c"), world(10, 0.5, []float64{1, 1, 1}, []float64{0, 0, 0})); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func FuzzFitStaysFinite(f *testing.F) {
	f.Add(uint64(1), uint8(3))
	f.Fuzz(func(t *testing.T, seed uint64, n uint8) {
		r := rng.New(seed)
		fields := []fellegi.Field{{Name: "a", Levels: 3, Ordered: true}, {Name: "b", Levels: 15}, {Name: "c", Levels: 2, Ordered: true}}
		var counts []fellegi.Count
		for range int(n) + 1 {
			counts = append(counts, fellegi.Count{Pattern: fellegi.Of(r.IntN(4), r.IntN(16), r.IntN(3)), N: r.Float64() * 1000})
		}
		model, err := fellegi.Options{Rounds: 50}.Fit(t.Context(), fields, counts)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range counts {
			if p := model.Probability(c.Pattern); !(p >= 0 && p <= 1) {
				t.Fatalf("probability %v", p)
			}
		}
		for f := range fields {
			for _, table := range [][]float64{model.M[f], model.U[f]} {
				sum := 0.0
				for _, v := range table {
					sum += v
				}
				if math.Abs(sum-1) > 1e-6 {
					t.Fatalf("field %d adds up to %v", f, sum)
				}
			}
		}
	})
}

func BenchmarkFit(b *testing.B) {
	counts := world(4000, 0.5, []float64{0.7, 0.9, 0.95}, []float64{0.1, 0.025, 0.2})
	b.ReportAllocs()
	for b.Loop() {
		if _, err := (fellegi.Options{}).Fit(b.Context(), binary("a", "b", "c"), counts); err != nil {
			b.Fatal(err)
		}
	}
}

func ExampleOptions_Fit() {
	fields := []fellegi.Field{{Name: "surname", Levels: 2}, {Name: "born", Levels: 2}, {Name: "town", Levels: 2}}
	counts := []fellegi.Count{
		{Pattern: fellegi.Of(2, 2, 2), N: 90}, {Pattern: fellegi.Of(2, 2, 1), N: 20}, {Pattern: fellegi.Of(2, 1, 2), N: 8},
		{Pattern: fellegi.Of(1, 2, 2), N: 9}, {Pattern: fellegi.Of(1, 1, 2), N: 150}, {Pattern: fellegi.Of(1, 1, 1), N: 700},
		{Pattern: fellegi.Of(2, 1, 1), N: 12}, {Pattern: fellegi.Of(1, 2, 1), N: 11},
	}
	model, err := fellegi.Options{}.Fit(context.Background(), fields, counts)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.2f of the pairs match; agreement in all: %.3f, in the town alone: %.3f\n",
		model.Lambda, model.Probability(fellegi.Of(2, 2, 2)), model.Probability(fellegi.Of(1, 1, 2)))
	// Output: 0.13 of the pairs match; agreement in all: 1.000, in the town alone: 0.003
}

func ExampleSampleU() {
	names := []string{"ann", "bob", "ann", "cid", "dee"}
	u, err := fellegi.SampleU(context.Background(), []fellegi.Field{{Name: "name", Levels: 2}}, fellegi.Sample{Left: len(names), Pairs: 10_000},
		func(a, b int) fellegi.Pattern {
			if names[a] == names[b] {
				return fellegi.Of(2)
			}
			return fellegi.Of(1)
		})
	fmt.Printf("%.1f %v\n", u[0][1], err)
	// Output: 0.1 <nil>
}
