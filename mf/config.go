package mf

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/osusume/osusume/recommender"
)

// Config is a [recommender.Trainer] of factor models. Its zero value means the
// defaults below, of which some follow the data: see [Model.Trained] for what they
// came to. They were chosen on validation parts of MovieLens, anime ratings and
// Amazon CDs; docs/benchmarks/bpr-details.md has what each is worth.
//
// Where 0 means a default, and a true 0 is wanted of a float64, 1e-12 is as good.
type Config struct {
	// Loss is BPR or WARP.
	Loss Loss
	// Factors is the length of the vectors; 0 means 64. 128 gained two per cent of
	// NDCG on the anime ratings and nothing on MovieLens-1M, in twice the time.
	Factors int
	// Epochs is how many times every pair of a user and a positive item is visited.
	// 0 means 30, and up to 60 where there are less than 10,000 pairs, of which an
	// epoch teaches little.
	Epochs int
	// Rate is the learning rate at the start. 0 means 0.1 where users have 100
	// positives on average, and more where they have fewer, because each vector
	// is moved less often: it grows with the fourth root, up to 0.2. For WARP it is
	// three tenths of that, because its steps do not shrink where a pair is nearly in
	// order, and up to 1.7 times more for data of less than 300,000 pairs.
	Rate float64
	// FinalRate is the share of Rate that is left at the end, in [0, 1], reached
	// in a straight line. 0: the rate falls to 0, so that the factors come to
	// rest. 1: it stays, at a loss of 16 to 20 per cent.
	FinalRate float64

	// L2 pulls what a step touches towards 0, in proportion to the rate. 0 means
	// 0.02, for WARP 0.04, and up to three times that for data of less than 300,000
	// pairs: it grows with the cube root of how many times fewer there are.
	L2 float64
	// L2 of the vectors of users, of positive and of negative items, and of both
	// items' biases; 0 means L2.
	L2User, L2Positive, L2Negative, L2Bias float64
	// L2Power makes L2 weigh (n/mean)^-L2Power in the steps of a user with n
	// positives: users of few are held back more. 0: all alike.
	L2Power float64
	// UserPower makes the steps of a user with n positives weigh
	// (n/mean)^-UserPower, so that users of many do not drown the others. 0 means
	// 0.3 where users have 100 positives or more on average, and in proportion
	// less where they have fewer: without, NDCG is 1.3 to 2.6 per cent lower on
	// MovieLens-1M and the anime ratings; with, 4 per cent lower on Amazon CDs, where
	// they have 11.
	UserPower float64
	// NoBias leaves the items' biases at 0, so that the vectors' product is the
	// whole score, as an index of vectors wants it. It costs no quality.
	NoBias bool

	// Candidates is how many items that the user does not have are drawn for
	// each pair; BPR learns from the one of the best score, WARP from the first
	// that stands too high. 1 with BPR is the plain draw of its paper, which is 15
	// per cent worse on MovieLens-1M and 28 on the anime ratings. Time grows with
	// them. 0 means, for WARP, 64; for BPR, 1.6·√(items/n) from 4 to 32, where
	// users have n positives on average, and less for data of less than 300,000
	// pairs: the hardest of many among few items is likely one that the user
	// would want.
	Candidates int
	// Popularity makes the first epoch draw items with a chance that grows with
	// the number of their users, as count^Popularity; the exponent falls in a
	// straight line to 0 at the end. 0: uniform throughout.
	Popularity float64
	// Oversample, in (0, 1], draws items that one factor of the user's vector
	// ranks high, at a geometric distribution whose mean rank is this share of the
	// catalogue, instead of uniformly. With Candidates 1 it is the adaptive
	// oversampling of Rendle and Freudenthaler (WSDM 2014). 0: off.
	Oversample float64
	// InitScale is the standard deviation of the factors before training, times
	// the root of Factors; 0 means 0.1.
	InitScale float64

	// Kinds are the kinds of interaction that are positive examples; nil means
	// all but Dislike, which cannot be one. The others are remembered as seen.
	Kinds []recommender.Kind
	// MinStars makes ratings and reviews with fewer stars no positive examples;
	// 0 takes them all: having chosen an item says more than how it was rated.
	MinStars float32
	// KindWeights are what interactions of each kind weigh, by the kind's number:
	// view, click, like, rate, review; what is missing weighs 1. A pair weighs what
	// its positive interactions do together, against the mean of all pairs, at most
	// 10; its steps are that much longer.
	KindWeights []float64
	// ValuePower multiplies an interaction's weight with stars/5 for ratings and
	// reviews, and with Value for the other kinds (0 counting as 1), to this
	// power. 0: the value does not matter.
	ValuePower float64
	// HalfLife halves the weight of an interaction for every such time that it is
	// older than the newest of the data. Interactions without a time keep theirs.
	// 0: age does not matter.
	HalfLife time.Duration

	// Validation holds back this share of each user's positives, drawn by Seed, in
	// [0, 1), measures NDCG@20 on them after every epoch (full catalogue, at most
	// 2,000 users), and gives the model the factors of the best epoch. What is held
	// back is not learned from, and missed: a tenth cost 4 to 5 per cent of NDCG on
	// ml-100k and the anime ratings, where the best epochs were 20 to 27 of 30. So 0,
	// nothing, is the default. Every user and every item keeps a pair: where that
	// leaves nothing to hold back, training is as without.
	Validation float64
	// Patience ends training after so many epochs without a better NDCG. 0: never.
	Patience int
	// Budget ends training after this time; the rate comes down within it. The
	// model then depends on the speed of the machine. 0: no limit.
	Budget time.Duration
	// KeepOnCancel makes Train return the model as it is, or as it was in the best
	// epoch measured, where ctx ends after an epoch or more; [Model.Trained] says
	// Canceled. By default the end of ctx is an error: whoever stops a program does
	// not want a half-trained model published.
	KeepOnCancel bool
	// From is a model of the same Factors to start from: users and items that it
	// knows start with its vectors, the others at random. It is not changed, and
	// not kept.
	From *Model

	// Features is what is known of items and users beside interactions. With it, items
	// that nobody has and users without a history are ranked, too; the vectors of the
	// others are the same as without.
	Features Features

	// Blocks is how many blocks users and items are shuffled into, and so the
	// most workers that can be of use; 0 means 32, for machines of up to 32
	// processors. Small data uses fewer. Another number gives another model, so it
	// does not follow Workers.
	Blocks int
	// Workers is the number of goroutines; 0 means one for each processor. It
	// changes the speed, never the model.
	Workers int
	// Seed names the random numbers. The same seed and data give the same bytes.
	Seed uint64

	// Progress, if not nil, is called after every epoch, by the goroutine that
	// called Train, which waits for it.
	Progress func(Progress)
	// Clock tells the time for Progress and Budget; nil means time.Now. It is
	// called by the goroutine that called Train.
	Clock func() time.Time

	unverified bool // negatives may be the user's own: to measure what looking is worth
}

var _ recommender.Trainer = Config{}

// Limits that keep a mistyped number from eating the memory.
const (
	maxFactors    = 1 << 14
	maxBlocks     = 1 << 12
	maxCandidates = 1 << 12
)

// check returns all that is wrong with c.
func (c Config) check() error {
	var faults []string
	fault := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }
	count := func(name string, n, most int) {
		if n < 0 {
			fault("%s %d < 0", name, n)
		} else if n > most {
			fault("%s %d > %d", name, n, most)
		}
	}
	number := func(name string, x, most float64) {
		switch {
		case !(x >= 0) || math.IsInf(x, 0):
			fault("%s %v is not a number ≥ 0", name, x)
		case x > most:
			fault("%s %v > %v", name, x, most)
		}
	}
	if int(c.Loss) >= len(lossNames) {
		fault("Loss %v is none", c.Loss)
	}
	count("Factors", c.Factors, maxFactors)
	count("Epochs", c.Epochs, math.MaxInt32)
	count("Candidates", c.Candidates, maxCandidates)
	count("Blocks", c.Blocks, maxBlocks)
	count("Workers", c.Workers, math.MaxInt32)
	count("Patience", c.Patience, math.MaxInt32)
	const unbounded = math.MaxFloat64
	number("Rate", c.Rate, unbounded)
	number("FinalRate", c.FinalRate, 1)
	number("L2", c.L2, unbounded)
	number("L2User", c.L2User, unbounded)
	number("L2Positive", c.L2Positive, unbounded)
	number("L2Negative", c.L2Negative, unbounded)
	number("L2Bias", c.L2Bias, unbounded)
	number("L2Power", c.L2Power, 4)
	number("UserPower", c.UserPower, 4)
	number("Popularity", c.Popularity, 4)
	number("Oversample", c.Oversample, 1)
	number("InitScale", c.InitScale, unbounded)
	number("ValuePower", c.ValuePower, 16)
	if c.Popularity > 0 && c.Oversample > 0 {
		fault("Popularity and Oversample are both set, and each says where negatives come from")
	}
	if !(c.Validation >= 0 && c.Validation < 1) {
		fault("Validation %v is outside [0, 1)", c.Validation)
	}
	if c.Patience > 0 && c.Validation == 0 {
		fault("Patience %d without Validation has nothing to wait for", c.Patience)
	}
	for _, d := range []struct {
		name string
		d    time.Duration
	}{{"HalfLife", c.HalfLife}, {"Budget", c.Budget}} {
		if d.d < 0 {
			fault("%s %v < 0", d.name, d.d)
		}
	}
	faults = append(faults, tasteFaults(c.Kinds, c.MinStars)...)
	faults = append(faults, c.Features.faults()...)
	for k, w := range c.KindWeights {
		if kind := recommender.Kind(k); !kind.Valid() {
			fault("KindWeights has %d numbers for %d kinds", len(c.KindWeights), k)
			break
		} else if !(w >= 0) || math.IsInf(w, 0) {
			fault("KindWeights has %v for %v, not a number ≥ 0", w, kind)
		}
	}
	if faults != nil {
		return fmt.Errorf("invalid config: %s: %w", strings.Join(faults, "; "), recommender.ErrInvalid)
	}
	return nil
}
