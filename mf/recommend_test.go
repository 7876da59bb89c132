package mf_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/osusume/osusume/mf"
	"github.com/osusume/osusume/recommender"
)

// kin are models of both kinds over 3,000 items, of which some hundred are
// nobody's: several parts of the catalogue.
func kin(t *testing.T) map[string]*mf.Model {
	d := longTailed(t, 300, 3000, 9000)
	return map[string]*mf.Model{
		"bpr":  train(t, mf.Config{Factors: 20, Epochs: 2}, d),
		"ials": train(t, mf.IALS{Factors: 20, Epochs: 2}, d),
	}
}

// brute is the definition: all items that have a score and pass the filters, best
// first, ties by place, cut to n.
func brute(t *testing.T, m *mf.Model, req recommender.Request) []recommender.Scored {
	t.Helper()
	hidden := map[recommender.ItemID]bool{}
	for _, id := range slices.Concat(req.Exclude, req.Seeds) {
		hidden[id] = true
	}
	if !req.IncludeSeen {
		for _, id := range m.Seen(req.User) {
			hidden[id] = true
		}
		for _, x := range req.History {
			hidden[x.Item] = true
		}
	}
	within := map[recommender.ItemID]bool{}
	for _, id := range req.Within {
		within[id] = true
	}
	var list []recommender.Scored
	for i, s := range scores(t, m, req) {
		id := m.Catalog()[i]
		if s == s && !hidden[id] && (req.Within == nil || within[id]) && (req.Keep == nil || req.Keep(id)) {
			list = append(list, recommender.Scored{Item: id, Score: s})
		}
	}
	slices.SortStableFunc(list, func(a, b recommender.Scored) int {
		switch {
		case a.Score > b.Score:
			return -1
		case a.Score < b.Score:
			return 1
		}
		return 0
	})
	n := req.N
	if n == 0 {
		n = recommender.DefaultN
	}
	return list[:min(n, len(list))]
}

func some(r *rand.Rand, m *mf.Model, n int) []recommender.ItemID {
	list := make([]recommender.ItemID, n)
	for i := range list {
		list[i] = m.Catalog()[r.IntN(len(m.Catalog()))]
	}
	return append(list, "unknown")
}

// request draws filters of every kind.
func request(r *rand.Rand, m *mf.Model) recommender.Request {
	req := recommender.Request{User: m.Users()[r.IntN(len(m.Users()))], N: r.IntN(30), IncludeSeen: r.IntN(3) == 0}
	switch r.IntN(6) {
	case 0:
		req.N = 5000 // more than there are
	case 1:
		for _, id := range some(r, m, 5) {
			req.History = append(req.History, recommender.Interaction{Item: id})
		}
	case 2:
		req.Seeds = append(some(r, m, 3), m.Seen(req.User)...)
	}
	if r.IntN(3) == 0 {
		req.Within = some(r, m, []int{0, 5, 100, 4000}[r.IntN(4)])
	}
	if r.IntN(3) == 0 {
		req.Exclude = some(r, m, 50)
	}
	if r.IntN(4) == 0 {
		last := byte('0' + r.IntN(10))
		req.Keep = func(id recommender.ItemID) bool { return id[len(id)-1] == last }
	}
	return req
}

func TestListsAreThoseOfBruteForceWhateverTheFilters(t *testing.T) {
	for name, m := range kin(t) {
		r := rand.New(rand.NewPCG(8, 8))
		for range 200 {
			req := request(r, m)
			got, err := m.Recommend(t.Context(), req)
			if err != nil {
				t.Fatal(err)
			}
			want := brute(t, m, req)
			if diff := cmp.Diff(want, got.Items, cmp.Comparer(func(a, b []recommender.Scored) bool { return slices.EqualFunc(a, b, sameScored) })); diff != "" {
				t.Fatalf("%s: %+v (-brute force +got):\n%s", name, req, diff)
			}
		}
	}
}

func sameScored(a, b recommender.Scored) bool { return a.Item == b.Item && a.Score == b.Score }

func TestRecommendAllIsRecommendForEachUser(t *testing.T) {
	for name, m := range kin(t) {
		r := rand.New(rand.NewPCG(9, 9))
		for range 12 {
			req := request(r, m)
			b := mf.Batch{N: req.N, Within: req.Within, Exclude: req.Exclude, Keep: req.Keep, IncludeSeen: req.IncludeSeen, Workers: 1 + r.IntN(3)}
			switch r.IntN(3) {
			case 0:
				b.Users = m.Users()[10:11]
			case 1:
				b.Users = append(slices.Repeat(m.Users()[:250], 8), "nobody")
			}
			want := b.Users
			if want == nil {
				want = m.Users()
			}
			for got, err := range m.RecommendAll(t.Context(), b) {
				if err != nil {
					t.Fatal(err)
				}
				if got.User != want[0] {
					t.Fatalf("%s: user %s comes where %s should", name, got.User, want[0])
				}
				want = want[1:]
				if len(want)%29 > 0 { // a part is enough, and quicker
					continue
				}
				one, err := m.Recommend(t.Context(), recommender.Request{
					User: got.User, N: b.N, Within: b.Within, Exclude: b.Exclude, Keep: b.Keep, IncludeSeen: b.IncludeSeen,
				})
				if err != nil && !errors.Is(err, recommender.ErrColdStart) {
					t.Fatal(err)
				}
				if !slices.EqualFunc(got.Items, one.Items, sameScored) {
					t.Fatalf("%s: user %s gets %v in the batch %+v, and %v alone", name, got.User, got.Items, b, one.Items)
				}
			}
			if len(want) > 0 {
				t.Errorf("%s: %d users are missing", name, len(want))
			}
		}
	}
}

func TestRecommendAllTakesAnyNumberOfWorkers(t *testing.T) {
	m := train(t, mf.Config{Factors: 4, Epochs: 1}, longTailed(t, 30, 40, 200))
	for _, users := range [][]recommender.UserID{{}, {userID(0), userID(1)}} {
		n := 0
		for _, err := range m.RecommendAll(t.Context(), mf.Batch{Users: users, Workers: math.MaxInt}) {
			if err != nil {
				t.Fatal(err)
			}
			n++
		}
		if n != len(users) {
			t.Errorf("%d rankings for %v", n, users)
		}
	}
}

func TestRecommendAllEndsWhenItIsLeft(t *testing.T) {
	m := kin(t)["ials"]
	n := 0
	for range m.RecommendAll(t.Context(), mf.Batch{}) {
		if n++; n == 3 {
			break
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	n = 0
	for got, err := range m.RecommendAll(ctx, mf.Batch{}) {
		if n++; !errors.Is(err, context.Canceled) || got.User != "" {
			t.Errorf("pair %d of a cancelled batch: %v, %v", n, got, err)
		}
	}
	if n != 1 {
		t.Errorf("%d pairs of a cancelled batch, want 1", n)
	}
	for _, err := range m.RecommendAll(t.Context(), mf.Batch{N: -1}) {
		if !errors.Is(err, recommender.ErrInvalid) {
			t.Errorf("N of -1: error %v, want ErrInvalid", err)
		}
	}
}

func TestSimilarItemsAreThoseOfOneSeed(t *testing.T) {
	m := kin(t)["ials"]
	item := m.Seen(m.Users()[0])[0]
	got, err := m.SimilarItems(t.Context(), item, 7)
	if err != nil {
		t.Fatal(err)
	}
	if want := brute(t, m, recommender.Request{Seeds: []recommender.ItemID{item}, N: 7}); !slices.EqualFunc(got, want, sameScored) {
		t.Errorf("got %v, want %v", got, want)
	}
	if _, err := m.SimilarItems(t.Context(), "unknown", 7); !errors.Is(err, recommender.ErrNotFound) {
		t.Errorf("unknown item: error %v, want ErrNotFound", err)
	}
}

func TestSimilarUsersAreOfTheSameCamp(t *testing.T) {
	m := camps(t)
	got, err := m.SimilarUsers(t.Context(), userID(4), 19)
	if err != nil {
		t.Fatal(err)
	}
	var want []recommender.UserID
	for u := 0; u < 40; u += 2 {
		if u != 4 {
			want = append(want, userID(u))
		}
	}
	var ids []recommender.UserID
	for k, x := range got {
		ids = append(ids, x.User)
		if !(x.Score >= -1.000001 && x.Score <= 1.000001) || k > 0 && x.Score > got[k-1].Score {
			t.Errorf("place %d has a cosine of %v", k, x.Score)
		}
	}
	if diff := cmp.Diff(slices.Sorted(slices.Values(want)), slices.Sorted(slices.Values(ids))); diff != "" {
		t.Errorf("users like one of the even camp (-want +got):\n%s", diff)
	}
	if _, err := m.SimilarUsers(t.Context(), "nobody", 0); !errors.Is(err, recommender.ErrNotFound) {
		t.Errorf("unknown user: error %v, want ErrNotFound", err)
	}
	if _, err := m.SimilarUsers(t.Context(), userID(4), -1); !errors.Is(err, recommender.ErrInvalid) {
		t.Errorf("n of -1: error %v, want ErrInvalid", err)
	}
}

func ExampleModel_RecommendAll() {
	ctx := context.Background()
	model, err := mf.IALS{Factors: 8}.Train(ctx, readers())
	if err != nil {
		panic(err)
	}
	for r, err := range model.(*mf.Model).RecommendAll(ctx, mf.Batch{N: 1}) {
		if err != nil {
			panic(err)
		}
		fmt.Println(r.User, r.Items[0].Item)
	}
	// Output:
	// ann middlemarch
	// bob ubik
	// cat dune
	// dan middlemarch
}
