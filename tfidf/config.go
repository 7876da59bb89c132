package tfidf

import (
	"cmp"
	"fmt"

	"github.com/osusume/osusume/recommender"
)

// A Config trains a [Model]. The zero value is the recommended setting, chosen
// by NDCG@10 on a validation split of an anime catalogue of 12,283 titles and
// its users' lists, where it reaches 0.103; figures in the comments are from there
// (BenchmarkQuality); those of fields and terms were measured without Centre (0.096).
type Config struct {
	// Analysis cuts titles, aliases and texts into terms; MinGram, MaxGram, Stop
	// and StopWords are as in [Options]. Tags and attributes are terms as a whole.
	Analysis         Analysis
	MinGram, MaxGram int
	Stop             StopList
	StopWords        []string
	// MaxFeatures keeps only the most frequent terms; 0 keeps all, for the rare
	// ones tell franchises apart (20,000: 0.060; 1,000: 0.042; 300: 0.030).
	MaxFeatures int
	// MinDF leaves out terms that fewer items have; 0 means 1. A term of a
	// single item matches nothing, but without it the item would pretend to be
	// all about its other terms (2: 0.053).
	MinDF int
	// MinShare leaves out terms that a smaller share of the items has.
	MinShare float64
	// MaxDF leaves out terms that a larger share of the items has; 0 means 1.
	// 0.2 costs there (0.091), and empties small catalogues; on MovieLens-100K,
	// whose items have little but a few broad genres, it doubles the NDCG.
	MaxDF float64
	// MaxCount leaves out terms that more items have; 0 means no limit.
	MaxCount int
	// Vocabulary is that of an earlier model or of [Fit], with its weights of
	// terms and its options: the fields above do not apply, and nothing is
	// learned but the items' vectors. nil learns one.
	Vocabulary *Vectorizer
	// Weighting is TFIDF or BM25, which ranks a little better (0.106; on
	// MovieLens-100K 0.0555 instead of 0.0551).
	Weighting Weighting
	// RawCounts weighs n occurrences in a field as n instead of 1+ln n (0.089).
	RawCounts bool

	// Title, Tags, Text and Attrs are the weights of the fields, in [1e-6, 1e6];
	// 0 means 2, 1, 1 and 0.25, a negative number leaves the field out. A field
	// counts by the square of its weight. Aliases is the weight of the other
	// titles as a field of their own; 0 counts them into the title, which names
	// the franchise and matters most (left out: 0.025); format and studio are
	// too broad to count as much (Attrs 1: 0.088).
	Title   float64
	Aliases float64
	Tags    float64
	Text    float64
	Attrs   float64
	// AttrNames are the attributes that count; nil means studio and format.
	AttrNames []string
	// Joined takes title, tags and text for one text, as if they had been
	// written one after the other; weights and AttrNames then do not apply.
	Joined bool

	// Centre is how much of what every item would get, if a user liked the whole
	// catalogue alike, is taken off a user's scores, in (0, 2]; 0 means 1, negative
	// for none. It keeps items with frequent words and tags from being near to
	// everybody (none: 0.096; 1.5: 0.101; on MovieLens-100K none 0.024, 1 0.055, 1.5 0.048).
	Centre float64

	// Neighbours lets an item of the user's speak only for so many items that
	// are nearest to it, and all others have score 0; 0 means for all, so that
	// the whole catalogue has scores to blend. 10 answers faster, and ranks as
	// without Centre (0.097).
	Neighbours int

	// Workers is the number of goroutines of Train; 0 means one per processor.
	// It does not change the model.
	Workers int
}

var _ recommender.Trainer = Config{}

// Reference returns the settings of the system that Osusume replaces: 300
// features over one text per item, and ten neighbours.
func Reference() Config {
	return Config{Analysis: Plain, MaxFeatures: 300, RawCounts: true, Joined: true, Centre: -1, Neighbours: 10}
}

// check returns c with its defaults, and the options of its vocabulary, or one
// error with every fault.
func (c Config) check() (Config, Options, error) {
	options, faults := c.options().check()
	if c.Vocabulary != nil {
		options, faults = c.Vocabulary.options, nil
		if options.Norm != L2 {
			faults = append(faults, fmt.Sprintf("Vocabulary with Norm %v, where items need l2", options.Norm))
		}
	}
	f, more := c.fields().check()
	faults = append(faults, more...)
	if options.Weighting == BM25 && c.Vocabulary != nil && len(c.Vocabulary.average) != len(f.weights()) {
		faults = append(faults, fmt.Sprintf("Vocabulary of %d fields with bm25, where there are %d", len(c.Vocabulary.average), len(f.weights())))
	}
	if !(c.Centre <= 2) {
		faults = append(faults, fmt.Sprintf("Centre %v beyond 2", c.Centre))
	}
	if c.Neighbours < 0 {
		faults = append(faults, fmt.Sprintf("Neighbours %d < 0", c.Neighbours))
	}
	if c.Workers < 0 {
		faults = append(faults, fmt.Sprintf("Workers %d < 0", c.Workers))
	}
	if faults != nil {
		return c, options, invalid("config", faults)
	}
	c.Centre = max(0, cmp.Or(c.Centre, 1))
	return c, options, nil
}

func (c Config) options() Options {
	return Options{
		Analysis: c.Analysis, MinGram: c.MinGram, MaxGram: c.MaxGram, Stop: c.Stop, StopWords: c.StopWords,
		MaxFeatures: c.MaxFeatures, MinDF: c.MinDF, MinShare: c.MinShare, MaxDF: c.MaxDF, MaxCount: c.MaxCount,
		Weighting: c.Weighting, Sublinear: !c.RawCounts && c.Weighting != BM25,
	}
}
