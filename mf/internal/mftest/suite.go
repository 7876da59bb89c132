package mftest

import (
	"errors"
	"io"
	"math"
	"slices"
	"testing"

	"github.com/osusume/osusume/recommender"
)

// A Model is one of items: what it says of an item is a sum over the own ones.
type Model interface {
	recommender.Scorer
	recommender.Historian
	recommender.Explainer
	io.WriterTo
	Users() []recommender.UserID
	Weight(i, j recommender.ItemID) (float32, bool)
}

// A Suite is the promises that models of items keep alike.
type Suite struct {
	// Kind is that of the model's snapshots.
	Kind string
	// Trainer has the defaults but for the least stars of a positive rating and
	// how many weights of an item are kept, where that is not 0.
	Trainer func(minStars float32, keep int) recommender.Trainer
	// Read reads a snapshot.
	Read func(io.Reader) (Model, error)
}

// Run holds the model to them.
func (s Suite) Run(t *testing.T) {
	for _, c := range []struct {
		name  string
		check func(*testing.T)
	}{
		{"ScoresAreSumsOfWeights", s.sums},
		{"AnItemSaysNothingAboutItself", s.itself},
		{"AHistoryIsAsIfItHadBeenThere", s.histories},
		{"UsersWithoutPositivesAreCold", s.cold},
		{"ExplanationNamesTheOwnItems", s.explains},
		{"ReadModelAnswersAsTheOneWritten", s.readsBack},
		{"DamagedSnapshotsAreCorrupt", s.damage},
		{"SnapshotsOfOthersAreInvalid", s.others},
		{"ErrorsOfTheStreamComeThrough", s.stream},
	} {
		t.Run(c.name, c.check)
	}
}

func (s Suite) train(tb testing.TB, minStars float32, keep int, d recommender.Dataset) Model {
	tb.Helper()
	m, err := s.Trainer(minStars, keep).Train(tb.Context(), d)
	if err != nil {
		tb.Fatal(err)
	}
	return m.(Model)
}

func likes(items ...int) (list []recommender.Interaction) {
	for _, i := range items {
		list = append(list, recommender.Interaction{Item: ItemID(i), Kind: recommender.Like})
	}
	return list
}

// said sums the weights of the own items on each of the first nine.
func said(t *testing.T, m Model, own ...recommender.ItemID) []float64 {
	t.Helper()
	list := make([]float64, 9)
	for j := range list {
		for _, i := range own {
			w, ok := m.Weight(i, ItemID(j))
			if !ok {
				t.Fatalf("no weight of %s on item %d", i, j)
			}
			list[j] += float64(w)
		}
	}
	return list
}

func (s Suite) sums(t *testing.T) {
	for _, keep := range []int{0, 3} {
		m := s.train(t, 0, keep, Pattern(t))
		for _, c := range []struct {
			name string
			req  recommender.Request
			own  []recommender.ItemID
		}{
			{"a user", recommender.Request{User: UserID(0)}, m.Seen(UserID(0))},
			{"a stranger", recommender.Request{History: likes(2, 4)}, []recommender.ItemID{ItemID(2), ItemID(4)}},
			{"seeds", recommender.Request{User: UserID(0), Seeds: []recommender.ItemID{ItemID(4), ItemID(4), "unknown"}}, []recommender.ItemID{ItemID(4)}},
			{"a user with news", recommender.Request{User: UserID(0), History: likes(3, 0)}, append([]recommender.ItemID{ItemID(3)}, m.Seen(UserID(0))...)},
		} {
			Near(t, c.name, Scores(t, m, c.req)[:9], said(t, m, c.own...), 1e-6)
		}
	}
}

func (s Suite) itself(t *testing.T) {
	m := s.train(t, 0, 0, Pattern(t))
	for i := range 9 {
		if w, ok := m.Weight(ItemID(i), ItemID(i)); w != 0 || !ok {
			t.Errorf("item %d weighs %v on itself", i, w)
		}
	}
	if _, ok := m.Weight(ItemID(0), ItemID(9)); ok {
		t.Error("there is a weight on an item that nobody has")
	}
}

func (s Suite) histories(t *testing.T) {
	m := s.train(t, 0, 0, Pattern(t))
	user := m.Seen(UserID(4))
	var history []recommender.Interaction
	for _, id := range user {
		history = append(history, recommender.Interaction{Item: id})
	}
	want := Scores(t, m, recommender.Request{User: UserID(4)})[:9]
	if got := Scores(t, m, recommender.Request{User: "stranger", History: history})[:9]; !slices.Equal(got, want) {
		t.Errorf("a stranger with the user's history scores %v, want the user's %v", got, want)
	}
	// Taken back, the user's first item counts no more.
	back := []recommender.Interaction{{Item: user[0], Kind: recommender.Dislike}, {Item: user[0]}}
	want = Scores(t, m, recommender.Request{History: history[1:]})[:9]
	if got := Scores(t, m, recommender.Request{User: UserID(4), History: back})[:9]; !slices.Equal(got, want) {
		t.Errorf("with an item taken back the scores are %v, want %v", got, want)
	}
	if _, err := m.Recommend(t.Context(), recommender.Request{History: back}); !errors.Is(err, recommender.ErrColdStart) {
		t.Errorf("a history of dislikes: error %v, want ErrColdStart", err)
	}
}

func (s Suite) cold(t *testing.T) {
	m := s.train(t, 3, 0, Pattern(t,
		recommender.Interaction{User: "critic", Item: ItemID(0), Kind: recommender.Dislike},
		recommender.Interaction{User: "critic", Item: ItemID(1), Kind: recommender.Rate, Value: 1},
	))
	if _, err := m.Recommend(t.Context(), recommender.Request{User: "critic"}); !errors.Is(err, recommender.ErrColdStart) {
		t.Errorf("error %v, want ErrColdStart", err)
	}
	if got, want := m.Seen("critic"), []recommender.ItemID{ItemID(0), ItemID(1)}; !slices.Equal(got, want) {
		t.Errorf("seen %v, want %v", got, want)
	}
}

func (s Suite) explains(t *testing.T) {
	m := s.train(t, 0, 0, Pattern(t))
	seeds := []recommender.ItemID{ItemID(0), ItemID(2), ItemID(6)}
	why, err := m.Explain(t.Context(), recommender.Request{Seeds: seeds}, ItemID(1))
	if err != nil {
		t.Fatal(err)
	}
	if len(why) != 4 {
		t.Fatalf("reasons %v, want three seeds and the rest", why)
	}
	for k, r := range why[:3] {
		if want, _ := m.Weight(r.Item, ItemID(1)); r.Part != want || r.Kind != recommender.ReasonLiked {
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
	if _, err := m.Explain(t.Context(), recommender.Request{Seeds: seeds}, ItemID(9)); !errors.Is(err, recommender.ErrNotFound) {
		t.Errorf("an item that nobody has: error %v, want ErrNotFound", err)
	}
}
