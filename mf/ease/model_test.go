package ease_test

import (
	"errors"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/osusume/osusume/mf/ease"
	"github.com/osusume/osusume/recommender"
)

func likes(items ...int) (list []recommender.Interaction) {
	for _, i := range items {
		list = append(list, recommender.Interaction{Item: itemID(i), Kind: recommender.Like})
	}
	return list
}

// said sums the weights of the own items on each of the first nine.
func said(t *testing.T, m *ease.Model, own ...recommender.ItemID) []float64 {
	t.Helper()
	list := make([]float64, 9)
	for j := range list {
		for _, i := range own {
			w, ok := m.Weight(i, itemID(j))
			if !ok {
				t.Fatalf("no weight of %s on item %d", i, j)
			}
			list[j] += float64(w)
		}
	}
	return list
}

func TestScoresAreSumsOfWeights(t *testing.T) {
	for _, keep := range []int{0, 3} {
		m := train(t, ease.Config{Lambda: 2, Keep: keep}, pattern(t))
		for _, c := range []struct {
			name string
			req  recommender.Request
			own  []recommender.ItemID
		}{
			{"a user", recommender.Request{User: userID(0)}, m.Seen(userID(0))},
			{"a stranger", recommender.Request{History: likes(2, 4)}, []recommender.ItemID{itemID(2), itemID(4)}},
			{"seeds", recommender.Request{User: userID(0), Seeds: []recommender.ItemID{itemID(4), itemID(4), "unknown"}}, []recommender.ItemID{itemID(4)}},
			{"a user with news", recommender.Request{User: userID(0), History: likes(3, 0)}, append([]recommender.ItemID{itemID(3)}, m.Seen(userID(0))...)},
		} {
			near(t, c.name, scores(t, m, c.req)[:9], said(t, m, c.own...), 1e-6)
		}
	}
}

func TestAnItemSaysNothingAboutItself(t *testing.T) {
	m := train(t, ease.Config{}, pattern(t))
	for i := range 9 {
		if w, ok := m.Weight(itemID(i), itemID(i)); w != 0 || !ok {
			t.Errorf("item %d weighs %v on itself", i, w)
		}
	}
	if _, ok := m.Weight(itemID(0), itemID(9)); ok {
		t.Error("there is a weight on an item that nobody has")
	}
}

func TestAHistoryIsAsIfItHadBeenThere(t *testing.T) {
	m := train(t, ease.Config{}, pattern(t))
	user := m.Seen(userID(4))
	var history []recommender.Interaction
	for _, id := range user {
		history = append(history, recommender.Interaction{Item: id})
	}
	want := scores(t, m, recommender.Request{User: userID(4)})[:9]
	if diff := cmp.Diff(want, scores(t, m, recommender.Request{User: "stranger", History: history})[:9]); diff != "" {
		t.Errorf("a stranger with the user's history scores otherwise (-want +got)\n%s", diff)
	}
	// Taken back, the user's first item counts no more.
	back := []recommender.Interaction{{Item: user[0], Kind: recommender.Dislike}, {Item: user[0]}}
	got := scores(t, m, recommender.Request{User: userID(4), History: back})[:9]
	if diff := cmp.Diff(scores(t, m, recommender.Request{History: history[1:]})[:9], got); diff != "" {
		t.Errorf("an item taken back still counts (-want +got)\n%s", diff)
	}
	if _, err := m.Recommend(t.Context(), recommender.Request{History: back}); !errors.Is(err, recommender.ErrColdStart) {
		t.Errorf("a history of dislikes: error %v, want ErrColdStart", err)
	}
}

func TestUsersWithoutPositivesAreCold(t *testing.T) {
	m := train(t, ease.Config{MinStars: 3}, pattern(t,
		recommender.Interaction{User: "critic", Item: itemID(0), Kind: recommender.Dislike},
		recommender.Interaction{User: "critic", Item: itemID(1), Kind: recommender.Rate, Value: 1},
	))
	if _, err := m.Recommend(t.Context(), recommender.Request{User: "critic"}); !errors.Is(err, recommender.ErrColdStart) {
		t.Errorf("error %v, want ErrColdStart", err)
	}
	if got, want := m.Seen("critic"), []recommender.ItemID{itemID(0), itemID(1)}; !cmp.Equal(got, want) {
		t.Errorf("seen %v, want %v", got, want)
	}
}

func TestExplanationNamesTheOwnItems(t *testing.T) {
	m := train(t, ease.Config{Lambda: 2}, pattern(t))
	seeds := []recommender.ItemID{itemID(0), itemID(2), itemID(6)}
	why, err := m.Explain(t.Context(), recommender.Request{Seeds: seeds}, itemID(1))
	if err != nil {
		t.Fatal(err)
	}
	if len(why) != 4 {
		t.Fatalf("reasons %v, want three seeds and the rest", why)
	}
	for k, r := range why[:3] {
		if want, _ := m.Weight(r.Item, itemID(1)); r.Part != want || r.Kind != recommender.ReasonLiked {
			t.Errorf("reason %v, want the weight %v", r, want)
		}
		if k > 0 && r.Part > why[k-1].Part {
			t.Errorf("part %v after %v", r.Part, why[k-1].Part)
		}
	}
	// Three are fewer than five, so nothing but rounding is left over.
	if rest := why[3]; rest.Kind != recommender.ReasonRest || math.Abs(float64(rest.Part)) > 1e-6 {
		t.Errorf("the last reason is %v, want a rest of 0", rest)
	}
	if _, err := m.Explain(t.Context(), recommender.Request{Seeds: seeds}, itemID(9)); !errors.Is(err, recommender.ErrNotFound) {
		t.Errorf("an item that nobody has: error %v, want ErrNotFound", err)
	}
}
