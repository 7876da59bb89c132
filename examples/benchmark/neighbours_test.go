package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What -write writes reads back as the same records, whose neighbours -lists
// lists.
func TestNeighboursOfTheWorldAreListed(t *testing.T) {
	dir := t.TempDir()
	records, lists := filepath.Join(dir, "world.jsonl"), filepath.Join(dir, "lists.jsonl")
	do(t, "neighbours", "-world", "300", "-write", records)
	o := objects(t, do(t, "neighbours", "-records", records, "-k", "4", "-lists", lists, "-json"))[0]
	if o["items"] != 300.0 {
		t.Errorf("%v items, want 300", o["items"])
	}
	text, err := os.ReadFile(lists)
	if err != nil {
		t.Fatal(err)
	}
	rows := strings.Split(strings.TrimSpace(string(text)), "\n")
	if len(rows) != 300 {
		t.Fatalf("%d lists, want 300", len(rows))
	}
	found := 0
	for _, row := range rows {
		var list struct {
			ID   string
			Near [][2]any
		}
		if err := json.Unmarshal([]byte(row), &list); err != nil {
			t.Fatal(err)
		}
		last := 1.0
		for _, pair := range list.Near {
			cosine, ok := pair[1].(float64)
			if !ok || cosine <= 0 || cosine > last || pair[0] == list.ID {
				t.Fatalf("list of %s: %v", list.ID, list.Near)
			}
			last = cosine
			found++
		}
	}
	if float64(found) != o["neighbours"] {
		t.Errorf("%d neighbours are listed, %v were found", found, o["neighbours"])
	}
}
