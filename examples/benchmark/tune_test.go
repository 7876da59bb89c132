package main

import (
	"strings"
	"testing"
)

func TestTuneListsTrialsBestFirst(t *testing.T) {
	args := []string{"tune", "-train", write(t, "r.csv", ratings()), "-set", "epochs=4,factors=8", "-space", "rate=0.001..0.3:log,candidates=1|4", "-trials", "4"}
	list := objects(t, do(t, append(args, "-json")...))
	if len(list) != 4 {
		t.Fatalf("%d trials, want 4", len(list))
	}
	last := 2.0
	for _, o := range list {
		wantFields(t, o, "model", "values", "train_seconds", "metric", "score")
		wantFields(t, o["values"].(map[string]any), "Rate", "Candidates")
		score := o["score"].(map[string]any)["mean"].(float64)
		if score > last {
			t.Errorf("score %v after %v", score, last)
		}
		last = score
	}
	if table := do(t, append(args, "-budget", "epochs=1..3")...); strings.Count(table, "\n") != 1+4+2 {
		t.Errorf("want a head, four trials of one epoch and two of three:\n%s", table)
	}
}

func TestTunesMistakesAreExplained(t *testing.T) {
	file := write(t, "r.csv", ratings())
	for _, c := range []struct{ space, want string }{
		{"speed=1..2", "speed: no such field; there are "},
		{"rate=1..b", "rate=1..b: want low..high"},
		{"factors=8|many", "factors=many: want a whole number"},
		{"rate=2..1", "from 2 to 1"},
	} {
		var out, notes strings.Builder
		code := run(t.Context(), []string{"tune", "-train", file, "-space", c.space}, &out, &notes)
		if code != 1 || !strings.Contains(notes.String(), c.want) {
			t.Errorf("-space %s: exit code %d, %q; want 1 and %q", c.space, code, notes.String(), c.want)
		}
	}
}
