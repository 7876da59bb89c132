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
	// -0.42  2 of 9 words known
	// +0.00  0 of 4 words known
}

func ExampleNewMask() {
	names := sentiment.NewMask([]string{"Boku no Zorbo", "Happy"})
	a, err := sentiment.New(sentiment.Options{Mask: names})
	if err != nil {
		panic(err)
	}
	for _, text := range []string{"Boku no Zorbo is good.", "I watched Happy.", "I was happy."} {
		fmt.Printf("%+.2f %d\n", a.Score(text).Compound, len(names.Find(text)))
	}
	// Output:
	// +0.44 1
	// +0.00 1
	// +0.57 0
}

func ExampleAnalyzer_Explain() {
	a, err := sentiment.New(sentiment.Options{})
	if err != nil {
		panic(err)
	}
	e, err := a.Explain("not very good")
	if err != nil {
		panic(err)
	}
	for _, p := range e.Parts {
		fmt.Printf("%s %+.1f %+.2f %v\n", p.Text, p.Base, p.Share, p.Rules)
	}
	// Output:
	// not +0.0 +0.00 []
	// very +0.0 +0.00 []
	// good +1.9 -0.39 [{booster very 0.293} {negation not -0.74}]
}

func ExampleNewAspects() {
	a, err := sentiment.New(sentiment.Options{Lexicon: sentiment.Fiction()})
	if err != nil {
		panic(err)
	}
	aspects, err := sentiment.NewAspects(a, nil)
	if err != nil {
		panic(err)
	}
	for _, s := range aspects.Score("The animation is gorgeous, but the plot is a boring mess.") {
		if s.Mentions > 0 {
			fmt.Printf("%s %+.2f\n", s.Name, s.Compound)
		}
	}
	// Output:
	// story -0.59
	// art +0.61
}

func ExampleLearn() {
	lexicon, err := sentiment.Learn(context.Background(), []sentiment.Example{
		{Text: "cozy and mellow", Rating: 1}, {Text: "a cozy evening", Rating: 0.8},
		{Text: "so grindy", Rating: -1}, {Text: "grindy and long", Rating: -0.6},
	}, sentiment.LearnOptions{})
	if err != nil {
		panic(err)
	}
	cozy, _ := lexicon.Valence("cozy")
	grindy, _ := lexicon.Valence("grindy")
	fmt.Println(cozy > 0, grindy < 0)
	// Output: true true
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
	fmt.Printf("%s %.2f, in [%.2f, %.2f], by %d reviews\n", best.Item, score.Score, score.Lo, score.Hi, score.Count)
	// Output: world:9 0.28, in [0.15, 0.42], by 15 reviews
}
