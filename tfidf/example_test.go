package tfidf_test

import (
	"context"
	"fmt"

	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/tfidf"
)

func ExampleConfig_Train() {
	items := recommender.ItemsOf([]recommender.Item{
		{ID: "1", Title: "Reef Divers", Tags: []string{"Adventure"}, Text: "Two divers map a sunken city."},
		{ID: "2", Title: "Reef Divers Return", Tags: []string{"Adventure"}},
		{ID: "3", Title: "The Loom", Tags: []string{"Drama"}, Text: "A weaver repairs a loom."},
		{ID: "4", Title: "City of Salt", Tags: []string{"Drama"}, Text: "A sunken city rises again."},
	})
	model, err := tfidf.Config{}.Train(context.Background(), items)
	if err != nil {
		fmt.Println(err)
		return
	}
	ranking, err := model.Recommend(context.Background(), recommender.Request{Seeds: []recommender.ItemID{"1"}, N: 2})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, x := range ranking.Items {
		fmt.Printf("%s %.2f\n", x.Item, x.Score)
	}
	// Output:
	// 2 0.74
	// 4 0.11
}

func ExampleFit() {
	v, err := tfidf.Fit([]string{"blue sea", "blue sky", "red sky at night"}, tfidf.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	x := v.Vector("a red, red sea")
	for i, t := range x.Terms {
		fmt.Printf("%s %.3f\n", v.Terms()[t], x.Values[i])
	}
	// Output:
	// red 0.894
	// sea 0.447
}

func ExampleAnalysis_Terms() {
	fmt.Printf("%q\n", tfidf.Words.Terms(nil, "The Café of 東京駅!"))
	// Output:
	// ["the" "café" "of" "東京" "京駅"]
}

func ExampleModel_Search() {
	model, err := tfidf.Config{}.Train(context.Background(), recommender.ItemsOf([]recommender.Item{
		{ID: "1", Title: "Reef Divers", Tags: []string{"Slice of Life"}, Text: "Two divers map a sunken city."},
		{ID: "2", Title: "The Loom", Text: "A weaver repairs a loom."},
	}))
	if err != nil {
		fmt.Println(err)
		return
	}
	found, err := model.(*tfidf.Model).Search(context.Background(), "slice of life in a sunken city", 1)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(found[0].Item)
	// Output: 1
}
