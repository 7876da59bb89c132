package dedup_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/osusume/osusume/dedup"
	"github.com/osusume/osusume/recommender"
)

type id = recommender.ItemID

// links makes one canonical item of each group.
func links(groups ...[]id) []recommender.Link {
	var out []recommender.Link
	for _, g := range groups {
		for _, r := range g {
			out = append(out, recommender.Link{Record: r, Canonical: "item:" + g[0]})
		}
	}
	return out
}

func TestScoreByHand(t *testing.T) {
	truth := map[id]string{"m:1": "w1", "a:1": "w1", "k:1": "w1", "m:2": "w2", "a:2": "w2", "m:3": "w3", "gone:1": "w1"}
	for _, test := range []struct {
		name     string
		links    []recommender.Link
		excluded map[id]bool
		want     dedup.Quality
	}{
		{"all right", links([]id{"m:1", "a:1", "k:1"}, []id{"m:2", "a:2"}, []id{"m:3"}), nil, dedup.Quality{
			Precision: 1, Recall: 1, F1: 1, Judged: 4, Right: 4, True: 4,
			ByPair: map[string]dedup.PairQuality{
				"m-a": {Precision: 1, Recall: 1, F1: 1, True: 2},
				"m-k": {Precision: 1, Recall: 1, F1: 1, True: 1},
				"a-k": {Precision: 1, Recall: 1, F1: 1, True: 1},
			},
		}},
		// Pairs: m1-a1 right, m2-a2 apart, k1-m3 wrong.
		{"one right, one wrong", links([]id{"m:1", "a:1"}, []id{"k:1", "m:3"}, []id{"m:2"}, []id{"a:2"}), nil, dedup.Quality{
			Precision: 0.5, Recall: 0.25, F1: 1.0 / 3, Judged: 2, Right: 1, True: 4,
			ByPair: map[string]dedup.PairQuality{
				"m-a": {Precision: 1, Recall: 0.5, F1: 2.0 / 3, True: 2},
				"m-k": {True: 1},
				"a-k": {True: 1},
			},
		}},
		{"a record that truth does not know is not judged", links([]id{"m:2", "a:2", "k:99"}), nil, dedup.Quality{
			Precision: 1, Recall: 1, F1: 1, Judged: 1, Right: 1, True: 1, Unjudged: 2,
			ByPair: map[string]dedup.PairQuality{"m-a": {Precision: 1, Recall: 1, F1: 1, True: 1}},
		}},
		{"an excluded record is neither judged nor asked for", links([]id{"m:1", "a:1", "k:1"}), map[id]bool{"k:1": true}, dedup.Quality{
			Precision: 1, Recall: 1, F1: 1, Judged: 1, Right: 1, True: 1, Unjudged: 2,
			ByPair: map[string]dedup.PairQuality{"m-a": {Precision: 1, Recall: 1, F1: 1, True: 1}},
		}},
		// m1-a1 right; m2-a1 wrong; m1-m2 wrong, and in no pair of catalogues.
		{"two records of one catalogue that truth separates", links([]id{"m:1", "m:2", "a:1"}), nil, dedup.Quality{
			Precision: 1.0 / 3, Recall: 1, F1: 0.5, Judged: 3, Right: 1, True: 1,
			ByPair: map[string]dedup.PairQuality{"m-a": {Precision: 0.5, Recall: 1, F1: 2.0 / 3, True: 1}},
		}},
		{"two records of one catalogue, one unknown to truth", links([]id{"m:1", "m:99"}), nil, dedup.Quality{ByPair: map[string]dedup.PairQuality{}}},
		{"nothing", nil, nil, dedup.Quality{ByPair: map[string]dedup.PairQuality{}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := dedup.Score(test.links, truth, test.excluded, "m", "a", "k")
			if diff := cmp.Diff(test.want, got, cmpopts.EquateApprox(0, 1e-12)); diff != "" {
				t.Errorf("Score (-want +got):\n%s", diff)
			}
		})
	}
}
