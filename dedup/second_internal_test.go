package dedup

import (
	"context"
	"fmt"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/osusume/osusume/recommender"
)

// graphOf is a graph of records "a0", "b0" …, whose first letter is the source, and
// of what their pairs weigh alone.
func graphOf(t *testing.T, ids []string, alone map[[2]string]float64) *graph {
	t.Helper()
	c := &corpus{}
	place := map[string]int32{}
	for i, id := range ids {
		c.records = append(c.records, record{id: recommender.ItemID(id), source: int32(id[0])})
		place[id] = int32(i)
	}
	pairs := []pair{}
	for i := range ids {
		for j := i + 1; j < len(ids); j++ {
			if _, ok := alone[[2]string{ids[i], ids[j]}]; ok {
				pairs = append(pairs, pair{int32(i), int32(j)})
			}
		}
	}
	if len(pairs) != len(alone) {
		t.Fatal("pairs are not in the order of ids")
	}
	w := weights{}
	for ids, s := range alone {
		w[pair{place[ids[0]], place[ids[1]]}] = s
	}
	g, err := newGraph(context.Background(), &comparer{corpus: c}, w, pairs, nil, 1, logOdds(0.6))
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// weights is a weigher that knows some pairs; the others have nothing in common.
type weights map[pair]float64

func (w weights) edge(a, b int32) edge {
	s, ok := w[pair{min(a, b), max(a, b)}]
	if !ok {
		s = hopeless - 1
	}
	return edge{logit: float32(s)}
}

func (w weights) explain(int32, int32, recommender.Item, recommender.Item) Explanation {
	return Explanation{Probability: math.NaN()}
}

func namesOf(g *graph, cl *clusters) []string {
	var out []string
	for _, group := range cl.groups() {
		s := ""
		for _, r := range group {
			s += fmt.Sprint(g.records[r].id, " ")
		}
		out = append(out, s)
	}
	return out
}

// A series and its special look alike; the special's counterpart has a title of its
// own and looks like the series a little more than like the special.
func TestASecondLookJoinsWhatTheTakenKeptApart(t *testing.T) {
	g := graphOf(t, []string{"a-series", "a-special", "b-series", "b-special"}, map[[2]string]float64{
		{"a-series", "b-series"}:   6,
		{"a-series", "b-special"}:  1.2,
		{"a-special", "b-series"}:  1.4,
		{"a-special", "b-special"}: 0.7,
	})
	ctx := context.Background()
	cl, err := g.cluster(ctx)
	if err == nil {
		err = g.reassign(ctx, cl)
	}
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"a-series b-series ", "a-special ", "b-special "}, namesOf(g, cl)); diff != "" {
		t.Errorf("groups at the first look (-want +got):\n%s", diff)
	}
	if err := g.secondLook(ctx, cl); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"a-series b-series ", "a-special b-special "}, namesOf(g, cl)); diff != "" {
		t.Errorf("groups at the second look (-want +got):\n%s", diff)
	}
}

// b-tv was taken by the pilot, whose group has the place that b-pilot would have;
// neither can move first.
func TestDisplaceMovesTwoRecordsAtOnce(t *testing.T) {
	g := graphOf(t, []string{"a-pilot", "a-tv", "b-pilot", "b-tv", "c-pilot", "c-tv", "d-tv"}, map[[2]string]float64{
		{"a-pilot", "b-pilot"}: 4,
		{"a-pilot", "b-tv"}:    5,
		{"a-pilot", "c-pilot"}: 6,
		{"a-tv", "b-tv"}:       5,
		{"a-tv", "c-tv"}:       6,
		{"a-tv", "d-tv"}:       6,
		{"b-pilot", "c-pilot"}: 4,
		{"b-tv", "c-pilot"}:    5,
		{"b-tv", "c-tv"}:       4.5,
		{"b-tv", "d-tv"}:       4.5,
		{"c-tv", "d-tv"}:       6,
	})
	cl := &clusters{members: [][]int32{{0, 3, 4}, {1, 5, 6}, {2}}, of: []int32{0, 1, 2, 0, 0, 1, 1}, changed: make([]int32, 3)}
	if g.move(cl, 2) || g.move(cl, 3) {
		t.Fatal("a record moved alone: the test shows nothing")
	}
	if !g.displace(cl, 2) {
		t.Fatal("nothing moved")
	}
	want := []string{"a-pilot b-pilot c-pilot ", "a-tv b-tv c-tv d-tv "}
	if diff := cmp.Diff(want, namesOf(g, cl)); diff != "" {
		t.Errorf("groups (-want +got):\n%s", diff)
	}
}

// After reassign a cluster with the number of a record may hold others, too: what the
// record's own pairs say is not what the cluster's say.
func TestASecondLookDoesNotTakeAGroupForARecord(t *testing.T) {
	g := graphOf(t, []string{"a-moon", "b-moon", "b-tide", "c-moon"}, map[[2]string]float64{
		{"a-moon", "b-moon"}: 2,
		{"a-moon", "c-moon"}: 6,
		{"b-tide", "c-moon"}: 6,
	})
	// Cluster 0 is a-moon and the b-moon that moved there; cluster 3 is c-moon and b-tide.
	cl := &clusters{members: [][]int32{{0, 1}, nil, nil, {2, 3}}, of: []int32{0, 0, 3, 3}, changed: make([]int32, 4)}
	if err := g.agglomerate(context.Background(), cl); err != nil {
		t.Fatal(err)
	}
	want := []string{"a-moon b-moon ", "b-tide c-moon "}
	if diff := cmp.Diff(want, namesOf(g, cl)); diff != "" {
		t.Errorf("groups, one of them with two records of b (-want +got):\n%s", diff)
	}
}

// A pair that was never proposed is judged when its groups meet. If a season speaks
// against it, it gains nothing by rivals that are taken either.
func TestASecondLookLeavesDoubtfulPairsThatAreNotHeld(t *testing.T) {
	g := graphOf(t, []string{"a-first", "a-other", "b-first", "b-second"}, map[[2]string]float64{
		{"a-first", "b-first"}:  6,
		{"a-first", "b-second"}: 1,
		{"a-other", "b-first"}:  2,
	})
	g.pairs = doubtful{g.pairs, pair{1, 3}}
	first, _ := g.score(1, 3)
	cl, err := g.cluster(context.Background())
	if err == nil {
		err = g.secondLook(context.Background(), cl)
	}
	if err != nil {
		t.Fatal(err)
	}
	if second, _ := g.score(1, 3); second != first {
		t.Errorf("verdict %v at the second look, want that of the first, %v", second, first)
	}
}

// doubtful is a weigher of which one pair is near even odds, but for a doubt.
type doubtful struct {
	weigher
	pair
}

func (d doubtful) edge(a, b int32) edge {
	if (pair{min(a, b), max(a, b)}) == d.pair {
		return edge{logit: 0.5, doubt: true}
	}
	return d.weigher.edge(a, b)
}

func TestSharedWordsStopWithTheirContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	x := newWordIndex([][]int32{{0}, {0}}, 1)
	if err := x.pairs(ctx, func(int32, int32) {}); err != context.Canceled {
		t.Errorf("error %v, want %v", err, context.Canceled)
	}
}
