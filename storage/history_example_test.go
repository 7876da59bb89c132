package storage_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"

	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/storage"
)

// A load in pages, compacted; a look back; and a user who is forgotten, in the
// older versions too.
func ExampleWarehouse_Forget() {
	dir, err := os.MkdirTemp("", "warehouse")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	ctx := context.Background()
	w, err := storage.Open(dir, storage.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer w.Close()
	for i, user := range []recommender.UserID{"ann", "bob"} {
		page := recommender.Page{Interactions: []recommender.Interaction{{User: user, Item: "a", Kind: recommender.Rate, Value: 4}}, Next: recommender.Cursor(fmt.Sprint(i))}
		if err := w.Put(ctx, page, "site"); err != nil {
			log.Fatal(err)
		}
	}
	if err := w.Compact(ctx); err != nil {
		log.Fatal(err)
	}
	old, err := w.At(ctx, 1)
	if err != nil {
		log.Fatal(err)
	}
	for x, err := range old.Interactions(ctx, recommender.Filter{}) {
		fmt.Println("version 1:", x.User, err)
	}
	if err := old.Close(); err != nil {
		log.Fatal(err)
	}

	done, err := w.Forget(ctx, []recommender.UserID{"ann"}, storage.ForgetOptions{})
	fmt.Println("forgotten in", done.Tables, "and versions", done.Versions, err)
	for x, err := range w.Interactions(ctx, recommender.Filter{}) {
		fmt.Println("now:", x.User, err)
	}
	_, err = w.At(ctx, 1)
	fmt.Println("version 1 is kept:", !errors.Is(err, recommender.ErrNotFound))
	// Output:
	// version 1: ann <nil>
	// forgotten in [fact_rating] and versions [1 2 3] <nil>
	// now: bob <nil>
	// version 1 is kept: false
}
