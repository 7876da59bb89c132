package recommendertest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
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
//     place, refuses a dst of another length with ErrInvalid.
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
		"unknown user":      {User: "nobody"},
		"zero request":      {},
		"unknown seed":      {Seeds: []recommender.ItemID{"nowhere:1"}},
		"unknown history":   {History: []recommender.Interaction{{Item: "nowhere:1", Kind: recommender.Like}}},
		"unknown user of 3": {User: "nobody", N: 3},
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

func checkScoreAll(ctx context.Context, s *subject) error {
	scorer, ok := s.m.(recommender.Scorer)
	if !ok {
		return nil
	}
	req := recommender.Request{User: s.users[0]}
	for _, n := range []int{0, len(scorer.Catalog()) - 1, len(scorer.Catalog()) + 1} {
		if err := scorer.ScoreAll(ctx, req, make([]float32, n)); !errors.Is(err, recommender.ErrInvalid) {
			return fmt.Errorf("ScoreAll with %d places for %d items: error %v, want ErrInvalid", n, len(scorer.Catalog()), err)
		}
	}
	for _, user := range s.users {
		req.User = user
		one, err1 := scores(ctx, scorer, req, 12345)
		two, err2 := scores(ctx, scorer, req, float32(math.Inf(-1)))
		if err1 != nil && errors.Is(err1, recommender.ErrColdStart) && errors.Is(err2, recommender.ErrColdStart) {
			continue
		}
		if err := errors.Join(err1, err2); err != nil {
			return fmt.Errorf("user %q: %w", user, err)
		}
		if err := sameScores(scorer.Catalog(), one, two); err != nil {
			return fmt.Errorf("user %q: dst shows through: %w", user, err)
		}
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

// checkExplain explains the best of some users, directly and by Request.Explain.
func checkExplain(ctx context.Context, s *subject) error {
	e, ok := s.m.(recommender.Explainer)
	if !ok {
		return nil
	}
	explained := 0
	for _, user := range s.users[:min(20, len(s.users))] {
		req := recommender.Request{User: user, N: 5, Explain: true}
		got, err := s.m.Recommend(ctx, req)
		if errors.Is(err, recommender.ErrColdStart) {
			continue
		} else if err != nil {
			return fmt.Errorf("user %q: %w", user, err)
		}
		for _, x := range got.Items {
			reasons, err := e.Explain(ctx, req, x.Item)
			if err != nil {
				return fmt.Errorf("user %q, item %q: %w", user, x.Item, err)
			}
			explained++
			if err := errors.Join(addsUp(reasons, x.Score), addsUp(x.Why, x.Score)); err != nil {
				return fmt.Errorf("user %q, item %q: %w", user, x.Item, err)
			}
		}
	}
	if explained == 0 {
		return errors.New("no item could be explained")
	}
	return nil
}

func addsUp(reasons []recommender.Reason, score float32) error {
	if len(reasons) == 0 {
		return errors.New("no reasons")
	}
	var sum float64
	for _, r := range reasons {
		sum += float64(r.Part)
	}
	// The second term is the rounding of parts that cancel to a score near 0.
	if tolerance := 1e-5*math.Abs(float64(score)) + 1e-6; !(math.Abs(sum-float64(score)) <= tolerance) {
		return fmt.Errorf("%d parts add up to %v, the score is %v", len(reasons), sum, score)
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
