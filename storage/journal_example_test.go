package storage_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/storage"
)

func ExampleOpenJournal() {
	warehouse, err := os.MkdirTemp("", "warehouse")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = os.RemoveAll(warehouse) }()
	j, err := storage.OpenJournal(filepath.Join(warehouse, "journal"), storage.JournalOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx := context.Background()
	err = j.Append(ctx,
		[]recommender.Exposure{{ID: "request 1", User: "ann", Experiment: "blend", Arm: "B", Items: []recommender.ItemID{"site:1", "site:2"}}},
		[]recommender.Event{{User: "ann", Item: "site:2", Kind: recommender.EventClick, Experiment: "blend", Arm: "B"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	for e, err := range j.Events(ctx) {
		fmt.Println(e.User, e.Kind, e.Item, err)
	}
	fmt.Println(j.Close())
	// Output:
	// ann click site:2 <nil>
	// <nil>
}

func ExampleNewMemoryJournal() {
	j := storage.NewMemoryJournal()
	ctx := context.Background()
	if err := j.Append(ctx, []recommender.Exposure{{ID: "request 1", User: "ann"}}, nil); err != nil {
		fmt.Println(err)
		return
	}
	for x, err := range j.Exposures(ctx) {
		fmt.Println(x.ID, x.User, err)
	}
	// Output: request 1 ann <nil>
}
