package main

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestRankPrintsAndDrawsItsResults(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "plots")
	args := []string{"rank", "-train", write(t, "r.csv", ratings()), "-model", "popular,bpr", "-set", "epochs=2,factors=8", "-segment", "warm", "-plot", dir, "-format"}
	lines, err := csv.NewReader(strings.NewReader(do(t, append(args, "csv")...))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	// Two models, over all and warm users, nine metrics.
	if got, want := len(lines), 1+2*2*9; got != want {
		t.Errorf("%d lines of CSV, want %d: %v", got, want, lines)
	}
	if table := do(t, append(args, "markdown")...); strings.Count(table, "\n| ") != 4 || !strings.Contains(table, "| bpr, warm (") {
		t.Errorf("Markdown:\n%s", table)
	}
	for _, name := range []string{"ndcg-seconds.svg", "coverage-ndcg.svg"} {
		picture, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if text := string(picture); !strings.Contains(text, "</svg>") || !strings.Contains(text, "bpr") || !strings.Contains(text, "ndcg@10") {
			t.Errorf("%s is no picture of bpr's ndcg@10", name)
		}
	}
	if table := do(t, append(args[:len(args)-1], "-resamples", "-1")...); !strings.Contains(table, "bpr") {
		t.Errorf("without intervals to draw:\n%s", table)
	}
	file := write(t, "no-directory", "")
	var out, notes strings.Builder
	if code := run(t.Context(), []string{"rank", "-train", write(t, "r.csv", ratings()), "-plot", file}, &out, &notes); code != 1 || out.Len() > 0 || !strings.Contains(notes.String(), "-plot: ") {
		t.Errorf("-plot into a file: exit code %d, %q", code, notes.String())
	}
	if code := run(t.Context(), append(args, "pie"), &out, &notes); code != 1 || !strings.Contains(notes.String(), "table, json, markdown, csv") {
		t.Errorf("-format pie: exit code %d, %q", code, notes.String())
	}
}
