package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/osusume/osusume/dedup"
	"github.com/osusume/osusume/recommender"
)

const dedupHelp = `benchmark dedup finds the records of several catalogues that describe the same
title, and judges them against a truth.

  benchmark dedup -records mal=mal.jsonl.gz,anilist=anilist.jsonl.gz -truth truth.csv -exclude excluded.csv
  benchmark dedup -world 375000

-records: the name before = is the catalogue; mal, anilist, kitsu, imdb and
anidb have known layouts, others are recognised by their columns.
-truth: columns cluster, source, id. -exclude: columns source, id.

-world: instead of files, so many works of the built-in world (some 2.7 records
each), which are streamed: for speed and memory.
-overrides: what people decided, lines "force a:1 b:1" and "block a:2 b:2".
-write-review: a file for the review, in the format of -overrides.
-instalments: resolve the records in so many parts, in an order that mixes the
catalogues, each run knowing the items of the last, and count the differences.

Every pair of records of two catalogues in one cluster is a predicted pair. It
is judged if both records are in the truth and neither is excluded, and counted
as unjudged otherwise. A cluster with two records of one catalogue that the
truth separates adds a false pair for each such two.

Output: a table, or with -json an object with the fields records, canonical
(clusters found), links (records that share a cluster with another), review
(pairs left to a person), seconds, records_per_second, peak_rss_bytes, judged,
unjudged, precision, recall, f1, blocking_recall (share of the true pairs that
are compared at all), reliability (what links of like confidence said and what
was true) and by_pair. With -instalments also in_parts: differs (records whose
group is another one than in one run) and moved (records that changed items
on the way).
`

func dedupe(ctx context.Context, args []string, out, notes io.Writer) error {
	f := newFlags("dedup", dedupHelp, out, notes)
	records := f.String("records", "", "catalogues, as `NAME=FILE,…`")
	truthFile := f.String("truth", "", "`file` of known clusters")
	exclude := f.String("exclude", "", "`file` of records to leave out of the judgement")
	world := f.Int("world", 0, "so many `works` of the built-in world instead of files")
	overrides := f.String("overrides", "", "`file` of what people decided")
	review := f.String("write-review", "", "`file` to write the review to")
	parts := f.Int("instalments", 0, "resolve in so many `parts` too")
	set := f.String("set", "", "`Field=value,…` of the configuration, by Go name, any case")
	workers := f.Int("workers", 0, "goroutines; 0: one per processor. Results do not depend on it")
	asJSON := f.Bool("json", false, "print JSON")
	required := []string{"records", "truth"}
	if slices.ContainsFunc(args, func(a string) bool { return strings.HasPrefix(strings.TrimLeft(a, "-"), "world") }) {
		required = nil
	}
	if err := f.parse(args, required...); err != nil {
		return err
	}
	config := dedup.Config{Workers: *workers}
	if err := applyAll(&config, *set); err != nil {
		return err
	}
	if *overrides != "" {
		var err error
		if config.Overrides, err = readOverrides(*overrides); err != nil {
			return err
		}
	}
	if *world != 0 {
		result, files, err := resolveWorld(ctx, config, *world)
		if err != nil {
			return err
		}
		return result.write(out, files, *asJSON)
	}
	files, err := namedFiles(*records)
	if err != nil {
		return fmt.Errorf("-records: %w", err)
	}
	truth, excluded, err := readTruth(*truthFile, *exclude)
	if err != nil {
		return err
	}
	var items []recommender.Item
	for _, file := range files {
		list, err := readItems(ctx, file.name, file.path, false, notes)
		if err != nil {
			return err
		}
		items = append(items, list...)
	}
	result, err := resolve(ctx, config, items, truth, excluded, files, *review)
	if err != nil {
		return err
	}
	if *parts > 0 {
		if result.InParts, err = inParts(ctx, config, items, *parts); err != nil {
			return err
		}
	}
	return result.write(out, files, *asJSON)
}

func readOverrides(path string) (*dedup.Overrides, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return dedup.ReadOverrides(f, path)
}

// applyAll is apply where every setting must find its field.
func applyAll(config any, set string) error {
	settings, err := parseSettings(set)
	if err != nil {
		return err
	}
	found, err := apply(config, settings)
	if err != nil {
		return err
	}
	if i := slices.Index(found, false); i >= 0 {
		return fmt.Errorf("-set %s: no such field; there are %s", settings[i].field, strings.Join(fields(config), ", "))
	}
	return nil
}

func readTruth(truthFile, excludeFile string) (truth map[recommender.ItemID]string, excluded map[recommender.ItemID]bool, err error) {
	truth, excluded = map[recommender.ItemID]string{}, map[recommender.ItemID]bool{}
	err = column(truthFile, []string{"cluster", "source", "id"}, func(v []string) error {
		truth[recommender.RecordID(v[1], v[2])] = v[0]
		return nil
	})
	if err == nil && excludeFile != "" {
		err = column(excludeFile, []string{"source", "id"}, func(v []string) error {
			excluded[recommender.RecordID(v[0], v[1])] = true
			return nil
		})
	}
	return truth, excluded, err
}

func resolve(ctx context.Context, config dedup.Config, items []recommender.Item,
	truth map[recommender.ItemID]string, excluded map[recommender.ItemID]bool, files []named, review string,
) (*dedupResult, error) {
	start := time.Now()
	index, err := config.Index(ctx, each(items))
	if err != nil {
		return nil, err
	}
	resolution, err := index.Resolve(ctx, nil)
	if err != nil {
		return nil, err
	}
	r := judgeLinks(resolution, time.Since(start).Seconds(), truth, excluded, files)
	if review != "" {
		if err := writeReview(review, index, resolution, items); err != nil {
			return nil, err
		}
	}
	r.BlockingRecall, err = blockingRecall(ctx, config, each(items), truth, excluded)
	return r, err
}

// writeReview writes what a person is to decide.
func writeReview(path string, index *dedup.Index, resolution *recommender.Resolution, items []recommender.Item) (err error) {
	byID := make(map[recommender.ItemID]recommender.Item, len(items))
	for _, it := range items {
		byID[it.ID] = it
	}
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return index.WriteReview(f, resolution, func(id recommender.ItemID) (recommender.Item, error) { return byID[id], nil })
}

func each(items []recommender.Item) iter.Seq2[recommender.Item, error] {
	return func(yield func(recommender.Item, error) bool) {
		for _, it := range items {
			if !yield(it, nil) {
				return
			}
		}
	}
}

// blockingRecall is the share of the true pairs that the deduplicator compares.
func blockingRecall(ctx context.Context, config dedup.Config, items iter.Seq2[recommender.Item, error],
	truth map[recommender.ItemID]string, excluded map[recommender.ItemID]bool,
) (finite, error) {
	clusters := map[string][]recommender.ItemID{}
	for it, err := range items {
		if err != nil {
			return 0, err
		}
		if cluster, ok := truth[it.ID]; ok && !excluded[it.ID] {
			clusters[cluster] = append(clusters[cluster], it.ID)
		}
	}
	wanted := map[[2]recommender.ItemID]bool{}
	for _, ids := range clusters {
		slices.Sort(ids)
		for i, a := range ids {
			for _, b := range ids[i+1:] {
				if catalogueOf(a) != catalogueOf(b) {
					wanted[[2]recommender.ItemID{a, b}] = true
				}
			}
		}
	}
	hits := 0
	for pair, err := range config.Candidates(ctx, items) {
		if err != nil {
			return 0, err
		}
		if wanted[pair] {
			hits++
		}
	}
	return finite(float64(hits) / float64(len(wanted))), nil
}

func catalogueOf(id recommender.ItemID) string {
	name, _, _ := strings.Cut(string(id), ":")
	return name
}
