package mf

import (
	"math"

	"github.com/osusume/osusume/internal/vec"
)

// A tally counts what a cell did.
type tally struct {
	updates, skipped int64
	visits           int64 // pairs for which a negative was looked for
	above            int64 // and whose positive scored above the first item drawn
	loss             float64
	product          float64 // of probabilities whose logarithm is still to be taken; 0: none
}

// add counts a step of BPR. Logarithms are taken of products of many, which is
// what they cost.
func (t *tally) add(s *vec.Step) {
	t.updates++
	if s.Diff+s.Ahead > 0 {
		t.above++
	}
	if t.product == 0 {
		t.product = 1
	}
	t.product *= 1 - float64(s.Share) + 1e-12
	if t.product < 1e-280 {
		t.settle()
	}
}

func (t *tally) settle() {
	if t.product != 0 {
		t.loss -= math.Log(t.product)
		t.product = 0
	}
}

// join adds the tally of a cell.
func (t *tally) join(o tally) {
	o.settle()
	t.updates += o.updates
	t.skipped += o.skipped
	t.visits += o.visits
	t.above += o.above
	t.loss += o.loss
}

// share is a/b, 0 where there is nothing.
func share(a float64, b int64) float64 {
	if b == 0 {
		return 0
	}
	return a / float64(b)
}
