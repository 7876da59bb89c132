package mf

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/osusume/osusume/internal/par"
	"github.com/osusume/osusume/internal/vec"
	"github.com/osusume/osusume/recommender"
)

// Train learns a [*Model] from d's interactions. It takes O(Epochs ·
// interactions · Candidates · Factors) time and, beside d's Table and the
// model, some 16 bytes for each interaction and 4 more with weights; a second
// copy of the vectors, and a third with Validation.
//
// An invalid configuration, a Dataset without a positive example or whose users
// all have every item, weights that are 0 for all, and a Rate so high that the
// factors run away are errors that wrap [recommender.ErrInvalid]. The end of ctx is noticed within
// milliseconds, and its error returned, unless KeepOnCancel says otherwise.
func (c Config) Train(ctx context.Context, d recommender.Dataset) (recommender.Model, error) {
	if err := c.check(); err != nil {
		return nil, fmt.Errorf("mf: %w", err)
	}
	table, err := recommender.Load(ctx, d, recommender.Filter{})
	if err != nil {
		return nil, fmt.Errorf("mf: load the training data: %w", err)
	}
	all, err := c.Features.read(ctx, d, table)
	if err != nil {
		return nil, err
	}
	m, err := c.fit(ctx, table, all)
	if err != nil {
		return nil, fmt.Errorf("mf: train on %d users, %d items and %d interactions: %w", len(table.Users), len(table.Items), table.Len(), err)
	}
	return m, nil
}

func (c Config) fit(ctx context.Context, table *recommender.Table, all traits) (*Model, error) {
	likes := positivesOf(table, c.taste())
	if len(likes.items) == 0 {
		return nil, fmt.Errorf("%w: none of the interactions is a positive example", recommender.ErrInvalid)
	}
	if !likes.differ(len(table.Items)) {
		return nil, fmt.Errorf("%w: every user has all of the items: there is nothing to rank below them", recommender.ErrInvalid)
	}
	c = c.withDefaults(shapeOf(likes, len(table.Items)))
	m, err := newModel(c.Factors, c.taste(), table.Items, recommender.NewHistories(table), likes)
	if err != nil {
		return nil, err
	}
	m.randomise(c.Seed, c.InitScale)
	if err := m.adopt(c.From); err != nil {
		return nil, err
	}
	weights, err := c.weightsOf(table, likes)
	if err != nil {
		return nil, err
	}
	t := newTraining(c, m, likes, weights)
	if err := t.run(ctx); err != nil {
		return nil, err
	}
	if !m.bounded() {
		return nil, fmt.Errorf("%w: the factors grew beyond all bounds; lower Rate or InitScale", recommender.ErrInvalid)
	}
	if c.KeepOnCancel {
		ctx = context.WithoutCancel(ctx) // what there is must fold, and that takes milliseconds
	}
	if err := m.learnFolding(ctx, c.Workers, descent{rate: c.Rate, l2: c.L2User, candidates: c.Candidates}); err != nil {
		return nil, err
	}
	if err := m.learnFeatures(ctx, c.Workers, c.Features, all); err != nil {
		return nil, err
	}
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
			row[f] = float32(float64(half * (2*draw.float() - 1)))
		}
	}
	for u := range m.history.Users() {
		fill(m.userRow(u))
	}
	for i := range m.Catalog() {
		fill(m.itemRow(i))
	}
}

// training is the state of one run. The cells of a diagonal share nothing that
// they write.
type training struct {
	Config
	m         *Model
	order     *schedule
	packed    *packed
	carousels []carousel // one for each cell of a diagonal
	drawn     int        // candidates of a step; of several, the next multiple of four

	popular     *popularity // where negatives come from; both nil: uniform
	ranked      *oversampler
	rankWeights []float32   // of WARP, by draws
	validate    *validation // nil: nothing is held back

	now   func() time.Time
	start time.Time
	total tally
	epoch tally
}

func newTraining(c Config, m *Model, likes positives, weights []float32) *training {
	t := &training{Config: c, m: m, now: c.Clock}
	if t.now == nil {
		t.now = time.Now
	}
	if c.Validation > 0 {
		held, kept := holdBack(likes, len(m.bias), c.Validation, c.Seed)
		rest := likes.only(kept)
		if len(held.items) > 0 {
			t.validate = newValidation(m, rest, held, c.Seed)
		}
		if weights != nil {
			n := 0
			for at, keep := range kept {
				if keep {
					weights[n] = weights[at]
					n++
				}
			}
			weights = weights[:n]
		}
		likes = rest
	}
	t.order = newSchedule(likes, weights, len(m.bias), c.Blocks)
	t.packed, t.carousels = newPacked(m, t.order, pacesOf(likes, c.UserPower, c.L2Power), !c.NoBias), make([]carousel, t.order.blocks)
	if t.drawn = c.Candidates; t.drawn > 1 {
		t.drawn = (t.drawn + 3) / 4 * 4
	}
	for k := range t.carousels {
		t.carousels[k].steps, t.carousels[k].candidates = make([]vec.Step, 0, seats), make([]int32, 0, seats*t.drawn)
	}
	switch {
	case c.Popularity > 0:
		t.popular = &popularity{counts: likes.count(len(m.bias))}
	case c.Oversample > 0:
		t.ranked = newOversampler(m, t.order, c.Oversample)
	}
	if c.Loss == WARP {
		t.rankWeights = rankWeights(len(t.order.items), c.Candidates)
	}
	return t
}

// run trains until an end is reached, and says in the model how.
func (t *training) run(ctx context.Context) error {
	t.start = t.now()
	done, stop := 0, Finished
	for done < t.Epochs && stop == Finished {
		var (
			ndcg float64
			err  error
		)
		stop, err = t.once(ctx, done)
		whole := err == nil && stop == Finished
		if whole {
			done++
			ndcg, stop, err = t.look(ctx, done)
		}
		if err != nil {
			if !t.KeepOnCancel || done == 0 || !errors.Is(err, ctx.Err()) {
				return err
			}
			stop = Canceled
		}
		t.total.join(t.epoch)
		if t.Progress != nil && whole && err == nil {
			t.Progress(t.progress(done, ndcg))
		}
	}
	t.m.training = Training{Config: t.Config, Epochs: done, Best: done, Stopped: stop, Updates: t.total.updates}
	t.m.training.Config.Features.Items, t.m.training.Config.Features.Users = nil, nil
	t.m.training.Config.From, t.m.training.Config.Progress, t.m.training.Config.Clock = nil, nil, nil
	if v := t.validate; v != nil && v.bestEpoch > 0 {
		v.restore()
		t.m.training.Best, t.m.training.NDCG = v.bestEpoch, v.value
	}
	return nil
}

// once trains an epoch, or what Budget leaves of it. The rate falls from
// diagonal to diagonal.
func (t *training) once(ctx context.Context, epoch int) (Stop, error) {
	t.epoch = tally{}
	if err := t.order.shuffle(ctx, t.Seed, uint64(epoch), t.Workers); err != nil {
		return Finished, err
	}
	b := t.order.blocks
	if t.popular != nil {
		t.popular.lay(t.order, t.Popularity*(1-float64(epoch)/float64(t.Epochs)))
	}
	if t.ranked != nil {
		if err := t.ranked.lay(ctx, t.order, t.Workers); err != nil {
			return Finished, err
		}
	}
	if err := t.packed.load(ctx, t.Workers); err != nil {
		return Finished, err
	}
	defer t.packed.store(t.Workers)
	tallies := make([]tally, b)
	for diagonal := range b {
		rate, over := t.rate(epoch, diagonal)
		if over {
			return TimedOut, nil
		}
		err := par.Do(ctx, t.Workers, b, func(row int) (err error) {
			tallies[row], err = t.cell(ctx, epoch, row, (row+diagonal)%b, rate)
			return err
		})
		if err != nil {
			return Finished, err
		}
		for _, x := range tallies {
			t.epoch.join(x)
		}
	}
	return Finished, nil
}

// rate returns the learning rate of a diagonal, which falls with the epochs done
// or the budget used, whichever is further; over, where the budget is used up.
func (t *training) rate(epoch, diagonal int) (rate float64, over bool) {
	b := t.order.blocks
	done := float64(epoch*b+diagonal) / float64(t.Epochs*b)
	if t.Budget > 0 {
		used := float64(t.now().Sub(t.start)) / float64(t.Budget)
		if used >= 1 {
			return 0, true
		}
		done = max(done, used)
	}
	return t.Rate * (1 - float64((1-t.FinalRate)*done)), false
}

// look measures what is held back, if anything is.
func (t *training) look(ctx context.Context, done int) (ndcg float64, stop Stop, err error) {
	if t.validate == nil {
		return 0, Finished, nil
	}
	if ndcg, err = t.validate.measure(ctx, done, t.Workers); err != nil {
		return 0, Finished, err
	}
	if t.Patience > 0 && done-t.validate.bestEpoch >= t.Patience && done < t.Epochs {
		stop = Stale
	}
	return ndcg, stop, nil
}

func (t *training) progress(done int, ndcg float64) Progress {
	elapsed := t.now().Sub(t.start)
	p := Progress{
		Epoch: done, Epochs: t.Epochs, Updates: t.total.updates, Skipped: t.total.skipped,
		Loss: share(t.epoch.loss, t.epoch.updates), AUC: share(float64(t.epoch.above), t.epoch.visits), NDCG: ndcg,
		Elapsed: elapsed, Remaining: time.Duration(float64(elapsed) / float64(max(1, done)) * float64(t.Epochs-done)),
	}
	if t.Budget > 0 {
		p.Remaining = max(0, min(p.Remaining, t.Budget-elapsed))
	}
	return p
}

// paceAt returns the sizes of steps at a learning rate.
func (c Config) paceAt(rate float64) (float32, vec.Pull) {
	pull := func(l2 float64) float32 { return float32(rate * l2) }
	return float32(rate), vec.Pull{User: pull(c.L2User), Positive: pull(c.L2Positive), Negative: pull(c.L2Negative), Bias: pull(c.L2Bias)}
}
