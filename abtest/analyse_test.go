package abtest_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/osusume/osusume/abtest"
	"github.com/osusume/osusume/internal/rng"
	"github.com/osusume/osusume/recommender"
)

// arm is an ArmCounts in which each of users saw two lists and clicked is how
// many of them clicked both, the others none.
func arm(name string, users, clicked int) abtest.ArmCounts {
	a := abtest.ArmCounts{Name: name, Users: users, Exposures: 2 * users, Impressions: 20 * users, Clicked: 2 * clicked, Clicks: 2 * clicked}
	for u := range users {
		if u < clicked {
			a.PerUser.Add(2, 2)
		} else {
			a.PerUser.Add(0, 2)
		}
	}
	return a
}

var thirds = []abtest.Arm{{Name: "control", Weight: 1}, {Name: "a", Weight: 1}, {Name: "b", Weight: 1}}

// verdict analyses counts of arms with equal shares.
func verdict(t *testing.T, o abtest.AnalyseOptions, arms ...abtest.ArmCounts) abtest.Result {
	t.Helper()
	var weights []abtest.Arm
	for _, a := range arms {
		weights = append(weights, abtest.Arm{Name: a.Name, Weight: 1})
	}
	r, err := abtest.Analyse(abtest.Counts{Experiment: "x", Arms: arms}, splitter(t, "x", weights), "control", o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestVerdicts(t *testing.T) {
	for _, c := range []struct {
		name     string
		a, b     abtest.ArmCounts
		outcomes [2]abtest.Outcome
		words    []string
	}{
		{"better and worse", arm("a", 1000, 260), arm("b", 1000, 140), [2]abtest.Outcome{abtest.Better, abtest.Worse},
			[]string{"a better than control by 6.00 points of CTR, +30.0 %", "b worse than control by 6.00 points of CTR, -30.0 %"}},
		{"no difference", arm("a", 1000, 205), arm("b", 1000, 195), [2]abtest.Outcome{abtest.NoDifference, abtest.NoDifference},
			[]string{"a: no difference shown yet", "b: no difference shown yet"}},
		{"mismatch", arm("a", 1000, 260), arm("b", 800, 160), [2]abtest.Outcome{abtest.Mismatch, abtest.Mismatch},
			[]string{"sample ratio mismatch: do not read further"}},
	} {
		got := verdict(t, abtest.AnalyseOptions{}, arm("control", 1000, 200), c.a, c.b)
		if o := [2]abtest.Outcome{got.Treatments[0].Outcome, got.Treatments[1].Outcome}; o != c.outcomes {
			t.Errorf("%s: outcomes %v, want %v", c.name, o, c.outcomes)
		}
		mention(t, got.Verdict, c.words...)
	}
}

func TestNoVerdictBeforeTheMinimum(t *testing.T) {
	for _, c := range []struct {
		name                         string
		users                        int
		controlClicked, otherClicked int
		o                            abtest.AnalyseOptions
		want                         abtest.Outcome
	}{
		{"199 lists", 99, 5, 60, abtest.AnalyseOptions{}, abtest.TooEarly},
		{"200 lists", 100, 5, 60, abtest.AnalyseOptions{}, abtest.Better},
		{"200 lists of 201 wanted", 100, 5, 60, abtest.AnalyseOptions{MinExposures: 201}, abtest.TooEarly},
		{"60 lists of 30 users", 30, 2, 25, abtest.AnalyseOptions{MinExposures: 1}, abtest.Better},
		{"58 lists of 29 users", 29, 2, 25, abtest.AnalyseOptions{MinExposures: 1}, abtest.TooEarly},
		{"nobody", 0, 0, 0, abtest.AnalyseOptions{}, abtest.TooEarly},
		{"no clicks", 500, 0, 0, abtest.AnalyseOptions{}, abtest.TooEarly},
	} {
		got := verdict(t, c.o, arm("control", c.users, c.controlClicked), arm("other", c.users, c.otherClicked))
		if o := got.Treatments[0].Outcome; o != c.want {
			t.Errorf("%s: %v, want %v", c.name, o, c.want)
		}
	}
	if got := verdict(t, abtest.AnalyseOptions{}, arm("control", 500, 3)); got.Verdict != "one arm: nothing to compare" {
		t.Errorf("one arm: verdict %q", got.Verdict)
	}
}

// Two p-values a little under 0.05 are no difference, as either may be chance.
func TestSeveralTreatmentsAreCorrectedByHolm(t *testing.T) {
	alone := verdict(t, abtest.AnalyseOptions{}, arm("control", 1000, 200), arm("a", 1000, 238))
	if o := alone.Treatments[0].Outcome; o != abtest.Better {
		t.Errorf("alone: %v, p %v, want better", o, alone.Treatments[0].Adjusted)
	}
	got := verdict(t, abtest.AnalyseOptions{}, arm("control", 1000, 200), arm("a", 1000, 238), arm("b", 1000, 200))
	a, b := got.Treatments[0], got.Treatments[1]
	if a.Adjusted != 2*a.ByUser.P || b.Adjusted != 1 || a.Outcome != abtest.NoDifference {
		t.Errorf("p %v and %v became %v and %v, %v", a.ByUser.P, b.ByUser.P, a.Adjusted, b.Adjusted, a.Outcome)
	}
	// The larger p-value is multiplied by 1, but never falls below the smaller one.
	got = verdict(t, abtest.AnalyseOptions{}, arm("control", 1000, 200), arm("a", 1000, 238), arm("b", 1000, 239))
	if a, b := got.Treatments[0], got.Treatments[1]; a.Adjusted != b.Adjusted || b.Adjusted != 2*b.ByUser.P {
		t.Errorf("p %v and %v became %v and %v, want both twice the smaller", a.ByUser.P, b.ByUser.P, a.Adjusted, b.Adjusted)
	}
}

func TestVerdictStandsOnUsersNotLists(t *testing.T) {
	a := verdict(t, abtest.AnalyseOptions{}, arm("control", 300, 60), arm("a", 300, 78)).Treatments[0]
	if a.ByExposure.P >= 0.05 || a.ByUser.P < 0.05 || a.Outcome != abtest.NoDifference {
		t.Errorf("p %v by exposure, %v by user, outcome %v", a.ByExposure.P, a.ByUser.P, a.Outcome)
	}
}

// encoding/json refuses NaN and infinities, so a Result must go through it
// however little there is to tell.
func TestEveryResultIsFinite(t *testing.T) {
	r := rng.New(5)
	split := splitter(t, "x", thirds)
	for range 500 {
		counts := abtest.Counts{Experiment: "x"}
		for _, w := range thirds {
			users := r.IntN(1 + r.IntN(80))
			counts.Arms = append(counts.Arms, arm(w.Name, users, r.IntN(users+1)))
		}
		got, err := abtest.Analyse(counts, split, "control", abtest.AnalyseOptions{MinExposures: 1})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := json.Marshal(got); err != nil {
			t.Fatalf("%+v: %v", got, err)
		}
	}
}

func TestAnalyseFaultsAreReportedTogether(t *testing.T) {
	counts := abtest.Counts{Experiment: "y", Arms: []abtest.ArmCounts{arm("control", 3, 1), arm("b", 3, 1)}}
	_, err := abtest.Analyse(counts, splitter(t, "x", thirds), "placebo", abtest.AnalyseOptions{MinExposures: -1})
	wantFaults(t, err, `counts are of "y"`, `arms ["control" "b"]`, `"placebo" is no arm`, "MinExposures -1")
	_, err = abtest.Analyse(counts, nil, "control", abtest.AnalyseOptions{})
	wantFaults(t, err, "no splitter")

	impossible := arm("a", 3, 1)
	impossible.Clicked = impossible.Exposures + 1
	counts = abtest.Counts{Experiment: "x", Arms: []abtest.ArmCounts{arm("control", 3, 1), impossible, arm("b", 3, 1)}}
	_, err = abtest.Analyse(counts, splitter(t, "x", thirds), "control", abtest.AnalyseOptions{})
	wantFaults(t, err, `arm "a"`, "7 hits of 6 trials")
	counts.Arms[1] = abtest.ArmCounts{Name: "a", Users: -1}
	_, err = abtest.Analyse(counts, splitter(t, "x", thirds), "control", abtest.AnalyseOptions{})
	wantFaults(t, err, "-1 < 0")
}

func TestOutcomesHaveNames(t *testing.T) {
	for o, want := range map[abtest.Outcome]string{
		abtest.TooEarly: "too early", abtest.Mismatch: "mismatch", abtest.NoDifference: "no difference",
		abtest.Better: "better", abtest.Worse: "worse", 77: "outcome(77)",
	} {
		if got := o.String(); got != want {
			t.Errorf("outcome %d is %q, want %q", uint8(o), got, want)
		}
	}
}

// The whole way: a router serves, the caller logs, the journal is counted.
func TestServedExperimentIsFoundInItsJournal(t *testing.T) {
	r, split := router(t, abtest.RouterOptions{})
	journal := &log{}
	for i := range 2000 {
		req := recommender.Request{User: user(i)}
		if i%10 == 0 {
			req = recommender.Request{Seed: uint64(i)}
		}
		shown, err := r.Recommend(t.Context(), req)
		if err != nil {
			t.Fatal(err)
		}
		x := recommender.Exposure{ID: fmt.Sprint(i), User: req.User, Experiment: split.Experiment(), Arm: shown.Arm, Model: shown.Model, Time: minute(i)}
		for _, item := range shown.Items {
			x.Items = append(x.Items, item.Item)
		}
		var events []recommender.Event
		if req.User != "" && (i%3 == 0 || shown.Arm == "treatment_b" && i%2 == 0) {
			events = append(events, recommender.Event{User: req.User, Item: x.Items[0], Experiment: x.Experiment, Arm: shown.Arm, Time: minute(i)})
		}
		if err := journal.Append(t.Context(), []recommender.Exposure{x}, events); err != nil {
			t.Fatal(err)
		}
	}
	got := analyse(t, journal, split)
	users, anonymous := 0, 0
	for _, c := range got.Cohorts {
		users, anonymous = users+c.Users, anonymous+c.Anonymous
	}
	if users != 1800 || anonymous != 200 {
		t.Errorf("%d users and %d anonymous lists, want 1800 and 200", users, anonymous)
	}
	if a, b := got.Treatments[0].Outcome, got.Treatments[1].Outcome; a != abtest.NoDifference || b != abtest.Better {
		t.Errorf("treatment_a %v, treatment_b %v; want no difference and better", a, b)
	}
}
