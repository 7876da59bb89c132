package tfidf

import (
	"cmp"
	"fmt"

	"github.com/osusume/osusume/recommender"
)

// A Config trains a [Model]. The zero value is the recommended setting, chosen
// by NDCG@10 on a validation split of an anime catalogue of 12,283 titles and
// its users' lists, where it reaches 0.096; figures in the comments are from there
// (BenchmarkQuality).
type Config struct {
	// Analysis cuts titles and texts into terms.
	Analysis Analysis
	// MaxFeatures keeps only the most frequent terms; 0 keeps all, for the rare
	// ones tell franchises apart (20,000: 0.060; 1,000: 0.042; 300: 0.030).
	MaxFeatures int
	// MinDF leaves out terms that fewer items have; 0 means 1. A term of a
	// single item matches nothing, but without it the item would pretend to be
	// all about its other terms (2: 0.053).
	MinDF int
	// MaxDF leaves out terms that a larger share of the items has; 0 means 1.
	// 0.2 costs there (0.091), and empties small catalogues; on MovieLens-100K,
	// whose items have little but a few broad genres, it doubles the NDCG.
	MaxDF float64
	// RawCounts weighs n occurrences in a field as n instead of 1+ln n (0.089).
	RawCounts bool

	// Title, Tags, Text and Attrs are the weights of the fields, in [1e-6, 1e6];
	// 0 means 2, 1, 1 and 0.25, a negative number leaves the field out. A field
	// counts by the square of its weight. The title, with the aliases, names
	// the franchise and matters most (left out: 0.025); format and studio are
	// too broad to count as much (Attrs 1: 0.088).
	Title float64
	Tags  float64
	Text  float64
	Attrs float64
	// AttrNames are the attributes that count; nil means studio and format.
	AttrNames []string
	// Joined takes title, tags and text for one text, as if they had been
	// written one after the other; weights and AttrNames then do not apply.
	Joined bool

	// Neighbours lets an item of the user's speak only for so many items that
	// are nearest to it, and all others have score 0; 0 means for all, so that
	// the whole catalogue has scores to blend. 10 ranks about as well (0.097)
	// and answers faster.
	Neighbours int

	// Workers is the number of goroutines of Train; 0 means one per processor.
	// It does not change the model.
	Workers int
}

var _ recommender.Trainer = Config{}

// Reference returns the settings of the system that Osusume replaces: 300
// features over one text per item, and ten neighbours.
func Reference() Config {
	return Config{Analysis: Plain, MaxFeatures: 300, RawCounts: true, Joined: true, Neighbours: 10}
}

// check returns c with its defaults, or one error with every fault.
func (c Config) check() (Config, error) {
	_, faults := c.options().check()
	weights := []struct {
		name  string
		field *float64
		value float64
	}{
		{"Title", &c.Title, 2}, {"Tags", &c.Tags, 1}, {"Text", &c.Text, 1}, {"Attrs", &c.Attrs, 0.25},
	}
	some := c.Joined
	for _, w := range weights {
		// The vectors' float32 could not tell apart what lies further from 1.
		if !(*w.field <= 0 || *w.field >= 1e-6 && *w.field <= 1e6) {
			faults = append(faults, fmt.Sprintf("%s %v outside [1e-6, 1e6]", w.name, *w.field))
		}
		*w.field = max(0, cmp.Or(*w.field, w.value))
		some = some || *w.field > 0
	}
	if !some {
		faults = append(faults, "Title, Tags, Text and Attrs are all left out")
	}
	if c.Neighbours < 0 {
		faults = append(faults, fmt.Sprintf("Neighbours %d < 0", c.Neighbours))
	}
	if c.Workers < 0 {
		faults = append(faults, fmt.Sprintf("Workers %d < 0", c.Workers))
	}
	if faults != nil {
		return c, invalid("config", faults)
	}
	if c.AttrNames == nil {
		c.AttrNames = []string{recommender.AttrStudio, recommender.AttrFormat}
	}
	return c, nil
}

func (c Config) options() Options {
	return Options{Analysis: c.Analysis, MaxFeatures: c.MaxFeatures, MinDF: c.MinDF, MaxDF: c.MaxDF, Sublinear: !c.RawCounts}
}

// weights are those of the fields that [Config.document] makes.
func (c Config) weights() []float64 {
	if c.Joined {
		return []float64{1}
	}
	return []float64{c.Title, c.Tags, c.Text, c.Attrs}
}
