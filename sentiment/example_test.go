package sentiment_test

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/recommender/recommendertest"
	"github.com/osusume/osusume/sentiment"
)

func ExampleNew() {
	a, err := sentiment.New(sentiment.Options{})
	if err != nil {
		panic(err)
	}
	for _, text := range []string{
		"A wonderful story with charming characters!",
		"The music is good, but the pacing is terrible.",
		"There are twelve episodes.",
	} {
		s := a.Score(text)
		fmt.Printf("%+.2f  %d of %d words known\n", s.Compound, s.Known, s.Tokens)
	}
	// Output:
	// +0.83  2 of 6 words known
	// -0.49  2 of 9 words known
	// +0.00  0 of 4 words known
}

func ExampleReadLexicon() {
	lexicon, err := sentiment.ReadLexicon(strings.NewReader("word\tsugoi\t3\nbooster\ttotemo\t0.3\n"))
	if err != nil {
		panic(err)
	}
	a, err := sentiment.New(sentiment.Options{Lexicon: lexicon})
	if err != nil {
		panic(err)
	}
	fmt.Printf("%.3f %.3f\n", a.Score("sugoi").Compound, a.Score("totemo sugoi").Compound)
	// Output:
	// 0.612 0.649
}

func ExampleConfig_Train() {
	model, err := sentiment.Config{}.Train(context.Background(), recommendertest.SmallWorld(1))
	if errors.Is(err, sentiment.ErrNoReviews) {
		fmt.Println("nobody wrote anything")
		return
	} else if err != nil {
		panic(err)
	}
	ranking, err := model.Recommend(context.Background(), recommender.Request{User: "one", N: 1})
	if err != nil {
		panic(err)
	}
	best := ranking.Items[0]
	score, _ := model.(*sentiment.Model).ItemScore(best.Item)
	fmt.Printf("%s %.2f, in [%.2f, %.2f], by %d reviews\n", best.Item, best.Score, score.Lo, score.Hi, score.Count)
	// Output: world:11 0.28, in [0.14, 0.42], by 12 reviews
}
