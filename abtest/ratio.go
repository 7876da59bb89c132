package abtest

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// A Ratio is a metric of the form Σ num ÷ Σ den, summed over users: clicks per
// list, stars per rating. num and den are finite, den is not negative. It keeps
// the sums that its variance needs, with users as the units, so it takes the same
// room for any number of users. With every den 1 it is a mean. The zero Ratio is
// empty.
type Ratio struct {
	Users                  int
	Num, Den               float64
	NumNum, NumDen, DenDen float64 // sums of products
}

// Add adds one user.
func (r *Ratio) Add(num, den float64) {
	r.Users++
	r.Num += num
	r.Den += den
	r.NumNum += float64(num * num)
	r.NumDen += float64(num * den)
	r.DenDen += float64(den * den)
}

// Value returns Σ num ÷ Σ den; 0 where that is not defined.
func (r Ratio) Value() float64 {
	if r.Den == 0 {
		return 0
	}
	return r.Num / r.Den
}

// variance returns the variance of Value by the delta method: that of the mean of
// num − common·den, over the mean of den squared. It is 0 where nothing varies.
// It wants two users and Den > 0.
func (r Ratio) variance(common float64) float64 {
	n := float64(r.Users)
	sum := r.Num - float64(common*r.Den)
	squares := r.NumNum - float64(2*common*r.NumDen) + float64(common*common*r.DenDen)
	around := squares - sum*sum/n
	// The terms cancel where users do not differ; what rounding leaves of them
	// would make a tiny difference look sure.
	if around < 1e-12*(r.NumNum+float64(common*common*r.DenDen)) {
		return 0
	}
	return around / (n - 1) * n / (r.Den * r.Den)
}

// CompareRatios compares a metric of two groups of users by Welch's t-test with
// variances by the delta method. Users are the units: it stays honest where one
// user is shown many lists, as [TwoProportions] over lists does not. It is not
// Known with fewer than two users or without any den on a side, where nothing
// varies, or where the squares do not fit a float64.
//
// (Deng, Knoblich, Lu: Applying the Delta Method in Metric Analytics, KDD 2018.)
// Unlike there, both variances are taken around the ratio of the two groups
// together. Around each group's own they come out too small, as a heavy user
// drags the ratio along: with 30 to 50 users on a side, 7 % of equal groups had
// p < 0.05, and with the common ratio 5 %. Where every den is 1 the two agree.
func CompareRatios(control, treatment Ratio) Comparison {
	a, b := control.Value(), treatment.Value()
	c := Comparison{Control: a, Treatment: b, Difference: b - a, P: 1}
	if control.Users < 2 || treatment.Users < 2 || control.Den <= 0 || treatment.Den <= 0 {
		return c
	}
	common := (control.Num + treatment.Num) / (control.Den + treatment.Den)
	va, vb := control.variance(common), treatment.variance(common)
	if !(va+vb > 0 && va+vb <= math.MaxFloat64) {
		return c
	}
	sa, sb := va/(va+vb), vb/(va+vb) // shares, whose squares do not vanish or overflow together
	freedom := 1 / (sa*sa/float64(control.Users-1) + sb*sb/float64(treatment.Users-1))
	t := distuv.StudentsT{Sigma: 1, Nu: freedom}
	q := t.Quantile(0.975)
	half := float64(q * math.Sqrt(va+vb))
	c.Known = true
	c.DifferenceInterval = Interval{c.Difference - half, c.Difference + half}
	c.setLift(va, vb, q)
	c.Z = c.Difference / math.Sqrt(va+vb)
	c.P = 2 * t.CDF(-math.Abs(c.Z))
	return c
}
