package abtest

import (
	"fmt"
	"math"
	"strings"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/osusume/osusume/recommender"
)

// z95 is the standard normal's 97.5 % point: every interval here is one of 95 %.
const z95 = 1.959963984540054

// An Interval is a 95 % confidence interval.
type Interval struct{ Low, High float64 }

// A Proportion is how many of a number of independent trials hit.
type Proportion struct{ Hits, Trials int }

// Rate returns the share of hits in [0, 1]; 0 without trials.
func (p Proportion) Rate() float64 {
	if p.Trials == 0 {
		return 0
	}
	return float64(p.Hits) / float64(p.Trials)
}

// Wilson returns the score interval of the rate, within [0, 1]; all of [0, 1]
// without trials. (Wilson: Probable Inference, the Law of Succession, and
// Statistical Inference, JASA 1927.)
func (p Proportion) Wilson() Interval {
	if p.Trials == 0 {
		return Interval{0, 1}
	}
	n, rate := float64(p.Trials), p.Rate()
	center := rate + z95*z95/(2*n)
	half := float64(z95 * math.Sqrt(rate*(1-rate)/n+z95*z95/(4*n*n)))
	scale := 1 + z95*z95/n
	ci := Interval{max(0, (center-half)/scale), min(1, (center+half)/scale)}
	// Exactly, where rounding would leave 1e-17.
	if p.Hits == 0 {
		ci.Low = 0
	}
	if p.Hits == p.Trials {
		ci.High = 1
	}
	return ci
}

// A Comparison says how a metric of a treatment differs from that of a control.
// All its numbers are finite.
type Comparison struct {
	// Known is false where there is nothing to compare by: too few users or
	// trials, or nothing that varies. P is then 1 and Z 0.
	Known              bool
	Control, Treatment float64  // the metric on each side
	Difference         float64  // Treatment − Control
	DifferenceInterval Interval // of [CompareRatios] 0 to 0 where it is not Known
	// Lift is Difference ÷ Control, 0.1 for ten per cent more; it and its
	// interval are 0 where Control is. The interval is by the delta method and too
	// narrow where a side has fewer than some five hits.
	Lift         float64
	LiftInterval Interval
	Z            float64 // the test's statistic, > 0 where the treatment has more; of CompareRatios Welch's t
	P            float64 // two-sided, in [0, 1]
}

// TwoProportions compares two rates by the pooled z-test. The interval of the
// difference is Newcombe's, which does not collapse at rates of 0 and 1
// (Newcombe: Interval Estimation for the Difference between Independent
// Proportions, Statistics in Medicine 1998, method 10). The error wraps
// [recommender.ErrInvalid] where Hits is not in [0, Trials].
//
// Lists shown to one user are no independent trials: see [CompareRatios].
func TwoProportions(control, treatment Proportion) (Comparison, error) {
	var faults []string
	for i, p := range []Proportion{control, treatment} {
		if p.Hits < 0 || p.Hits > p.Trials {
			faults = append(faults, fmt.Sprintf("%s: %d hits of %d trials", []string{"control", "treatment"}[i], p.Hits, p.Trials))
		}
	}
	if faults != nil {
		return Comparison{}, fmt.Errorf("abtest: %w: %s", recommender.ErrInvalid, strings.Join(faults, "; "))
	}
	a, b := control.Rate(), treatment.Rate()
	wa, wb := control.Wilson(), treatment.Wilson()
	c := Comparison{Control: a, Treatment: b, Difference: b - a, P: 1}
	c.DifferenceInterval = Interval{
		max(-1, b-a-math.Hypot(b-wb.Low, wa.High-a)),
		min(1, b-a+math.Hypot(wb.High-b, a-wa.Low)),
	}
	if control.Trials == 0 || treatment.Trials == 0 {
		return c, nil
	}
	na, nb := float64(control.Trials), float64(treatment.Trials)
	c.setLift(a*(1-a)/na, b*(1-b)/nb, z95)
	pooled := float64(control.Hits+treatment.Hits) / (na + nb)
	if v := pooled * (1 - pooled) * (1/na + 1/nb); v > 0 {
		c.Known = true
		c.Z = (b - a) / math.Sqrt(v)
		c.P = 2 * distuv.UnitNormal.CDF(-math.Abs(c.Z))
	}
	return c, nil
}

// setLift sets the lift from the variances of the two metrics, q standard
// deviations wide on each side.
func (c *Comparison) setLift(va, vb, q float64) {
	if c.Control == 0 {
		return
	}
	c.Lift = c.Difference / c.Control
	ratio := c.Treatment / c.Control
	half := q * math.Sqrt(vb+float64(ratio*ratio*va)) / math.Abs(c.Control)
	c.LiftInterval = Interval{c.Lift - half, c.Lift + half}
}
