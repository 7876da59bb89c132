package mf

import (
	"context"
	"math"

	"github.com/osusume/osusume/internal/par"
	"github.com/osusume/osusume/internal/vec"
)

// folding is how those whom training has not seen get a vector.
type folding struct {
	user, item ridge // of a user, over the items; of an item, over the users
	descent    descent
	// bias and slope give the bias of an item of n users: bias + slope·ln(1+n).
	bias, slope float64
}

// learnFolding fits the folding of a model of kind BPR, whose vectors follow from
// no formula: for each side the ridge that comes near the trained vectors, scaled
// as they are, from which a descent then starts.
func (m *Model) learnFolding(ctx context.Context, workers int, d descent) error {
	m.clearUnused()
	m.finish()
	f := &m.folding
	f.descent = d
	back := m.liked.transposed(len(m.bias))
	for _, side := range []struct {
		r    *ridge
		own  positives
		want []float32
	}{{&f.user, m.liked, m.user}, {&f.item, back, m.item}} {
		if err := side.r.learn(ctx, workers, side.own, side.want, m.factors); err != nil {
			return err
		}
	}
	f.learnBias(m.bias, back)
	return nil
}

// clearUnused makes the vectors zero that training did not touch.
func (m *Model) clearUnused() {
	for i, known := range m.known {
		if !known {
			clear(m.itemRow(i))
		}
	}
	for u, id := range m.Users() {
		if _, used := m.rows[id]; !used {
			clear(m.userRow(u))
		}
	}
}

// unknownMean stands for the mean number of items of a user where a foreign model
// comes without histories.
const unknownMean = 20

// samples bounds how many vectors a scale is learned from.
const samples = 512

// learn chooses r for vectors that were trained otherwise. Unobserved rows weigh
// as much as observed ones together, and so does λ: of the ratios tried on
// MovieLens-1M, around these the solutions point most nearly as the trained
// vectors do (a cosine of 0.85). The scale is then that of least squares.
func (r *ridge) learn(ctx context.Context, workers int, own positives, want []float32, factors int) error {
	var with []int // who has anything
	for u := range len(own.offset) - 1 {
		if len(own.of(u)) > 0 {
			with = append(with, u)
		}
	}
	mean := float64(len(own.items)) / float64(max(len(with), 1))
	if mean == 0 { // a foreign model without histories
		mean = unknownMean
	}
	var square float64
	for from := 0; from < len(r.rows); from += r.stride {
		q := r.rows[from:][:r.stride]
		square += float64(vec.Dot(q, q))
	}
	all := float64(max(r.all, 1))
	square /= all
	r.alpha, r.l2, r.power, r.scale = mean/all, mean*square/float64(factors), 0, 1
	if !(r.l2 > 1e-20) { // all rows are next to 0
		r.l2 = 1
	}
	if err := r.weigh(ctx, workers); err != nil {
		return err
	}
	if len(with) == 0 {
		return nil
	}
	step := (len(with) + samples - 1) / samples
	dots := make([][2]float64, (len(with)+step-1)/step)
	err := par.Do(ctx, workers, len(dots), func(k int) error {
		u := with[k*step]
		x := make([]float32, r.stride)
		r.fold(x, own.of(u))
		dots[k] = [2]float64{float64(vec.Dot(x, want[u*r.stride:][:r.stride])), float64(vec.Dot(x, x))}
		return nil
	})
	if err != nil {
		return err
	}
	var num, den float64
	for _, d := range dots {
		num += d[0]
		den += d[1]
	}
	if num > 0 && den > 0 {
		r.scale = min(num/den, limit)
	}
	return nil
}

// learnBias fits bias and slope to the items by least squares.
func (f *folding) learnBias(bias []float32, users positives) {
	var n, x, y, xx, xy float64
	for i, b := range bias {
		if own := len(users.of(i)); own > 0 {
			l := logOf(own)
			n, x, y = n+1, x+l, y+float64(b)
			xx += float64(l * l)
			xy += float64(l * float64(b))
		}
	}
	if spread := xx - float64(x*x/n); n > 0 && spread > 1e-9*xx {
		f.slope = (xy - float64(x*y/n)) / spread
	}
	if n == 0 {
		return
	}
	f.bias = (y - float64(f.slope*x)) / n
}

// weigh computes the weights of folding in anew, for vectors that have changed.
func (m *Model) weigh() error {
	for _, r := range []*ridge{&m.folding.user, &m.folding.item} {
		if err := r.weigh(context.Background(), 0); err != nil {
			return err
		}
	}
	return nil
}

// logOf is ln(1+n), rounded so that it is the same on every machine.
func logOf(n int) float64 { return float64(float32(math.Log1p(float64(n)))) }
