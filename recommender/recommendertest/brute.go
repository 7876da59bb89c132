package recommendertest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/osusume/osusume/internal/rng"
	"github.com/osusume/osusume/recommender"
)

// request draws a request with every kind of filter.
func (s *subject) request(r *rand.Rand) recommender.Request {
	item := func() recommender.ItemID {
		if r.IntN(12) == 0 {
			return "nowhere:1"
		}
		return s.items[r.IntN(len(s.items))]
	}
	some := func(n int) []recommender.ItemID {
		ids := make([]recommender.ItemID, n)
		for i := range ids {
			ids[i] = item()
		}
		return ids
	}
	req := recommender.Request{N: r.IntN(len(s.items) + 5), IncludeSeen: r.IntN(3) == 0}
	switch r.IntN(8) {
	case 0:
		req.User = "nobody"
	case 1: // anonymous
	default:
		req.User = s.users[r.IntN(len(s.users))]
	}
	if r.IntN(3) == 0 {
		req.Seeds = some(1 + r.IntN(3))
	}
	if r.IntN(3) == 0 {
		for _, id := range some(1 + r.IntN(3)) {
			req.History = append(req.History, recommender.Interaction{Item: id, Kind: recommender.Rate, Value: 4})
		}
	}
	if r.IntN(3) == 0 {
		req.Within = some(r.IntN(len(s.items)))
	}
	if r.IntN(2) == 0 {
		req.Exclude = some(r.IntN(len(s.items) / 2))
	}
	if r.IntN(3) == 0 {
		salt := r.Uint64()
		req.Keep = func(id recommender.ItemID) bool { return rng.Hash(salt, string(id))%2 == 0 }
	}
	return req
}

func checkBruteForce(ctx context.Context, s *subject) error {
	r := rng.New(7)
	answered := 0
	for n := range s.o.Requests {
		req := s.request(r)
		want, blocked, wantErr := s.bruteForce(ctx, req)
		got, err := s.m.Recommend(ctx, req)
		if wantErr != nil || err != nil {
			if !errors.Is(err, recommender.ErrColdStart) || !errors.Is(wantErr, recommender.ErrColdStart) {
				return fmt.Errorf("request %d: Recommend's error is %v, brute force's %v", n, err, wantErr)
			}
			continue
		}
		answered++
		if err := sameList(got.Items, want); err != nil {
			return fmt.Errorf("request %d (user %q, N %d, within %d, exclude %d, seeds %d, history %d, keep %t, includeSeen %t): %w",
				n, req.User, req.N, len(req.Within), len(req.Exclude), len(req.Seeds), len(req.History), req.Keep != nil, req.IncludeSeen, err)
		}
		if _, ok := s.m.(recommender.Scorer); ok && got.Blocked != blocked {
			return fmt.Errorf("request %d: Blocked is %d, want %d", n, got.Blocked, blocked)
		}
	}
	if answered == 0 {
		return fmt.Errorf("none of %d requests was answered", s.o.Requests)
	}
	return nil
}

// bruteForce is the answer to req by sorting everything, and how many items
// with a score the filters removed.
func (s *subject) bruteForce(ctx context.Context, req recommender.Request) (want []recommender.Scored, blocked int, err error) {
	all, err := s.everything(ctx, req)
	if err != nil {
		return nil, 0, err
	}
	hidden := s.hidden(req)
	for _, x := range all {
		switch {
		case hidden[x.Item], slices.Contains(req.Exclude, x.Item),
			req.Within != nil && !slices.Contains(req.Within, x.Item),
			req.Keep != nil && !req.Keep(x.Item):
			blocked++
		default:
			want = append(want, x)
		}
	}
	slices.SortStableFunc(want, func(a, b recommender.Scored) int { return cmp.Compare(b.Score, a.Score) })
	n := req.N
	if n == 0 {
		n = recommender.DefaultN
	}
	return want[:min(n, len(want))], blocked, nil
}

// everything returns all items that the model has a score for, in the order of their places.
func (s *subject) everything(ctx context.Context, req recommender.Request) ([]recommender.Scored, error) {
	scorer, ok := s.m.(recommender.Scorer)
	if !ok {
		all := recommender.Request{User: req.User, Seeds: req.Seeds, History: req.History, N: 1 << 20, IncludeSeen: true}
		ranking, err := s.m.Recommend(ctx, all)
		return ranking.Items, err
	}
	dst, err := scores(ctx, scorer, req, 0)
	if err != nil {
		return nil, err
	}
	var all []recommender.Scored
	for i, id := range scorer.Catalog() {
		if dst[i] == dst[i] {
			all = append(all, recommender.Scored{Item: id, Score: dst[i]})
		}
	}
	return all, nil
}

func sameList(got, want []recommender.Scored) error {
	if len(got) != len(want) {
		return fmt.Errorf("%d items, want %d", len(got), len(want))
	}
	for i := range got {
		if got[i].Item != want[i].Item {
			return fmt.Errorf("place %d is %q (%v), want %q (%v)", i, got[i].Item, got[i].Score, want[i].Item, want[i].Score)
		}
		if !sameBits(got[i].Score, want[i].Score) {
			return fmt.Errorf("score of %q is %v, want %v", got[i].Item, got[i].Score, want[i].Score)
		}
	}
	return nil
}
