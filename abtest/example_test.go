package abtest_test

import (
	"context"
	"fmt"

	"github.com/osusume/osusume/abtest"
	"github.com/osusume/osusume/recommender"
)

func ExampleNewRouter() {
	split, err := abtest.NewSplitter("blend-2026", []abtest.Arm{{Name: "control", Weight: 1}, {Name: "treatment", Weight: 1}})
	if err != nil {
		fmt.Println(err)
		return
	}
	router, err := abtest.NewRouter(split, map[string]recommender.Model{
		"control": only("old"), "treatment": only("new"),
	}, abtest.RouterOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, user := range []recommender.UserID{"alice", "dora", "emil"} {
		ranking, err := router.Recommend(context.Background(), recommender.Request{User: user})
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(user, ranking.Arm, ranking.Items[0].Item)
	}
	_, counted := router.Assign(context.Background(), recommender.Request{})
	fmt.Println("anonymous requests count:", counted)
	// Output:
	// alice treatment new
	// dora treatment new
	// emil control old
	// anonymous requests count: false
}

func ExampleAnalyse() {
	split, err := abtest.NewSplitter("blend-2026", []abtest.Arm{{Name: "control", Weight: 1}, {Name: "treatment", Weight: 1}})
	if err != nil {
		fmt.Println(err)
		return
	}
	// A journal of 600 users who each saw a list; under the treatment every
	// second one clicked, under the control every fifth.
	journal := &log{}
	for i := range 600 {
		id := user(i)
		arm := split.Arm(id)
		journal.exposures = append(journal.exposures, recommender.Exposure{
			ID: fmt.Sprint(i), User: id, Experiment: "blend-2026", Arm: arm, Items: []recommender.ItemID{"x"},
		})
		every := 5
		if arm == "treatment" {
			every = 2
		}
		if i%every == 0 {
			journal.events = append(journal.events, recommender.Event{User: id, Item: "x", Experiment: "blend-2026", Arm: arm})
		}
	}
	counts, err := abtest.Tally(context.Background(), journal, split.Experiment(), split.Names())
	if err != nil {
		fmt.Println(err)
		return
	}
	result, err := abtest.Analyse(counts, split, "control", abtest.AnalyseOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, c := range result.Cohorts {
		fmt.Printf("%s: %d users, CTR %.3f (%.3f to %.3f)\n", c.Name, c.Users, c.Rate, c.Interval.Low, c.Interval.High)
	}
	fmt.Println("sample ratio OK:", result.SampleRatio.OK)
	fmt.Println(result.Treatments[0].Outcome)
	// Output:
	// control: 282 users, CTR 0.152 (0.115 to 0.199)
	// treatment: 318 users, CTR 0.469 (0.414 to 0.523)
	// sample ratio OK: true
	// better
}

func ExampleTwoProportions() {
	c, err := abtest.TwoProportions(abtest.Proportion{Hits: 200, Trials: 2000}, abtest.Proportion{Hits: 250, Trials: 2000})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%+.3f (%+.3f to %+.3f), lift %.0f %%, p %.3f\n",
		c.Difference, c.DifferenceInterval.Low, c.DifferenceInterval.High, 100*c.Lift, c.P)
	// Output:
	// +0.025 (+0.005 to +0.045), lift 25 %, p 0.012
}

func ExampleSampleRatio() {
	check, err := abtest.SampleRatio([]int{50600, 49400}, []float64{0.5, 0.5})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("χ² %.1f, p %.5f, OK %t\n", check.ChiSquare, check.P, check.OK)
	// Output:
	// χ² 14.4, p 0.00015, OK false
}
