package abtest_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/osusume/osusume/abtest"
	"github.com/osusume/osusume/internal/rng"
	"github.com/osusume/osusume/recommender"
)

func TestWilsonMatchesPublishedIntervals(t *testing.T) {
	// The first four: Newcombe, Two-sided Confidence Intervals for the Single
	// Proportion, Statistics in Medicine 1998, table I.
	for _, c := range []struct {
		p         abtest.Proportion
		low, high float64
	}{
		{abtest.Proportion{Hits: 81, Trials: 263}, 0.2553, 0.3662},
		{abtest.Proportion{Hits: 15, Trials: 148}, 0.0624, 0.1605},
		{abtest.Proportion{Hits: 0, Trials: 20}, 0, 0.1611},
		{abtest.Proportion{Hits: 1, Trials: 29}, 0.0061, 0.1718},
		{abtest.Proportion{Hits: 20, Trials: 20}, 0.8389, 1},
		{abtest.Proportion{}, 0, 1},
	} {
		if got := c.p.Wilson(); !near(got.Low, c.low, 4) || !near(got.High, c.high, 4) {
			t.Errorf("%d of %d: %v, want %v to %v", c.p.Hits, c.p.Trials, got, c.low, c.high)
		}
	}
}

func TestDifferenceMatchesPublishedIntervals(t *testing.T) {
	// Newcombe, Interval Estimation for the Difference, 1998, table II, method 10.
	for _, c := range []struct {
		treatment, control abtest.Proportion
		low, high          float64
	}{
		{abtest.Proportion{Hits: 56, Trials: 70}, abtest.Proportion{Hits: 48, Trials: 80}, 0.0524, 0.3339},
		{abtest.Proportion{Hits: 9, Trials: 10}, abtest.Proportion{Hits: 3, Trials: 10}, 0.1705, 0.8090},
		{abtest.Proportion{Hits: 5, Trials: 56}, abtest.Proportion{Hits: 0, Trials: 29}, -0.0381, 0.1926},
		{abtest.Proportion{Hits: 0, Trials: 10}, abtest.Proportion{Hits: 0, Trials: 20}, -0.1611, 0.2775},
	} {
		got, err := abtest.TwoProportions(c.control, c.treatment)
		if err != nil {
			t.Fatal(err)
		}
		if ci := got.DifferenceInterval; !near(ci.Low, c.low, 4) || !near(ci.High, c.high, 4) {
			t.Errorf("%v − %v: interval %v, want %v to %v", c.treatment, c.control, ci, c.low, c.high)
		}
	}
}

// The references are by SciPy 1.17 and the formulae written out.
func TestTwoProportionsMatchesTheZTest(t *testing.T) {
	got, err := abtest.TwoProportions(abtest.Proportion{Hits: 200, Trials: 2000}, abtest.Proportion{Hits: 250, Trials: 2000})
	if err != nil {
		t.Fatal(err)
	}
	if !got.Known || !near(got.Z, 2.501955416802671, 12) || !near(got.P, 0.012350947711191423, 12) {
		t.Errorf("known %t, z %v, p %v, want z 2.50196, p 0.01235", got.Known, got.Z, got.P)
	}
	if !near(got.Difference, 0.025, 12) || !near(got.Lift, 0.25, 12) {
		t.Errorf("difference %v, lift %v, want 0.025 and 0.25", got.Difference, got.Lift)
	}
	back, err := abtest.TwoProportions(abtest.Proportion{Hits: 250, Trials: 2000}, abtest.Proportion{Hits: 200, Trials: 2000})
	if err != nil {
		t.Fatal(err)
	}
	if back.Z != -got.Z || back.P != got.P || back.Difference != -got.Difference {
		t.Errorf("sides exchanged: z %v, p %v, difference %v", back.Z, back.P, back.Difference)
	}
}

func TestCompareRatiosIsWelchWhereDenominatorsAreOne(t *testing.T) {
	got := abtest.CompareRatios(ratio([]float64{1, 0, 3, 2, 5, 1, 0, 4}, nil), ratio([]float64{3, 4, 2, 6, 5, 7}, nil))
	if !near(got.Z, 2.485250608738542, 10) || !near(got.P, 0.030542653807500132, 10) {
		t.Errorf("t %v, p %v, want 2.48525, 0.03054", got.Z, got.P)
	}
	if ci := got.DifferenceInterval; !near(ci.Low, 0.2824415304397445, 8) || !near(ci.High, 4.717558469560256, 8) {
		t.Errorf("interval %v, want 0.28244 to 4.71756", ci)
	}
}

func TestCompareRatiosFollowsTheDeltaMethod(t *testing.T) {
	got := abtest.CompareRatios(
		ratio([]float64{1, 0, 2, 3, 1, 0, 5}, []float64{2, 1, 4, 3, 3, 2, 9}),
		ratio([]float64{2, 3, 1, 4, 2}, []float64{3, 3, 2, 5, 4}))
	if !near(got.Control, 0.5, 12) || !near(got.Treatment, 0.7058823529411765, 12) {
		t.Errorf("ratios %v and %v, want 0.5 and 0.70588", got.Control, got.Treatment)
	}
	if !near(got.Z, 1.631779907479942, 10) || !near(got.P, 0.13706694245983342, 10) {
		t.Errorf("t %v, p %v, want 1.63178, 0.13707", got.Z, got.P)
	}
}

func ratio(num, den []float64) abtest.Ratio {
	var r abtest.Ratio
	for i := range num {
		d := 1.0
		if den != nil {
			d = den[i]
		}
		r.Add(num[i], d)
	}
	return r
}

func TestComparisonsThatCannotBeMadeAreNotKnown(t *testing.T) {
	same := abtest.Ratio{}
	for i := range 50 {
		same.Add(float64(i), float64(3*i)) // a third of everybody's lists, however many
	}
	varied := ratio([]float64{1, 0, 3, 2}, nil)
	for name, c := range map[string]abtest.Comparison{
		"no users":              abtest.CompareRatios(abtest.Ratio{}, abtest.Ratio{}),
		"no users of control":   abtest.CompareRatios(abtest.Ratio{}, varied),
		"one user of treatment": abtest.CompareRatios(varied, ratio([]float64{1}, nil)),
		"no denominator":        abtest.CompareRatios(varied, ratio([]float64{1, 2}, []float64{0, 0})),
		"nothing varies":        abtest.CompareRatios(same, ratio([]float64{2, 4, 1}, []float64{6, 12, 3})),
		"all or nothing":        abtest.CompareRatios(ratio([]float64{0, 0, 0}, nil), ratio([]float64{1, 1, 1}, nil)),
		"no trials":             proportions(t, 0, 0, 0, 0),
		"no trials of control":  proportions(t, 0, 0, 3, 9),
		"no hits":               proportions(t, 0, 50, 0, 70),
		"only hits":             proportions(t, 50, 50, 70, 70),
	} {
		if c.Known || c.P != 1 || c.Z != 0 {
			t.Errorf("%s: known %t, p %v, z %v", name, c.Known, c.P, c.Z)
		}
	}
}

func proportions(t *testing.T, x1, n1, x2, n2 int) abtest.Comparison {
	t.Helper()
	c, err := abtest.TwoProportions(abtest.Proportion{Hits: x1, Trials: n1}, abtest.Proportion{Hits: x2, Trials: n2})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestEveryComparisonIsFinite(t *testing.T) {
	r := rng.New(3)
	for range 3000 {
		n1, n2 := r.IntN(5), r.IntN(1<<r.IntN(30))
		x1, x2 := r.IntN(n1+1), r.IntN(n2+1)
		finite(t, proportions(t, x1, n1, x2, n2), x1, n1, x2, n2)
		a, b := randomRatio(r), randomRatio(r)
		finite(t, abtest.CompareRatios(a, b), a, b)
	}
}

func TestComparisonsOfExtremeSumsAreFinite(t *testing.T) {
	of := func(nums ...float64) abtest.Ratio {
		var m abtest.Ratio
		for _, num := range nums {
			m.Add(num, 1)
		}
		return m
	}
	tiny := abtest.CompareRatios(of(1e-100, 0), of(2e-100, 0))
	finite(t, tiny, "tiny")
	if want := abtest.CompareRatios(of(1, 0), of(2, 0)); math.Abs(tiny.P-want.P) > 1e-12 {
		t.Errorf("p %v of tiny numbers, %v of the same in proportion", tiny.P, want.P)
	}
	huge := abtest.CompareRatios(of(1e200, 0), of(2e200, 0))
	finite(t, huge, "huge")
	if huge.Known {
		t.Errorf("%+v is known although its squares overflow", huge)
	}
}

func randomRatio(r *rand.Rand) abtest.Ratio {
	var m abtest.Ratio
	for range r.IntN(4) {
		m.Add(float64(r.IntN(2)), float64(r.IntN(3)))
	}
	return m
}

func finite(t *testing.T, c abtest.Comparison, of ...any) {
	t.Helper()
	for _, x := range []float64{c.Control, c.Treatment, c.Difference, c.DifferenceInterval.Low, c.DifferenceInterval.High, c.Lift, c.LiftInterval.Low, c.LiftInterval.High, c.Z, c.P} {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			t.Fatalf("%v: %+v is not finite", of, c)
		}
	}
	if c.P < 0 || c.P > 1 {
		t.Fatalf("%v: p %v", of, c.P)
	}
}

func TestImpossibleProportionsAreRefusedTogether(t *testing.T) {
	_, err := abtest.TwoProportions(abtest.Proportion{Hits: -1, Trials: 5}, abtest.Proportion{Hits: 7, Trials: 6})
	wantFaults(t, err, "control: -1 hits of 5", "treatment: 7 hits of 6")
}

// References by SciPy 1.17.
func TestSampleRatioMatchesChiSquare(t *testing.T) {
	for _, c := range []struct {
		observed []int
		shares   []float64
		chi, p   float64
		ok       bool
	}{
		{[]int{5100, 4900}, []float64{1, 1}, 4, 0.04550026389635857, true},
		{[]int{480, 270, 250}, []float64{0.5, 0.25, 0.25}, 2.4, 0.3011942119122021, true},
		{[]int{50500, 49500}, []float64{0.5, 0.5}, 10, 0.001565402258002549, true},
		{[]int{50600, 49400}, []float64{0.5, 0.5}, 14.4, 0.00014780231, false},
		{[]int{1000, 0}, []float64{1, 1}, 1000, 0, false},
		{[]int{7}, []float64{1}, 0, 1, true},
		{[]int{0, 0}, []float64{1, 2}, 0, 1, true},
		{[]int{2, 2}, []float64{math.MaxFloat64, math.MaxFloat64}, 0, 1, true},
	} {
		got, err := abtest.SampleRatio(c.observed, c.shares)
		if err != nil {
			t.Errorf("%v of %v: %v", c.observed, c.shares, err)
		}
		if !near(got.ChiSquare, c.chi, 9) || !near(got.P, c.p, 9) || got.OK != c.ok {
			t.Errorf("%v of %v: %+v, want χ² %v, p %v, OK %t", c.observed, c.shares, got, c.chi, c.p, c.ok)
		}
	}
}

func TestSampleRatioIsFiniteForTheRarestShare(t *testing.T) {
	got, err := abtest.SampleRatio([]int{5, 5}, []float64{math.SmallestNonzeroFloat64, math.MaxFloat64})
	if err != nil {
		t.Fatal(err)
	}
	if got.P != 0 || got.OK || math.IsInf(got.ChiSquare, 0) || math.IsNaN(got.ChiSquare) {
		t.Errorf("%+v, want a finite χ² and p 0", got)
	}
	got, err = abtest.SampleRatio([]int{0, 5}, []float64{math.SmallestNonzeroFloat64, math.MaxFloat64})
	if err != nil {
		t.Fatal(err)
	}
	if got.P != 1 || !got.OK {
		t.Errorf("nobody where nobody was expected: %+v, want p 1", got)
	}
}

func TestImpossibleSampleRatiosAreRefusedTogether(t *testing.T) {
	_, err := abtest.SampleRatio([]int{1, -2}, []float64{math.NaN(), 0, math.Inf(1)})
	wantFaults(t, err, "2 counts for 3 shares", "observed[1]", "shares[0]", "shares[1]", "shares[2]")
	_, err = abtest.SampleRatio(nil, nil)
	wantFaults(t, err, "0 counts")
}

// wantFaults checks that err is ErrInvalid and mentions everything.
func wantFaults(t *testing.T, err error, mentions ...string) {
	t.Helper()
	if !errors.Is(err, recommender.ErrInvalid) {
		t.Errorf("error %v, want ErrInvalid", err)
		return
	}
	mention(t, err.Error(), mentions...)
}
