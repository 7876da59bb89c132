package eval_test

import (
	"fmt"
	"testing"

	"github.com/osusume/osusume/recommender/eval"
)

func TestHoldoutItemsLeavesNoTraceOfThem(t *testing.T) {
	var rows [][2]string
	for u := range 50 {
		for i := range 20 {
			if (u+i)%3 > 0 {
				rows = append(rows, [2]string{fmt.Sprint("u", u), fmt.Sprint("i", i)})
			}
		}
	}
	all := table(t, nil, rows...)
	train, test, err := eval.HoldoutItems{Fraction: 0.25, Seed: 2, Then: eval.Random{Fraction: 0.1}}.Split(all)
	if err != nil {
		t.Fatal(err)
	}
	fresh, err := eval.New.Items(train)
	if err != nil {
		t.Fatal(err)
	}
	if len(fresh) != 5 || len(train.Items) != 20 {
		t.Errorf("%d of %d items are new, want 5 of 20", len(fresh), len(train.Items))
	}
	if got := train.Len() + test.Len(); got != all.Len() {
		t.Errorf("%d rows of %d", got, all.Len())
	}
	isNew := map[string]bool{}
	for _, id := range fresh {
		isNew[string(id)] = true
	}
	held, warm := 0, 0
	for row, i := range test.Item {
		if row > 0 && (test.User[row-1] > test.User[row] || test.User[row-1] == test.User[row] && test.Item[row-1] >= i) {
			t.Fatalf("row %d is out of order", row)
		}
		if isNew[string(test.Items[i])] {
			held++
		} else {
			warm++
		}
	}
	if held < all.Len()/5 || warm < all.Len()/20 {
		t.Errorf("the test has %d rows of new items and %d of others, of %d in all", held, warm, all.Len())
	}
}
