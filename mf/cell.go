package mf

import (
	"context"

	"github.com/osusume/osusume/internal/vec"
)

const (
	// seats is how many users a cell trains at a time. The steps of one user wait
	// for one another in the processor, those of several do not.
	seats = 32
	// checkEvery is how many rounds pass between two looks at ctx: well under a
	// millisecond's worth.
	checkEvery = 16
)

// A carousel trains a cell: users take seats, and every round takes a step of
// each. The cells of a diagonal have a carousel each, and write disjoint rows.
type carousel struct {
	*training
	rows vec.Factors // of the cell
	pace []pace      // of its users; nil: 1 and 1
	draw source
	rate float32
	l2   vec.Pull

	pairs  []pair // of users who have not been seated
	worth  []float32
	seated [seats]seat

	steps      []vec.Step
	candidates []int32 // of each step, t.drawn
	sum        tally
}

// cell visits the pairs of a cell in rounds. Users take the seats in their order.
// A round prepares a step for each of the seated, all by the vectors as they are
// before it, and takes the steps one after another. Whoever has no pair left makes
// room for the next.
func (t *training) cell(ctx context.Context, epoch, row, col int, rate float64) (tally, error) {
	c := &t.carousels[row]
	c.open(t, epoch, row, col, rate)
	for round := 1; c.round(); round++ {
		if round%checkEvery == 0 {
			if err := ctx.Err(); err != nil {
				return c.sum, err
			}
		}
	}
	return c.sum, nil
}

// round is false where all pairs are done.
func (c *carousel) round() bool {
	busy := false
	for k := range c.seated {
		s := &c.seated[k]
		if s.next < len(s.own) || c.take(s) {
			c.visit(s)
			busy = true
		}
	}
	c.learn()
	return busy
}

// open readies the carousel for a cell.
func (c *carousel) open(t *training, epoch, row, col int, rate float64) {
	c.training, c.sum = t, tally{}
	c.rows, c.pace = t.packed.cell(row, col)
	c.pairs, c.worth = t.order.cell(row, col)
	from, to := t.order.bounds(len(t.order.items), col)
	c.rate, c.l2 = t.paceAt(rate)
	c.draw = t.source(newStream(t.Seed, sampling, uint64(epoch), uint64(row*t.order.blocks+col)), from, to)
	for k := range c.seated {
		c.seated[k].open(t, to-from)
	}
	c.steps, c.candidates = c.steps[:0], c.candidates[:0]
}

// visit prepares the step of a pair, or for WARP takes it.
func (c *carousel) visit(s *seat) {
	x, gain := s.own[s.next], s.rate
	if s.worth != nil {
		gain = float32(gain * s.worth[s.next])
	}
	s.next++
	step := vec.Step{User: s.user, Positive: x.place, Gain: gain, Pull: s.pull}
	c.sum.visits++
	if c.Loss == WARP {
		c.warp(s, step)
		return
	}
	if c.drawn == 1 {
		var one [1]int32
		c.draw.fill(one[:], 1, s)
		step.Negative = one[0]
	} else {
		n := len(c.candidates)
		c.candidates = c.candidates[:n+c.drawn]
		c.draw.fill(c.candidates[n:], c.Candidates, s)
	}
	c.steps = append(c.steps, step)
}

// learn takes the steps that are prepared.
func (c *carousel) learn() {
	if c.drawn > 1 && len(c.steps) > 0 {
		vec.Hardest(&c.rows, c.steps, c.candidates, c.drawn)
	}
	vec.StepsBPR(&c.rows, c.steps, c.l2)
	for k := range c.steps {
		c.sum.add(&c.steps[k])
	}
	c.steps, c.candidates = c.steps[:0], c.candidates[:0]
}
