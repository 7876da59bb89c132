package dedup

import (
	"context"
	"fmt"
	"iter"

	"github.com/osusume/osusume/recommender"
)

// An Index is the records of a run, compared. It answers what [Config.Resolve]
// answers, and why. It is safe for concurrent use.
type Index struct {
	config Config
	graph  *graph
}

// Progress says how far a run is.
type Progress struct {
	Stage       string // "read", "block", "compare", "cluster"
	Done, Total int    // records; Total is 0 while it is not known
}

func (c Config) report(p Progress) {
	if c.Progress != nil {
		c.Progress(p)
	}
}

// Index reads and compares records: all of what Resolve does but the clustering,
// with its faults and its cost.
func (c Config) Index(ctx context.Context, records iter.Seq2[recommender.Item, error]) (*Index, error) {
	c, err := c.withDefaults()
	if err != nil {
		return nil, err
	}
	corpus, err := c.readRecords(ctx, records)
	if err != nil {
		return nil, err
	}
	x := &Index{config: c}
	if x.graph, err = c.graph(ctx, corpus); err != nil {
		return nil, fmt.Errorf("dedup: compare %d records: %w", len(corpus.records), err)
	}
	return x, nil
}

// graph compares what is worth comparing.
func (c Config) graph(ctx context.Context, corpus *corpus) (*graph, error) {
	n := len(corpus.records)
	c.report(Progress{Stage: "block", Total: n})
	cmp := &comparer{corpus, newGramIndex(corpus)}
	pairs, err := corpus.block(ctx, cmp.grams, c.Fields, c.Workers, c.Neighbours)
	if err != nil {
		return nil, err
	}
	cmp.grams.forget() // only pairs are looked at from here on
	c.report(Progress{Stage: "compare", Total: n})
	var w weigher = cmp
	if c.Fields != nil {
		if w, err = newFieldComparer(ctx, cmp, c.Fields, pairs, c.Workers); err != nil {
			return nil, err
		}
	}
	return newGraph(ctx, cmp, w, pairs, c.Overrides, c.Workers, logOdds(c.Threshold))
}
