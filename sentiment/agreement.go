package sentiment

import (
	"fmt"
	"math"
	"slices"

	"github.com/osusume/osusume/recommender"
)

// Threshold is where a score, be it a compound or a rater's mean, counts as
// positive, and its negative where it counts as negative.
const Threshold = 0.05

// An Agreement says how well scores agree with people's ratings.
type Agreement struct {
	Texts      int     // how many were compared
	PearsonR   float64 // correlation of compounds and ratings, in [-1, 1]; NaN where one of them does not vary
	F1Weighted float64 // F1 of each class, weighted by the ratings in it, in [0, 1]
	Accuracy   float64 // share of texts in the right class, in [0, 1]
	Coverage   float64 // share of texts with a known word, in [0, 1]
}

// Agree compares scores with ratings centred at zero, such as the mean of
// raters between -4 and 4. The classes are positive, negative and neutral, by
// [Threshold] on each one's own scale. got and want must be of one length, not
// empty, and want finite, else the error wraps [recommender.ErrInvalid].
func Agree(got []Score, want []float64) (Agreement, error) {
	if err := checkLengths(len(got), len(want)); err != nil {
		return Agreement{}, err
	}
	var confusion [3][3]int // [want][got]
	x := make([]float64, len(got))
	for i, s := range got {
		if math.IsNaN(want[i]) || math.IsInf(want[i], 0) {
			return Agreement{}, fmt.Errorf("sentiment: agree: %w: rating %d is %v", recommender.ErrInvalid, i, want[i])
		}
		x[i] = s.Compound
		confusion[verdict(want[i])][verdict(s.Compound)]++
	}
	a := Agreement{Texts: len(got), PearsonR: pearson(x, want), Coverage: coverage(got)}
	for c := range confusion {
		a.Accuracy += float64(confusion[c][c]) / float64(len(got))
		support := confusion[c][0] + confusion[c][1] + confusion[c][2]
		called := confusion[0][c] + confusion[1][c] + confusion[2][c]
		a.F1Weighted += f1(confusion[c][c], support, called) * float64(support) / float64(len(got))
	}
	return a, nil
}

// A LabelAgreement says how well scores agree with labels of two classes.
type LabelAgreement struct {
	Texts    int
	Accuracy float64 // share of texts in the right class, in [0, 1]
	F1       float64 // of the positive class, in [0, 1]
	Coverage float64 // share of texts with a known word, in [0, 1]
}

// AgreeLabels compares scores with labels that say whether a text is positive.
// A compound of 0 or more counts as positive. got and positive must be of one
// length and not empty, else the error wraps [recommender.ErrInvalid].
func AgreeLabels(got []Score, positive []bool) (LabelAgreement, error) {
	if err := checkLengths(len(got), len(positive)); err != nil {
		return LabelAgreement{}, err
	}
	var right, hits, support, called int
	for i, s := range got {
		yes := s.Compound >= 0
		if yes == positive[i] {
			right++
		}
		if yes && positive[i] {
			hits++
		}
		if yes {
			called++
		}
		if positive[i] {
			support++
		}
	}
	return LabelAgreement{
		Texts:    len(got),
		Accuracy: float64(right) / float64(len(got)),
		F1:       f1(hits, support, called),
		Coverage: coverage(got),
	}, nil
}

func checkLengths(scores, truths int) error {
	if scores != truths || scores == 0 {
		return fmt.Errorf("sentiment: agree: %w: %d scores and %d judgements", recommender.ErrInvalid, scores, truths)
	}
	return nil
}

// verdict is 0 for negative, 1 for neutral, 2 for positive.
func verdict(v float64) int {
	switch {
	case v >= Threshold:
		return 2
	case v <= -Threshold:
		return 0
	}
	return 1
}

func coverage(scores []Score) float64 {
	n := 0
	for _, s := range scores {
		if s.Known > 0 {
			n++
		}
	}
	return float64(n) / float64(len(scores))
}

// f1 of a class that is called so hits times rightly; 0 where there is nothing to call.
func f1(hits, support, called int) float64 {
	if support+called == 0 {
		return 0
	}
	return 2 * float64(hits) / float64(support+called)
}

func pearson(x, y []float64) float64 {
	// By rounding, equal numbers may differ from their mean.
	if slices.Min(x) == slices.Max(x) || slices.Min(y) == slices.Max(y) {
		return math.NaN()
	}
	var mx, my float64
	for i := range x {
		mx += x[i] / float64(len(x))
		my += y[i] / float64(len(y))
	}
	var xy, xx, yy float64
	for i := range x {
		dx, dy := x[i]-mx, y[i]-my
		xy += float64(dx * dy)
		xx += float64(dx * dx)
		yy += float64(dy * dy)
	}
	return min(max(xy/math.Sqrt(float64(xx*yy)), -1), 1)
}
