package abtest_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/osusume/osusume/abtest"
	"github.com/osusume/osusume/internal/rng"
)

// Arms that are equal must look different as often as p says and no more, though
// users return. The plain test over lists does not keep that promise: it is why
// the verdict does not stand on it.
func TestEqualArmsDifferInOneOfTwentyExperiments(t *testing.T) {
	const experiments = 600
	byUser, byExposure, mismatches, early := 0, 0, 0, 0
	for i := range experiments {
		split := splitter(t, fmt.Sprint("a/a ", i), []abtest.Arm{{Name: "control", Weight: 1}, {Name: "same", Weight: 1}})
		r := analyse(t, crowd{users: 240, rate: 0.2}.visit(split, rng.New(11, uint64(i))), split)
		switch same := r.Treatments[0]; same.Outcome {
		case abtest.Better, abtest.Worse:
			byUser++
		case abtest.Mismatch:
			mismatches++
		case abtest.TooEarly:
			early++
		}
		if r.Treatments[0].ByExposure.P < 0.05 {
			byExposure++
		}
	}
	t.Logf("p < 0.05 of %d: %d by user, %d by exposure; %d sample ratio mismatches", experiments, byUser, byExposure, mismatches)
	if early > 0 {
		t.Errorf("%d of %d experiments ended too early", early, experiments)
	}
	if mismatches > 4 { // one in 1000 expected; P(> 4) of 600 is under 0.0005
		t.Errorf("%d of %d experiments with a sample ratio mismatch, want about one in 1000", mismatches, experiments)
	}
	within(t, "false alarms", byUser, experiments, 0.05)
	if share := float64(byExposure) / experiments; share < 0.10 {
		t.Errorf("the test over lists calls %.1f %% of equal arms different: the simulated users hardly return", 100*share)
	}
}

// The verdict's share of false alarms is for all treatments together.
func TestSeveralEqualTreatmentsShareTheirFalseAlarms(t *testing.T) {
	const experiments = 300
	alarms := 0
	for i := range experiments {
		split := splitter(t, fmt.Sprint("a/a/a ", i), []abtest.Arm{{Name: "control", Weight: 1}, {Name: "b", Weight: 1}, {Name: "c", Weight: 1}, {Name: "d", Weight: 1}})
		r := analyse(t, crowd{users: 400, rate: 0.2}.visit(split, rng.New(12, uint64(i))), split)
		for _, treatment := range r.Treatments {
			if treatment.Outcome == abtest.Better || treatment.Outcome == abtest.Worse {
				alarms++
				break
			}
		}
	}
	t.Logf("%d of %d experiments with a false alarm", alarms, experiments)
	if share := float64(alarms) / experiments; share > 0.05+4*math.Sqrt(0.05*0.95/experiments) {
		t.Errorf("%.1f %% of experiments with three equal treatments have a false alarm, want at most about 5 %%", 100*share)
	}
}

// within checks a count against the binomial band of four standard deviations.
func within(t *testing.T, what string, got, n int, p float64) {
	t.Helper()
	if z := (float64(got) - float64(n)*p) / math.Sqrt(float64(n)*p*(1-p)); math.Abs(z) > 4 {
		t.Errorf("%s: %d of %d, want about %.1f %% (%.1f standard deviations off)", what, got, n, 100*p, z)
	}
}

func TestTrueLiftIsFound(t *testing.T) {
	const experiments = 60
	found, covered := 0, 0
	for i := range experiments {
		split := splitter(t, fmt.Sprint("a/b ", i), []abtest.Arm{{Name: "control", Weight: 1}, {Name: "better", Weight: 1}})
		r := analyse(t, crowd{users: 2000, rate: 0.2, lift: map[string]float64{"better": 0.3}}.visit(split, rng.New(13, uint64(i))), split)
		c := r.Treatments[0].ByUser
		if r.Treatments[0].Outcome == abtest.Better {
			found++
		}
		if c.DifferenceInterval.Low <= 0.06 && 0.06 <= c.DifferenceInterval.High {
			covered++
		}
	}
	t.Logf("a lift of 30 %% found in %d of %d, its interval right in %d", found, experiments, covered)
	if found < experiments*9/10 {
		t.Errorf("a lift of 30 %% was found in %d of %d experiments of 2000 users", found, experiments)
	}
	within(t, "intervals that hold the true difference", covered, experiments, 0.95)
}

func TestLostUsersAreNoticed(t *testing.T) {
	split := splitter(t, "lossy", []abtest.Arm{{Name: "control", Weight: 1}, {Name: "heavy", Weight: 1}})
	l := crowd{users: 3000, rate: 0.2, lift: map[string]float64{"heavy": 0.5}}.visit(split, rng.New(14))
	kept := l.exposures[:0]
	r := rng.New(15)
	lost := map[string]bool{}
	for u := range 3000 {
		id := user(u)
		lost[string(id)] = split.Arm(id) == "heavy" && r.IntN(6) == 0
	}
	for _, x := range l.exposures {
		if !lost[string(x.User)] {
			kept = append(kept, x)
		}
	}
	l.exposures = kept
	got := analyse(t, l, split)
	if got.SampleRatio.OK || got.Treatments[0].Outcome != abtest.Mismatch {
		t.Errorf("a sixth of the users of one arm is lost: p %v, outcome %v", got.SampleRatio.P, got.Treatments[0].Outcome)
	}
}
