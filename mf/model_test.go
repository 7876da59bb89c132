package mf_test

import (
	"errors"
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/osusume/osusume/internal/vec"
	"github.com/osusume/osusume/mf"
	"github.com/osusume/osusume/recommender"
)

// camps are two halves of users who each have most of one half of the items;
// the last item is nobody's.
func camps(t *testing.T) *mf.Model {
	t.Helper()
	var rows []recommender.Interaction
	for u := range 40 {
		for i := range 20 {
			if u%2 == i%2 && (u/2+i/2)%4 != 0 {
				rows = append(rows, view(u, i))
			}
		}
	}
	return train(t, mf.Config{Factors: 8, Seed: 3}, dataset(t, 21, rows...))
}

func TestScoreIsTheProductPlusTheBias(t *testing.T) {
	m := camps(t)
	got := scores(t, m, recommender.Request{User: userID(4)})
	user := m.UserFactors(userID(4))
	for i, id := range m.Catalog()[:20] {
		factors, bias := m.ItemFactors(id)
		if want := vec.Dot(user, factors) + bias; got[i] != want {
			t.Errorf("score of %s is %v, want %v", id, got[i], want)
		}
	}
	if got[20] == got[20] {
		t.Errorf("an item that nobody has scores %v, want NaN", got[20])
	}
}

// best asks for the five best and fails where one is not of the parity's camp.
func best(t *testing.T, m *mf.Model, req recommender.Request, parity int) {
	t.Helper()
	req.N = 5
	got, err := m.Recommend(t.Context(), req)
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Items) != req.N {
		t.Errorf("%d items, want %d", len(got.Items), req.N)
	}
	own := map[recommender.ItemID]bool{}
	for i := parity; i < 20; i += 2 {
		own[itemID(i)] = true
	}
	for _, x := range got.Items {
		if !own[x.Item] {
			t.Errorf("%s is recommended to the camp of %d", x.Item, parity)
		}
	}
}

func TestSeedsFindTheirOwnCamp(t *testing.T) {
	m := camps(t)
	best(t, m, recommender.Request{Seeds: []recommender.ItemID{itemID(3), itemID(7), "unknown"}}, 1)
	best(t, m, recommender.Request{User: userID(2), Seeds: []recommender.ItemID{itemID(3)}}, 1)
}

func TestSeedScoresAreCosines(t *testing.T) {
	m := camps(t)
	got := scores(t, m, recommender.Request{Seeds: []recommender.ItemID{itemID(3), itemID(3)}})
	for i, s := range got[:20] {
		if !(s >= -1.000001 && s <= 1.000001) {
			t.Errorf("score of item %d is %v, outside [-1, 1]", i, s)
		}
	}
	if math.Abs(float64(got[3])-1) > 1e-6 {
		t.Errorf("a seed scores %v with itself, want 1", got[3])
	}
}

func TestHistoryOfAStrangerIsFoldedIn(t *testing.T) {
	m := camps(t)
	best(t, m, recommender.Request{User: "stranger", History: []recommender.Interaction{
		{Item: itemID(2), Kind: recommender.Like}, {Item: itemID(6), Kind: recommender.Like},
		{Item: itemID(1), Kind: recommender.Dislike},
	}}, 0)
}

func TestHistoryMovesAKnownUser(t *testing.T) {
	m := camps(t)
	user := userID(1)
	before := scores(t, m, recommender.Request{User: user})
	had := m.Seen(user)[0]
	same := scores(t, m, recommender.Request{User: user, History: []recommender.Interaction{
		{Item: had}, {Item: "unknown"}, {Item: itemID(4), Kind: recommender.Dislike}, {Item: itemID(4), Kind: recommender.View},
	}})
	// Item 4 is not the user's, so that disliking it takes nothing away.
	if diff := cmp.Diff(before[:20], same[:20]); diff != "" {
		t.Errorf("a history without new positives changes scores (-before +after):\n%s", diff)
	}
	// Its own camp's items fall beside the other's when it takes to the other's.
	var fresh []recommender.Interaction
	for i := 0; i < 20; i += 2 {
		fresh = append(fresh, recommender.Interaction{Item: itemID(i)})
	}
	after := scores(t, m, recommender.Request{User: user, History: fresh})
	var gain, loss float64
	for i := range 20 {
		if d := float64(after[i] - before[i]); i%2 == 0 {
			gain += d / 10
		} else {
			loss += d / 10
		}
	}
	if gain <= loss {
		t.Errorf("a history of the other camp moves its items by %v, the user's own by %v", gain, loss)
	}
	again := scores(t, m, recommender.Request{User: user, History: append(slices.Clone(fresh[5:]), fresh[:6]...)})
	if diff := cmp.Diff(after[:20], again[:20]); diff != "" {
		t.Errorf("the order of a history changes scores (-one +other):\n%s", diff)
	}
}

func TestUsersWithoutPositivesAreCold(t *testing.T) {
	rows := []recommender.Interaction{
		view(0, 0), view(0, 1), view(1, 2),
		{User: "critic", Item: itemID(0), Kind: recommender.Dislike},
		{User: "critic", Item: itemID(1), Kind: recommender.Rate, Value: 1},
	}
	m := train(t, mf.Config{Factors: 4, MinStars: 3}, dataset(t, 4, rows...))
	if _, err := m.Recommend(t.Context(), recommender.Request{User: "critic"}); !errors.Is(err, recommender.ErrColdStart) {
		t.Errorf("error %v, want ErrColdStart", err)
	}
	if got, want := m.Seen("critic"), []recommender.ItemID{itemID(0), itemID(1)}; !cmp.Equal(got, want) {
		t.Errorf("seen %v, want %v", got, want)
	}
	if m.UserFactors("critic") != nil {
		t.Error("a user without positives has factors")
	}
}

func TestKindsAndStarsDecideWhatIsPositive(t *testing.T) {
	rate := func(stars float32) recommender.Interaction {
		return recommender.Interaction{Kind: recommender.Rate, Value: stars}
	}
	like, dislike := recommender.Interaction{Kind: recommender.Like}, recommender.Interaction{Kind: recommender.Dislike}
	for name, c := range map[string]struct {
		config mf.Config
		rows   []recommender.Interaction
		want   bool
	}{
		"a poor rating by default":      {mf.Config{}, []recommender.Interaction{rate(0.5)}, true},
		"a rating below MinStars":       {mf.Config{MinStars: 3}, []recommender.Interaction{rate(2.5)}, false},
		"a rating at MinStars":          {mf.Config{MinStars: 3}, []recommender.Interaction{rate(3)}, true},
		"a view where MinStars is set":  {mf.Config{MinStars: 3}, []recommender.Interaction{{}}, true},
		"a poor rating and a like":      {mf.Config{MinStars: 3}, []recommender.Interaction{rate(1), like}, true},
		"a like taken back":             {mf.Config{}, []recommender.Interaction{like, dislike}, false},
		"a kind that is not among them": {mf.Config{Kinds: []recommender.Kind{recommender.Like}}, []recommender.Interaction{rate(5)}, false},
	} {
		rows := []recommender.Interaction{
			view(1, 0), {User: userID(1), Item: itemID(0), Kind: recommender.Like},
			{User: userID(2), Item: itemID(2), Kind: recommender.Like},
		}
		for _, x := range c.rows {
			x.User, x.Item = "u", itemID(1)
			rows = append(rows, x)
		}
		c.config.Factors, c.config.Epochs = 2, 1
		m := train(t, c.config, dataset(t, 0, rows...))
		if got := m.UserFactors("u") != nil; got != c.want {
			t.Errorf("%s: positive is %v, want %v", name, got, c.want)
		}
	}
}

func TestExplanationNamesTheSeeds(t *testing.T) {
	m := camps(t)
	req := recommender.Request{Seeds: []recommender.ItemID{itemID(3), itemID(7)}}
	why, err := m.Explain(t.Context(), req, itemID(5))
	if err != nil {
		t.Fatal(err)
	}
	if len(why) != 3 {
		t.Fatalf("reasons %v, want two seeds and the rest", why)
	}
	named := []recommender.ItemID{min(why[0].Item, why[1].Item), max(why[0].Item, why[1].Item)}
	if diff := cmp.Diff([]recommender.ItemID{itemID(3), itemID(7)}, named); diff != "" || why[0].Kind != recommender.ReasonLiked {
		t.Errorf("reasons %v do not name the seeds (-want +got):\n%s", why, diff)
	}
	if why[0].Part < why[1].Part {
		t.Errorf("parts %v before %v", why[0].Part, why[1].Part)
	}
	// Two seeds are fewer than five, so nothing but rounding is left over.
	if rest := why[2]; rest.Kind != recommender.ReasonRest || math.Abs(float64(rest.Part)) > 1e-6 {
		t.Errorf("the last reason is %v, want a rest of 0: cosines add up", rest)
	}
}

func TestExplainRefusesItemsItCannotScore(t *testing.T) {
	m := camps(t)
	for _, id := range []recommender.ItemID{"unknown", itemID(20)} {
		if _, err := m.Explain(t.Context(), recommender.Request{User: userID(1)}, id); !errors.Is(err, recommender.ErrNotFound) {
			t.Errorf("item %s: error %v, want ErrNotFound", id, err)
		}
	}
}
