package recommendertest

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"
	"testing"

	"github.com/osusume/osusume/internal/rng"
	"github.com/osusume/osusume/recommender"
)

// TestModel runs the contract of [recommender.Model] on m, and those of
// [recommender.Scorer], [recommender.Historian] and [recommender.Explainer]
// where m is one. d is what m was trained on; o.Workers is not used.
//
//  1. Under random filters Recommend returns just what brute force over
//     ScoreAll (or, for a plain Model, over its longest list) returns: distinct
//     eligible items, best first, ties by place, min(N, eligible) of them.
//  2. What the user has seen, seeds and the history of the request are left out.
//  3. A request about which nothing is known is ErrColdStart; a negative N or
//     an impossible history is ErrInvalid.
//  4. Catalog is distinct and the same at every call; ScoreAll writes every
//     place, nothing infinite, and refuses a dst of another length with ErrInvalid.
//  5. Seen is the user's items of d; Explain's parts add up to the score.
//  6. Concurrent calls answer as single ones do.
func TestModel(t *testing.T, m recommender.Model, d recommender.Dataset, o TrainerOptions) {
	t.Helper()
	if d == nil {
		d = SmallWorld(1)
	}
	s, err := newSubject(t.Context(), m, d, o)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range modelChecks {
		t.Run(c.name, func(t *testing.T) { report(t, c.check(t.Context(), s)) })
	}
}

var modelChecks = []struct {
	name  string
	check func(context.Context, *subject) error
}{
	{"RanksAsBruteForce", checkBruteForce},
	{"LeavesOutSeenAndSeeds", checkLeftOut},
	{"ReportsColdStart", checkColdStart},
	{"RefusesInvalidRequests", checkInvalid},
	{"CatalogIsDistinctAndStable", checkCatalog},
	{"ScoreAllWritesEveryPlace", checkScoreAll},
	{"SeenIsTheTrainingData", checkSeen},
	{"ExplanationsAddUp", checkExplain},
	{"AnswersConcurrently", checkConcurrent},
}

// A subject is a model under test with what the suite knows about it.
type subject struct {
	m     recommender.Model
	o     TrainerOptions
	users []recommender.UserID
	items []recommender.ItemID // of the data, whether or not the model knows them
	seen  map[recommender.UserID][]recommender.ItemID
}

func newSubject(ctx context.Context, m recommender.Model, d recommender.Dataset, o TrainerOptions) (*subject, error) {
	t, err := recommender.Load(ctx, d, recommender.Filter{})
	if err != nil {
		return nil, fmt.Errorf("load: %w", err)
	}
	if o.Requests == 0 {
		o.Requests = 60
	}
	s := &subject{m: m, o: o, users: t.Users, items: t.Items, seen: make(map[recommender.UserID][]recommender.ItemID)}
	for row := range t.User {
		u := t.Users[t.User[row]]
		s.seen[u] = append(s.seen[u], t.Items[t.Item[row]])
	}
	return s, nil
}

// hidden reports what req keeps from its list for what the user has had.
func (s *subject) hidden(req recommender.Request) map[recommender.ItemID]bool {
	h := make(map[recommender.ItemID]bool)
	for _, id := range req.Seeds {
		h[id] = true
	}
	if req.IncludeSeen {
		return h
	}
	for _, x := range req.History {
		h[x.Item] = true
	}
	if !s.o.NoHistory {
		for _, id := range s.seen[req.User] {
			h[id] = true
		}
	}
	return h
}

// checkLeftOut asks for the longest list of every user.
func checkLeftOut(ctx context.Context, s *subject) error {
	for _, user := range s.users {
		req := recommender.Request{User: user, N: len(s.items), Seeds: s.items[:1], History: []recommender.Interaction{
			{Item: s.items[len(s.items)/2], Kind: recommender.Like},
		}}
		got, err := s.m.Recommend(ctx, req)
		if errors.Is(err, recommender.ErrColdStart) {
			continue
		} else if err != nil {
			return fmt.Errorf("user %q: %w", user, err)
		}
		hidden := s.hidden(req)
		for _, x := range got.Items {
			if hidden[x.Item] {
				return fmt.Errorf("user %q: %q is recommended though the user has it, or it is a seed or in the history", user, x.Item)
			}
		}
	}
	return nil
}

func checkColdStart(ctx context.Context, s *subject) error {
	for name, req := range map[string]recommender.Request{
		"unknown user":                 {User: "nobody"},
		"zero request":                 {},
		"unknown seed":                 {Seeds: []recommender.ItemID{"nowhere:1"}},
		"unknown seed of a known user": {User: s.users[0], Seeds: []recommender.ItemID{"nowhere:1"}},
		"unknown history":              {History: []recommender.Interaction{{Item: "nowhere:1", Kind: recommender.Like}}},
		"unknown user of 3":            {User: "nobody", N: 3},
	} {
		got, err := s.m.Recommend(ctx, req)
		switch {
		case s.o.UserIndependent && err != nil:
			return fmt.Errorf("%s: %w", name, err)
		case s.o.UserIndependent && len(got.Items) == 0:
			return fmt.Errorf("%s: an empty list", name)
		case !s.o.UserIndependent && !errors.Is(err, recommender.ErrColdStart):
			return fmt.Errorf("%s: error %v with %d items, want ErrColdStart", name, err, len(got.Items))
		}
	}
	return nil
}

func checkInvalid(ctx context.Context, s *subject) error {
	nan := float32(math.NaN())
	for name, req := range map[string]recommender.Request{
		"negative N":           {User: s.users[0], N: -1},
		"history without item": {User: s.users[0], History: []recommender.Interaction{{Kind: recommender.Like}}},
		"history with NaN":     {User: s.users[0], History: []recommender.Interaction{{Item: s.items[0], Kind: recommender.Rate, Value: nan}}},
	} {
		if _, err := s.m.Recommend(ctx, req); !errors.Is(err, recommender.ErrInvalid) {
			return fmt.Errorf("%s: error %v, want ErrInvalid", name, err)
		}
	}
	return nil
}

func checkCatalog(_ context.Context, s *subject) error {
	scorer, ok := s.m.(recommender.Scorer)
	if !ok {
		return nil
	}
	one, two := scorer.Catalog(), scorer.Catalog()
	if len(one) == 0 {
		return errors.New("the catalogue is empty")
	}
	if len(one) != len(two) || &one[0] != &two[0] {
		return errors.New("two calls of Catalog return two slices")
	}
	known := make(map[recommender.ItemID]bool, len(one))
	for _, id := range one {
		if known[id] {
			return fmt.Errorf("item %q stands twice in the catalogue", id)
		}
		known[id] = true
	}
	return nil
}

func checkSeen(_ context.Context, s *subject) error {
	h, ok := s.m.(recommender.Historian)
	if !ok || s.o.NoHistory {
		return nil
	}
	if got := h.Seen("nobody"); len(got) != 0 {
		return fmt.Errorf("an unknown user has seen %d items", len(got))
	}
	for _, user := range s.users {
		got := slices.Sorted(slices.Values(h.Seen(user)))
		want := slices.Sorted(slices.Values(s.seen[user]))
		if got, want = slices.Compact(got), slices.Compact(want); !slices.Equal(got, want) {
			return fmt.Errorf("user %q has seen %q, want %q", user, got, want)
		}
	}
	return nil
}

func checkConcurrent(ctx context.Context, s *subject) error {
	r := rng.New(9)
	reqs := make([]recommender.Request, 16)
	want := make([]recommender.Ranking, len(reqs))
	fails := make([]bool, len(reqs))
	for i := range reqs {
		reqs[i] = s.request(r)
		var err error
		want[i], err = s.m.Recommend(ctx, reqs[i])
		fails[i] = err != nil
	}
	const callers = 6
	errs := make([]error, callers)
	var wg sync.WaitGroup
	for c := range callers {
		wg.Go(func() {
			for k := range reqs {
				i := (k + c*5) % len(reqs)
				got, err := s.m.Recommend(ctx, reqs[i])
				if (err != nil) != fails[i] {
					errs[c] = fmt.Errorf("request %d: error %v beside other calls", i, err)
				} else if err := sameRanking(got, want[i]); err != nil {
					errs[c] = fmt.Errorf("request %d beside other calls: %w", i, err)
				}
			}
		})
	}
	wg.Wait()
	return errors.Join(errs...)
}
