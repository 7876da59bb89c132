package abtest

import (
	"fmt"
	"math"
	"strings"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/osusume/osusume/recommender"
)

// sampleRatioP is the p-value under which users count as dealt wrongly. It is
// low because the check is looked at in every experiment, and an alarm means
// that nothing else may be read.
const sampleRatioP = 0.001

// A SampleRatioCheck says whether users reached the arms as they were meant to.
// Where they did not, some were lost on the way, seldom by chance, and the arms
// can no longer be compared.
type SampleRatioCheck struct {
	ChiSquare float64
	P         float64 // of counts at least this far from the shares, in [0, 1]
	OK        bool    // P ≥ 0.001
}

// SampleRatio compares the users observed per arm with the shares they were to
// have, by the χ² test of fit. shares are finite and positive; only their
// proportions count. P is 1 for one arm and for nobody at all. All faults are
// reported together, wrapped in [recommender.ErrInvalid]. The test is good from
// about five expected users per arm.
func SampleRatio(observed []int, shares []float64) (SampleRatioCheck, error) {
	var faults []string
	if len(observed) == 0 || len(observed) != len(shares) {
		faults = append(faults, fmt.Sprintf("%d counts for %d shares", len(observed), len(shares)))
	}
	users, largest := 0.0, 0.0
	for i, n := range observed {
		if n < 0 {
			faults = append(faults, fmt.Sprintf("observed[%d] = %d < 0", i, n))
		}
		users += float64(n)
	}
	for i, s := range shares {
		if !(s > 0) || math.IsInf(s, 0) {
			faults = append(faults, fmt.Sprintf("shares[%d] = %v is not positive and finite", i, s))
		}
		largest = max(largest, s)
	}
	if faults != nil {
		return SampleRatioCheck{}, fmt.Errorf("abtest: sample ratio: %w: %s", recommender.ErrInvalid, strings.Join(faults, "; "))
	}
	if len(observed) == 1 || users == 0 {
		return SampleRatioCheck{P: 1, OK: true}, nil
	}
	total := 0.0 // in units of the largest share, so that it cannot overflow
	for _, s := range shares {
		total += s / largest
	}
	chi := 0.0
	for i, n := range observed {
		expected := float64(users * (shares[i] / largest / total))
		if d := float64(n) - expected; d != 0 {
			chi += d * d / expected
		}
	}
	if !(chi <= math.MaxFloat64) { // users of an arm that was to have next to none
		return SampleRatioCheck{ChiSquare: math.MaxFloat64}, nil
	}
	p := distuv.ChiSquared{K: float64(len(observed) - 1)}.Survival(chi)
	return SampleRatioCheck{ChiSquare: chi, P: p, OK: p >= sampleRatioP}, nil
}
