package eval_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/recommender/eval"
	"github.com/osusume/osusume/recommender/recommendertest"
)

var nine = []recommender.ItemID{"i1", "i2", "i3", "i4", "i5", "i6", "i7", "i8", "x"}

// golden is three users with known lists; item i9 is outside the catalogue.
func golden(t testing.TB) (m fixed, train, test *recommender.Table) {
	train = table(t, nine, [2]string{"a", "x"}, [2]string{"b", "x"}, [2]string{"c", "x"})
	test = table(t, nil,
		[2]string{"a", "i1"}, [2]string{"a", "i4"}, [2]string{"a", "i9"},
		[2]string{"b", "i2"}, [2]string{"b", "i7"},
		[2]string{"c", "x"}) // c has x in training: nothing is left to find
	m = fixed{nine, map[recommender.UserID]map[recommender.ItemID]float32{
		"a": byOrder("x", "i1", "i2", "i3", "i4", "i5"), // x is masked
		"b": byOrder("i6", "i2", "x", "i1", "i7", "i8"),
		"c": byOrder("i2", "i1", "i4", "i5", "i3"),
	}}
	return m, train, test
}

var goldenMeans = map[string]float64{
	"precision@3": 0.333333, "recall@3": 0.416667, "recall_min@3": 0.416667, "ndcg@3": 0.428066,
	"map@3": 0.291667, "mrr@3": 0.75, "hit@3": 1,
	// a: i1 i2 i3, b: i6 i2 i1, so four of nine items.
	"coverage@3": 4.0 / 9,
	// Nobody has the listed items, which counts as one of three users: log2 3.
	"novelty@3": 1.584963,
}

func means(r *eval.Report) map[string]float64 {
	m := make(map[string]float64)
	for name, in := range r.Metrics {
		m[name] = in.Mean
	}
	return m
}

func TestEvaluateGivesTheGoldenFigures(t *testing.T) {
	m, train, test := golden(t)
	for name, model := range map[string]recommender.Model{
		"by scores":                    m,
		"by lists":                     recommender.ModelFunc(m.Recommend),
		"by scores of another order":   fixed{[]recommender.ItemID{"i8", "i7", "i6", "i5", "i4", "i3", "i2", "i1", "far", "x"}, m.scores},
		"by a list that ignores masks": rude{m},
	} {
		r, err := eval.Evaluate(t.Context(), model, train, test, eval.Options{K: []int{3}, Name: "golden"})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if diff := cmp.Diff(goldenMeans, means(r), cmpopts.EquateApprox(0, 5e-7)); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", name, diff)
		}
		if r.Users != 2 || r.Skipped != 1 || r.Cold != 0 || r.ColdStarts != 0 || r.Items != 9 {
			t.Errorf("%s: users %d, skipped %d, cold %d, cold starts %d, items %d", name, r.Users, r.Skipped, r.Cold, r.ColdStarts, r.Items)
		}
	}
}

// rude is no Scorer and does not listen to Exclude.
type rude struct{ m fixed }

func (r rude) Recommend(ctx context.Context, req recommender.Request) (recommender.Ranking, error) {
	req.Exclude, req.N = nil, req.N+1
	return r.m.Recommend(ctx, req)
}

func TestPerUserValuesAreTheGoldenOnes(t *testing.T) {
	m, train, test := golden(t)
	r, err := eval.Evaluate(t.Context(), m, train, test, eval.Options{K: []int{3}})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string][]float64{}
	for _, name := range []string{"recall@3", "ndcg@3", "map@3", "mrr@3"} {
		for user, v := range r.PerUser(name) {
			got[name+" "+string(user)] = []float64{v}
		}
	}
	want := map[string][]float64{
		"recall@3 a": {0.333333}, "recall@3 b": {0.5}, "ndcg@3 a": {0.469279}, "ndcg@3 b": {0.386853},
		"map@3 a": {0.333333}, "map@3 b": {0.25}, "mrr@3 a": {1}, "mrr@3 b": {0.5},
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateApprox(0, 5e-7)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func smallWorldSplit(t testing.TB) (train, test *recommender.Table) {
	t.Helper()
	all, err := recommender.Load(t.Context(), recommendertest.SmallWorld(1), recommender.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	train, test, err = eval.Random{Seed: 1}.Split(all)
	if err != nil {
		t.Fatal(err)
	}
	return train, test
}

func TestReportIsTheSameAtAnyNumberOfWorkers(t *testing.T) {
	train, test := smallWorldSplit(t)
	m, err := recommender.Popular{}.Train(t.Context(), train.Dataset())
	if err != nil {
		t.Fatal(err)
	}
	var first string
	for _, workers := range []int{1, 2, 7} {
		r, err := eval.Evaluate(t.Context(), m, train, test, eval.Options{K: []int{20, 5, 5}, Workers: workers, Seed: 3})
		if err != nil {
			t.Fatal(err)
		}
		// %v prints floats so that they read back to the same bits.
		if got := fmt.Sprint(r.Metrics); first == "" {
			first = got
		} else if got != first {
			t.Errorf("%d workers: %s\n1 worker: %s", workers, got, first)
		}
	}
}

func TestDislikesAreNotWhatATestAsksFor(t *testing.T) {
	m, train, _ := golden(t)
	b := recommender.NewTableBuilder(1)
	if err := b.Add(recommender.Interaction{User: "a", Item: "i1", Kind: recommender.Dislike}); err != nil {
		t.Fatal(err)
	}
	r, err := eval.Evaluate(t.Context(), m, train, b.Table(), eval.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if r.Users != 0 || r.Skipped != 1 {
		t.Errorf("users %d, skipped %d, want 0 and 1", r.Users, r.Skipped)
	}
	if !math.IsNaN(r.Metrics["ndcg@10"].Mean) {
		t.Errorf("the mean over nobody is %v, want NaN", r.Metrics["ndcg@10"].Mean)
	}
}

func TestEvaluateReportsEveryFaultOfItsOptions(t *testing.T) {
	m, train, test := golden(t)
	_, err := eval.Evaluate(t.Context(), m, train, test, eval.Options{K: []int{0, 5, -2}, Workers: -1, Protocol: eval.Sampled{Positives: 1}})
	if !errors.Is(err, recommender.ErrInvalid) {
		t.Fatalf("error %v, want ErrInvalid", err)
	}
	for _, part := range []string{"K 0", "K -2", "Protocol 1", "Workers -1"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("error %q lacks %q", err, part)
		}
	}
	if _, err := eval.Evaluate(t.Context(), m, &recommender.Table{}, test, eval.Options{}); !errors.Is(err, recommender.ErrInvalid) {
		t.Errorf("empty training table: error %v, want ErrInvalid", err)
	}
}

func TestEvaluateStopsAtErrorsAndCancellation(t *testing.T) {
	_, train, test := golden(t)
	broken := errors.New("broken")
	m := recommender.ModelFunc(func(context.Context, recommender.Request) (recommender.Ranking, error) {
		return recommender.Ranking{}, broken
	})
	if _, err := eval.Evaluate(t.Context(), m, train, test, eval.Options{}); !errors.Is(err, broken) || !strings.Contains(err.Error(), `"a"`) {
		t.Errorf("error %v, want broken, with the user", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := eval.Evaluate(ctx, m, train, test, eval.Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want context.Canceled", err)
	}
}

func TestProgressCountsEveryUser(t *testing.T) {
	m, train, test := golden(t)
	var calls []string
	_, err := eval.Evaluate(t.Context(), m, train, test, eval.Options{
		Progress: func(done, total int) { calls = append(calls, fmt.Sprint(done, "/", total)) },
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"1/2", "2/2"}, calls); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestIntervalMarshalsWithoutBoundsItLacks(t *testing.T) {
	nan := math.NaN()
	for want, in := range map[string]eval.Interval{
		`{"mean":0.5,"lo":0.25,"hi":0.75}`: {Mean: 0.5, Lo: 0.25, Hi: 0.75},
		`{"mean":0.5}`:                     {Mean: 0.5, Lo: nan, Hi: nan},
		`{"mean":null}`:                    {Mean: nan, Lo: nan, Hi: nan},
	} {
		got, err := json.Marshal(in)
		if err != nil || string(got) != want {
			t.Errorf("%s, %v, want %s", got, err, want)
		}
	}
}
