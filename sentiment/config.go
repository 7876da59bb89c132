package sentiment

import (
	"context"
	"fmt"
	"math"
	"strings"
	"time"

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
// neutral. Stars beside a text do not change its score; a model of ratings has
// them. Where they contradict it, [ItemScore] says how often.
type Config struct {
	// Options are those of the Analyzer that scores the texts. For films, series,
	// books and games, Options{Lexicon: Fiction()} knows that dark is no complaint.
	Options Options
	// Scorer scores the texts instead of an Analyzer of Options, which must then
	// be zero. It gets up to 64 texts at a time, from Workers goroutines.
	Scorer Scorer
	// KeepNames scores the titles and aliases of the data's items like other
	// words. Unless it is set, or Options has a Mask of its own or Strict, or there
	// is a Scorer, they are masked.
	KeepNames bool
	// Prior is how many texts the mean of all texts weighs in each item's
	// score. It keeps an item with one enthusiast from leading the list. 0 means
	// that it is estimated from the data: the variance of texts on one item over
	// that between items, which makes the scores' expected squared error least,
	// held within [1, 100]; 10 where no item has two texts.
	Prior float64
	// HalfLife is after how long a text weighs half of what one at the end of the
	// data does. 0 means that texts do not age. Those without a time never do.
	HalfLife time.Duration
	// Weight says how much a text counts, 1 being normal: more for what readers
	// found helpful, 0 for what is not to count. It is called once for each text,
	// in order, by the goroutine of Train. nil means 1 for all. What is not in [0, 1e6]
	// ends the training with an error. No text of an item weighs more than four
	// times its middle one.
	Weight func(recommender.Interaction) float64
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
	scorer, err := c.check()
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
	if a, ok := scorer.(*Analyzer); ok && c.masksNames() {
		if a.mask, err = maskOf(ctx, d); err != nil {
			return fail(err)
		}
	}
	r := reader{scorer: scorer, weight: c.Weight, workers: c.Workers, items: ranker}
	reviews, err := r.read(ctx, d, table.Users)
	if err != nil {
		return fail(err)
	}
	if len(reviews) == 0 {
		return fail(ErrNoReviews)
	}
	decay(reviews, c.HalfLife)
	columns, summary := aggregate(reviews, len(table.Items), c.Prior)
	return newModel(ranker, columns, summary, recommender.NewHistories(table)), nil
}

// masksNames reports whether the data's names are to be masked.
func (c Config) masksNames() bool {
	return c.Scorer == nil && !c.KeepNames && c.Options.Mask == nil && !c.Options.Strict
}

// maskOf returns a Mask of the names of d's items, or nil where they have none.
func maskOf(ctx context.Context, d recommender.Dataset) (*Mask, error) {
	var names []string
	for item, err := range d.Items(ctx) {
		if err != nil {
			return nil, err
		}
		names = append(append(names, item.Title), item.Aliases...)
	}
	if m := NewMask(names); m.Len() > 0 {
		return m, nil
	}
	return nil, nil
}

// check returns what scores the texts, or all faults in one error.
func (c Config) check() (Scorer, error) {
	var faults []string
	scorer := c.Scorer
	if scorer == nil {
		a, err := New(c.Options)
		if err != nil {
			faults = append(faults, err.Error())
		}
		scorer = a
	} else if c.Options != (Options{}) {
		faults = append(faults, "Scorer excludes Options")
	}
	if !(c.Prior >= 0) || math.IsInf(c.Prior, 0) {
		faults = append(faults, fmt.Sprintf("Prior %v is not a finite number of 0 or more", c.Prior))
	}
	if c.HalfLife < 0 {
		faults = append(faults, fmt.Sprintf("HalfLife %v < 0", c.HalfLife))
	}
	if c.Workers < 0 {
		faults = append(faults, fmt.Sprintf("Workers %d < 0", c.Workers))
	}
	if faults != nil {
		return nil, fmt.Errorf("sentiment: invalid config: %w: %s", recommender.ErrInvalid, strings.Join(faults, "; "))
	}
	return scorer, nil
}
