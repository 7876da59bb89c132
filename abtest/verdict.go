package abtest

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
)

// judge sets the adjusted p-values, the outcomes and the verdicts.
func (r *Result) judge() {
	r.adjust()
	var verdicts []string
	for i := range r.Treatments {
		t := &r.Treatments[i]
		switch {
		case !r.SampleRatio.OK:
			t.Outcome = Mismatch
		case t.Outcome == NoDifference && t.Adjusted < alpha && t.ByUser.Difference > 0:
			t.Outcome = Better
		case t.Outcome == NoDifference && t.Adjusted < alpha:
			t.Outcome = Worse
		}
		t.Verdict = t.words(r.Control)
		verdicts = append(verdicts, t.Verdict)
	}
	switch {
	case !r.SampleRatio.OK:
		r.Verdict = fmt.Sprintf("sample ratio mismatch: do not read further (χ² %.1f, p %s)", r.SampleRatio.ChiSquare, pText(r.SampleRatio.P))
	case verdicts == nil:
		r.Verdict = "one arm: nothing to compare"
	default:
		r.Verdict = strings.Join(verdicts, "; ")
	}
}

// adjust sets Adjusted over the treatments that are compared: the smallest of m
// p-values times m, the next times m−1, and none smaller than the one before
// (Holm: A Simple Sequentially Rejective Multiple Test Procedure, Scandinavian
// Journal of Statistics 1979).
func (r *Result) adjust() {
	var order []int
	for i := range r.Treatments {
		r.Treatments[i].Adjusted = 1
		if r.Treatments[i].Outcome == NoDifference {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(r.Treatments[a].ByUser.P, r.Treatments[b].ByUser.P) })
	floor := 0.0
	for k, i := range order {
		floor = max(floor, min(1, float64(len(order)-k)*r.Treatments[i].ByUser.P))
		r.Treatments[i].Adjusted = floor
	}
}

func (t *Treatment) words(control string) string {
	switch t.Outcome {
	case Mismatch:
		return t.Name + ": sample ratio mismatch"
	case TooEarly:
		return t.Name + ": too early to say"
	case NoDifference:
		return fmt.Sprintf("%s: no difference shown yet (p %s)", t.Name, pText(t.Adjusted))
	}
	c := t.ByUser
	by, low, high := c.Difference, c.DifferenceInterval.Low, c.DifferenceInterval.High
	if t.Outcome == Worse {
		by, low, high = -by, -high, -low
	}
	lift := ""
	if c.Control > 0 {
		lift = fmt.Sprintf(", %+.1f %%", 100*c.Lift)
	}
	return fmt.Sprintf("%s %v than %s by %.2f points of CTR%s (95 %% interval %.2f to %.2f points, p %s)",
		t.Name, t.Outcome, control, 100*by, lift, 100*low, 100*high, pText(t.Adjusted))
}

// pText shows p without ever calling it 0.
func pText(p float64) string {
	if p < 0.0001 {
		return "< 0.0001"
	}
	return fmt.Sprintf("%.4f", math.Min(p, 1))
}
