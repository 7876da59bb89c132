package recommendertest

// From inside, because a suite that reports to a *testing.T can only be seen to
// fail through the checks behind it.

import (
	"context"
	"math"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/osusume/osusume/recommender"
)

// A mutant is a good model that breaks one rule.
type mutant struct {
	recommender.Scorer
	recommend func(context.Context, recommender.Request) (recommender.Ranking, error)
	scoreAll  func(context.Context, recommender.Request, []float32) error
	catalog   func() []recommender.ItemID
	seen      func(recommender.UserID) []recommender.ItemID
	explain   func(recommender.ItemID) []recommender.Reason
}

func (m mutant) Recommend(ctx context.Context, req recommender.Request) (recommender.Ranking, error) {
	if m.recommend != nil {
		return m.recommend(ctx, req)
	}
	return m.Scorer.Recommend(ctx, req)
}

func (m mutant) ScoreAll(ctx context.Context, req recommender.Request, dst []float32) error {
	if m.scoreAll != nil {
		return m.scoreAll(ctx, req, dst)
	}
	return m.Scorer.ScoreAll(ctx, req, dst)
}

func (m mutant) Catalog() []recommender.ItemID {
	if m.catalog != nil {
		return m.catalog()
	}
	return m.Scorer.Catalog()
}

func (m mutant) Seen(u recommender.UserID) []recommender.ItemID {
	if m.seen != nil {
		return m.seen(u)
	}
	return m.Scorer.(recommender.Historian).Seen(u)
}

func (m mutant) Explain(ctx context.Context, req recommender.Request, id recommender.ItemID) ([]recommender.Reason, error) {
	if m.explain != nil {
		return m.explain(id), nil
	}
	return m.Scorer.(recommender.Explainer).Explain(ctx, req, id)
}

func trainPopular(t *testing.T) (recommender.Dataset, recommender.Scorer) {
	t.Helper()
	d := SmallWorld(1)
	m, err := recommender.Popular{}.Train(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	return d, m.(recommender.Scorer)
}

func TestModelSuiteFindsEveryBrokenRule(t *testing.T) {
	d, good := trainPopular(t)
	var calls atomic.Int64
	tests := []struct {
		name  string
		check string // the check that must fail
		m     mutant
	}{
		{"filters after cutting to N", "RanksAsBruteForce", mutant{recommend: func(ctx context.Context, req recommender.Request) (recommender.Ranking, error) {
			exclude := req.Exclude
			req.Exclude = nil
			out, err := good.Recommend(ctx, req)
			out.Items = slices.DeleteFunc(out.Items, func(x recommender.Scored) bool { return slices.Contains(exclude, x.Item) })
			return out, err
		}}},
		{"breaks ties backwards", "RanksAsBruteForce", mutant{recommend: func(ctx context.Context, req recommender.Request) (recommender.Ranking, error) {
			out, err := good.Recommend(ctx, req)
			for i := 1; i < len(out.Items); i++ {
				if a, b := &out.Items[i-1], &out.Items[i]; a.Score == b.Score {
					*a, *b = *b, *a
				}
			}
			return out, err
		}}},
		{"recommends what was seen", "LeavesOutSeenAndSeeds", mutant{recommend: func(ctx context.Context, req recommender.Request) (recommender.Ranking, error) {
			req.IncludeSeen = true
			return good.Recommend(ctx, req)
		}}},
		{"recommends seeds", "LeavesOutSeenAndSeeds", mutant{recommend: func(ctx context.Context, req recommender.Request) (recommender.Ranking, error) {
			req.Seeds = nil
			return good.Recommend(ctx, req)
		}}},
		{"answers anybody", "ReportsColdStart", mutant{}},
		{"takes a negative N", "RefusesInvalidRequests", mutant{recommend: func(ctx context.Context, req recommender.Request) (recommender.Ranking, error) {
			req.N = max(req.N, 0)
			return good.Recommend(ctx, req)
		}}},
		{"copies its catalogue", "CatalogIsDistinctAndStable", mutant{catalog: func() []recommender.ItemID { return slices.Clone(good.Catalog()) }}},
		{"skips a place", "ScoreAllWritesEveryPlace", mutant{scoreAll: func(ctx context.Context, req recommender.Request, dst []float32) error {
			before := slices.Clone(dst)
			err := good.ScoreAll(ctx, req, dst)
			copy(dst[min(3, len(dst)):], before[min(3, len(dst)):min(4, len(dst))])
			return err
		}}},
		{"scores without bound", "ScoreAllWritesEveryPlace", mutant{scoreAll: func(ctx context.Context, req recommender.Request, dst []float32) error {
			err := good.ScoreAll(ctx, req, dst)
			if len(dst) > 0 {
				dst[0] = float32(math.Inf(1))
			}
			return err
		}}},
		{"takes a dst of any length", "ScoreAllWritesEveryPlace", mutant{scoreAll: func(context.Context, recommender.Request, []float32) error { return nil }}},
		{"forgets an item", "SeenIsTheTrainingData", mutant{seen: func(u recommender.UserID) []recommender.ItemID {
			seen := good.(recommender.Historian).Seen(u)
			return seen[min(1, len(seen)):]
		}}},
		{"explains half", "ExplanationsAddUp", mutant{explain: func(recommender.ItemID) []recommender.Reason {
			return []recommender.Reason{{Kind: recommender.ReasonPopular, Part: 0.5}}
		}}},
		{"explains by NaN", "ExplanationsAddUp", mutant{explain: func(recommender.ItemID) []recommender.Reason {
			return []recommender.Reason{{Kind: recommender.ReasonPopular, Part: float32(math.NaN())}}
		}}},
		{"answers otherwise the second time", "AnswersConcurrently", mutant{recommend: func(ctx context.Context, req recommender.Request) (recommender.Ranking, error) {
			out, err := good.Recommend(ctx, req)
			if calls.Add(1)%2 == 0 && len(out.Items) > 0 {
				out.Items = out.Items[:len(out.Items)-1]
			}
			return out, err
		}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			test.m.Scorer = good
			s, err := newSubject(t.Context(), test.m, d, TrainerOptions{})
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range modelChecks {
				if c.name == test.check {
					if c.check(t.Context(), s) == nil {
						t.Errorf("%s passes a model that %s", c.name, test.name)
					}
					return
				}
			}
			t.Fatalf("no check %q", test.check)
		})
	}
}

// trainFunc is a Trainer by function.
type trainFunc func(context.Context, recommender.Dataset) (recommender.Model, error)

func (f trainFunc) Train(ctx context.Context, d recommender.Dataset) (recommender.Model, error) {
	return f(ctx, d)
}

func TestTrainerSuiteFindsEveryBrokenRule(t *testing.T) {
	d, good := trainPopular(t)
	ctx := t.Context()

	n := 0
	drifting := trainFunc(func(ctx context.Context, d recommender.Dataset) (recommender.Model, error) {
		n++
		kinds := []recommender.Kind{recommender.Rate, recommender.Review}
		return recommender.Popular{Kinds: kinds[:1+n%2]}.Train(ctx, d)
	})
	if checkRepeatable(ctx, drifting, drifting, d) == nil {
		t.Error("a trainer that gives another model each time passes")
	}
	deaf := trainFunc(func(context.Context, recommender.Dataset) (recommender.Model, error) { return good, nil })
	if checkCancelled(ctx, deaf, d) == nil {
		t.Error("a trainer that ignores its context passes")
	}
	if checkEmpty(ctx, deaf) == nil {
		t.Error("a trainer that learns from nothing passes")
	}
	rude := trainFunc(func(ctx context.Context, d recommender.Dataset) (recommender.Model, error) {
		table, err := recommender.Load(ctx, d, recommender.Filter{})
		if err == nil {
			table.Value[0]++
		}
		return good, err
	})
	if checkUntouched(ctx, rude, d) == nil {
		t.Error("a trainer that changes the Table passes")
	}
}
