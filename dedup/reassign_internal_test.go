package dedup

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/osusume/osusume/recommender"
)

// Reassign skips what nothing changed around. It must end where looking at
// everything in every round ends.
func TestReassignSkipsOnlyWhatCannotMove(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	words := []string{"silent", "river", "crown", "engine", "winter", "orchard", "letter", "moon"}
	var items []recommender.Item
	for i := range 900 {
		title := words[r.IntN(8)] + " " + words[r.IntN(8)] + " " + words[r.IntN(8)]
		it := recommender.Item{ID: recommender.RecordID(string(rune('a'+i%5)), fmt.Sprint(i)), Title: title}
		if r.IntN(2) == 0 {
			it.Year = 2000 + r.IntN(4)
		}
		if r.IntN(3) == 0 {
			it.Aliases = []string{words[r.IntN(8)] + " " + words[r.IntN(8)]}
		}
		items = append(items, it)
	}
	ctx := context.Background()
	x, err := Config{Workers: 1}.Index(ctx, func(yield func(recommender.Item, error) bool) {
		for _, it := range items {
			if !yield(it, nil) {
				return
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	g := x.graph
	fast, err := g.cluster(ctx)
	if err != nil {
		t.Fatal(err)
	}
	before := fast.groups()
	slow, err := g.cluster(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if err := g.reassign(ctx, fast); err != nil {
		t.Fatal(err)
	}
	for range reassignRounds {
		for r := range int32(len(g.records)) {
			_ = g.move(slow, r) || g.displace(slow, r)
		}
		tried := make([]int32, len(slow.members))
		for i := range tried {
			tried[i] = -1
		}
		if _, err := g.evict(ctx, slow, tried); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(slow.groups(), fast.groups()); diff != "" {
		t.Errorf("groups, looking at everything (-) and skipping (+):\n%s", diff)
	}
	if cmp.Equal(before, fast.groups()) {
		t.Error("reassign moved nothing: the test shows nothing")
	}
}
