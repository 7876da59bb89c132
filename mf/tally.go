package mf

import "math"

// A tally counts what a cell did.
type tally struct {
	updates, skipped int64
	visits           int64 // pairs for which a negative was looked for
	above            int64 // and whose positive scored above the first item drawn
	loss             float64
	product          float64 // of probabilities whose logarithm is still to be taken; 0: none
}

// add counts a visit and what was found for it.
func (t *tally) add(n negative, positive float32) {
	t.visits++
	if positive > n.first {
		t.above++
	}
	if n.item >= 0 {
		t.updates++
	}
}

// learn returns the gradient of BPR at a difference of scores, σ(-difference),
// and counts the loss. Logarithms are taken of products of many, which is
// what they cost.
func (t *tally) learn(difference float32) float32 {
	g := sigmoid(-difference)
	if t.product == 0 {
		t.product = 1
	}
	t.product *= 1 - float64(g) + 1e-12
	if t.product < 1e-280 {
		t.settle()
	}
	return g
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
