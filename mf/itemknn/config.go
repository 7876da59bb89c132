package itemknn

import (
	"math"

	"github.com/osusume/osusume/mf/internal/itemitem"
	"github.com/osusume/osusume/recommender"
)

// Config is a [recommender.Trainer] of item neighbourhoods. Its zero value means
// the defaults below, chosen on validation parts of Amazon CDs, MovieLens-1M,
// MovieLens-100k and anime ratings.
type Config struct {
	// Neighbours is how many weights are kept for each item; 0 means 200. 100 cost
	// 1 % of NDCG on MovieLens-1M and Amazon CDs and 4 % on MovieLens-100k, and
	// gained 2 % on the anime ratings.
	Neighbours int
	// BySource keeps for each item the weights on the items that it says most
	// about. Else those of the items that say most about it are kept, so that
	// every item can be reached: worth a sixth of NDCG on MovieLens-1M and on the
	// anime ratings, though the last items of MovieLens-100k lose 2 %.
	BySource bool
	// Weighting is how likeness is counted; Default means TFIDF.
	Weighting Weighting
	// Shrink h multiplies a likeness to which s mean users contribute by
	// s/(s+h), so that a few users in common are no proof. 0 means 10: it gained
	// a fifth of NDCG on Amazon CDs, whose items have few users, and cost 1 % on
	// MovieLens-1M and the anime ratings. NoShrink means none.
	Shrink   float64
	NoShrink bool
	// K1 and B are the saturation and the weight of length in BM25; 0 means 100
	// and 0.8. Other weightings do not use them.
	K1, B float64
	// Workers is the number of goroutines; 0 means one for each processor. It
	// changes the speed, never the model.
	Workers int

	// Kinds are the kinds of interaction that are positive examples; nil means
	// all but Dislike, which cannot be one. The others are remembered as seen.
	Kinds []recommender.Kind
	// MinStars makes ratings and reviews with fewer stars no positive examples;
	// 0 takes them all: having chosen an item says more than how it was rated.
	MinStars float32

	// Progress, if not nil, is called after every few thousand items, by the
	// goroutine that called Train, which waits for it.
	Progress func(Progress)
}

var _ recommender.Trainer = Config{}

// Progress says of how many items of the catalogue the neighbours are found.
type Progress struct{ Items, Of int }

const (
	maxNeighbours = 1 << 20
	maxShrink     = 1e9
	maxK1         = 1e6
)

// withDefaults returns c with its zeros filled in, and its taste; or all that is
// wrong with it.
func (c Config) withDefaults() (Config, itemitem.Taste, error) {
	var faults itemitem.Faults
	faults.Count("Neighbours", &c.Neighbours, 200, maxNeighbours)
	if int(c.Weighting) >= len(weightingNames) {
		faults.Addf("Weighting is %v", c.Weighting)
	}
	if c.Weighting == Default {
		c.Weighting = TFIDF
	}
	faults.Number("Shrink", &c.Shrink, 10, maxShrink)
	if c.NoShrink {
		c.Shrink = 0
	}
	faults.Number("K1", &c.K1, 100, maxK1)
	faults.Number("B", &c.B, 0.8, 1)
	faults.Count("Workers", &c.Workers, 0, math.MaxInt32)
	taste := itemitem.NewTaste(c.Kinds, c.MinStars, &faults)
	return c, taste, faults.Err()
}
