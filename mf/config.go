package mf

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/osusume/osusume/recommender"
)

// Config is a [recommender.Trainer] of factor models by Bayesian personalised
// ranking. Its zero value means the defaults below, chosen on validation parts
// of MovieLens-1M, anime ratings and Amazon CDs.
type Config struct {
	// Factors is the length of the vectors; 0 means 64: 128 gained two per cent
	// of NDCG on the anime ratings, in twice the time.
	Factors int
	// Epochs is how many times every interaction is visited; 0 means 30: 60 gain
	// half a per cent in twice the time.
	Epochs int
	// Rate is the learning rate at the start, from which it falls linearly to 0,
	// so that the factors come to rest. 0 means 0.1: 0.05 learns less in these
	// epochs, 0.15 no more.
	Rate float64
	// L2 pulls every vector that a sample touches towards 0; 0 means 0.02. For
	// none, give a tiny value such as 1e-12. Half and twice of it are clearly
	// worse on MovieLens-1M and the anime ratings.
	L2 float64
	// Candidates is how many items that the user does not have are drawn for
	// each sample; the one with the best score is the negative. 1 is the plain
	// uniform draw of the paper. 0 means 8: in validation on MovieLens-1M
	// (BenchmarkQuality), NDCG@20 is .235 with 1, .259 with 3, .266 with 8 and
	// .254 with 16. Time grows with them.
	Candidates int
	// InitScale is the standard deviation of the factors before training, times
	// the root of Factors; 0 means 0.1. It hardly matters: 1 ends as well.
	InitScale float64
	// Blocks is how many blocks users and items are shuffled into, and so the
	// most workers that can be of use; 0 means 32, for machines of up to 32
	// processors: 8 and 16 learn as much. Small data uses fewer. Another number
	// gives another model, so it does not follow Workers.
	Blocks int
	// Workers is the number of goroutines; 0 means one for each processor. It
	// changes the speed, never the model.
	Workers int
	// Seed names the random numbers. The same seed and data give the same bytes.
	Seed uint64

	// Kinds are the kinds of interaction that are positive examples; nil means
	// all but Dislike, which cannot be one. The others are remembered as seen.
	Kinds []recommender.Kind
	// MinStars makes ratings and reviews with fewer stars no positive examples;
	// 0 takes them all: having chosen an item says more than how it was rated.
	MinStars float32

	// Progress, if not nil, is called after every epoch, by the goroutine that
	// called Train, which waits for it.
	Progress func(Progress)
}

var _ recommender.Trainer = Config{}

// Progress says how far training is. Counts are since its start.
type Progress struct {
	Epoch, Epochs int           // Epoch counts from 1
	Updates       int64         // samples applied
	Skipped       int64         // samples for which no negative was found
	Ordered       float64       // share of the epoch's updates that found the positive above its negative, in [0, 1]
	Elapsed       time.Duration // in the epochs
}

// UpdatesPerSecond returns the speed so far.
func (p Progress) UpdatesPerSecond() float64 {
	if p.Elapsed <= 0 {
		return 0
	}
	return float64(p.Updates) / p.Elapsed.Seconds()
}

// Limits that keep a mistyped number from eating the memory.
const (
	maxFactors    = 1 << 14
	maxBlocks     = 1 << 12
	maxCandidates = 1 << 12
)

// withDefaults returns c with its zeros filled in, or all that is wrong with it.
func (c Config) withDefaults() (Config, error) {
	var faults []string
	count := func(name string, n *int, def, most int) {
		switch {
		case *n < 0:
			faults = append(faults, fmt.Sprintf("%s %d < 0", name, *n))
		case *n > most:
			faults = append(faults, fmt.Sprintf("%s %d > %d", name, *n, most))
		case *n == 0:
			*n = def
		}
	}
	number := func(name string, x *float64, def float64) {
		switch {
		case !(*x >= 0) || math.IsInf(*x, 0):
			faults = append(faults, fmt.Sprintf("%s %v is not a number ≥ 0", name, *x))
		case *x == 0:
			*x = def
		}
	}
	count("Factors", &c.Factors, 64, maxFactors)
	count("Epochs", &c.Epochs, 30, math.MaxInt32)
	number("Rate", &c.Rate, 0.1)
	number("L2", &c.L2, 0.02)
	count("Candidates", &c.Candidates, 8, maxCandidates)
	number("InitScale", &c.InitScale, 0.1)
	count("Blocks", &c.Blocks, 32, maxBlocks)
	count("Workers", &c.Workers, 0, math.MaxInt32)
	for _, k := range c.Kinds {
		if !k.Valid() || k == recommender.Dislike {
			faults = append(faults, fmt.Sprintf("Kinds has %v, which is never positive", k))
		}
	}
	if !(c.MinStars >= 0 && c.MinStars <= recommender.MaxStars) {
		faults = append(faults, fmt.Sprintf("MinStars %v is outside [0, %d]", c.MinStars, recommender.MaxStars))
	}
	if faults != nil {
		return c, fmt.Errorf("invalid config: %s: %w", strings.Join(faults, "; "), recommender.ErrInvalid)
	}
	return c, nil
}

// A taste says which interactions are positive examples.
type taste struct {
	kinds    uint8 // bit k: kind k
	minStars float32
}

func (c Config) taste() taste {
	t := taste{minStars: c.MinStars}
	for k := recommender.Kind(0); k.Valid(); k++ {
		if c.Kinds == nil && k != recommender.Dislike || slices.Contains(c.Kinds, k) {
			t.kinds |= 1 << k
		}
	}
	return t
}

func (t taste) likes(k recommender.Kind, value float32) bool {
	if t.kinds>>k&1 == 0 {
		return false
	}
	stars := k == recommender.Rate || k == recommender.Review
	return !stars || value >= t.minStars
}
