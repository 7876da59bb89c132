package storage_test

import (
	"context"
	"iter"
	"testing"

	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/storage"
)

func TestTablesCountTheCurrentCommit(t *testing.T) {
	w, err := storage.Open(t.TempDir(), storage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	for range 3 { // the same record again replaces it
		page := recommender.Page{
			Items:        []recommender.Item{{ID: "a:1", Tags: []string{"x", "y"}}, {ID: "a:2"}},
			Interactions: []recommender.Interaction{{User: "u", Item: "a:1"}},
		}
		if err := w.Put(t.Context(), page, "a"); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := recommender.Deduplicate(t.Context(), alone{}, w); err != nil {
		t.Fatal(err)
	}
	rows := map[string]int64{}
	for _, table := range w.Tables() {
		rows[table.Name] = table.Rows
		if table.Files < 1 || table.Bytes < 1 {
			t.Errorf("%+v", table)
		}
	}
	if rows["bridge_item_source"] != 2 || rows["dim_source"] != 1 || rows["fact_rating"] < 1 || rows["dim_item"] < 4 {
		t.Errorf("rows %v; want 2 links, 1 source, 1 interaction or more, 2 records and 2 titles or more", rows)
	}
}

// alone is a Deduplicator that puts nothing together.
type alone struct{}

func (alone) Resolve(_ context.Context, _, records iter.Seq2[recommender.Item, error]) (*recommender.Resolution, error) {
	var res recommender.Resolution
	for it, err := range records {
		if err != nil {
			return nil, err
		}
		res.Links = append(res.Links, recommender.Link{Record: it.ID, Canonical: "item:" + it.ID, Confidence: 1})
	}
	return &res, nil
}
