package main

import (
	"context"
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/osusume/osusume/dedup"
	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/sources/synthetic"
)

// resolveWorld resolves the catalogues of the built-in world as they stream by.
func resolveWorld(ctx context.Context, config dedup.Config, works int) (*dedupResult, []named, error) {
	world, err := synthetic.New(synthetic.Config{Works: works, Users: 1, Ratings: 1})
	if err != nil {
		return nil, nil, err
	}
	var files []named
	for _, c := range world.Catalogues() {
		files = append(files, named{name: c.Name()})
	}
	records := func(yield func(recommender.Item, error) bool) {
		for _, c := range world.Catalogues() {
			for page, err := range c.Pages(ctx, "") {
				if err != nil {
					yield(recommender.Item{}, err)
					return
				}
				for _, it := range page.Items {
					if !yield(it, nil) {
						return
					}
				}
			}
		}
	}
	start := time.Now()
	resolution, err := config.Resolve(ctx, nil, records)
	if err != nil {
		return nil, nil, err
	}
	seconds := time.Since(start).Seconds()
	truth := map[recommender.ItemID]string{}
	for id, work := range world.Truth() {
		truth[id] = work
	}
	r := judgeLinks(resolution, seconds, truth, nil, files)
	r.BlockingRecall, err = blockingRecall(ctx, config, records, truth, nil)
	return r, files, err
}

// inParts resolves a mix of the catalogues part by part, each run knowing the
// items of the last, and counts what differs from one run with everything.
func inParts(ctx context.Context, config dedup.Config, items []recommender.Item, parts int) (*partsResult, error) {
	mixed := slices.Clone(items)
	r := rand.New(rand.NewPCG(1, uint64(parts)))
	r.Shuffle(len(mixed), func(i, j int) { mixed[i], mixed[j] = mixed[j], mixed[i] })
	whole, err := config.Resolve(ctx, nil, each(mixed))
	if err != nil {
		return nil, err
	}
	result := &partsResult{Parts: parts}
	var last *recommender.Resolution
	for part := 1; part <= parts; part++ {
		known := canonicalItems(last)
		if last, err = config.Resolve(ctx, known, each(mixed[:len(mixed)*part/parts])); err != nil {
			return nil, fmt.Errorf("part %d of %d: %w", part, parts, err)
		}
		changes, err := dedup.Changes(known, last.Links)
		if err != nil {
			return nil, err
		}
		for _, c := range changes {
			if c.Kind == dedup.Moved || c.Kind == dedup.Merged {
				result.Moved += len(c.Records)
			}
		}
	}
	one, ten := groupsOf(whole.Links), groupsOf(last.Links)
	for record, group := range one {
		if ten[record] != group {
			result.Differs++
		}
	}
	return result, nil
}

// canonicalItems is what a store would keep of a resolution.
func canonicalItems(r *recommender.Resolution) iter.Seq2[recommender.Item, error] {
	return func(yield func(recommender.Item, error) bool) {
		if r == nil {
			return
		}
		members := map[recommender.ItemID][]recommender.ItemID{}
		for _, l := range r.Links {
			members[l.Canonical] = append(members[l.Canonical], l.Record)
		}
		for id, m := range members {
			if !yield(recommender.Item{ID: id, Members: m}, nil) {
				return
			}
		}
	}
}

// groupsOf names each record's group by its members.
func groupsOf(links []recommender.Link) map[recommender.ItemID]string {
	members := map[recommender.ItemID]string{}
	for _, l := range links { // sorted by record
		members[l.Canonical] += string(l.Record) + "\n"
	}
	out := make(map[recommender.ItemID]string, len(links))
	for _, l := range links {
		out[l.Record] = members[l.Canonical]
	}
	return out
}
