package sentiment

import (
	"context"
	"fmt"
	"math"
	"strings"

	"github.com/osusume/osusume/recommender"
)

// ErrNoReviews says that no interaction has a text that could be scored. It is
// an [recommender.ErrInvalid] of its own, so that a blend can go on without
// this part.
var ErrNoReviews error = noReviews{}

type noReviews struct{}

func (noReviews) Error() string { return "no interaction has a text with a known word" }

func (noReviews) Is(target error) bool { return target == recommender.ErrInvalid }

// A Config trains a [Model] on what reviewers write. The zero value means the
// defaults.
//
// It reads the interactions of kind Review and View that carry a text. Of a
// user's texts on one item the latest counts. A text without any known word,
// say in another language, says nothing: it is left out rather than counted as
// neutral. Stars beside a text are not used; a model of ratings has them.
type Config struct {
	// Options are those of the Analyzer that scores the texts.
	Options Options
	// Prior is how many texts the mean of all texts weighs in each item's
	// score. It keeps an item with one enthusiast from leading the list. 0 means
	// that it is estimated from the data: the variance of texts on one item over
	// that between items, which makes the scores' expected squared error least,
	// held within [1, 100]; 10 where no item has two texts.
	Prior float64
	// Workers is how many goroutines score texts; 0 means one per processor.
	// The model is the same at any number.
	Workers int
}

var _ recommender.Trainer = Config{}

// Train scores the texts of d and aggregates them by item, in
// O(bytes of text + n log n) of its n texts, of which at most a few thousand are
// in memory at a time. It returns [ErrNoReviews] where there is nothing to
// score; an invalid Config is refused with one error that names every fault
// and wraps [recommender.ErrInvalid].
func (c Config) Train(ctx context.Context, d recommender.Dataset) (recommender.Model, error) {
	a, err := c.check()
	if err != nil {
		return nil, err
	}
	fail := func(err error) (recommender.Model, error) { return nil, fmt.Errorf("sentiment: train: %w", err) }
	table, err := recommender.Load(ctx, d, recommender.Filter{})
	if err != nil {
		return fail(err)
	}
	ranker, err := recommender.NewRanker(table.Items)
	if err != nil {
		return fail(err)
	}
	reviews, err := readReviews(ctx, d, a, c.Workers, ranker, table.Users)
	if err != nil {
		return fail(err)
	}
	if len(reviews) == 0 {
		return fail(ErrNoReviews)
	}
	counts, means, summary := aggregate(reviews, len(table.Items), c.Prior)
	return newModel(ranker, counts, means, summary, recommender.NewHistories(table)), nil
}

// check returns the Analyzer or all faults in one error.
func (c Config) check() (*Analyzer, error) {
	var faults []string
	a, err := New(c.Options)
	if err != nil {
		faults = append(faults, err.Error())
	}
	if !(c.Prior >= 0) || math.IsInf(c.Prior, 0) {
		faults = append(faults, fmt.Sprintf("Prior %v is not a finite number of 0 or more", c.Prior))
	}
	if c.Workers < 0 {
		faults = append(faults, fmt.Sprintf("Workers %d < 0", c.Workers))
	}
	if faults != nil {
		return nil, fmt.Errorf("sentiment: invalid config: %w: %s", recommender.ErrInvalid, strings.Join(faults, "; "))
	}
	return a, nil
}
