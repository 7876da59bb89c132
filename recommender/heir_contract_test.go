package recommender_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/recommender/recommendertest"
)

// A count tells how often a Scorer scores, and how often it is asked for what is like an item.
type count struct {
	personal
	scored, asked *atomic.Int32
}

func (c count) ScoreAll(ctx context.Context, req recommender.Request, dst []float32) error {
	c.scored.Add(1)
	return c.personal.ScoreAll(ctx, req, dst)
}

func (c count) Similar(ctx context.Context, item recommender.ItemID, k int) ([]recommender.Scored, error) {
	c.asked.Add(1)
	return c.personal.Similar(ctx, item, k)
}

func TestAListIsExplainedForThePriceOfAFew(t *testing.T) {
	d := recommendertest.SmallWorld(3)
	var scored, asked atomic.Int32
	a := count{newPersonal(t, d, 1), &scored, &asked}
	b := newPersonal(t, d, 2)
	h := hybrid(t, recommender.HybridOptions{}, recommender.Part{Name: "a", Model: a, Weight: 1, Inherit: "b"}, recommender.Part{Name: "b", Model: b, Weight: 1})
	for name, m := range map[string]recommender.Model{"heir": heir(t, a, b, recommender.HeirOptions{}), "hybrid": h} {
		scored.Store(0)
		r, err := m.Recommend(t.Context(), recommender.Request{User: "u03", N: 20, Explain: true})
		if err != nil {
			t.Fatal(err)
		}
		if n := scored.Load(); n > 2 {
			t.Errorf("%s: the part scored its catalogue %d times to explain a list of %d, want 2", name, n, len(r.Items))
		}
	}
}

// A late finds nothing alike before so many requests are under way.
type late struct {
	count
	requests int32
}

func (l late) Similar(ctx context.Context, item recommender.ItemID, k int) ([]recommender.Scored, error) {
	for l.scored.Load() < l.requests {
		runtime.Gosched()
	}
	return l.count.Similar(ctx, item, k)
}

func TestHeirsAskOnceHoweverManyRequests(t *testing.T) {
	d := recommendertest.SmallWorld(3)
	var scored, asked atomic.Int32
	const requests = 8
	a := count{newPersonal(t, d, 1), &scored, &asked}
	b := late{count{newPersonal(t, d, 2), &scored, &asked}, requests}
	h := heir(t, a, b, recommender.HeirOptions{})
	var wg sync.WaitGroup
	for u := range requests {
		wg.Go(func() {
			dst := make([]float32, len(h.Catalog()))
			if err := h.ScoreAll(t.Context(), recommender.Request{User: recommender.UserID(fmt.Sprintf("u%02d", u))}, dst); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	unknown := 0
	for _, id := range h.Catalog() {
		if s := newPersonal(t, d, 1).score(recommender.Request{}, id); s != s {
			unknown++
		}
	}
	if n := int(asked.Load()); n != unknown {
		t.Errorf("asked %d times about %d unknown items", n, unknown)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	fresh := heir(t, newPersonal(t, d, 1), b, recommender.HeirOptions{})
	if err := fresh.ScoreAll(ctx, recommender.Request{User: "u01"}, make([]float32, len(h.Catalog()))); !errors.Is(err, context.Canceled) {
		t.Errorf("with a cancelled context: error %v", err)
	}
}

func TestInvalidHeirsAreRefused(t *testing.T) {
	f := fixed{items: ids(2), scores: []float32{1, nan}}
	double := fixed{items: []recommender.ItemID{"x", "x"}, scores: []float32{1, 2}}
	for name, c := range map[string]struct {
		m    recommender.Scorer
		like recommender.Resembler
		k    int
	}{
		"no scorer":     {nil, kin{}, 0},
		"no resembler":  {f, nil, 0},
		"-1 neighbours": {f, kin{}, -1},
		"a double":      {double, kin{}, 0},
	} {
		if _, err := recommender.NewHeir(c.m, c.like, recommender.HeirOptions{Neighbours: c.k}); !errors.Is(err, recommender.ErrInvalid) {
			t.Errorf("%s: error %v, want ErrInvalid", name, err)
		}
	}
}

// Who inherits from whom does not depend on the order in which parts are named.
func TestInheritanceChainsInAnyOrder(t *testing.T) {
	like := map[recommender.ItemID][]recommender.Scored{"i2": {{Item: "i1", Score: 0.5}}}
	parts := []recommender.Part{
		{Name: "taste", Model: fixed{items: ids(3), scores: []float32{0, 10, nan}}, Weight: 1, Inherit: "content"},
		{Name: "content", Model: kin{fixed{items: ids(3), scores: []float32{0, 4, nan}}, like}, Inherit: "tags"},
		{Name: "tags", Model: kin{fixed{items: ids(3), scores: []float32{0, 0, 1}}, like}},
	}
	for _, order := range [][]int{{0, 1, 2}, {1, 0, 2}, {2, 1, 0}} {
		var list []recommender.Part
		for _, o := range order {
			list = append(list, parts[o])
		}
		if diff := cmp.Diff([]float32{0, 1, 0.2}, scores(t, hybrid(t, recommender.HybridOptions{}, list...), recommender.Request{})); diff != "" {
			t.Errorf("order %v: %s", order, diff)
		}
	}
}
