package dedup

import (
	"context"
	"fmt"
	"iter"

	"github.com/osusume/osusume/recommender"
)

// Resolve groups records that describe one thing: no group has two records of one
// source, the part of an ID before the first colon, unless a person forced them
// together. Every record gets a canonical ID, alone or not; those of known survive
// (see the package's Basics). The groups do not depend on the order of the records
// nor on known: adding records in instalments ends in the groups of one run with
// all of them. The price is that every run compares everything; see the package's
// Caveats for what that costs.
//
// It fails with [recommender.ErrInvalid] on an empty or repeated ID, on a field
// of c out of range, with the error of either sequence, or with that of ctx.
func (c Config) Resolve(ctx context.Context, known, records iter.Seq2[recommender.Item, error]) (*recommender.Resolution, error) {
	if _, err := c.withDefaults(); err != nil {
		return nil, err
	}
	canonical, err := readKnown(ctx, known)
	if err != nil {
		return nil, err
	}
	x, err := c.Index(ctx, records)
	if err != nil {
		return nil, err
	}
	return x.resolve(ctx, canonical)
}

// Resolve groups the records of x; see [Config.Resolve].
func (x *Index) Resolve(ctx context.Context, known iter.Seq2[recommender.Item, error]) (*recommender.Resolution, error) {
	canonical, err := readKnown(ctx, known)
	if err != nil {
		return nil, err
	}
	return x.resolve(ctx, canonical)
}

func (x *Index) resolve(ctx context.Context, known []recommender.Item) (*recommender.Resolution, error) {
	g := *x.graph // verdicts on far pairs are this run's own
	g.far = map[pair]float32{}
	x.config.report(Progress{Stage: "cluster", Total: len(g.records)})
	cl, err := g.cluster(ctx)
	if err == nil {
		err = g.reassign(ctx, cl)
	}
	if err == nil {
		err = g.secondLook(ctx, cl)
	}
	if err != nil {
		return nil, fmt.Errorf("dedup: cluster %d records: %w", len(g.records), err)
	}
	groups := cl.groups()
	ids := nameGroups(g.corpus, groups, known)
	res := &recommender.Resolution{Links: make([]recommender.Link, len(g.records))}
	for i, group := range groups {
		for _, r := range group {
			res.Links[r] = recommender.Link{Record: g.records[r].id, Canonical: ids[i], Confidence: g.confidence(group, r)}
		}
	}
	if x.config.MaxReview > 0 {
		res.Review = g.review(cl, res.Links, logOdds(x.config.Review), x.config.MaxReview)
	}
	x.config.report(Progress{Stage: "cluster", Done: len(g.records), Total: len(g.records)})
	return res, nil
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
		corpus, err := c.readRecords(ctx, records)
		if err != nil {
			yield([2]recommender.ItemID{}, err)
			return
		}
		pairs, err := corpus.block(ctx, newGramIndex(corpus), c.Fields, c.Workers, c.Neighbours)
		if err != nil {
			yield([2]recommender.ItemID{}, fmt.Errorf("dedup: block %d records: %w", len(corpus.records), err))
			return
		}
		for _, p := range pairs {
			if !yield([2]recommender.ItemID{corpus.records[p.a].id, corpus.records[p.b].id}, nil) {
				return
			}
		}
	}
}
