package ease_test

import (
	"bytes"
	"context"
	"fmt"

	"github.com/osusume/osusume/mf/ease"
	"github.com/osusume/osusume/recommender"
)

// readers are four users of two tastes.
func readers() recommender.Dataset {
	b := recommender.NewTableBuilder(0)
	for _, like := range []struct {
		user recommender.UserID
		book recommender.ItemID
	}{
		{"ann", "dune"}, {"ann", "solaris"}, {"ann", "ubik"},
		{"bob", "dune"}, {"bob", "solaris"},
		{"cat", "emma"}, {"cat", "persuasion"}, {"cat", "middlemarch"},
		{"dan", "emma"}, {"dan", "persuasion"},
	} {
		if err := b.Add(recommender.Interaction{User: like.user, Item: like.book, Kind: recommender.Like}); err != nil {
			panic(err)
		}
	}
	return b.Table().Dataset()
}

func ExampleConfig() {
	ctx := context.Background()
	model, err := ease.Config{}.Train(ctx, readers())
	if err != nil {
		panic(err)
	}
	for _, user := range []recommender.UserID{"bob", "dan"} {
		ranking, err := model.Recommend(ctx, recommender.Request{User: user, N: 1})
		if err != nil {
			panic(err)
		}
		fmt.Println(user, ranking.Items[0].Item)
	}
	// Output:
	// bob ubik
	// dan middlemarch
}

func ExampleMemory() {
	for _, items := range []int{3_000, 20_000, 100_000} {
		fmt.Printf("%d items: %.1f GB\n", items, float64(ease.Memory(items, 0))/1e9)
	}
	// Output:
	// 3000 items: 0.0 GB
	// 20000 items: 1.6 GB
	// 100000 items: 40.1 GB
}

func ExampleReadModel() {
	ctx := context.Background()
	trained, err := ease.Config{}.Train(ctx, readers())
	if err != nil {
		panic(err)
	}
	var file bytes.Buffer
	if _, err := trained.(*ease.Model).WriteTo(&file); err != nil {
		panic(err)
	}

	model, err := ease.ReadModel(&file)
	if err != nil {
		panic(err)
	}
	ranking, err := model.Recommend(ctx, recommender.Request{Seeds: []recommender.ItemID{"solaris", "ubik"}, N: 1})
	if err != nil {
		panic(err)
	}
	fmt.Println(ranking.Items[0].Item)
	// Output: dune
}
