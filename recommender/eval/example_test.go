package eval_test

import (
	"context"
	"fmt"

	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/recommender/eval"
)

func ExampleEvaluate() {
	b := recommender.NewTableBuilder(0)
	for user, items := range []string{"abcde", "abcd", "abc", "acd", "bcd"} {
		for _, item := range items {
			if err := b.Add(recommender.Interaction{User: recommender.UserID(fmt.Sprint(user)), Item: recommender.ItemID(item)}); err != nil {
				fmt.Println(err)
				return
			}
		}
	}
	train, test, err := eval.Random{Fraction: 0.3, Seed: 1}.Split(b.Table())
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx := context.Background()
	model, err := recommender.Popular{}.Train(ctx, train.Dataset())
	if err != nil {
		fmt.Println(err)
		return
	}
	report, err := eval.Evaluate(ctx, model, train, test, eval.Options{K: []int{1}})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%d users, hit@1 %.2f, coverage@1 %.2f\n", report.Users, report.Metrics["hit@1"].Mean, report.Metrics["coverage@1"].Mean)
	// Output: 5 users, hit@1 0.60, coverage@1 0.80
}

func ExampleAt() {
	v := eval.At(3, []bool{false, true, false}, 2)
	fmt.Printf("recall %.2f, ndcg %.3f, mrr %.1f\n", v.Recall, v.NDCG, v.MRR)
	// Output: recall 0.50, ndcg 0.387, mrr 0.5
}

func ExampleParse() {
	s, err := eval.Parse("last:10", 0)
	fmt.Printf("%#v %v\n", s, err)
	// Output: eval.Last{N:10} <nil>
}
