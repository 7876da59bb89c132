package mf_test

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/osusume/osusume/mf"
	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/recommender/recommendertest"
)

// Users and items are of two sides; users have two thirds of the items of their
// own side. The last items nobody has.
const (
	sidedUsers = 60
	sidedItems = 48
	sidedNew   = 8
)

func sideOf(i int) string { return []string{"even", "odd"}[i%2] }

// sided is that world. Item 0 of the new ones, and its neighbour, have no features.
func sided(tb testing.TB) recommender.Dataset {
	tb.Helper()
	var items []recommender.Item
	for i := range sidedItems + sidedNew {
		it := recommender.Item{ID: itemID(i), Tags: []string{sideOf(i), fmt.Sprintf("third%d", i%3)}}
		if i == sidedItems || i == sidedItems+1 {
			it.Tags = nil
		}
		items = append(items, it)
	}
	var rows []recommender.Interaction
	for u := range sidedUsers {
		for i := range sidedItems {
			if u%2 == i%2 && (u+i)%3 != 0 {
				rows = append(rows, view(u, i))
			}
		}
	}
	return recommender.Combine(recommender.ItemsOf(items), dataset(tb, 0, rows...))
}

func campOf(id recommender.UserID) []string {
	var u int
	if _, err := fmt.Sscanf(string(id), "u%d", &u); err != nil {
		return nil
	}
	return []string{"camp:" + sideOf(u), "all"}
}

var known = mf.Features{Items: mf.ItemFeatures, Users: campOf}

// kinds are trainers of both kinds with features.
func kinds(f mf.Features) map[string]recommender.Trainer {
	return map[string]recommender.Trainer{
		mf.Kind: mf.Config{Factors: 8, Features: f}, mf.KindIALS: mf.IALS{Factors: 8, Features: f},
	}
}

func TestItemsThatNobodyHasRankByTheirFeatures(t *testing.T) {
	for kind, c := range kinds(known) {
		m := train(t, c, sided(t))
		var fresh []recommender.ItemID
		for i := range sidedNew {
			fresh = append(fresh, itemID(sidedItems+i))
		}
		for u := range 4 {
			got, err := m.Recommend(t.Context(), recommender.Request{User: userID(u), Within: fresh, N: sidedNew})
			if err != nil {
				t.Fatal(err)
			}
			if len(got.Items) != sidedNew-2 {
				t.Fatalf("%s: %d new items of user %d, want %d: two have no features", kind, len(got.Items), u, sidedNew-2)
			}
			for k, x := range got.Items {
				var i int
				if _, err := fmt.Sscanf(string(x.Item), "i%d", &i); err != nil {
					t.Fatal(err)
				}
				if own := i%2 == u%2; own != (k < (sidedNew-2)/2) {
					t.Errorf("%s: user %d has item %d in place %d of the new ones", kind, u, i, k)
				}
			}
		}
		if f, _ := m.ItemFactors(itemID(sidedItems)); f != nil {
			t.Errorf("%s: an item without history and features has a vector", kind)
		}
	}
}

func TestFeaturesLeaveWhatHasAHistoryAsItIs(t *testing.T) {
	plain := kinds(mf.Features{})
	for kind, c := range kinds(known) {
		a, b := train(t, plain[kind], sided(t)), train(t, c, sided(t))
		for u := range sidedUsers {
			if diff := cmp.Diff(a.UserFactors(userID(u)), b.UserFactors(userID(u))); diff != "" {
				t.Fatalf("%s: user %d:\n%s", kind, u, diff)
			}
		}
		for i := range sidedItems {
			wantF, wantB := a.ItemFactors(itemID(i))
			gotF, gotB := b.ItemFactors(itemID(i))
			if diff := cmp.Diff(wantF, gotF); diff != "" || gotB != wantB {
				t.Fatalf("%s: item %d: bias %v, want %v\n%s", kind, i, gotB, wantB, diff)
			}
		}
		history := []recommender.Interaction{view(99, 3), view(99, 5), view(99, 9)}
		want, err1 := a.FoldUser(history)
		got, err2 := b.FoldUser(history)
		if diff := cmp.Diff(want, got); diff != "" || err1 != nil || err2 != nil {
			t.Errorf("%s: a user who is folded in differs: %v, %v\n%s", kind, err1, err2, diff)
		}
	}
}

func TestUsersWithoutHistoryRankByTheirFeatures(t *testing.T) {
	for kind, c := range kinds(known) {
		m := train(t, c, sided(t))
		for _, u := range []int{900, 901} {
			got, err := m.Recommend(t.Context(), recommender.Request{User: userID(u), N: 10, Explain: true})
			if err != nil {
				t.Fatal(err)
			}
			for _, x := range got.Items {
				if i, _ := strings.CutPrefix(string(x.Item), "i"); strings.ContainsAny(i[len(i)-1:], "02468") != (u%2 == 0) {
					t.Errorf("%s: user %d of the %s camp gets item %s", kind, u, sideOf(u), i)
				}
				var sum float32
				for _, r := range x.Why {
					sum += r.Part
				}
				if math.Abs(float64(sum-x.Score)) > 1e-5 {
					t.Errorf("%s: reasons add up to %v, the score is %v", kind, sum, x.Score)
				}
			}
			var batch []recommender.Scored
			for r, err := range m.RecommendAll(t.Context(), mf.Batch{Users: []recommender.UserID{userID(u)}}) {
				if err != nil {
					t.Fatal(err)
				}
				batch = r.Items
			}
			for k := range got.Items {
				got.Items[k].Why = nil
			}
			if diff := cmp.Diff(got.Items, batch); diff != "" {
				t.Errorf("%s: in a batch user %d gets others:\n%s", kind, u, diff)
			}
			dst := scores(t, m, recommender.Request{User: userID(u)})
			p, err := m.UserVector(campOf(userID(u)))
			if err != nil {
				t.Fatal(err)
			}
			q, bias := m.ItemFactors(m.Catalog()[1])
			if want := dot(p, q) + float64(bias); math.Abs(float64(dst[1])-want) > 1e-5 {
				t.Errorf("%s: user %d scores the second item %v, the vectors say %v", kind, u, dst[1], want)
			}
		}
		for name, req := range map[string]recommender.Request{"without features": {User: "x"}, "of no name": {}} {
			if _, err := m.Recommend(t.Context(), req); !errors.Is(err, recommender.ErrColdStart) {
				t.Errorf("%s: a user %s: error %v, want ErrColdStart", kind, name, err)
			}
		}
		if _, err := m.WithUsers(nil).Recommend(t.Context(), recommender.Request{User: userID(900)}); !errors.Is(err, recommender.ErrColdStart) {
			t.Errorf("%s: nobody to ask: error %v, want ErrColdStart", kind, err)
		}
	}
}

func dot(a, b []float32) float64 {
	var sum float64
	for k, x := range a {
		sum += float64(x) * float64(b[k])
	}
	return sum
}

// The vectors of features are where the gradient of the documented sum is zero:
// Σ w(y - ŷ) over the items of a feature is λ times its vector.
func TestVectorsOfFeaturesAreARidgeRegression(t *testing.T) {
	const lambda = 3
	f := mf.Features{Items: mf.ItemFeatures, L2: lambda, Reserve: 1e-12}
	for kind, c := range kinds(f) {
		m := train(t, c, sided(t))
		vector := func(features ...string) []float64 {
			q, bias, err := m.ItemVector(features)
			if err != nil {
				t.Fatal(err)
			}
			x := []float64{float64(bias)}
			for _, v := range q {
				x = append(x, float64(v))
			}
			return x
		}
		even, odd, both := vector("tag:even"), vector("tag:odd"), vector("tag:even", "tag:odd", "tag:unknown")
		counts := map[int]float64{}
		var mean float64
		for i := range sidedItems {
			for u := range sidedUsers {
				if u%2 == i%2 && (u+i)%3 != 0 {
					counts[i]++
				}
			}
			counts[i] /= counts[i] + 10
			mean += counts[i] / sidedItems
		}
		for at := range even {
			common := even[at] + odd[at] - both[at]
			var gradient float64
			for i := 0; i < sidedItems; i += 2 {
				q, bias := m.ItemFactors(itemID(i))
				y := float64(bias)
				if at > 0 {
					y = float64(q[at-1])
				}
				gradient += counts[i] / mean * (y - vector("tag:even", fmt.Sprintf("tag:third%d", i%3))[at])
			}
			if want := lambda * (even[at] - common); math.Abs(gradient-want) > 2e-3 {
				t.Errorf("%s: at place %d the residuals of a feature add up to %.5f, λ times its vector is %.5f", kind, at, gradient, want)
			}
		}
		if diff := cmp.Diff([]string{"tag:even", "tag:odd", "tag:third0", "tag:third1", "tag:third2"}, m.ItemTerms()); diff != "" {
			t.Errorf("%s: features (-want +got):\n%s", kind, diff)
		}
	}
}

func TestReserveLowersAllNewItemsAlike(t *testing.T) {
	some, more := known, known
	some.Reserve, more.Reserve = 1e-12, 2
	for kind := range kinds(known) {
		a, b := train(t, kinds(some)[kind], sided(t)), train(t, kinds(more)[kind], sided(t))
		x, y := scores(t, a, recommender.Request{User: userID(1)}), scores(t, b, recommender.Request{User: userID(1)})
		lower := x[sidedItems+2] - y[sidedItems+2]
		if lower <= 0 {
			t.Errorf("%s: Reserve takes off %v", kind, lower)
		}
		for i, s := range x {
			want := float32(0)
			if i >= sidedItems {
				want = lower
			}
			if s == s && math.Abs(float64(s-y[i]-want)) > 1e-5 {
				t.Errorf("%s: item %d is lowered by %v, want %v", kind, i, s-y[i], want)
			}
		}
	}
}

func TestWorkersChangeNoByteOfFeatures(t *testing.T) {
	// Many items of one feature, so that sums are made of parts, and many features.
	f := mf.Features{Items: func(it recommender.Item) []string {
		return []string{"all", "last:" + string(it.ID[len(it.ID)-1:]), "two:" + string(it.ID[max(0, len(it.ID)-3):])}
	}, Users: func(id recommender.UserID) []string { return []string{string(id[len(id)-1:])} }}
	d := longTailed(t, 300, 3000, 12000)
	for name, of := range map[string]func(workers int) recommender.Trainer{
		"bpr":  func(w int) recommender.Trainer { return mf.Config{Factors: 5, Epochs: 1, Workers: w, Features: f} },
		"ials": func(w int) recommender.Trainer { return mf.IALS{Factors: 5, Epochs: 1, Workers: w, Features: f} },
	} {
		m := train(t, of(1), d)
		if n := len(m.ItemTerms()); n < 500 {
			t.Fatalf("%s: only %d features", name, n)
		}
		want := save(t, m)
		for _, workers := range []int{2, 7} {
			if !bytes.Equal(save(t, train(t, of(workers), d)), want) {
				t.Errorf("%s: %d workers give another model than one", name, workers)
			}
		}
	}
}

func TestAModelWithFeaturesIsAModel(t *testing.T) {
	d := recommendertest.SmallWorld(3)
	f := mf.Features{Items: mf.ItemFeatures}
	for _, c := range kinds(f) {
		recommendertest.TestModel(t, train(t, c, d), d, recommendertest.TrainerOptions{})
	}
}
