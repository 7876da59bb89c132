package abtest_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/osusume/osusume/abtest"
	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/recommender/recommendertest"
)

// only is a model that answers one item, named like itself.
func only(name string) recommender.Model {
	return recommender.ModelFunc(func(context.Context, recommender.Request) (recommender.Ranking, error) {
		return recommender.Ranking{Items: []recommender.Scored{{Item: recommender.ItemID(name)}}, Model: name}, nil
	})
}

func router(t testing.TB, o abtest.RouterOptions) (*abtest.Router, *abtest.Splitter) {
	t.Helper()
	split := splitter(t, "blend-2026", cohorts)
	r, err := abtest.NewRouter(split, map[string]recommender.Model{
		"control": only("control"), "treatment_a": only("treatment_a"), "treatment_b": only("treatment_b"),
	}, o)
	if err != nil {
		t.Fatal(err)
	}
	return r, split
}

func TestUsersGetTheModelOfTheirArm(t *testing.T) {
	r, split := router(t, abtest.RouterOptions{})
	for i := range 200 {
		req := recommender.Request{User: user(i), Seed: uint64(i)}
		got, err := r.Recommend(t.Context(), req)
		if err != nil {
			t.Fatal(err)
		}
		want := split.Arm(user(i))
		if got.Arm != want || got.Model != want {
			t.Errorf("user %d: arm %q, model %q, want %q", i, got.Arm, got.Model, want)
		}
		if arm, counted := r.Assign(t.Context(), req); arm != want || !counted {
			t.Errorf("user %d: assigned to %q, counted %t, want %q and counted", i, arm, counted, want)
		}
	}
}

func TestAnonymousRequestsHaveAnArmButAreNotCounted(t *testing.T) {
	r, _ := router(t, abtest.RouterOptions{})
	arms := map[string]int{}
	for i := range 4000 {
		req := recommender.Request{Seed: uint64(i), Seeds: []recommender.ItemID{"a", "b"}}
		arm, counted := r.Assign(t.Context(), req)
		again, _ := r.Assign(t.Context(), req)
		got, err := r.Recommend(t.Context(), req)
		if err != nil {
			t.Fatal(err)
		}
		if counted || again != arm || got.Arm != arm {
			t.Fatalf("seed %d: arms %q, %q and %q, counted %t", i, arm, again, got.Arm, counted)
		}
		arms[arm]++
	}
	within(t, "anonymous requests of the control", arms["control"], 4000, 0.5)
}

func TestAnonymousKeyIsMadeOfSeedAndSeeds(t *testing.T) {
	// Two arms of equal weight: requests of one key always agree, those of
	// different keys half of the time.
	r, err := abtest.NewRouter(splitter(t, "keys", []abtest.Arm{{Name: "x", Weight: 1}, {Name: "y", Weight: 1}}),
		map[string]recommender.Model{"x": only("x"), "y": only("y")}, abtest.RouterOptions{})
	if err != nil {
		t.Fatal(err)
	}
	differ := func(change func(*recommender.Request)) int {
		n := 0
		for i := range 400 {
			req := recommender.Request{Seed: uint64(i), Seeds: []recommender.ItemID{"a b", "c"}}
			before, _ := r.Assign(t.Context(), req)
			change(&req)
			if after, _ := r.Assign(t.Context(), req); after != before {
				n++
			}
		}
		return n
	}
	within(t, "arms that differ with another seed", differ(func(q *recommender.Request) { q.Seed += 1000 }), 400, 0.5)
	within(t, "arms that differ with other seeds", differ(func(q *recommender.Request) { q.Seeds = []recommender.ItemID{"d"} }), 400, 0.5)
	within(t, "arms that differ with seeds cut otherwise", differ(func(q *recommender.Request) { q.Seeds = []recommender.ItemID{"a", "b c"} }), 400, 0.5)
	if n := differ(func(q *recommender.Request) { q.N, q.Exclude = 50, []recommender.ItemID{"z"} }); n != 0 {
		t.Errorf("%d arms differ with another N", n)
	}
}

type sessionKey struct{}

func TestSessionsKeepTheirArm(t *testing.T) {
	r, split := router(t, abtest.RouterOptions{Key: func(ctx context.Context, _ recommender.Request) string {
		id, _ := ctx.Value(sessionKey{}).(string)
		return id
	}})
	for i := range 50 {
		session := fmt.Sprint("session-", i)
		ctx := context.WithValue(t.Context(), sessionKey{}, session)
		for seed := range uint64(5) {
			arm, counted := r.Assign(ctx, recommender.Request{Seed: seed})
			if want := split.Arm(recommender.UserID(session)); arm != want || counted {
				t.Errorf("%s: arm %q, counted %t, want %q, not counted", session, arm, counted, want)
			}
		}
		if arm, _ := r.Assign(ctx, recommender.Request{User: user(i)}); arm != split.Arm(user(i)) {
			t.Errorf("user %d: arm %q is not that of the user", i, arm)
		}
	}
	plain, _ := router(t, abtest.RouterOptions{})
	for seed := range uint64(50) { // without a session the default key decides
		req := recommender.Request{Seed: seed}
		got, _ := r.Assign(t.Context(), req)
		if want, _ := plain.Assign(t.Context(), req); got != want {
			t.Errorf("seed %d: arm %q, want %q", seed, got, want)
		}
	}
}

func TestRouterKeepsTheModelContract(t *testing.T) {
	d := recommendertest.SmallWorld(3)
	train := func(kinds ...recommender.Kind) recommender.Model {
		m, err := recommender.Popular{Kinds: kinds}.Train(t.Context(), d)
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	// Blends, so that each arm ranks otherwise and yet knows all that users had.
	all := train()
	blend := func(kind recommender.Kind) recommender.Model {
		h, err := recommender.NewHybrid([]recommender.Part{
			{Name: "all", Model: all, Weight: 1}, {Name: "kind", Model: train(kind), Weight: 3},
		}, recommender.HybridOptions{})
		if err != nil {
			t.Fatal(err)
		}
		return h
	}
	r, err := abtest.NewRouter(splitter(t, "suite", cohorts), map[string]recommender.Model{
		"control": all, "treatment_a": blend(recommender.View), "treatment_b": blend(recommender.Review),
	}, abtest.RouterOptions{})
	if err != nil {
		t.Fatal(err)
	}
	recommendertest.TestModel(t, r, d, recommendertest.TrainerOptions{UserIndependent: true})
}

func TestRouterErrorsNameTheArm(t *testing.T) {
	cold := recommender.ModelFunc(func(context.Context, recommender.Request) (recommender.Ranking, error) {
		return recommender.Ranking{}, recommender.ErrColdStart
	})
	r, err := abtest.NewRouter(splitter(t, "cold", []abtest.Arm{{Name: "only", Weight: 1}}), map[string]recommender.Model{"only": cold}, abtest.RouterOptions{})
	if err != nil {
		t.Fatal(err)
	}
	_, err = r.Recommend(t.Context(), recommender.Request{User: "ann"})
	if !errors.Is(err, recommender.ErrColdStart) {
		t.Fatalf("error %v, want ErrColdStart", err)
	}
	mention(t, err.Error(), `"only"`, `"cold"`)
}

func TestRouterFaultsAreReportedTogether(t *testing.T) {
	split := splitter(t, "faulty", cohorts)
	_, err := abtest.NewRouter(split, map[string]recommender.Model{
		"treatment_a": only("a"), "treatment_b": nil, "treatment_c": only("c"), "conrtol": only("typo"),
	}, abtest.RouterOptions{})
	wantFaults(t, err, `"faulty"`, `arm "control" has no model`, `arm "treatment_b" has no model`, `model "treatment_c" has no arm`, `model "conrtol" has no arm`)
	_, err = abtest.NewRouter(nil, nil, abtest.RouterOptions{})
	wantFaults(t, err, "without a splitter")
}

func TestRouterCopiesItsArms(t *testing.T) {
	arms := map[string]recommender.Model{"x": only("before")}
	r, err := abtest.NewRouter(splitter(t, "copy", []abtest.Arm{{Name: "x", Weight: 1}}), arms, abtest.RouterOptions{})
	if err != nil {
		t.Fatal(err)
	}
	arms["x"] = only("after")
	got, err := r.Recommend(t.Context(), recommender.Request{User: "ann"})
	if err != nil {
		t.Fatal(err)
	}
	if got.Model != "before" {
		t.Errorf("model %q answers, want %q", got.Model, "before")
	}
}

// The model costs nothing, so that what is left beside model=bare is the router.
func BenchmarkRouter(b *testing.B) {
	var nothing recommender.Model = recommender.ModelFunc(func(context.Context, recommender.Request) (recommender.Ranking, error) {
		return recommender.Ranking{}, nil
	})
	routed, err := abtest.NewRouter(splitter(b, "bench", cohorts), map[string]recommender.Model{
		"control": nothing, "treatment_a": nothing, "treatment_b": nothing,
	}, abtest.RouterOptions{})
	if err != nil {
		b.Fatal(err)
	}
	user := recommender.Request{User: "a-user-of-usual-length"}
	anonymous := recommender.Request{Seed: 12345, Seeds: []recommender.ItemID{"anilist:16498", "anilist:1535"}}
	for _, c := range []struct {
		name  string
		model recommender.Model
		req   recommender.Request
	}{
		{"model=bare/request=user", nothing, user},
		{"model=routed/request=user", routed, user},
		{"model=routed/request=anonymous", routed, anonymous},
	} {
		b.Run(c.name, func(b *testing.B) {
			ctx := b.Context()
			b.ReportAllocs()
			for b.Loop() {
				if _, err := c.model.Recommend(ctx, c.req); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
