package eval_test

import (
	"fmt"
	"strconv"
	"testing"

	"github.com/osusume/osusume/internal/rng"
	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/recommender/eval"
)

// The model is Popular, whose ScoreAll is a copy: what is timed is the
// evaluation itself, with its thousand resamples.
func BenchmarkEvaluate(b *testing.B) {
	const users, items, trained, tested = 6000, 3000, 130, 16
	r := rng.New(1)
	train, test := recommender.NewTableBuilder(users*trained), recommender.NewTableBuilder(users*tested)
	for i := range items {
		train.AddItem(recommender.ItemID(strconv.Itoa(i)))
	}
	for u := range users {
		for n := range trained + tested {
			x := recommender.Interaction{
				User: recommender.UserID(strconv.Itoa(u)),
				// The square makes some items popular.
				Item: recommender.ItemID(strconv.Itoa(int(r.Float64() * r.Float64() * items))),
			}
			dst := train
			if n >= trained {
				dst = test
			}
			if err := dst.Add(x); err != nil {
				b.Fatal(err)
			}
		}
	}
	trainTable, testTable := train.Table(), test.Table()
	m, err := recommender.Popular{}.Train(b.Context(), trainTable.Dataset())
	if err != nil {
		b.Fatal(err)
	}
	for _, resamples := range []int{-1, 1000} {
		b.Run(fmt.Sprintf("users=%d/items=%d/resamples=%d", users, items, max(resamples, 0)), func(b *testing.B) {
			b.ReportAllocs()
			var report *eval.Report
			for b.Loop() {
				if report, err = eval.Evaluate(b.Context(), m, trainTable, testTable, eval.Options{K: []int{10, 20}, Resamples: resamples}); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(report.Metrics["ndcg@20"].Mean, "ndcg@20")
		})
	}
}
