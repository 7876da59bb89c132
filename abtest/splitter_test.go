package abtest_test

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/osusume/osusume/abtest"
	"github.com/osusume/osusume/recommender"
)

var cohorts = []abtest.Arm{{Name: "control", Weight: 50}, {Name: "treatment_a", Weight: 25}, {Name: "treatment_b", Weight: 25}}

func splitter(t testing.TB, name string, arms []abtest.Arm) *abtest.Splitter {
	t.Helper()
	s, err := abtest.NewSplitter(name, arms)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func user(i int) recommender.UserID { return recommender.UserID(fmt.Sprintf("user-%d", i)) }

func TestSharesAreWithinTheBinomialBand(t *testing.T) {
	const n = 100_000
	for _, name := range []string{"a", "b", "blend-2026"} {
		s := splitter(t, name, cohorts)
		got := map[string]int{}
		for i := range n {
			got[s.Arm(user(i))]++
		}
		for _, a := range cohorts {
			p := a.Weight / 100
			if z := (float64(got[a.Name]) - n*p) / math.Sqrt(n*p*(1-p)); math.Abs(z) > 4 {
				t.Errorf("experiment %s: arm %s has %d of %d users, %.1f standard deviations off", name, a.Name, got[a.Name], n, z)
			}
		}
	}
}

// The assignment is a promise across versions: a user must not change arms
// because the library was updated.
func TestAssignmentsAreFixed(t *testing.T) {
	s := splitter(t, "blend-2026", cohorts)
	var got strings.Builder
	for i := range 24 {
		arm := s.Arm(user(i))
		got.WriteByte(arm[len(arm)-1])
	}
	const want = "labalbballblbalabllbbbab" // l: control, a and b: the treatments
	if got.String() != want {
		t.Errorf("arms of the first users: %s, want %s", got.String(), want)
	}
}

func TestParallelExperimentsAreIndependent(t *testing.T) {
	a, b := splitter(t, "one", cohorts), splitter(t, "two", cohorts)
	const n = 100_000
	joint, rows, cols := map[[2]string]float64{}, map[string]float64{}, map[string]float64{}
	for i := range n {
		x, y := a.Arm(user(i)), b.Arm(user(i))
		joint[[2]string{x, y}]++
		rows[x]++
		cols[y]++
	}
	chi := 0.0
	for _, x := range cohorts {
		for _, y := range cohorts {
			expected := rows[x.Name] * cols[y.Name] / n
			d := joint[[2]string{x.Name, y.Name}] - expected
			chi += d * d / expected
		}
	}
	if chi > 18.5 { // 4 degrees of freedom, p = 0.001
		t.Errorf("χ² = %.1f between two experiments: their splits correlate", chi)
	}
}

func TestReweighMovesAsFewUsersAsPossible(t *testing.T) {
	two := splitter(t, "grow", []abtest.Arm{{Name: "x", Weight: 1}, {Name: "y", Weight: 1}})
	three, err := two.Reweigh([]abtest.Arm{{Name: "x", Weight: 1}, {Name: "y", Weight: 1}, {Name: "z", Weight: 1}})
	if err != nil {
		t.Fatal(err)
	}
	moved, wrong := 0, 0
	const n = 30_000
	for i := range n {
		if before, after := two.Arm(user(i)), three.Arm(user(i)); before != after {
			moved++
			if after != "z" {
				wrong++
			}
		}
	}
	if wrong != 0 {
		t.Errorf("%d users moved between arms that stayed", wrong)
	}
	if share := float64(moved) / n; math.Abs(share-1.0/3) > 0.015 {
		t.Errorf("%.1f %% of users moved, want a third", 100*share)
	}
	for i, share := range three.Shares() {
		if math.Abs(share-1.0/3) > 1e-3 {
			t.Errorf("arm %d has share %v, want a third", i, share)
		}
	}
}

func TestFaultsAreReportedTogether(t *testing.T) {
	_, err := abtest.NewSplitter("", []abtest.Arm{{Name: "a", Weight: math.NaN()}, {Name: "a", Weight: 1}})
	if !errors.Is(err, recommender.ErrInvalid) {
		t.Fatalf("error %v, want ErrInvalid", err)
	}
	for _, want := range []string{"no name", "NaN", "taken"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("error %q does not mention %q", err, want)
		}
	}
}

func TestWeightsThatDealNoSlotAreRefused(t *testing.T) {
	_, err := abtest.NewSplitter("tiny", []abtest.Arm{{Name: "a", Weight: 1}, {Name: "b", Weight: 1e-9}})
	wantFaults(t, err, `arm "b"`, "less than one slot")
	_, err = abtest.NewSplitter("huge", []abtest.Arm{{Name: "a", Weight: 1e308}, {Name: "b", Weight: 1e308}})
	wantFaults(t, err, "too large")
	_, err = splitter(t, "grow", cohorts).Reweigh([]abtest.Arm{{Name: "a", Weight: 1e-9}, {Name: "b", Weight: 1}})
	wantFaults(t, err, `arm "a"`, "less than one slot")
}

func ExampleSplitter() {
	s, err := abtest.NewSplitter("blend-2026", []abtest.Arm{
		{Name: "control", Weight: 50}, {Name: "treatment_a", Weight: 25}, {Name: "treatment_b", Weight: 25},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(s.Arm("alice"), s.Shares())
	// Output: treatment_a [0.5 0.25 0.25]
}

func BenchmarkArm(b *testing.B) {
	s := splitter(b, "blend-2026", cohorts)
	b.ReportAllocs()
	for b.Loop() {
		s.Arm("a-user-of-usual-length")
	}
}
