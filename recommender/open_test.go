package recommender_test

import (
	"context"
	"errors"
	"io"
	"maps"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/storage"
)

var decoders = map[string]recommender.Decoder{
	"popular": func(r io.Reader) (recommender.Model, error) { return recommender.ReadPopular(r) },
}

func TestPublishedHybridIsPutTogetherFromItsParts(t *testing.T) {
	ctx := t.Context()
	reg := storage.NewMemory()
	if err := reg.Publish(ctx, recommender.Version{ID: "pop-1", Kind: "popular"}, popular(t)); err != nil {
		t.Fatal(err)
	}
	r := recommender.Recipe{Normalization: "zscore", Absent: []string{"reviews"},
		Parts: []recommender.RecipePart{{Name: "content", Version: "pop-1", Weight: 0.5}, {Name: "collaborative", Version: "pop-1", Weight: 0.5}}}
	if err := reg.Publish(ctx, recommender.Version{ID: "mix-1", Kind: recommender.HybridKind, Parts: r.Versions()}, r); err != nil {
		t.Fatal(err)
	}
	m, v, err := recommender.OpenModel(ctx, reg, "mix-1", decoders)
	if err != nil {
		t.Fatal(err)
	}
	if v.ID != "mix-1" || !cmp.Equal(m.(*recommender.Hybrid).Absent(), []string{"reviews"}) {
		t.Errorf("version %q, absent %v", v.ID, m.(*recommender.Hybrid).Absent())
	}
	got, err := m.Recommend(ctx, recommender.Request{User: "b"})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]recommender.ItemID{"x", "z"}, itemsOf(got)); diff != "" {
		t.Error(diff)
	}
}

// tailed is a Registry whose bytes turn out to be damaged at the very end.
type tailed struct{ recommender.Registry }

func (r tailed) Open(ctx context.Context, id string) (recommender.Version, io.ReadCloser, error) {
	v, rc, err := r.Registry.Open(ctx, id)
	if err != nil {
		return v, rc, err
	}
	return v, struct {
		io.Reader
		io.Closer
	}{io.MultiReader(rc, iotest.ErrReader(recommender.ErrCorrupt)), rc}, nil
}

func TestOpenModelReadsToTheEnd(t *testing.T) {
	reg := storage.NewMemory()
	if err := reg.Publish(t.Context(), recommender.Version{ID: "pop-1", Kind: "popular"}, popular(t)); err != nil {
		t.Fatal(err)
	}
	if _, _, err := recommender.OpenModel(t.Context(), tailed{reg}, "pop-1", decoders); !errors.Is(err, recommender.ErrCorrupt) {
		t.Errorf("error %v, want ErrCorrupt", err)
	}
}

func TestPublishedHybridKeepsItsListDepth(t *testing.T) {
	ctx, reg := t.Context(), storage.NewMemory()
	asked := 0
	with := maps.Clone(decoders)
	with["list"] = func(io.Reader) (recommender.Model, error) {
		return recommender.ModelFunc(func(_ context.Context, req recommender.Request) (recommender.Ranking, error) {
			asked = req.N
			return recommender.Ranking{Items: []recommender.Scored{{Item: "x", Score: 1}}}, nil
		}), nil
	}
	r := recommender.Recipe{Normalization: "rank", ListDepth: 7, Parts: []recommender.RecipePart{
		{Name: "popular", Version: "pop-1", Weight: 1}, {Name: "list", Version: "list-1", Weight: 1}}}
	for _, err := range []error{
		reg.Publish(ctx, recommender.Version{ID: "pop-1", Kind: "popular"}, popular(t)),
		reg.Publish(ctx, recommender.Version{ID: "list-1", Kind: "list"}, popular(t)),
		reg.Publish(ctx, recommender.Version{ID: "mix-1", Kind: recommender.HybridKind, Parts: r.Versions()}, r),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	m, _, err := recommender.OpenModel(ctx, reg, "mix-1", with)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.Recommend(ctx, recommender.Request{}); err != nil || asked != 7 {
		t.Errorf("the list was asked for %d items, %v; want 7", asked, err)
	}
}

func TestOpenModelSaysWhatIsWrong(t *testing.T) {
	ctx := t.Context()
	reg := storage.NewMemory()
	publish := func(id, kind string, w io.WriterTo) {
		if err := reg.Publish(ctx, recommender.Version{ID: id, Kind: kind}, w); err != nil {
			t.Fatal(err)
		}
	}
	self := recommender.Recipe{Normalization: "minmax", Parts: []recommender.RecipePart{{Name: "me", Version: "self", Weight: 1}}}
	publish("self", recommender.HybridKind, self)
	publish("odd", recommender.HybridKind, recommender.Recipe{Normalization: "loud"})
	publish("alien", "transformer", popular(t))
	publish("broken", "popular", self)
	for id, want := range map[string]error{
		"absent": recommender.ErrNotFound, "alien": recommender.ErrInvalid, "broken": recommender.ErrCorrupt,
		"self": recommender.ErrInvalid, "odd": recommender.ErrInvalid,
	} {
		if _, _, err := recommender.OpenModel(ctx, reg, id, decoders); !errors.Is(err, want) {
			t.Errorf("%s: error %v, want %v", id, err, want)
		}
	}
}
