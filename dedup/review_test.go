package dedup_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/osusume/osusume/dedup"
	"github.com/osusume/osusume/recommender"
)

func TestReviewIsCappedAndCanBeOff(t *testing.T) {
	records, _ := world(600, 1)
	all := resolve(t, dedup.Config{}, nil, records).Review
	if len(all) < 3 {
		t.Fatalf("%d links to review, want enough to cap", len(all))
	}
	if got := resolve(t, dedup.Config{MaxReview: 2}, nil, records).Review; !slices.Equal(got, all[:2]) {
		t.Errorf("MaxReview 2 gives %v, want %v", got, all[:2])
	}
	if got := resolve(t, dedup.Config{MaxReview: -1}, nil, records).Review; got != nil {
		t.Errorf("MaxReview -1 gives %v, want none", got)
	}
}

// Of two items that nearly joined one side asks: a person is not to decide twice.
func TestReviewAsksOnce(t *testing.T) {
	records, _ := world(600, 1)
	r := resolve(t, dedup.Config{}, nil, records)
	of := map[id]id{}
	for _, l := range r.Links {
		of[l.Record] = l.Canonical
	}
	asked := map[[2]id]bool{}
	for _, l := range r.Review {
		asked[[2]id{of[l.Record], l.Canonical}] = true
	}
	if len(asked) == 0 {
		t.Fatal("nothing to review: the test shows nothing")
	}
	for p := range asked {
		if asked[[2]id{p[1], p[0]}] {
			t.Errorf("%q and %q are asked about from both sides", p[0], p[1])
		}
	}
}

func TestReviewIsAnOverridesFileInComments(t *testing.T) {
	records, _ := world(600, 1)
	byID := map[id]recommender.Item{}
	for _, it := range records {
		byID[it.ID] = it
	}
	x, err := dedup.Config{MaxReview: 5}.Index(t.Context(), seq(records))
	if err != nil {
		t.Fatal(err)
	}
	res, err := x.Resolve(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(res.Review) == 0 {
		t.Fatal("nothing to review")
	}
	var b strings.Builder
	if err := x.WriteReview(&b, res, func(id id) (recommender.Item, error) { return byID[id], nil }); err != nil {
		t.Fatal(err)
	}
	o, err := dedup.ReadOverrides(strings.NewReader(b.String()), "review")
	if err != nil || len(o.Force)+len(o.Block) != 0 {
		t.Fatalf("as it is the file decides %v, %v", o, err)
	}
	o, err = dedup.ReadOverrides(strings.NewReader(strings.ReplaceAll(b.String(), "#force", "force")), "review")
	if err != nil || len(o.Force) != len(res.Review) {
		t.Fatalf("every force uncommented gives %v, %v", o, err)
	}
	canonical := map[id]id{}
	for _, l := range resolve(t, dedup.Config{Overrides: o}, canonicals(res), records).Links {
		canonical[l.Record] = l.Canonical
	}
	for _, group := range o.Force {
		if canonical[group[0]] != canonical[group[1]] {
			t.Errorf("%v was forced and is not one", group)
		}
	}
	broken := errors.New("broken")
	if err := x.WriteReview(&b, res, func(id) (recommender.Item, error) { return recommender.Item{}, broken }); !errors.Is(err, broken) {
		t.Errorf("error %v, want %v", err, broken)
	}
}
