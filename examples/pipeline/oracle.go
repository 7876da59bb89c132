package main

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/sources/synthetic"
)

// An oracleModel ranks by what the built-in world knows to be true: the ceiling
// of every model.
type oracleModel struct {
	oracle  *synthetic.Oracle
	items   []recommender.ItemID
	records []recommender.ItemID // a record of each item, by which the world knows it
	ranker  *recommender.Ranker
	history *recommender.Histories // of the training split
	truth   byTruth
}

// byTruth says which truth ranks.
type byTruth uint8

const (
	byWatch byTruth = iota // the chance that the item is in the user's log, given what is known of it
	byLike                 // the chance that the user likes the item
)

var _ recommender.Scorer = (*oracleModel)(nil)

func newOracleModel(w *synthetic.World, links []recommender.Link, t *recommender.Table) (*oracleModel, error) {
	ranker, err := recommender.NewRanker(t.Items)
	if err != nil {
		return nil, err
	}
	o := &oracleModel{oracle: w.Oracle(), items: t.Items, records: make([]recommender.ItemID, len(t.Items)),
		ranker: ranker, history: recommender.NewHistories(t)}
	record := map[recommender.ItemID]recommender.ItemID{}
	for _, l := range links { // sorted by record: the first is the same at every run
		if _, ok := record[l.Canonical]; !ok {
			record[l.Canonical] = l.Record
		}
	}
	for i, id := range t.Items {
		o.records[i] = record[id]
	}
	return o, nil
}

// by is the oracle ranking by a truth.
func (o *oracleModel) by(t byTruth) *oracleModel {
	s := *o
	s.truth = t
	return &s
}

// Catalog returns the items of the training table.
func (o *oracleModel) Catalog() []recommender.ItemID { return o.items }

// ScoreAll writes the truth.
func (o *oracleModel) ScoreAll(_ context.Context, req recommender.Request, dst []float32) error {
	chance := make([]float64, len(o.records))
	var err error
	if o.truth == byLike {
		err = o.oracle.LikeAll(req.User, o.records, chance)
	} else {
		places, _ := o.history.Row(req.User)
		seen := make([]recommender.ItemID, len(places))
		for i, p := range places {
			seen[i] = o.records[p]
		}
		err = o.oracle.WatchAfter(req.User, seen, o.records, chance)
	}
	if err != nil {
		return err
	}
	for i, c := range chance {
		dst[i] = float32(c)
	}
	return nil
}

// Recommend ranks by the truth.
func (o *oracleModel) Recommend(ctx context.Context, req recommender.Request) (recommender.Ranking, error) {
	scores := make([]float32, len(o.items))
	if err := o.ScoreAll(ctx, req, scores); err != nil {
		return recommender.Ranking{}, err
	}
	return o.ranker.Rank(req, scores, o.history.Seen(req.User)), nil
}

// liked returns the mean true chance that test users like the first ten that m
// recommends to them, and did not have in train. Lists shorter than ten count
// for what they have.
func (o *oracleModel) liked(ctx context.Context, m recommender.Model, users []recommender.UserID, test *recommender.Table) (float64, error) {
	tested := test.ByUser()
	chance := make([]float64, len(o.records))
	sum, n := 0.0, 0
	for u, user := range users {
		if tested[u] == tested[u+1] {
			continue
		}
		r, err := m.Recommend(ctx, recommender.Request{User: user, N: listed, Exclude: o.history.Seen(user), IncludeSeen: true})
		if errors.Is(err, recommender.ErrColdStart) || err == nil && len(r.Items) == 0 {
			continue
		}
		if err != nil {
			return 0, err
		}
		if err := o.oracle.LikeAll(user, o.records, chance); err != nil {
			return 0, fmt.Errorf("%s: %w", user, err)
		}
		own := 0.0
		for _, s := range r.Items {
			if place, ok := o.ranker.Place(s.Item); ok {
				own += chance[place]
			}
		}
		sum += own / float64(len(r.Items))
		n++
	}
	if n == 0 {
		return math.NaN(), nil
	}
	return sum / float64(n), nil
}
