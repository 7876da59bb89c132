package dedup

import (
	"fmt"
	"math"
	"strings"

	"github.com/osusume/osusume/recommender"
)

// Config is a Deduplicator. The zero Config has the documented defaults; the
// value may be used by any number of goroutines.
type Config struct {
	// Threshold is the probability from which records are joined, averaged over
	// the pairs of two groups as log-odds. 0 means 0.6: a wrong merge poisons what
	// is learnt from it, a missed one only splits an audience, and F1 is nearly flat
	// from 0.5 to 0.6. In (0, 1).
	Threshold float64
	// Review is the probability from which a link that was not made is reported
	// in Resolution.Review. 0 means 0.1, which fills the default MaxReview on five
	// catalogues of 40,000 records. At most Threshold.
	Review float64
	// MaxReview caps Resolution.Review. 0 means 1000; -1 means none.
	MaxReview int
	// Neighbours is how many titles that look alike are tried for each title, on
	// top of equal ones. 0 means 10, where blocking recall levels off.
	Neighbours int
	// Fields are what records are compared by besides their titles (Title and
	// Aliases, which also decide who is compared at all). nil: they are works, whose
	// titles say season, part and format, and whose year, format, episodes, tags and
	// references are compared, by weights that were learnt on known works. Give a list
	// for anything else: products, people, papers.
	Fields []Field
	// Overrides are what people decided; nil: nothing. [ReadOverrides] reads them.
	Overrides *Overrides
	// Progress is called on the caller's goroutine, as records are read and when a
	// stage begins; the run waits for it. nil is silent.
	Progress func(Progress)
	// Workers is the number of goroutines. 0 means one per processor. It changes
	// the speed, never the result.
	Workers int
}

var _ recommender.Deduplicator = Config{}

// withDefaults fills in the defaults and reports every fault together.
func (c Config) withDefaults() (Config, error) {
	if c.Threshold == 0 {
		c.Threshold = 0.6
	}
	if c.Review == 0 {
		c.Review = min(0.1, c.Threshold)
	}
	if c.MaxReview == 0 {
		c.MaxReview = 1000
	}
	if c.Neighbours == 0 {
		c.Neighbours = 10
	}
	var faults []string
	if !(c.Threshold > 0 && c.Threshold < 1) {
		faults = append(faults, fmt.Sprintf("Threshold %v is outside (0, 1)", c.Threshold))
	}
	if !(c.Review > 0 && c.Review <= c.Threshold) {
		faults = append(faults, fmt.Sprintf("Review %v is outside (0, Threshold %v]", c.Review, c.Threshold))
	}
	if c.MaxReview < -1 {
		faults = append(faults, fmt.Sprintf("MaxReview %d < -1", c.MaxReview))
	}
	if c.Neighbours < 0 {
		faults = append(faults, fmt.Sprintf("Neighbours %d < 0", c.Neighbours))
	}
	if c.Workers < 0 {
		faults = append(faults, fmt.Sprintf("Workers %d < 0", c.Workers))
	}
	faults = append(faults, checkFields(c.Fields)...)
	faults = append(faults, c.Overrides.check()...)
	if faults != nil {
		return c, fmt.Errorf("dedup: %w: Config: %s", recommender.ErrInvalid, strings.Join(faults, "; "))
	}
	return c, nil
}

// confidence is the probability that a record belongs to its group.
func (g *graph) confidence(group []int32, r int32) float64 {
	switch {
	case len(group) == 1 || g.pinned[r]: // it is itself, or a person said so
		return 1
	}
	return probability(calibrateBase + float64(calibrateSlope*g.fit(group, r)))
}

func probability(logit float64) float64 { return 1 / (1 + math.Exp(-logit)) }

func logOdds(p float64) float64 { return math.Log(p / (1 - p)) }
