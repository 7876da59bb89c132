package ease

import (
	"fmt"
	"math"

	"github.com/osusume/osusume/internal/csr"
	"github.com/osusume/osusume/mf/internal/itemitem"
	"github.com/osusume/osusume/recommender"
)

// Config is a [recommender.Trainer] of EASE. Its zero value means the defaults
// below.
type Config struct {
	// Lambda is the ridge λ that is added to the diagonal of the items' Gram
	// matrix. The more there is, the less an item can rely on few users. 0 means
	// m·max(1.5, m/50) where a user has m items in the mean: 350 on MovieLens-1M.
	// Near the best of validation parts of MovieLens-1M (350 to 1000), of
	// MovieLens-100k (250 to 400) and of anime ratings (100 to 200); half and
	// twice of it cost 2 % of NDCG at most.
	Lambda float64
	// Dropout p in (0, 0.99] adds p/(1-p) times the diagonal to the diagonal, as
	// if each item were left out of its users' rows with that probability.
	// 0 means 0.2: on validation parts of MovieLens-1M it gained up to 2 % of NDCG
	// over none, on the anime ratings and MovieLens-100k it cost nothing; 0.5 cost
	// 1 % on the anime ratings. NoDropout means none, as in Steck's first paper.
	Dropout   float64
	NoDropout bool
	// UserPower a weighs users with n items by (n/mean n)^-a, so that those who
	// have everything do not drown those who choose. 0 means 0.3, which gained
	// 1 % of NDCG on MovieLens-1M and cost 2 % on the last ten items of
	// MovieLens-100k; 0.5 does more of both. EqualUsers means equal weights, as in
	// the paper.
	UserPower  float64
	EqualUsers bool
	// Keep keeps, for each item, the weights of just that many other items that
	// say most about it, for or against. 0 keeps all: 4 bytes for each pair of
	// items. With k kept the model has 8·k bytes for each item, and training
	// needs as much memory as before.
	Keep int
	// MaxMemory is how many bytes training may take by [Memory]; 0 means 4 GiB,
	// which is enough for 32,000 items. What needs more is refused before any
	// work.
	MaxMemory int64
	// Workers is the number of goroutines; 0 means one for each processor. It
	// changes the speed, never the model.
	Workers int

	// Kinds are the kinds of interaction that are positive examples; nil means
	// all but Dislike, which cannot be one. The others are remembered as seen.
	Kinds []recommender.Kind
	// MinStars makes ratings and reviews with fewer stars no positive examples;
	// 0 takes them all: having chosen an item says more than how it was rated.
	MinStars float32

	// Progress, if not nil, is called after every step of the inversion, by the
	// goroutine that called Train, which waits for it.
	Progress func(Progress)
}

var _ recommender.Trainer = Config{}

// Progress says how far the inversion is, which is nearly all of the training.
// Steps take equally long.
type Progress struct{ Step, Steps int }

const (
	maxLambda  = 1e9
	maxPower   = 4
	maxDropout = 0.99
	defaultMax = 4 << 30
)

// withDefaults returns c with its zeros filled in but for Lambda, and its taste;
// or all that is wrong with it.
func (c Config) withDefaults() (Config, itemitem.Taste, error) {
	var faults itemitem.Faults
	faults.Number("Lambda", &c.Lambda, 0, maxLambda)
	faults.Number("Dropout", &c.Dropout, 0.2, maxDropout)
	faults.Number("UserPower", &c.UserPower, 0.3, maxPower)
	faults.Count("Keep", &c.Keep, 0, math.MaxInt32)
	faults.Count("Workers", &c.Workers, 0, math.MaxInt32)
	switch {
	case c.MaxMemory < 0:
		faults.Addf("MaxMemory %d < 0", c.MaxMemory)
	case c.MaxMemory == 0:
		c.MaxMemory = defaultMax
	}
	if c.NoDropout {
		c.Dropout = 0
	}
	if c.EqualUsers {
		c.UserPower = 0
	}
	taste := itemitem.NewTaste(c.Kinds, c.MinStars, &faults)
	return c, taste, faults.Err()
}

// Memory returns the bytes that training on items that somebody has takes beside
// the data: the matrix of 4 bytes a pair, two panels, and the kept weights. keep
// is as in Config.
func Memory(items, keep int) int64 {
	n := int64(items)
	need := 4*n*int64(strideOf(items)) + 2*4*block*n
	if keep > 0 && keep < items {
		need += 3 * 8 * n * int64(keep) // as they are chosen, turned around, and counted
	}
	return need
}

func (c Config) checkMemory(items int) error {
	if need := Memory(items, c.Keep); need > c.MaxMemory {
		return fmt.Errorf("%w: %d items need %s and MaxMemory is %s: raise it, take fewer items, or another model",
			recommender.ErrInvalid, items, bytes(need), bytes(c.MaxMemory))
	}
	return nil
}

// bytes writes a size for people.
func bytes(n int64) string {
	switch {
	case n >= 1<<30:
		return fmt.Sprintf("%.1f GiB", float64(n)/(1<<30))
	case n >= 1<<20:
		return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20))
	}
	return fmt.Sprintf("%d bytes", n)
}

// defaultLambda is Lambda's default where a user has m items in the mean. What
// users with many items have in common by chance grows with the square of m.
func defaultLambda(m float64) float64 { return m * max(1.5, m/50) }

// ridge returns what is added to each item's place on the diagonal.
func (c Config) ridge(x csr.Matrix, diagonal []float32) []float64 {
	lambda := c.Lambda
	if lambda == 0 {
		lambda = defaultLambda(meanItems(x))
	}
	list := make([]float64, len(diagonal))
	for i, d := range diagonal {
		list[i] = lambda + float64(c.Dropout/(1-c.Dropout)*float64(d))
	}
	return list
}
