package match

import (
	"math"
	"testing"

	"github.com/osusume/osusume/internal/rng"
)

func TestRankingAddsUpWhatALoopDoes(t *testing.T) {
	r := rng.New(3)
	odds := make([]float64, 400)
	rows := make([][]int, 12)
	keep := make([]bool, len(odds))
	for i := range odds {
		odds[i] = math.Exp2(float64(r.IntN(30) - 20)) // many tie
		row := r.IntN(len(rows)) * r.IntN(2)          // the first has half of them
		rows[row] = append(rows[row], i)
		keep[i] = r.IntN(4) > 0
	}
	x := newRanking(rows, odds, func(i int) bool { return keep[i] })
	for row, list := range rows {
		for _, i := range list {
			for _, without := range []int{-1, i, list[r.IntN(len(list))], r.IntN(len(odds))} {
				apart, near := 0.0, 0.0
				for _, o := range list {
					if !keep[o] || o == i {
						continue
					}
					if o != without && (odds[o] < odds[i]*tie || odds[o] > odds[i]/tie) {
						apart += odds[o]
					}
					if odds[o] >= odds[i]*tie {
						near += odds[o]
					}
				}
				// Powers of two within 30 bits add up exactly in any order.
				if got := x.apart(int32(row), i, without); got != apart {
					t.Fatalf("row %d, pair %d without %d: apart %v, want %v", row, i, without, got, apart)
				}
				if got := x.near(int32(row), i); got != near {
					t.Fatalf("row %d, pair %d: near %v, want %v", row, i, got, near)
				}
			}
		}
	}
}
