package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/osusume/osusume/dedup"
	"github.com/osusume/osusume/recommender"
)

// extract walks every source from where the store stands.
func (w *walker) extract(ctx context.Context, s *stage) error {
	var items, interactions, resumed int
	for _, src := range w.in.sources {
		s.say(src.Name())
		rep, err := recommender.Ingest(ctx, src, w.store, recommender.IngestOptions{
			Progress: func(r recommender.IngestReport) { s.at(r.Done, r.Total) },
		})
		if err != nil {
			return err
		}
		items += rep.Items
		interactions += rep.Interactions
		if rep.Resumed {
			resumed++
		}
		w.rep.Data.Bad += rep.BadCount
		for _, bad := range rep.Bad {
			if len(w.rep.Data.BadSamples) < 20 {
				w.rep.Data.BadSamples = append(w.rep.Data.BadSamples, bad.Error())
			}
		}
	}
	result := fmt.Sprintf("%s records and %s interactions from %d sources", count(items), count(interactions), len(w.in.sources))
	if resumed > 0 {
		result += fmt.Sprintf(" (%d of them went on from an earlier run)", resumed)
	}
	if w.rep.Data.Bad > 0 {
		result += fmt.Sprintf("; %s could not be read", count(w.rep.Data.Bad))
	}
	s.done("%s", result)
	for _, bad := range w.rep.Data.BadSamples[:min(3, len(w.rep.Data.BadSamples))] {
		w.show.note("not read: %s", bad)
	}
	return nil
}

// deduplicate links the records that describe one work, and scores the links
// where the truth is known.
func (w *walker) deduplicate(ctx context.Context, s *stage) error {
	res, err := recommender.Deduplicate(ctx, dedup.Config{Workers: w.cfg.workers}, w.store)
	if err != nil {
		return err
	}
	if len(res.Links) == 0 {
		return fmt.Errorf("%w: the catalogues have no records", recommender.ErrInvalid)
	}
	w.links = res.Links
	size := map[recommender.ItemID]int{}
	for _, l := range res.Links {
		size[l.Canonical]++
	}
	d := dedupReport{Records: len(res.Links), Canonical: len(size), Review: len(res.Review)}
	for _, n := range size {
		if n > 1 {
			d.Merged++
		}
	}
	result := fmt.Sprintf("%s records are %s titles", count(d.Records), count(d.Canonical))
	if w.in.world != nil {
		truth := map[recommender.ItemID]string{}
		for record, work := range w.in.world.Truth() {
			truth[record] = work
		}
		q := dedup.Score(res.Links, truth, nil)
		d.Truth, d.Precision, d.Recall, d.F1 = true, q.Precision, q.Recall, q.F1
		result += fmt.Sprintf("; precision %.3f, recall %.3f against the truth", q.Precision, q.Recall)
	}
	w.rep.Dedup = d
	s.done("%s", result)
	return nil
}

// load reads what can be learned from, and counts it.
func (w *walker) load(ctx context.Context, s *stage) error {
	s.say("compact")
	if err := w.store.Compact(ctx); err != nil { // what is loaded in bulk is read many times from here on
		return err
	}
	s.say("")
	var err error
	if w.table, err = recommender.Load(ctx, w.store, recommender.Filter{}); err != nil {
		return err
	}
	t := w.table
	if t.Len() == 0 {
		return fmt.Errorf("%w: there are no interactions to learn from", recommender.ErrInvalid)
	}
	d := &w.rep.Data
	d.Items = len(t.Items)
	origins, err := w.store.Sources(ctx)
	if err != nil {
		return err
	}
	for _, o := range origins {
		d.Replaced += int(o.Interactions)
	}
	d.Replaced -= t.Len()
	active := make([]bool, len(t.Users))
	d.Interactions = map[string]int{}
	for i, k := range t.Kind {
		d.Interactions[k.String()]++
		active[t.User[i]] = true
	}
	for _, a := range active {
		if a {
			d.Users++
		}
	}
	d.Records = map[string]int{}
	for _, l := range w.links {
		source, _, _ := strings.Cut(string(l.Record), ":")
		d.Records[source]++
	}
	s.done("%s interactions of %s users with %s items", count(t.Len()), count(d.Users), count(d.Items))
	return nil
}
