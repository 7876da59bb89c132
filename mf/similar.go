package mf

import (
	"context"
	"fmt"

	"github.com/osusume/osusume/internal/vec"
	"github.com/osusume/osusume/recommender"
)

// SimilarItems returns the n items whose vectors have the greatest cosines with
// that of item, without it, best first; n of 0 means 10. It is what a request
// with one seed returns: seeds and filters go to [Model.Recommend]. An unknown
// item is ErrNotFound, a negative n ErrInvalid. O(items · factors).
func (m *Model) SimilarItems(ctx context.Context, item recommender.ItemID, n int) ([]recommender.Scored, error) {
	if i, ok := m.ranker.Place(item); !ok || !m.known[i] {
		return nil, fmt.Errorf("mf: similar to item %q: %w", item, recommender.ErrNotFound)
	}
	got, err := m.Recommend(ctx, recommender.Request{Seeds: []recommender.ItemID{item}, N: n})
	return got.Items, err
}

// A Peer is a user who resembles another.
type Peer struct {
	User  recommender.UserID
	Score float32 // the cosine of their vectors, in [-1, 1]
}

// SimilarUsers returns the n users of the training data whose vectors have the
// greatest cosines with that of user, without the user, best first; n of 0 means
// 10. An unknown user is ErrNotFound, a negative n ErrInvalid. O(users · factors).
func (m *Model) SimilarUsers(ctx context.Context, user recommender.UserID, n int) ([]Peer, error) {
	if err := m.enter(); err != nil {
		return nil, err
	}
	defer m.leave()
	if n < 0 {
		return nil, fmt.Errorf("mf: %w: request for n = %d users", recommender.ErrInvalid, n)
	} else if n == 0 {
		n = recommender.DefaultN
	}
	own, ok := m.rows[user]
	if !ok {
		return nil, fmt.Errorf("mf: similar to user %q: %w", user, recommender.ErrNotFound)
	}
	d := desks.Get().(*desk)
	defer desks.Put(d)
	d.best.Reset(min(n, len(m.rows)))
	p, length := m.userRow(int(own)), m.userNorm[own]
	for from := 0; from < len(m.userNorm); from += part {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		scores := d.scores[:min(part, len(m.userNorm)-from)]
		vec.DotRows(scores, p, m.user[from*m.stride:], m.stride)
		for k, product := range scores {
			u := from + k
			switch norm := m.userNorm[u]; {
			case u == int(own) || !m.uses(u):
				scores[k] = nan
			case norm == 0 || length == 0:
				scores[k] = 0
			default:
				scores[k] = product / norm / length
			}
		}
		d.put(scores, func(k int32) int32 { return int32(from) + k })
	}
	peers := make([]Peer, 0, len(d.best.Sorted()))
	for _, x := range d.best.Sorted() {
		peers = append(peers, Peer{m.Users()[x.At], x.Score})
	}
	return peers, nil
}

// uses says whether the vector of user u is in use. That of a foreign model may be
// without a positive.
func (m *Model) uses(u int) bool {
	if len(m.liked.of(u)) > 0 {
		return true
	}
	_, used := m.rows[m.Users()[u]]
	return used
}
