package tune_test

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/osusume/osusume/internal/rng"
	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/recommender/eval"
	"github.com/osusume/osusume/recommender/recommendertest"
	"github.com/osusume/osusume/recommender/tune"
)

const (
	people = 600
	things = 120
)

// Colour knows the users' colours, noise nothing at all.
var (
	colour rule = func(u recommender.UserID, i int) float32 {
		if number(string(u))%4 == i%4 {
			return 1
		}
		return 0
	}
	noise rule = func(u recommender.UserID, i int) float32 {
		return float32(rng.Hash(3, string(u)+string(item(i)))%1000) / 1000
	}
)

func TestBlendBeatsItsPartsWhereTheyKnowDifferentThings(t *testing.T) {
	all := world(t)
	h := parts(tune.Part{Name: "colour", Trainer: colour}, tune.Part{Name: "popular", Trainer: recommender.Popular{}, Impersonal: true})
	train, test, err := eval.Random{Seed: 9}.Split(all)
	if err != nil {
		t.Fatal(err)
	}
	ndcg := func(tr recommender.Trainer) *eval.Report {
		m, err := tr.Train(t.Context(), train.Dataset())
		if err != nil {
			t.Fatal(err)
		}
		r, err := eval.Evaluate(t.Context(), m, train, test, eval.Options{Resamples: 200})
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	blend := ndcg(h)
	for _, part := range h.Parts {
		c, err := eval.Compare(t.Context(), ndcg(part.Trainer), blend)
		if err != nil {
			t.Fatal(err)
		}
		if d := c.Metrics["ndcg@10"]; d.Lo <= 0 {
			t.Errorf("the blend is %+.4f [%+.4f, %+.4f] against %s alone, want a gain", d.Mean, d.Lo, d.Hi, part.Name)
		}
	}
}

func TestNoiseGetsNoWeight(t *testing.T) {
	h := parts(tune.Part{Name: "popular", Trainer: recommender.Popular{}, Impersonal: true}, tune.Part{Name: "noise", Trainer: noise})
	l := learn(t, h, world(t).Dataset())
	if l.Weights["noise"] != 0 || l.Levels != nil {
		t.Errorf("weights %v and levels %v, want none for noise", l.Weights, l.Levels)
	}
	if got, want := l.NDCG["blend"], l.NDCG["popular"]; got != want || got <= l.NDCG["noise"] {
		t.Errorf("NDCG %v: want the blend to be its best part", l.NDCG)
	}
}

func TestLevelsFollowWhatHelpsWhom(t *testing.T) {
	// It knows the colours of users who have more items, and misleads the others.
	busy := rule(func(u recommender.UserID, i int) float32 {
		if n := number(string(u)); n%20 < 10 {
			return 1 - colour(u, i)
		}
		return colour(u, i)
	})
	h := parts(tune.Part{Name: "popular", Trainer: recommender.Popular{}, Impersonal: true}, tune.Part{Name: "busy", Trainer: busy})
	l := learn(t, h, world(t).Dataset())
	if len(l.Levels) == 0 {
		t.Fatalf("no levels: weights %v", l.Weights)
	}
	top := l.Levels[len(l.Levels)-1]
	if l.Weights["busy"] >= top.Weights["busy"] || top.From < 5 {
		t.Errorf("weight %v below, %v from %d items on: want more for the busy", l.Weights["busy"], top.Weights["busy"], top.From)
	}
}

func TestSameWeightsAtAnyNumberOfWorkers(t *testing.T) {
	d := world(t).Dataset()
	h := parts(tune.Part{Name: "colour", Trainer: colour}, tune.Part{Name: "popular", Trainer: recommender.Popular{}, Impersonal: true})
	h.Workers = 1
	want := learn(t, h, d)
	h.Workers = 3
	if diff := cmp.Diff(want, learn(t, h, d)); diff != "" {
		t.Error(diff)
	}
}

// What a user dislikes must not count as found.
func TestDislikesAreNotWanted(t *testing.T) {
	b := recommender.NewTableBuilder(0)
	for u := range people {
		r := rng.New(7, uint64(u))
		for range 14 {
			i, kind := r.IntN(things), recommender.Like
			if i%4 != u%4 {
				kind = recommender.Dislike
			}
			if err := b.Add(recommender.Interaction{User: user(u), Item: item(i), Kind: kind}); err != nil {
				t.Fatal(err)
			}
		}
	}
	wrong := rule(func(u recommender.UserID, i int) float32 { return 1 - colour(u, i) })
	l := learn(t, parts(tune.Part{Name: "colour", Trainer: colour}, tune.Part{Name: "wrong", Trainer: wrong}), b.Table().Dataset())
	if l.NDCG["wrong"] != 0 || l.NDCG["colour"] == 0 {
		t.Errorf("NDCG %v: what recommends only what is disliked finds something", l.NDCG)
	}
	if l.Users >= people {
		t.Errorf("%d users were asked, though some dislike all that was held back", l.Users)
	}
}

// One that does not know half of the users is worth nothing to them alone, though
// the other parts' candidates hold what they want.
func TestAPartThatKnowsNobodyFindsNothing(t *testing.T) {
	shy := tune.Part{Name: "shy", Trainer: shyTrainer{}}
	l := learn(t, parts(tune.Part{Name: "popular", Trainer: recommender.Popular{}, Impersonal: true}, tune.Part{Name: "noise", Trainer: noise}, shy), world(t).Dataset())
	if l.NDCG["shy"] != 0 || l.Weights["shy"] != 0 {
		t.Errorf("NDCG %v, weights %v of a part that answers nobody", l.NDCG, l.Weights)
	}
}

type shyTrainer struct{}

func (shyTrainer) Train(ctx context.Context, d recommender.Dataset) (recommender.Model, error) {
	m, err := noise.Train(ctx, d)
	if err != nil {
		return nil, err
	}
	return shy{m.(*ruled)}, nil
}

type shy struct{ *ruled }

func (shy) ScoreAll(context.Context, recommender.Request, []float32) error {
	return recommender.ErrColdStart
}

func TestLearnedHybridsKeepTheContractOfTrainers(t *testing.T) {
	h := parts(tune.Part{Name: "colour", Trainer: strict{}}, tune.Part{Name: "popular", Trainer: recommender.Popular{}, Impersonal: true})
	recommendertest.TestTrainer(t, h, nil, recommendertest.TrainerOptions{Workers: func(n int) recommender.Trainer {
		h := h
		h.Workers = n
		return h
	}})
}

// strict trains models that know only who is in the data, as the contract wants.
type strict struct{}

func (strict) Train(ctx context.Context, d recommender.Dataset) (recommender.Model, error) {
	m, err := recommender.Popular{}.Train(ctx, d)
	if err != nil {
		return nil, err
	}
	return known{m.(*recommender.PopularModel)}, nil
}

// known scores items by how much the numbers of user and item are alike.
type known struct{ *recommender.PopularModel }

func (m known) ScoreAll(ctx context.Context, req recommender.Request, dst []float32) error {
	if err := m.PopularModel.ScoreAll(ctx, req, dst); err != nil {
		return err
	}
	if len(req.Seeds) > 0 || m.Seen(req.User) == nil {
		return recommender.ErrColdStart
	}
	for i, id := range m.Catalog() {
		dst[i] = float32(rng.Hash(5, string(req.User)+string(id)) % 100)
	}
	return nil
}

func (m known) Explain(ctx context.Context, req recommender.Request, item recommender.ItemID) ([]recommender.Reason, error) {
	return []recommender.Reason{{Kind: recommender.ReasonRest, Part: float32(rng.Hash(5, string(req.User)+string(item)) % 100)}}, nil
}

func TestInvalidBlendsAreRefused(t *testing.T) {
	_, err := tune.Hybrid{
		Parts: []tune.Part{{Name: "a", Trainer: rule(flat)}, {Name: "a", Trainer: rule(flat)}, {Name: "blend"}},
		K:     -1, Users: -2, Levels: -3,
	}.Train(t.Context(), world(t).Dataset())
	if !errors.Is(err, recommender.ErrInvalid) {
		t.Fatalf("error %v, want ErrInvalid", err)
	}
	const want = `tune: invalid config: part 1: name "a" is empty or taken; part 2: name "blend" is empty or taken; part "blend" has no Trainer; K -1 < 0; Users -2 < 0; Levels -3 < 0: recommender: invalid argument`
	if got := err.Error(); got != want {
		t.Errorf("error\n%s\nwant\n%s", got, want)
	}
	_, err = tune.Hybrid{
		Parts:         []tune.Part{{Name: "a", Trainer: rule(flat), Inherit: "b"}, {Name: "c", Trainer: rule(flat), Inherit: "c"}},
		Normalization: 9, Workers: -1,
	}.Learn(t.Context(), world(t).Dataset())
	const before = `tune: invalid config: part "a": nothing to inherit from "b"; part "c": nothing to inherit from "c"; unknown normalization(9); Workers -1 < 0: recommender: invalid argument`
	if err == nil || err.Error() != before {
		t.Errorf("error\n%v\nwant, before anything is trained,\n%s", err, before)
	}
	lone := table(t, recommender.Interaction{User: "u", Item: "i", Kind: recommender.Like})
	if _, err := parts(tune.Part{Name: "a", Trainer: rule(flat)}).Train(t.Context(), lone.Dataset()); !errors.Is(err, recommender.ErrInvalid) {
		t.Errorf("nobody to learn from: error %v, want ErrInvalid", err)
	}
}
