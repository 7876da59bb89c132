package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/osusume/osusume/abtest"
	"github.com/osusume/osusume/mf"
	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/sentiment"
	"github.com/osusume/osusume/storage"
	"github.com/osusume/osusume/tfidf"
)

var decoders = map[string]recommender.Decoder{
	recommender.PopularKind: func(r io.Reader) (recommender.Model, error) { return recommender.ReadPopular(r) },
	tfidf.Kind:              func(r io.Reader) (recommender.Model, error) { return tfidf.ReadModel(r) },
	mf.Kind:                 func(r io.Reader) (recommender.Model, error) { return mf.ReadModel(r) },
	sentiment.Kind:          func(r io.Reader) (recommender.Model, error) { return sentiment.ReadModel(r) },
}

// A serving is one state of all that is served. It is immutable: a request
// takes one and keeps it to its end.
type serving struct {
	commit   uint64 // of the warehouse
	loaded   time.Time
	titles   *catalogue
	versions []recommender.Version // oldest first
	aliases  map[string]string
	router   *abtest.Router
	models   modelSet
}

// newServing opens what the aliases of the warehouse name, taking over from
// before what is still in use. Aliases that are missing are errUnpublished.
func newServing(ctx context.Context, store *storage.Warehouse, split *abtest.Splitter, before modelSet) (*serving, error) {
	s := &serving{commit: store.Version(), loaded: time.Now().UTC()}
	var err error
	if s.aliases, err = store.Aliases(ctx); err != nil {
		return nil, err
	}
	var missing []string
	for _, arm := range split.Names() {
		if s.aliases[arm] == "" {
			missing = append(missing, arm)
		}
	}
	if missing != nil {
		return nil, fmt.Errorf("%w: no version has the alias %s", errUnpublished, strings.Join(missing, ", "))
	}
	if s.versions, err = store.Versions(ctx); err != nil {
		return nil, err
	}
	if s.titles, err = readCatalogue(ctx, store); err != nil {
		return nil, err
	}
	o := newOpener(store, before)
	arms := map[string]recommender.Model{}
	for _, arm := range split.Names() {
		if arms[arm], err = s.arm(ctx, o, s.aliases[arm]); err != nil {
			return nil, fmt.Errorf("cohort %s: %w", arm, err)
		}
	}
	s.models = o.used
	s.router, err = abtest.NewRouter(split, arms, abtest.RouterOptions{})
	return s, err
}

// arm is what answers a cohort: its version, and for those about whom that knows
// nothing the popular one of the same data.
func (s *serving) arm(ctx context.Context, o *opener, id string) (recommender.Model, error) {
	chain, v, err := s.open(ctx, o, id)
	if err != nil {
		return nil, err
	}
	floor := s.floorOf(v)
	if floor == "" || floor == id {
		return chain, nil
	}
	popular, _, err := s.open(ctx, o, floor)
	if err != nil {
		return nil, err
	}
	return recommender.Fallback(chain, popular), nil
}

// open opens a version that answers under its own name, and without the items
// that have left the catalogue since it was trained.
func (s *serving) open(ctx context.Context, o *opener, id string) (recommender.Model, recommender.Version, error) {
	m, err := o.open(ctx, id)
	if err != nil {
		return nil, recommender.Version{}, err
	}
	scorer, isScorer := m.Model.(recommender.Scorer)
	if !isScorer {
		return nil, recommender.Version{}, fmt.Errorf("%w: version %s cannot say which items it knows", recommender.ErrInvalid, id)
	}
	var gone []recommender.ItemID
	for _, item := range scorer.Catalog() {
		if t := s.titles.byID[item]; t == nil || t.id != item {
			gone = append(gone, item)
		}
	}
	present := recommender.ModelFunc(func(ctx context.Context, req recommender.Request) (recommender.Ranking, error) {
		if len(gone) > 0 {
			req.Exclude = slices.Concat(req.Exclude, gone)
		}
		return m.Recommend(ctx, req)
	})
	return recommender.Versioned(id, present), m.version, nil
}

// floorOf returns the newest popular version of the same data, or "".
func (s *serving) floorOf(v recommender.Version) string {
	for _, p := range slices.Backward(s.versions) {
		if p.Kind == recommender.PopularKind && p.Data == v.Data {
			return p.ID
		}
	}
	return ""
}

// version finds a version by its ID.
func (s *serving) version(id string) (recommender.Version, bool) {
	i := slices.IndexFunc(s.versions, func(v recommender.Version) bool { return v.ID == id })
	if i < 0 {
		return recommender.Version{}, false
	}
	return s.versions[i], true
}

// cohortsOf returns the arms that a version answers, in the order of names.
func (s *serving) cohortsOf(id string, names []string) []string {
	cohorts := []string{}
	for _, arm := range names {
		if s.aliases[arm] == id {
			cohorts = append(cohorts, arm)
		}
	}
	return cohorts
}
