package mf

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/osusume/osusume/internal/par"
	"github.com/osusume/osusume/internal/vec"
	"github.com/osusume/osusume/recommender"
)

// Train learns a [*Model] from d's interactions. It takes O(Epochs ·
// interactions · Candidates · Factors) time and, beside d's Table and the
// model, some 16 bytes for each interaction.
//
// An invalid configuration, a Dataset without a positive example, and a Rate so
// high that the factors run away are errors that wrap [recommender.ErrInvalid].
// The end of ctx is noticed within milliseconds, and its error returned.
func (c Config) Train(ctx context.Context, d recommender.Dataset) (recommender.Model, error) {
	c, err := c.withDefaults()
	if err != nil {
		return nil, fmt.Errorf("mf: %w", err)
	}
	table, err := recommender.Load(ctx, d, recommender.Filter{})
	if err != nil {
		return nil, fmt.Errorf("mf: load the training data: %w", err)
	}
	m, err := c.fit(ctx, table)
	if err != nil {
		return nil, fmt.Errorf("mf: train on %d users, %d items and %d interactions: %w", len(table.Users), len(table.Items), table.Len(), err)
	}
	return m, nil
}

func (c Config) fit(ctx context.Context, table *recommender.Table) (*Model, error) {
	likes := positivesOf(table, c.taste())
	if len(likes.items) == 0 {
		return nil, fmt.Errorf("%w: none of the interactions is a positive example", recommender.ErrInvalid)
	}
	m, err := newModel(c.Factors, c.taste(), table.Items, recommender.NewHistories(table), likes)
	if err != nil {
		return nil, err
	}
	m.randomise(c.Seed, c.InitScale)
	t := &training{
		Config: c, m: m,
		order: newSchedule(likes, len(table.Users), len(table.Items), c.Blocks),
		has:   make([]bool, len(table.Items)),
	}
	if err := t.run(ctx); err != nil {
		return nil, err
	}
	if !m.bounded() {
		return nil, fmt.Errorf("%w: the factors grew beyond all bounds; lower Rate or InitScale", recommender.ErrInvalid)
	}
	m.norm = m.norms()
	m.scale = m.foldScale()
	return m, nil
}

// randomise draws the factors uniformly, of mean 0 and standard deviation
// scale/√factors, so that scores start with a spread that does not depend on
// the number of factors.
func (m *Model) randomise(seed uint64, scale float64) {
	draw := newStream(seed, initialising)
	half := scale * math.Sqrt(3/float64(m.factors))
	fill := func(row []float32) {
		for f := range row[:m.factors] {
			unit := float64(draw.next()>>11) / (1 << 53)
			row[f] = float32(float64(half * (2*unit - 1)))
		}
	}
	for u := range m.history.Users() {
		fill(m.userRow(u))
	}
	for i := range m.Catalog() {
		fill(m.itemRow(i))
	}
}

// training is the state of one run. Cells of a diagonal write disjoint rows of
// the model and disjoint parts of has.
type training struct {
	Config
	m     *Model
	order *schedule
	has   []bool // by position: whether the user at hand has the item; all false between users
}

// A tally counts what a cell did.
type tally struct{ updates, skipped, ordered int64 }

func (t *tally) add(o tally) {
	t.updates += o.updates
	t.skipped += o.skipped
	t.ordered += o.ordered
}

// run trains all epochs. The rate falls from diagonal to diagonal.
func (t *training) run(ctx context.Context) error {
	var (
		start   = time.Now()
		b       = t.order.blocks
		tallies = make([]tally, b)
		total   tally
	)
	for epoch := range t.Epochs {
		if err := t.order.shuffle(ctx, t.Seed, uint64(epoch), t.Workers); err != nil {
			return err
		}
		var sum tally
		for diagonal := range b {
			done := float64(epoch*b+diagonal) / float64(t.Epochs*b)
			rate := float32(t.Rate * (1 - done))
			err := par.Do(ctx, t.Workers, b, func(row int) (err error) {
				tallies[row], err = t.cell(ctx, epoch, row, (row+diagonal)%b, rate)
				return err
			})
			if err != nil {
				return err
			}
			for _, x := range tallies {
				sum.add(x)
			}
		}
		total.add(sum)
		if t.Progress != nil {
			t.Progress(Progress{
				Epoch: epoch + 1, Epochs: t.Epochs, Updates: total.updates, Skipped: total.skipped,
				Ordered: float64(sum.ordered) / float64(max(1, sum.updates)), Elapsed: time.Since(start),
			})
		}
	}
	return nil
}

// checkEvery is how many samples pass between two looks at ctx: well under a
// millisecond's worth.
const checkEvery = 512

// cell visits the pairs of a cell, user by user: the user's vector stays in the
// nearest cache, and the pairs themselves say which items of the block the user
// has.
func (t *training) cell(ctx context.Context, epoch, row, col int, rate float32) (tally, error) {
	var sum tally
	pairs, from, to := t.order.cell(row, col)
	draw := newStream(t.Seed, sampling, uint64(epoch), uint64(row*t.order.blocks+col))
	sinceCheck := 0
	for len(pairs) > 0 {
		n := 1
		for n < len(pairs) && pairs[n].user == pairs[0].user {
			n++
		}
		own := pairs[:n]
		pairs = pairs[n:]
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
		for _, x := range own {
			t.has[x.place] = true
		}
		t.visit(&sum, &draw, own, from, to, rate)
		for _, x := range own {
			t.has[x.place] = false
		}
	}
	return sum, nil
}

// visit takes one stochastic gradient step for each pair of a user, on
// ln σ(x_ui - x_uj) - L2/2 · (|p|² + |q_i|² + |q_j|² + b_i² + b_j²).
func (t *training) visit(sum *tally, draw *stream, own []pair, from, to int, rate float32) {
	keep := 1 - float32(rate*float32(t.L2))
	p := t.m.userRow(int(own[0].user))
	for _, x := range own {
		j, negative, found := t.hardest(draw, p, from, to)
		if !found {
			sum.skipped++
			continue
		}
		i := t.order.items[x.place]
		above := vec.Dot(p, t.m.itemRow(int(i))) + t.m.bias[i] - negative
		g := float32(rate * sigmoid(-above))
		vec.StepBPR(p, t.m.itemRow(int(i)), t.m.itemRow(int(j)), g, keep)
		t.m.bias[i] = float32(keep*t.m.bias[i]) + g
		t.m.bias[j] = float32(keep*t.m.bias[j]) - g
		sum.updates++
		if above > 0 {
			sum.ordered++
		}
	}
}
