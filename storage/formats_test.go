package storage_test

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/parquet-go/parquet-go"

	"github.com/osusume/osusume/internal/faultfs"
	"github.com/osusume/osusume/recommender"
)

// readFile reads some columns of a file as a foreign reader would.
func readFile[T any](t *testing.T, fs *faultfs.Mem, name string) []T {
	t.Helper()
	b := fs.Files()[name]
	rows, err := parquet.Read[T](bytes.NewReader(b), int64(len(b)))
	check(t, err)
	return rows
}

// TestLaterFilesHaveGreaterSeq is what the SQL of docs/formats.md relies on
// where times are unknown, also right after a merge.
func TestLaterFilesHaveGreaterSeq(t *testing.T) {
	fs := faultfs.NewMem()
	w := openFS(t, fs)
	for i := range 20 {
		check(t, w.Put(t.Context(), recommender.Page{
			Items:        []recommender.Item{{ID: "i", Title: fmt.Sprint(i), Tags: []string{"a"}}},
			Interactions: []recommender.Interaction{{User: "u", Item: "i", Kind: recommender.Rate, Value: float32(i) / 4}},
			Next:         recommender.Cursor(fmt.Sprint(i)),
		}, "src"))
		current := named(fs, fmt.Sprintf("manifest-%08d", i+1))[0]
		for _, table := range []string{"fact_rating", "dim_item", "bridge_item_tag"} {
			last := int64(-1)
			for _, name := range filesOf(t, fs, current, table) {
				rows := readFile[struct {
					Seq int64 `parquet:"seq"`
				}](t, fs, name)
				if len(rows) != 1 || rows[0].Seq <= last {
					t.Fatalf("commit %d: %s has rows %v; want one, with a seq greater than %d", i+1, name, rows, last)
				}
				last = rows[0].Seq
			}
		}
	}
}
