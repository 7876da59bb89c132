package match

import (
	"cmp"
	"slices"
	"sort"
)

// A ranking holds the pairs of every row by their odds, so that the odds of those
// above and below one are added up in O(log n): a row of a small table may be the
// candidate of every row of a large one.
type ranking struct {
	odds  []float64 // by pair
	start []int     // by row: where its pairs begin; one more at the end
	pairs []int     // ascending by odds within a row
	trees []float64 // by row, from 2·start: a tree of sums over its pairs
}

// newRanking ranks the pairs of each row for which keep is true.
func newRanking(rows [][]int, odds []float64, keep func(i int) bool) ranking {
	x := ranking{odds: odds, start: make([]int, 1, len(rows)+1)}
	for _, list := range rows {
		for _, i := range list {
			if keep(i) {
				x.pairs = append(x.pairs, i)
			}
		}
		slices.SortFunc(x.pairs[x.start[len(x.start)-1]:], x.order)
		x.start = append(x.start, len(x.pairs))
	}
	x.trees = make([]float64, 2*len(x.pairs))
	for row := range rows {
		list, tree := x.of(int32(row))
		for k, i := range list {
			tree[len(list)+k] = odds[i]
		}
		for k := len(list) - 1; k > 0; k-- {
			tree[k] = tree[2*k] + tree[2*k+1]
		}
	}
	return x
}

func (x *ranking) order(a, b int) int {
	return cmp.Or(cmp.Compare(x.odds[a], x.odds[b]), cmp.Compare(a, b))
}

func (x *ranking) of(row int32) (list []int, tree []float64) {
	from, to := x.start[row], x.start[row+1]
	return x.pairs[from:to], x.trees[2*from : 2*to]
}

// sum adds up the odds of a row's pairs from place from to before to. Nothing is
// taken away, so that small odds are not lost beside large ones.
func (x *ranking) sum(row int32, from, to int) float64 {
	list, tree := x.of(row)
	sum := 0.0
	for a, b := from+len(list), to+len(list); a < b; a, b = a/2, b/2 {
		if a&1 == 1 {
			sum += tree[a]
			a++
		}
		if b&1 == 1 {
			b--
			sum += tree[b]
		}
	}
	return sum
}

// apart adds up the odds of the row's pairs that do not tie with pair i, without
// one of them.
func (x *ranking) apart(row int32, i, without int) float64 {
	list, _ := x.of(row)
	tied := sort.Search(len(list), func(k int) bool { return x.odds[list[k]] >= x.odds[i]*tie })
	above := sort.Search(len(list), func(k int) bool { return x.odds[list[k]] > x.odds[i]/tie })
	spans := [...][2]int{{0, tied}, {above, len(list)}}
	skip := -1
	if without >= 0 {
		if at, ok := slices.BinarySearchFunc(list, without, x.order); ok {
			skip = at
		}
	}
	sum := 0.0
	for _, s := range spans {
		if skip >= s[0] && skip < s[1] {
			sum += x.sum(row, s[0], skip) + x.sum(row, skip+1, s[1])
			continue
		}
		sum += x.sum(row, s[0], s[1])
	}
	return sum
}

// near adds up the odds of the row's other pairs that tie with pair i or are better.
func (x *ranking) near(row int32, i int) float64 {
	list, _ := x.of(row)
	from := sort.Search(len(list), func(k int) bool { return x.odds[list[k]] >= x.odds[i]*tie })
	if at, ok := slices.BinarySearchFunc(list, i, x.order); ok {
		return x.sum(row, from, at) + x.sum(row, at+1, len(list))
	}
	return x.sum(row, from, len(list))
}
