package main

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"maps"
	"slices"
	"time"

	"github.com/osusume/osusume/mf"
	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/sentiment"
	"github.com/osusume/osusume/storage"
	"github.com/osusume/osusume/tfidf"
)

// tablesAll writes what the published models say into tables that any SQL
// engine reads: users and their cohorts, similar items, each user's best items,
// and what reviews say. Scores come last: where they are, the others are too.
func (m *modeller) tablesAll(ctx context.Context, s *stage) error {
	scores := m.versionID(bprName)
	for _, err := range m.store.Scores(ctx, scores, "") {
		if err != nil {
			return err
		}
		s.done("nothing to do: an earlier run wrote those of these models")
		return nil
	}
	if err := m.store.PutUsers(ctx, m.userRows()); err != nil {
		return err
	}
	for _, step := range []struct {
		model string
		put   func(context.Context) error
	}{{contentName, m.putSimilar}, {sentimentName, m.putSentiments}, {bprName, m.putScores}} {
		if slices.Contains(m.absent, step.model) {
			continue
		}
		s.say(step.model)
		if err := step.put(ctx); err != nil {
			return fmt.Errorf("%s: %w", step.model, err)
		}
	}
	if err := m.dropOldTables(ctx); err != nil {
		return err
	}
	rows := map[string]int64{}
	for _, t := range m.store.Tables() {
		rows[t.Name] = t.Rows
	}
	s.done("%s users, %s similar items, %s recommendations, %s rows of what reviews say",
		count(int(rows["dim_user"])), count(int(rows["fact_similarity"])), count(int(rows["fact_collaborative_score"])), count(int(rows["fact_sentiment"])))
	return nil
}

// dropOldTables empties what models that these replace have said.
func (m *modeller) dropOldTables(ctx context.Context) error {
	for _, id := range slices.Sorted(maps.Keys(m.published)) {
		var err error
		switch v := m.published[id]; {
		case v.Kind == bprName && id != m.versionID(bprName):
			err = m.store.PutScores(ctx, id, func(func(storage.Score, error) bool) {})
		case v.Kind == sentimentName && id != m.versionID(sentimentName):
			err = m.store.PutSentiments(ctx, id, func(func(storage.Sentiment, error) bool) {})
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// userRows are the users with anything at all, sorted by ID as a table has them.
func (m *modeller) userRows() iter.Seq2[storage.User, error] {
	return func(yield func(storage.User, error) bool) {
		split, err := newSplit()
		if err != nil {
			yield(storage.User{}, err)
			return
		}
		off := m.table.ByUser()
		for u, id := range m.table.Users {
			n := off[u+1] - off[u]
			if n == 0 {
				continue
			}
			user := storage.User{ID: id, Cohort: split.Arm(id), Interactions: int64(n)}
			for _, unix := range m.table.Unix[off[u]:off[u+1]] {
				if unix == 0 {
					continue
				}
				if at := time.Unix(unix, 0).UTC(); user.First.IsZero() || at.Before(user.First) {
					user.First = at
				}
				if at := time.Unix(unix, 0).UTC(); at.After(user.Last) {
					user.Last = at
				}
			}
			if !yield(user, nil) {
				return
			}
		}
	}
}

// openAs opens what was published under a name.
func openAs[M recommender.Model](ctx context.Context, m *modeller, name string) (model M, err error) {
	opened, v, err := recommender.OpenModel(ctx, m.store, m.versionID(name), decoders)
	if err != nil {
		return model, err
	}
	model, ok := opened.(M)
	if !ok {
		return model, fmt.Errorf("%w: version %s is a %T", recommender.ErrInvalid, v.ID, opened)
	}
	return model, nil
}

// putSimilar writes each item's nearest by content.
func (m *modeller) putSimilar(ctx context.Context) error {
	content, err := openAs[*tfidf.Model](ctx, m, contentName)
	if err != nil {
		return err
	}
	near, err := content.Neighbours(ctx, storage.TopSimilar, m.cfg.workers)
	if err != nil {
		return err
	}
	catalog := content.Catalog()
	place := make(map[recommender.ItemID]int, len(catalog))
	for p, id := range catalog {
		place[id] = p
	}
	return m.store.PutSimilarities(ctx, contentName, func(yield func(storage.Similarity, error) bool) {
		for _, id := range slices.Sorted(maps.Keys(place)) {
			for i, n := range near[place[id]] {
				if !yield(storage.Similarity{Item: id, Rank: i + 1, Other: catalog[n.Place], Score: n.Cosine}, nil) {
					return
				}
			}
		}
	})
}

// putScores writes each user's best items.
func (m *modeller) putScores(ctx context.Context) error {
	bpr, err := openAs[*mf.Model](ctx, m, bprName)
	if err != nil {
		return err
	}
	batch := mf.Batch{Users: slices.Sorted(slices.Values(bpr.Users())), N: storage.TopScores, Workers: m.cfg.workers}
	return m.store.PutScores(ctx, m.versionID(bprName), func(yield func(storage.Score, error) bool) {
		for r, err := range bpr.RecommendAll(ctx, batch) {
			if err != nil {
				yield(storage.Score{}, err)
				return
			}
			for i, x := range r.Items {
				if !yield(storage.Score{User: r.User, Rank: i + 1, Item: x.Item, Score: x.Score}, nil) {
					return
				}
			}
		}
	})
}

// A side is one side of an item that reviews speak of; "" is the whole.
type side struct {
	item   recommender.ItemID
	aspect string
}

func compareSides(a, b side) int {
	return cmp.Or(cmp.Compare(a.item, b.item), cmp.Compare(a.aspect, b.aspect))
}

// A feeling adds up what reviews say about a side.
type feeling struct {
	sum                         float64
	reviews, positive, negative int64
}

func (f *feeling) add(compound float64) {
	f.sum += compound
	f.reviews++
	switch {
	case compound >= sentiment.Threshold:
		f.positive++
	case compound <= -sentiment.Threshold:
		f.negative++
	}
}

// putSentiments writes what the reviews say about each item and its sides: plain
// means, where the model shrinks and bounds them.
func (m *modeller) putSentiments(ctx context.Context) error {
	var names []string
	for it, err := range m.store.Items(ctx) {
		if err != nil {
			return err
		}
		names = append(append(names, it.Title), it.Aliases...)
	}
	analyzer, err := sentiment.New(sentiment.Options{Mask: sentiment.NewMask(names)})
	if err != nil {
		return err
	}
	aspects, err := sentiment.NewAspects(analyzer, nil)
	if err != nil {
		return err
	}
	said := map[side]*feeling{}
	note := func(item recommender.ItemID, aspect string, compound float64) {
		f := said[side{item, aspect}]
		if f == nil {
			f = &feeling{}
			said[side{item, aspect}] = f
		}
		f.add(compound)
	}
	for x, err := range m.store.Interactions(ctx, recommender.Filter{Kinds: []recommender.Kind{recommender.Review, recommender.View}}) {
		if err != nil {
			return err
		}
		if x.Text == "" {
			continue
		}
		whole := analyzer.Score(x.Text)
		if whole.Known == 0 {
			continue // it is not understood
		}
		note(x.Item, "", whole.Compound)
		for _, a := range aspects.Score(x.Text) {
			if a.Known > 0 {
				note(x.Item, a.Name, a.Compound)
			}
		}
	}
	sides := slices.SortedFunc(maps.Keys(said), compareSides)
	return m.store.PutSentiments(ctx, m.versionID(sentimentName), func(yield func(storage.Sentiment, error) bool) {
		for _, s := range sides {
			f := said[s]
			if !yield(storage.Sentiment{Item: s.item, Aspect: s.aspect, Mean: float32(f.sum / float64(f.reviews)),
				Reviews: f.reviews, Positive: f.positive, Negative: f.negative}, nil) {
				return
			}
		}
	})
}
