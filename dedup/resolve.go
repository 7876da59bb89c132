package dedup

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"math"
	"slices"
	"strings"

	"github.com/osusume/osusume/recommender"
)

// Config is a Deduplicator. The zero Config has the documented defaults; the
// value may be used by any number of goroutines.
type Config struct {
	// Threshold is the probability from which records are joined, averaged over
	// the pairs of two groups as log-odds. 0 means 0.5: a wrong merge and a
	// missed one then cost the same. In (0, 1).
	Threshold float64
	// Review is the probability from which a link that was not made is reported
	// in Resolution.Review. 0 means 0.1: on anime catalogues a quarter of the links
	// between 0.1 and 0.5 are right, and of those below it an eighth. At most Threshold.
	Review float64
	// MaxReview caps Resolution.Review. 0 means 1000; -1 means none.
	MaxReview int
	// Neighbours is how many titles that look alike are tried for each title, on
	// top of equal ones. 0 means 10, where blocking recall levels off.
	Neighbours int
	// Workers is the number of goroutines. 0 means one per processor. It changes
	// the speed, never the result.
	Workers int
}

var _ recommender.Deduplicator = Config{}

// withDefaults fills in the defaults and reports every fault together.
func (c Config) withDefaults() (Config, error) {
	if c.Threshold == 0 {
		c.Threshold = 0.5
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
	if faults != nil {
		return c, fmt.Errorf("dedup: %w: Config: %s", recommender.ErrInvalid, strings.Join(faults, "; "))
	}
	return c, nil
}

// Resolve groups records that describe one work: no group has two records of one
// source, the part of an ID before the first colon. Every record gets a canonical
// ID, alone or not; those of known survive (see the package's Basics). The result
// does not depend on the order of the records, nor on known but for the IDs.
//
// It fails with [recommender.ErrInvalid] on an empty or repeated ID, on a field
// of c out of range, with the error of either sequence, or with that of ctx.
// Memory is about 4 kB a record beside the caller's, time about 0.2 ms a record and
// processor on catalogues of tens of thousands.
func (c Config) Resolve(ctx context.Context, known, records iter.Seq2[recommender.Item, error]) (*recommender.Resolution, error) {
	c, err := c.withDefaults()
	if err != nil {
		return nil, err
	}
	canonical, err := collect(ctx, "known items", known)
	if err != nil {
		return nil, err
	}
	items, err := collect(ctx, "records", records)
	if err != nil {
		return nil, err
	}
	g, err := c.graph(ctx, items)
	if err != nil {
		return nil, fmt.Errorf("dedup: compare %d records: %w", len(items), err)
	}
	cl, err := g.cluster(ctx)
	if err == nil {
		err = g.reassign(ctx, cl)
	}
	if err != nil {
		return nil, fmt.Errorf("dedup: cluster %d records: %w", len(items), err)
	}
	groups := cl.groups()
	ids := nameGroups(g.corpus, groups, canonical)
	res := &recommender.Resolution{Links: make([]recommender.Link, len(items))}
	for i, group := range groups {
		for _, r := range group {
			confidence := 1.0 // of a record alone: it is itself
			if len(group) > 1 {
				confidence = probability(g.fit(group, r))
			}
			res.Links[r] = recommender.Link{Record: g.records[r].id, Canonical: ids[i], Confidence: confidence}
		}
	}
	if c.MaxReview > 0 {
		res.Review = g.review(cl, res.Links, logOdds(c.Review), c.MaxReview)
	}
	return res, nil
}

// graph compares what is worth comparing.
func (c Config) graph(ctx context.Context, items []recommender.Item) (*graph, error) {
	corpus := newCorpus(items)
	grams := newGramIndex(corpus)
	pairs, err := corpus.block(ctx, grams, c.Workers, c.Neighbours)
	if err != nil {
		return nil, err
	}
	return newGraph(ctx, &comparer{corpus, grams}, pairs, c.Workers, logOdds(c.Threshold))
}

// Candidates yields the pairs of records that Resolve would compare, sorted, each
// with the smaller ID first: what blocking recall is measured on. The error
// is the last pair of the sequence; the faults are those of Resolve.
func (c Config) Candidates(ctx context.Context, records iter.Seq2[recommender.Item, error]) iter.Seq2[[2]recommender.ItemID, error] {
	return func(yield func([2]recommender.ItemID, error) bool) {
		c, err := c.withDefaults()
		if err != nil {
			yield([2]recommender.ItemID{}, err)
			return
		}
		items, err := collect(ctx, "records", records)
		if err != nil {
			yield([2]recommender.ItemID{}, err)
			return
		}
		corpus := newCorpus(items)
		pairs, err := corpus.block(ctx, newGramIndex(corpus), c.Workers, c.Neighbours)
		if err != nil {
			yield([2]recommender.ItemID{}, fmt.Errorf("dedup: block %d records: %w", len(items), err))
			return
		}
		for _, p := range pairs {
			if !yield([2]recommender.ItemID{corpus.records[p.a].id, corpus.records[p.b].id}, nil) {
				return
			}
		}
	}
}

// collect reads a sequence and refuses empty and repeated IDs. A nil sequence is empty.
func collect(ctx context.Context, what string, seq iter.Seq2[recommender.Item, error]) ([]recommender.Item, error) {
	var items []recommender.Item
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("dedup: read %s: %w", what, err)
	}
	if seq == nil {
		return nil, nil
	}
	for it, err := range seq {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return nil, fmt.Errorf("dedup: read %s: after %d: %w", what, len(items), err)
		}
		if it.ID == "" {
			return nil, fmt.Errorf("dedup: read %s: %w: item %d, titled %q, has an empty ID", what, recommender.ErrInvalid, len(items), it.Title)
		}
		it.Text = "" // not compared, and most of the memory
		items = append(items, it)
	}
	slices.SortFunc(items, func(a, b recommender.Item) int { return cmp.Compare(a.ID, b.ID) })
	for i := 1; i < len(items); i++ {
		if items[i].ID == items[i-1].ID {
			return nil, fmt.Errorf("dedup: read %s: %w: two items have the ID %q", what, recommender.ErrInvalid, items[i].ID)
		}
	}
	return items, nil
}

func probability(logit float64) float64 { return 1 / (1 + math.Exp(-logit)) }

func logOdds(p float64) float64 { return math.Log(p / (1 - p)) }
