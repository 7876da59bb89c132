package mf

import (
	"context"

	"github.com/osusume/osusume/internal/vec"
)

// checkEvery is how many samples pass between two looks at ctx: well under a
// millisecond's worth.
const checkEvery = 512

// cell visits the pairs of a cell, user by user: the user's vector stays in the
// nearest cache, and the pairs themselves say which items of the block the user
// has.
func (t *training) cell(ctx context.Context, epoch, row, col int, s steps) (tally, error) {
	var sum tally
	pairs, weights, from, to := t.order.cell(row, col)
	draw := t.source(newStream(t.Seed, sampling, uint64(epoch), uint64(row*t.order.blocks+col)), from, to)
	sinceCheck := 0
	for len(pairs) > 0 {
		n := 1
		for n < len(pairs) && pairs[n].user == pairs[0].user {
			n++
		}
		own, worth := pairs[:n], weights
		pairs = pairs[n:]
		if weights != nil {
			worth, weights = weights[:n], weights[n:]
		}
		if n == to-from {
			sum.skipped += int64(n) // the user has the whole block
			continue
		}
		if sinceCheck += n; sinceCheck >= checkEvery {
			sinceCheck = 0
			if err := ctx.Err(); err != nil {
				return sum, err
			}
		}
		t.mark(own, true)
		t.visit(&sum, &draw, own, worth, s.of(t, own[0].user))
		t.mark(own, false)
	}
	return sum, nil
}

func (t *training) mark(own []pair, has bool) {
	if t.unverified {
		return
	}
	for _, x := range own {
		t.has[x.place] = has
	}
}

// visit takes one stochastic gradient step for each pair of a user, on the loss
// of (positive, negative) plus the L2 of the three vectors and two biases.
func (t *training) visit(sum *tally, draw *source, own []pair, worth []float32, s steps) {
	m := t.m
	p := m.userRow(int(own[0].user))
	draw.visit(p)
	for k, x := range own {
		i := t.order.items[x.place]
		q := m.itemRow(int(i))
		positive := vec.Dot(p, q) + m.bias[i]
		n := t.negative(draw, p, positive)
		sum.add(n, positive)
		if n.item < 0 {
			continue
		}
		var g float32
		if t.Loss == WARP {
			weight := t.rankWeights[n.draws]
			sum.loss += float64(weight * (1 - (positive - n.score)))
			g = float32(s.rate * weight)
		} else {
			g = float32(s.rate * sum.learn(positive-n.score))
		}
		if worth != nil {
			g = float32(g * worth[k])
		}
		t.step(p, q, i, n.item, g, s)
	}
}

// step moves the vectors of a user, an item of the user's and another item.
func (t *training) step(p, q []float32, i, j int32, g float32, s steps) {
	if s.apart {
		vec.Axpy(p, s.user, p)
		vec.Axpy(q, s.positive, q)
	}
	vec.StepBPR(p, q, t.m.itemRow(int(j)), g, s.keep)
	if !t.NoBias {
		t.m.bias[i] = float32(s.keepBias*t.m.bias[i]) + g
		t.m.bias[j] = float32(s.keepBias*t.m.bias[j]) - g
	}
}

// steps are the sizes of a step. The kernel multiplies all three vectors by
// keep, the negative's; where the L2 of the user and of the positive item
// differ, those vectors are first brought to their own by adding a share.
type steps struct {
	rate           float32
	keep, keepBias float32
	apart          bool
	user, positive float32 // shares to add before keep
}

// stepsOf returns the sizes of steps at a learning rate.
func (c Config) stepsOf(rate float64) steps {
	keep := func(l2 float64) float64 { return 1 - float64(rate*l2) }
	s := steps{rate: float32(rate), keep: float32(keep(c.L2Negative)), keepBias: float32(keep(c.L2Bias))}
	if c.L2User != c.L2Negative || c.L2Positive != c.L2Negative {
		s.apart = true
		s.user = float32(keep(c.L2User)/keep(c.L2Negative) - 1)
		s.positive = float32(keep(c.L2Positive)/keep(c.L2Negative) - 1)
	}
	return s
}

// of returns the sizes for a user.
func (s steps) of(t *training, user int32) steps {
	if t.pull != nil {
		by := t.pull[user]
		shrink := func(keep float32) float32 { return 1 - float32(by*(1-keep)) }
		s.keep, s.keepBias = shrink(s.keep), shrink(s.keepBias)
		s.user, s.positive = float32(s.user*by), float32(s.positive*by)
	}
	if t.gain != nil {
		s.rate = float32(s.rate * t.gain[user])
	}
	return s
}
