package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestRankMeasuresRerankersAndSegmentsOfItems(t *testing.T) {
	out := do(t, "rank", "-train", write(t, "r.csv", ratings()), "-items", write(t, "i.csv", items()), "-model", "bpr",
		"-set", "factors=8,epochs=3", "-rerank", "mmr:0.9,explorer", "-compare", "-segment", "warm,head,tail", "-json")
	list := objects(t, out)
	if len(list) != 3 || list[1]["model"] != "bpr+mmr:0.9" || list[2]["model"] != "bpr+explorer" {
		t.Fatalf("models in %s", out)
	}
	diversity := func(o map[string]any) float64 {
		return o["metrics"].(map[string]any)["diversity@10"].(map[string]any)["mean"].(float64)
	}
	if plain, varied := diversity(list[0]), diversity(list[1]); varied <= plain {
		t.Errorf("diversity %v under MMR, %v without", varied, plain)
	}
	for _, o := range list {
		for _, s := range []string{"warm", "head", "tail"} {
			if _, ok := o["segments"].(map[string]any)[s]; !ok {
				t.Errorf("%s: no segment %s", o["model"], s)
			}
		}
	}
	wantFields(t, list[1], "compare")
	if table := do(t, "rank", "-train", write(t, "r.csv", ratings()), "-items", write(t, "i.csv", items()), "-rerank", "unpopular"); !strings.Contains(table, "popular+unpopular") || !strings.Contains(table, "diversity") {
		t.Errorf("table\n%s", table)
	}
}

// Nothing asked for is nothing done, though 0 is the library's word for its default.
func TestRerankersOfStrengthZeroChangeNothing(t *testing.T) {
	list := objects(t, do(t, "rank", "-train", write(t, "r.csv", ratings()), "-items", write(t, "i.csv", items()), "-json",
		"-rerank", "mmr:0,calibrated:0,unpopular:0,mmr"))
	if len(list) != 5 {
		t.Fatalf("%d results, want 5", len(list))
	}
	for i, o := range list[1:] {
		if same := cmp.Equal(list[0]["metrics"], o["metrics"]); same != (i < 3) {
			t.Errorf("%s measures as the model alone: %t", o["model"], same)
		}
	}
	var out, notes strings.Builder
	if code := run(t.Context(), []string{"rank", "-train", write(t, "r.csv", ratings()), "-rerank", "explorer:0"}, &out, &notes); code != 1 || !strings.Contains(notes.String(), "explores nothing") {
		t.Errorf("explorer:0: exit code %d, %q", code, notes.String())
	}
}

func TestFeaturesRankWhatNobodyHas(t *testing.T) {
	args := []string{"rank", "-train", write(t, "r.csv", ratings()), "-items", write(t, "i.csv", items()), "-model", "bpr",
		"-items-holdout", "0.2", "-segment", "new", "-k", "3", "-json"}
	hit := func(args ...string) float64 {
		return objects(t, do(t, args...))[0]["segments"].(map[string]any)["new"].(map[string]any)["metrics"].(map[string]any)["ndcg@3"].(map[string]any)["mean"].(float64)
	}
	// Users like even or odd items, and the items' tags say which is which.
	if ids, features := hit(args...), hit(append(args, "-features")...); features <= ids {
		t.Errorf("NDCG@3 of new items is %.3f with features, %.3f without", features, ids)
	}
}
