package sentiment

import (
	"cmp"
	"math"
	"slices"
)

// Bounds of the prior that is estimated, and what stands in for it.
const (
	minPrior     = 1
	maxPrior     = 100
	defaultPrior = 10
)

// anyVariance is that of a score of which nothing is known: uniform on [-1, 1].
const anyVariance = 1.0 / 3

// What keeps one loud reviewer from speaking for all: weights end at so many
// times the item's middle weight, and scores at so many deviations of texts on
// one item from the item's middle score.
const (
	loudest  = 4
	farthest = 2
)

// A Summary says what all texts of a [Model] have in common.
type Summary struct {
	Texts    int     // texts that were counted
	Items    int     // items that they are about
	Mean     float64 // of all texts' compounds, in [-1, 1]
	Variance float64 // of texts on one item, in [0, 2]
	Prior    float64 // how many texts Mean weighs in each item's score
}

// columns hold what the texts on each item say.
type columns struct {
	counts    []int32   // texts
	means     []float32 // of their compounds, weighted, without what is too loud
	evidence  []float32 // how many texts of weight 1 they are worth
	stars     []float32 // mean of the stars beside them; NaN: none has any
	disagrees []int32   // texts whose stars contradict them
}

func newColumns(items int) columns {
	c := columns{
		counts: make([]int32, items), means: make([]float32, items), evidence: make([]float32, items),
		stars: make([]float32, items), disagrees: make([]int32, items),
	}
	for i := range c.stars {
		c.stars[i] = float32(math.NaN())
	}
	return c
}

// aggregate returns what the texts on each item say. reviews are sorted by item.
// A prior of 0 is estimated.
//
// The model behind it: an item has a sentiment, normal around the mean of all;
// texts are normal around their item's sentiment. The expected sentiment of an
// item is then its mean, shrunk by a prior of the texts' variance over the
// items' variance. Both are estimated by a one-way analysis of variance of
// groups of unequal size (S.R. Searle, Linear Models, 1971, ch. 10).
func aggregate(reviews []review, items int, prior float64) (columns, Summary) {
	s := variances(reviews, prior)
	c := newColumns(items)
	deviation := math.Sqrt(s.Variance)
	for len(reviews) > 0 {
		group := ofOneItem(reviews)
		reviews = reviews[len(group):]
		c.add(group, deviation)
	}
	return c, s
}

func variances(reviews []review, prior float64) Summary {
	s := Summary{Texts: len(reviews)}
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
	return s
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

// add fills in the columns of one item from its reviews.
func (c *columns) add(group []review, deviation float64) {
	item := group[0].item
	heaviest := loudest * middle(group, func(r review) float64 { return r.weight })
	center, far := 0.0, math.Inf(1)
	if len(group) > 2 { // of two, none is the loud one
		center, far = middle(group, func(r review) float64 { return r.compound }), farthest*deviation
	}
	var sum, weights, squares, stars, starred float64
	for _, r := range group {
		w := min(r.weight, heaviest)
		sum += float64(w * min(max(r.compound, center-far), center+far))
		weights += w
		squares += float64(w * w)
		if r.stars > 0 {
			stars += float64(r.stars)
			starred++
		}
		if contradicts(r.stars, r.compound) {
			c.disagrees[item]++
		}
	}
	c.counts[item] = int32(len(group))
	if weights > 0 {
		c.means[item] = float32(sum / weights)
		// Many texts of little weight are worth their weight, and a few heavy ones
		// among light ones no more than they would be if all weighed the same (L. Kish).
		worth := weights
		if squares > 0 { // else the weights are next to nothing, and so is the evidence
			worth = min(weights, float64(weights*weights)/squares)
		}
		c.evidence[item] = float32(worth)
	}
	if starred > 0 {
		c.stars[item] = float32(stars / starred)
	}
}

// middle is the lower median of what f says of reviews.
func middle(group []review, f func(review) float64) float64 {
	list := make([]float64, len(group))
	for i, r := range group {
		list[i] = f(r)
	}
	slices.SortFunc(list, cmp.Compare[float64])
	return list[(len(list)-1)/2]
}

// What a text must say to contradict many or few stars.
const (
	manyStars = 4
	fewStars  = 2
	outspoken = 0.4
)

// Contradict reports whether stars, in (0, 5], and a text's score say the
// opposite: at least four beside a compound of -0.4 or less, at most two beside one
// of 0.4 or more. 0 stars are taken for none. One of the two is then mistaken:
// sarcasm, a slip of the finger, a text that is about something else.
func Contradict(stars float32, s Score) bool { return contradicts(stars, s.Compound) }

func contradicts(stars float32, compound float64) bool {
	return stars >= manyStars && compound <= -outspoken || stars > 0 && stars <= fewStars && compound >= outspoken
}

// shrunk is the expected sentiment of an item whose texts have this mean.
func (s Summary) shrunk(evidence, mean float32) float64 {
	return (float64(s.Prior*s.Mean) + float64(float64(evidence)*float64(mean))) / (s.Prior + float64(evidence))
}

// halfWidth of the central 95 % of an item's sentiment.
func (s Summary) halfWidth(evidence float32) float64 {
	return float64(1.96 * math.Sqrt(s.Variance/(s.Prior+float64(evidence))))
}
