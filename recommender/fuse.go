package recommender

import (
	"cmp"
	"math"
	"slices"
)

// Normalization says how a part's scores are brought onto a common scale before
// they are added, over all catalogue items that the part can score.
type Normalization uint8

const (
	// MinMax maps the lowest score to 0 and the highest to 1. It is linear, so
	// explanations pass through it exactly.
	MinMax Normalization = iota
	// ZScore subtracts the mean and divides by the standard deviation: less at
	// the mercy of a single extreme score than MinMax; linear too.
	ZScore
	// Rank maps scores to their rank's share: the best gets 1, the worst 0, ties
	// their mean; what a part cannot tell about gets the middle. Not linear:
	// explanations stop at the part.
	Rank
	// ReciprocalRank maps the score at rank r, counted from 1, to 1/(60+r), ties
	// to that of their mean rank; what a part cannot tell about gets 0. Adding
	// these is reciprocal rank fusion (Cormack, Clarke and Büttcher, SIGIR 2009,
	// who chose the 60). Not linear.
	ReciprocalRank
)

var normalizationNames = [...]string{MinMax: "minmax", ZScore: "zscore", Rank: "rank", ReciprocalRank: "rrf"}

// String returns "minmax", "zscore", "rank" or "rrf".
func (n Normalization) String() string {
	if int(n) < len(normalizationNames) {
		return normalizationNames[n]
	}
	return "normalization(" + itoa(int(n)) + ")"
}

// A fit is a part's normalisation for one request: (score − shift)·scale where
// it is linear, and the value of an item that the part cannot tell about.
type fit struct {
	shift, scale float32
	neutral      float32
	linear       bool
}

// fitLinear finds the scale of MinMax or ZScore. The neutral value is the
// normalised mean: "cannot tell" neither lifts nor sinks an item.
func fitLinear(n Normalization, scores []float32) fit {
	lo, hi := float32(math.Inf(1)), float32(math.Inf(-1))
	var sum float64
	told := 0
	for _, s := range scores {
		if s == s {
			lo, hi = min(lo, s), max(hi, s)
			sum += float64(s)
			told++
		}
	}
	nothing := fit{linear: true} // nothing to tell items apart by: all 0
	if told == 0 || hi <= lo {
		return nothing
	}
	mean := sum / float64(told)
	shift, width := float64(lo), float64(hi)-float64(lo)
	if n == ZScore {
		var squares float64
		for _, s := range scores {
			if s == s {
				d := float64(s) - mean
				squares += float64(d * d)
			}
		}
		shift, width = mean, math.Sqrt(squares/float64(told))
	}
	f := fit{shift: float32(shift), scale: float32(1 / width), linear: true}
	if math.IsInf(float64(f.scale), 0) || f.scale == 0 || width > math.MaxFloat32 {
		return nothing // what differs by less than a float32 can be divided by, or by more than it can hold
	}
	if n == MinMax {
		f.neutral = f.apply(float32(mean))
	}
	return f
}

// apply takes the shift off first: where scores are large and their differences
// small, a product would round them away.
func (f fit) apply(s float32) float32 { return float32((s - f.shift) * f.scale) }

// normalize rewrites scores in place, NaN staying NaN, and says how.
func normalize(n Normalization, scores []float32) fit {
	switch n {
	case Rank:
		return normalizeRank(scores)
	case ReciprocalRank:
		toRanks(scores, func(rank float32, _ int) float32 { return 1 / (rrfOffset + 1 + rank) })
		return fit{}
	}
	f := fitLinear(n, scores)
	for i, s := range scores {
		scores[i] = f.apply(s)
	}
	return f
}

// rrfOffset keeps the first few ranks of one part from deciding alone.
const rrfOffset = 60

func normalizeRank(scores []float32) fit {
	lo, hi := float32(math.Inf(1)), float32(math.Inf(-1))
	for _, s := range scores {
		if s == s {
			lo, hi = min(lo, s), max(hi, s)
		}
	}
	if hi <= lo { // nothing to tell items apart by
		toRanks(scores, func(float32, int) float32 { return 0 })
		return fit{}
	}
	toRanks(scores, func(rank float32, n int) float32 { return 1 - rank/float32(n-1) })
	return fit{neutral: 0.5}
}

// toRanks rewrites each score as a value of its rank, counted from 0 at the
// best of n, ties at their mean rank; NaN stays.
func toRanks(scores []float32, value func(rank float32, n int) float32) {
	order := make([]int32, 0, len(scores))
	for i, s := range scores {
		if s == s {
			order = append(order, int32(i))
		}
	}
	slices.SortFunc(order, func(a, b int32) int { return cmp.Compare(scores[b], scores[a]) }) // ties get one value, whatever their order
	n := len(order)
	for from := 0; from < n; {
		to := from + 1
		for to < n && scores[order[to]] == scores[order[from]] {
			to++
		}
		v := value(float32(from+to-1)/2, n)
		for _, p := range order[from:to] {
			scores[p] = v
		}
		from = to
	}
}
