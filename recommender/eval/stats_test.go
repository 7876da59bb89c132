package eval_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/recommender/eval"
)

// coin is a model that puts the one right item first for a share of the users.
func coin(items []recommender.ItemID, truth map[recommender.UserID]recommender.ItemID, share float64, seed uint64) fixed {
	r := rand.New(rand.NewPCG(seed, 1))
	m := fixed{items, map[recommender.UserID]map[recommender.ItemID]float32{}}
	for u := range len(truth) {
		user := recommender.UserID(fmt.Sprint("u", u))
		m.scores[user] = map[recommender.ItemID]float32{"wrong": 1}
		if r.Float64() < share {
			m.scores[user] = map[recommender.ItemID]float32{truth[user]: 1}
		}
	}
	return m
}

// town is n users who each have "own" and shall get one item of three.
func town(t testing.TB, n int) (items []recommender.ItemID, truth map[recommender.UserID]recommender.ItemID, train, test *recommender.Table) {
	items = []recommender.ItemID{"wrong", "p", "q", "r", "own"}
	truth = map[recommender.UserID]recommender.ItemID{}
	var a, b [][2]string
	for u := range n {
		user := fmt.Sprint("u", u)
		a = append(a, [2]string{user, "own"})
		b = append(b, [2]string{user, string(items[1+u%3])})
		truth[recommender.UserID(user)] = items[1+u%3]
	}
	return items, truth, table(t, items, a...), table(t, nil, b...)
}

func evaluate(t testing.TB, m recommender.Model, train, test *recommender.Table, o eval.Options) *eval.Report {
	t.Helper()
	r, err := eval.Evaluate(t.Context(), m, train, test, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestIntervalHasTheWidthThatTheoryGives(t *testing.T) {
	items, truth, train, test := town(t, 400)
	in := evaluate(t, coin(items, truth, 0.5, 1), train, test, eval.Options{K: []int{1}}).Metrics["hit@1"]
	// A share p of n users has the standard error √(p(1−p)/n). The bounds of a
	// thousand resamples wander by about a tenth of it.
	want := 2 * 1.96 * math.Sqrt(in.Mean*(1-in.Mean)/400)
	if got := in.Hi - in.Lo; math.Abs(got-want) > 0.1*want {
		t.Errorf("interval %v is %v wide, want about %v", in, got, want)
	}
	if !(in.Lo < in.Mean && in.Mean < in.Hi) {
		t.Errorf("interval %v is not around its mean", in)
	}
}

func TestCompareFindsADifferenceAndNoneWhereThereIsNone(t *testing.T) {
	items, truth, train, test := town(t, 300)
	o := eval.Options{K: []int{1}, Name: "a"}
	a := evaluate(t, coin(items, truth, 0.5, 1), train, test, o)
	o.Name = "b"
	better := evaluate(t, coin(items, truth, 0.7, 2), train, test, o)
	alike := evaluate(t, coin(items, truth, 0.5, 3), train, test, o)

	c, err := eval.Compare(t.Context(), a, better)
	if err != nil {
		t.Fatal(err)
	}
	d := c.Metrics["hit@1"]
	if want := better.Metrics["hit@1"].Mean - a.Metrics["hit@1"].Mean; math.Abs(d.Mean-want) > 1e-12 {
		t.Errorf("difference %v, want %v", d.Mean, want)
	}
	if d.P > 0.01 || d.Permutation > 0.01 || d.Lo <= 0 {
		t.Errorf("0.7 against 0.5: %+v", d)
	}
	if c, err = eval.Compare(t.Context(), a, alike); err != nil {
		t.Fatal(err)
	}
	if d := c.Metrics["hit@1"]; d.P < 0.05 || d.Permutation < 0.05 || d.Lo > 0 || d.Hi < 0 {
		t.Errorf("0.5 against 0.5: %+v", d)
	}
	if c, err = eval.Compare(t.Context(), a, a); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(eval.Difference{P: 1, Permutation: 1}, c.Metrics["hit@1"]); diff != "" {
		t.Errorf("a against itself (-want +got)\n%s", diff)
	}
}

func TestCompareRefusesWhatIsNotPaired(t *testing.T) {
	items, truth, train, test := town(t, 20)
	m := coin(items, truth, 0.5, 1)
	a := evaluate(t, m, train, test, eval.Options{K: []int{1}})
	one := eval.Sampled{Positives: 1, Negatives: 2}
	drawn := evaluate(t, m, train, test, eval.Options{K: []int{1}, Protocol: one})
	redrawn := evaluate(t, m, train, test, eval.Options{K: []int{1}, Protocol: one, Seed: 1})
	if _, err := eval.Compare(t.Context(), drawn, redrawn); !errors.Is(err, recommender.ErrInvalid) {
		t.Errorf("candidates of two seeds: error %v, want ErrInvalid", err)
	}
	for name, b := range map[string]*eval.Report{
		"candidates": drawn,
		"more items": evaluate(t, m, train, doubled(t, test), eval.Options{K: []int{1}}),
		"another k":  evaluate(t, m, train, test, eval.Options{K: []int{2}}),
		"more k":     evaluate(t, m, train, test, eval.Options{K: []int{1, 2}}),
		"fewer":      evaluate(t, m, train, test.Select(func(row int) bool { return row > 3 }), eval.Options{K: []int{1}}),
		"others":     evaluate(t, renamed{m}, rename(train), rename(test), eval.Options{K: []int{1}}),
		"among few":  evaluate(t, m, train, test, eval.Options{K: []int{1}, Among: append([]recommender.ItemID{}, items[:len(items)-1]...)}),
		"nobody yet": evaluate(t, m, train, &recommender.Table{}, eval.Options{K: []int{1}}),
	} {
		if _, err := eval.Compare(t.Context(), a, b); !errors.Is(err, recommender.ErrInvalid) {
			t.Errorf("%s: error %v, want ErrInvalid", name, err)
		}
	}
}

// doubled gives every user "wrong" too.
func doubled(t *testing.T, test *recommender.Table) *recommender.Table {
	list := make([][2]string, 0, 2*test.Len())
	for row, u := range test.User {
		user := string(test.Users[u])
		list = append(list, [2]string{user, string(test.Items[test.Item[row]])}, [2]string{user, "wrong"})
	}
	return table(t, nil, list...)
}

// rename gives every user another name.
func rename(t *recommender.Table) *recommender.Table {
	other := *t
	other.Users = nil
	for _, u := range t.Users {
		other.Users = append(other.Users, "x"+u)
	}
	return &other
}

type renamed struct{ fixed }

func (r renamed) ScoreAll(ctx context.Context, req recommender.Request, dst []float32) error {
	req.User = req.User[1:]
	return r.fixed.ScoreAll(ctx, req, dst)
}

func TestAtGivesWhatTheDefinitionsSay(t *testing.T) {
	tests := []struct {
		name     string
		k        int
		hits     []bool
		relevant int
		want     eval.Values
	}{
		{"golden a", 3, []bool{true, false, false, true, false}, 3,
			eval.Values{Precision: 1.0 / 3, Recall: 1.0 / 3, RecallMin: 1.0 / 3, NDCG: 0.469279, MAP: 1.0 / 3, MRR: 1, Hit: 1}},
		{"golden b", 3, []bool{false, true, false}, 2,
			eval.Values{Precision: 1.0 / 3, Recall: 0.5, RecallMin: 0.5, NDCG: 0.386853, MAP: 0.25, MRR: 0.5, Hit: 1}},
		{"all of a short list", 10, []bool{true, true}, 2,
			eval.Values{Precision: 0.2, Recall: 1, RecallMin: 1, NDCG: 1, MAP: 1, MRR: 1, Hit: 1}},
		{"more relevant than k", 2, []bool{true, true, true}, 8,
			eval.Values{Precision: 1, Recall: 0.25, RecallMin: 1, NDCG: 1, MAP: 1, MRR: 1, Hit: 1}},
		{"no list", 5, nil, 2, eval.Values{}},
		{"nothing relevant", 5, []bool{false}, 0, eval.Values{}},
	}
	for _, test := range tests {
		if diff := cmp.Diff(test.want, eval.At(test.k, test.hits, test.relevant), cmpopts.EquateApprox(0, 5e-7)); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", test.name, diff)
		}
	}
	long := make([]bool, 500) // longer than the tables of discounts
	for i := range long {
		long[i] = true
	}
	if got := eval.At(500, long, 500).NDCG; math.Abs(got-1) > 1e-12 {
		t.Errorf("a perfect list of 500 has NDCG %v", got)
	}
}
