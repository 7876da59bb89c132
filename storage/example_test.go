package storage_test

import (
	"context"
	"fmt"
	"os"

	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/storage"
)

func ExampleOpen() {
	dir, err := os.MkdirTemp("", "warehouse")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = os.RemoveAll(dir) }()
	w, err := storage.Open(dir, storage.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = w.Close() }()
	ctx := context.Background()
	err = w.Put(ctx, recommender.Page{
		Items:        []recommender.Item{{ID: "site:1", Title: "Cowboy Bebop"}},
		Interactions: []recommender.Interaction{{User: "ann", Item: "site:1", Kind: recommender.Rate, Value: 5}},
		Next:         "page 2",
	}, "site")
	if err != nil {
		fmt.Println(err)
		return
	}
	table, err := recommender.Load(ctx, w, recommender.Filter{})
	if err != nil {
		fmt.Println(err)
		return
	}
	cursor, err := w.Cursor(ctx, "site")
	fmt.Println(table.Users, table.Items, table.Value, cursor, w.Version(), err)
	// Output: [ann] [site:1] [5] page 2 1 <nil>
}

func ExampleNewMemory() {
	m := storage.NewMemory()
	ctx := context.Background()
	err := m.Put(ctx, recommender.Page{Items: []recommender.Item{{ID: "site:1", Title: "Cowboy Bebop"}}}, "site")
	if err != nil {
		fmt.Println(err)
		return
	}
	it, err := m.Item(ctx, "site:1")
	fmt.Println(it.Title, err)
	// Output: Cowboy Bebop <nil>
}
