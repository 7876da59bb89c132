package mf

import (
	"context"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/osusume/osusume/recommender"
)

// IALS is a [recommender.Trainer] of factor models by implicit alternating least
// squares (Hu, Koren and Volinsky, ICDM 2008), with the regularisation that
// Rendle, Krichene, Zhang and Koren found it to need (RecSys 2022, arXiv
// 2110.14037). Over all users u with vectors x and items i with vectors y it
// minimises
//
//	Σ_(u has i) (1 - x·y)² + α Σ_(u, i) (x·y)² + Σ_u λ_u |x|² + Σ_i λ_i |y|²
//
// where λ_u = λ (n + α·items)^ν for a user of n items, and λ_i likewise.
//
// Its zero value means the defaults below, chosen on validation parts of the
// training parts of MovieLens-1M and 100k, anime ratings and Amazon CDs.
type IALS struct {
	// Factors is the length of the vectors; 0 means 64. 128 and 256 rank better
	// where there is data for them, and cost 1.7 and 4 times the time: see the
	// package's Basics.
	Factors int
	// Epochs is how often users and items are solved for in turn; 0 means 16:
	// 8 end 0.5 % of NDCG lower on MovieLens-1M, 30 no higher.
	Epochs int
	// Alpha is α, the weight of what a user does not have. 0 means
	// 75·√n·(64/Factors)^⅛ / items, where n is the mean number of items of a user
	// and items the number of those that somebody has. All items together are best
	// weighed 200 for users of 11 items (Amazon CDs), 600 for 67 (anime) and 600 to
	// 900 for 106 (MovieLens-1M), a little less for longer vectors.
	Alpha float64
	// L2 is λ; 0 means 0.01. What matters is the product with Alpha: 1.5 times as
	// much lost 4 % of NDCG on MovieLens-1M and 7 % on the anime ratings.
	L2 float64
	// Power is ν; 0 means 1: 0.5, with an L2 that pulls as much on the whole, lost
	// 1 % of NDCG on MovieLens-1M and Amazon CDs. For none, give a tiny value such
	// as 1e-12.
	Power float64
	// InitScale is the standard deviation of the factors before training, times
	// the root of Factors; 0 means 0.1.
	InitScale float64
	// Workers is the number of goroutines; 0 means one for each processor. It
	// changes the speed, never the model.
	Workers int
	// Seed names the random numbers. The same seed and data give the same bytes.
	Seed uint64

	// Kinds and MinStars say what is a positive example, as those of [Config] do.
	Kinds    []recommender.Kind
	MinStars float32

	// Features is what is known of items and users beside interactions, as in [Config].
	Features Features

	// Progress, if not nil, is called after every epoch, by the goroutine that
	// called Train, which waits for it.
	Progress func(IALSProgress)
}

var _ recommender.Trainer = IALS{}

// IALSProgress says how far training is.
type IALSProgress struct {
	Epoch, Epochs int           // Epoch counts from 1
	Loss          float64       // what is minimised, after the epoch
	Elapsed       time.Duration // since training began
}

// maxPower bounds ν, and with it λ.
const maxPower = 4

// withDefaults returns c with its zeros filled in, but for Alpha, which follows
// from the data; or all that is wrong with it.
func (c IALS) withDefaults() (IALS, error) {
	var faults []string
	count := func(name string, n *int, def, most int) {
		switch {
		case *n < 0:
			faults = append(faults, fmt.Sprintf("%s %d < 0", name, *n))
		case *n > most:
			faults = append(faults, fmt.Sprintf("%s %d > %d", name, *n, most))
		case *n == 0:
			*n = def
		}
	}
	number := func(name string, x *float64, def, most float64) {
		switch {
		case !(*x >= 0 && *x <= most):
			faults = append(faults, fmt.Sprintf("%s %v is outside [0, %g]", name, *x, most))
		case *x == 0:
			*x = def
		}
	}
	count("Factors", &c.Factors, 64, maxFactors)
	count("Epochs", &c.Epochs, 16, math.MaxInt32)
	number("Alpha", &c.Alpha, 0, limit)
	number("L2", &c.L2, 0.01, limit)
	number("Power", &c.Power, 1, maxPower)
	number("InitScale", &c.InitScale, 0.1, limit)
	count("Workers", &c.Workers, 0, math.MaxInt32)
	faults = append(faults, tasteFaults(c.Kinds, c.MinStars)...)
	faults = append(faults, c.Features.faults()...)
	if faults != nil {
		return c, fmt.Errorf("invalid config: %s: %w", strings.Join(faults, "; "), recommender.ErrInvalid)
	}
	return c, nil
}

// weight is the default of Alpha for users of some mean number of items.
func (c IALS) weight(mean float64, items int) float64 {
	eighthRoot := math.Sqrt(math.Sqrt(math.Sqrt(64 / float64(c.Factors)))) // exact on every machine, as math.Pow is not
	return 75 * math.Sqrt(mean) * eighthRoot / float64(items)
}

// Train learns a [*Model] of kind [KindIALS] from d's interactions, whose biases
// are 0. Each vector is moved towards its least squares by three steps of
// conjugate gradients an epoch; at the end those of users are solved exactly.
// It takes O(Epochs · (interactions · Factors + (users + items) · Factors²)) time
// and, beside d's Table and the model, some 8 bytes for each interaction and
// up to 256·Factors².
//
// An invalid configuration, a Dataset without a positive example, and factors
// that run away are errors that wrap [recommender.ErrInvalid]. The end of ctx is
// noticed within milliseconds, and its error returned.
func (c IALS) Train(ctx context.Context, d recommender.Dataset) (recommender.Model, error) {
	c, err := c.withDefaults()
	if err != nil {
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
		return nil, fmt.Errorf("mf: train iALS on %d users, %d items and %d interactions: %w", len(table.Users), len(table.Items), table.Len(), err)
	}
	return m, nil
}

func (c IALS) fit(ctx context.Context, table *recommender.Table, all traits) (*Model, error) {
	likes := tasteOf(c.Kinds, c.MinStars)
	liked := positivesOf(table, likes)
	if len(liked.items) == 0 {
		return nil, fmt.Errorf("%w: none of the interactions is a positive example", recommender.ErrInvalid)
	}
	m, err := newModel(c.Factors, likes, table.Items, recommender.NewHistories(table), liked)
	if err != nil {
		return nil, err
	}
	m.kind = KindIALS
	if c.Alpha == 0 {
		c.Alpha = c.weight(float64(len(liked.items))/float64(len(m.rows)), len(liked.anybody(len(m.known))))
	}
	m.randomise(c.Seed, c.InitScale)
	clear(m.user)
	m.clearUnused()
	r := ridge{alpha: c.Alpha, l2: c.L2, power: c.Power, scale: 1}
	m.folding.user, m.folding.item = r, r
	t := &alternation{IALS: c, m: m, users: liked, items: liked.transposed(len(m.bias))}
	if err := t.run(ctx); err != nil {
		return nil, err
	}
	if err := m.learnFeatures(ctx, c.Workers, c.Features, all); err != nil {
		return nil, err
	}
	return m, nil
}
