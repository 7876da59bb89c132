package main

import (
	"context"
	"iter"

	"github.com/osusume/osusume/recommender"
)

// reviewed is a Dataset of reviews with their texts: those by which a user and an
// item meet in a table. A Table carries no texts, and a model that is measured
// must not have read what is held out.
type reviewed struct {
	recommender.Dataset
	kept map[pair]bool
}

type pair struct {
	user recommender.UserID
	item recommender.ItemID
}

func newReviewed(d recommender.Dataset, t *recommender.Table) reviewed {
	r := reviewed{d, make(map[pair]bool, t.Len())}
	for i := range t.User {
		r.kept[pair{t.Users[t.User[i]], t.Items[t.Item[i]]}] = true
	}
	return r
}

// Interactions yields the interactions that are kept. Embedding hides the bulk
// path on purpose: a Table would bring the others back.
func (r reviewed) Interactions(ctx context.Context, f recommender.Filter) iter.Seq2[recommender.Interaction, error] {
	return func(yield func(recommender.Interaction, error) bool) {
		for x, err := range r.Dataset.Interactions(ctx, f) {
			if err == nil && !r.kept[pair{x.User, x.Item}] {
				continue
			}
			if !yield(x, err) || err != nil {
				return
			}
		}
	}
}
