package mf_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/osusume/osusume/mf"
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
	model, err := mf.Config{Factors: 8}.Train(ctx, readers())
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

func ExampleIALS() {
	ctx := context.Background()
	model, err := mf.IALS{Factors: 8}.Train(ctx, readers())
	if err != nil {
		panic(err)
	}
	// Nobody knows eve, but what she has read today is enough.
	ranking, err := model.Recommend(ctx, recommender.Request{
		User: "eve", N: 1, Explain: true,
		History: []recommender.Interaction{{Item: "dune", Kind: recommender.Like}, {Item: "ubik", Kind: recommender.Like}},
	})
	if err != nil {
		panic(err)
	}
	for _, r := range ranking.Items {
		fmt.Println(r.Item, "because of", r.Why[0].Item, "and", r.Why[1].Item)
	}
	// Output: solaris because of dune and ubik
}

func ExampleOpenModel() {
	ctx := context.Background()
	trained, err := mf.IALS{Factors: 8}.Train(ctx, readers())
	if err != nil {
		panic(err)
	}
	dir, err := os.MkdirTemp("", "model")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "books")
	var file bytes.Buffer
	if _, err := trained.(*mf.Model).WriteTo(&file); err != nil {
		panic(err)
	}
	if err := os.WriteFile(path, file.Bytes(), 0o600); err != nil {
		panic(err)
	}

	model, err := mf.OpenModel(path)
	if err != nil {
		panic(err)
	}
	defer model.Close()
	similar, err := model.SimilarItems(ctx, "emma", 2)
	if err != nil {
		panic(err)
	}
	for _, x := range similar {
		fmt.Println(x.Item)
	}
	// Output:
	// persuasion
	// middlemarch
}

func ExampleReadModel() {
	ctx := context.Background()
	trained, err := mf.Config{Factors: 8}.Train(ctx, readers())
	if err != nil {
		panic(err)
	}
	var file bytes.Buffer
	if _, err := trained.(*mf.Model).WriteTo(&file); err != nil {
		panic(err)
	}

	model, err := mf.ReadModel(&file)
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

func ExampleModel_Trained() {
	ctx := context.Background()
	yesterday, err := mf.Config{Factors: 8}.Train(ctx, readers())
	if err != nil {
		panic(err)
	}
	// Today's data goes on from yesterday's model, in fewer epochs.
	today, err := mf.Config{Factors: 8, Epochs: 10, From: yesterday.(*mf.Model)}.Train(ctx, readers())
	if err != nil {
		panic(err)
	}
	for _, m := range []recommender.Model{yesterday, today} {
		t := m.(*mf.Model).Trained()
		fmt.Println(t.Epochs, "epochs,", t.Stopped)
	}
	// Output:
	// 60 epochs, finished
	// 10 epochs, finished
}

// A book that nobody has read yet is recommended by its tags, and a reader of whom
// nothing is known but the country by that of others.
func ExampleFeatures() {
	ctx := context.Background()
	books := recommender.ItemsOf([]recommender.Item{
		{ID: "dune", Tags: []string{"space"}}, {ID: "solaris", Tags: []string{"space"}}, {ID: "ubik", Tags: []string{"space"}},
		{ID: "emma", Tags: []string{"love"}}, {ID: "persuasion", Tags: []string{"love"}}, {ID: "middlemarch", Tags: []string{"love"}},
		{ID: "just printed", Tags: []string{"love"}},
	})
	country := func(user recommender.UserID) []string {
		if user < "c" || user == "zoe" {
			return []string{"country:PL"}
		}
		return []string{"country:GB"}
	}
	model, err := mf.Config{Factors: 8, Features: mf.Features{Items: mf.ItemFeatures, Users: country}}.Train(ctx, recommender.Combine(books, readers()))
	if err != nil {
		panic(err)
	}
	fresh := []recommender.ItemID{"just printed", "just in"}
	model, err = model.(*mf.Model).WithItems(mf.NewItem{ID: "just in", Features: []string{"tag:space"}})
	if err != nil {
		panic(err)
	}
	for _, user := range []recommender.UserID{"bob", "dan", "zoe"} {
		ranking, err := model.Recommend(ctx, recommender.Request{User: user, N: 1, Within: fresh})
		if err != nil {
			panic(err)
		}
		fmt.Println(user, ranking.Items[0].Item)
	}
	// Output:
	// bob just in
	// dan just printed
	// zoe just in
}
