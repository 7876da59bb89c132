package main

import (
	"context"
	"strings"

	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/sources/synthetic"
)

// An oracleModel ranks by what the built-in world knows to be true: the ceiling
// of every model.
type oracleModel struct {
	oracle  *synthetic.Oracle
	items   []recommender.ItemID
	home    map[string]*shelf // the items as the users of a catalogue have them
	ranker  *recommender.Ranker
	history *recommender.Histories // of the training split
	truth   byTruth
}

// A shelf is how users of one catalogue have the items: by which record, and
// whether it is their catalogue's own. Users rate the records of their home
// catalogue, so an item without one cannot be in their log.
type shelf struct {
	records []recommender.ItemID
	own     []bool
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
	o := &oracleModel{oracle: w.Oracle(), items: t.Items, home: map[string]*shelf{},
		ranker: ranker, history: recommender.NewHistories(t)}
	members := map[recommender.ItemID][]recommender.ItemID{}
	for _, l := range links { // sorted by record: the first is the same at every run
		members[l.Canonical] = append(members[l.Canonical], l.Record)
	}
	for _, c := range w.Catalogues() {
		o.home[c.Name()] = shelve(c.Name(), t.Items, members)
	}
	return o, nil
}

func shelve(catalogue string, items []recommender.ItemID, members map[recommender.ItemID][]recommender.ItemID) *shelf {
	s := &shelf{records: make([]recommender.ItemID, len(items)), own: make([]bool, len(items))}
	for i, id := range items {
		s.records[i] = members[id][0]
		for _, record := range members[id] {
			if strings.HasPrefix(string(record), catalogue+":") {
				s.records[i], s.own[i] = record, true
			}
		}
	}
	return s
}

// shelf returns the items as the user has them.
func (o *oracleModel) shelf(user recommender.UserID) (*shelf, error) {
	home, err := o.oracle.Home(user)
	if err != nil {
		return nil, err
	}
	return o.home[home], nil
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
	shelf, err := o.shelf(req.User)
	if err != nil {
		return err
	}
	chance := make([]float64, len(o.items))
	if o.truth == byLike {
		err = o.oracle.LikeAll(req.User, shelf.records, chance)
	} else {
		err = o.watch(req.User, shelf, chance)
	}
	if err != nil {
		return err
	}
	for i, c := range chance {
		dst[i] = float32(c)
	}
	return nil
}

// watch writes the chance of each item to be in the user's log, given the
// training split.
func (o *oracleModel) watch(user recommender.UserID, s *shelf, chance []float64) error {
	places, _ := o.history.Row(user)
	seen := make([]recommender.ItemID, len(places))
	for i, p := range places {
		seen[i] = s.records[p]
	}
	if err := o.oracle.WatchAfter(user, seen, s.records, chance); err != nil {
		return err
	}
	for i, own := range s.own {
		if !own {
			chance[i] = 0
		}
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
