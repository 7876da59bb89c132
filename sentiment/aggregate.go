package sentiment

import "math"

// Bounds of the prior that is estimated, and what stands in for it.
const (
	minPrior     = 1
	maxPrior     = 100
	defaultPrior = 10
)

// anyVariance is that of a score of which nothing is known: uniform on [-1, 1].
const anyVariance = 1.0 / 3

// A Summary says what all texts of a [Model] have in common.
type Summary struct {
	Texts    int     // texts that were counted
	Items    int     // items that they are about
	Mean     float64 // of all texts' compounds, in [-1, 1]
	Variance float64 // of texts on one item, in [0, 2]
	Prior    float64 // how many texts Mean weighs in each item's score
}

// aggregate returns the number and the mean of the texts of each item. reviews
// are sorted by item. A prior of 0 is estimated.
//
// The model behind it: an item has a sentiment, normal around the mean of all;
// texts are normal around their item's sentiment. The expected sentiment of an
// item is then its mean, shrunk by a prior of the texts' variance over the
// items' variance. Both are estimated by a one-way analysis of variance of
// groups of unequal size (S.R. Searle, Linear Models, 1971, ch. 10).
func aggregate(reviews []review, items int, prior float64) (counts []int32, means []float32, s Summary) {
	counts, means = make([]int32, items), make([]float32, items)
	s.Texts = len(reviews)
	n := float64(len(reviews))
	for _, r := range reviews {
		s.Mean += r.compound
	}
	s.Mean /= n
	var within, total, between, squares float64 // sums of squares; squares: of the groups' sizes
	for len(reviews) > 0 {
		group := ofOneItem(reviews)
		reviews = reviews[len(group):]
		size := float64(len(group))
		var mean float64
		for _, r := range group {
			mean += r.compound
		}
		mean /= size
		for _, r := range group {
			within += float64((r.compound - mean) * (r.compound - mean))
			total += float64((r.compound - s.Mean) * (r.compound - s.Mean))
		}
		between += float64(size * float64((mean-s.Mean)*(mean-s.Mean)))
		squares += float64(size * size)
		counts[group[0].item], means[group[0].item] = int32(len(group)), float32(mean)
		s.Items++
	}
	k := float64(s.Items)
	switch {
	case n > k:
		s.Variance = within / (n - k)
	case n > 1:
		s.Variance = total / (n - 1)
	default:
		s.Variance = anyVariance
	}
	switch {
	case prior > 0:
		s.Prior = prior
	case n > k && k > 1:
		ofItems := (between/(k-1) - s.Variance) * (k - 1) / (n - squares/n)
		s.Prior = estimatedPrior(s.Variance, ofItems)
	default:
		s.Prior = defaultPrior
	}
	return counts, means, s
}

func ofOneItem(reviews []review) []review {
	n := 1
	for n < len(reviews) && reviews[n].item == reviews[0].item {
		n++
	}
	return reviews[:n]
}

func estimatedPrior(ofTexts, ofItems float64) float64 {
	if ofItems <= 0 { // items differ no more than texts do by chance
		return maxPrior
	}
	return min(max(ofTexts/ofItems, minPrior), maxPrior)
}

// shrunk is the expected sentiment of an item whose count texts have this mean.
func (s Summary) shrunk(count int32, mean float32) float64 {
	return (float64(s.Prior*s.Mean) + float64(float64(count)*float64(mean))) / (s.Prior + float64(count))
}

// halfWidth of the central 95 % of an item's sentiment, given count texts.
func (s Summary) halfWidth(count int32) float64 {
	return float64(1.96 * math.Sqrt(s.Variance/(s.Prior+float64(count))))
}
