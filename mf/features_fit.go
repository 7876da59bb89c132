package mf

import (
	"context"
	"math"

	"github.com/osusume/osusume/internal/par"
	"github.com/osusume/osusume/internal/vec"
)

// A regression fits the vectors of features to those of the items, or users, that
// have them: it minimises
//
//	Σ_i w_i·|y_i - Σ_(f of i) x_f|² + Σ_f λ_f·|x_f|²
//
// for every place of the vectors at the same time, by conjugate gradients with
// the diagonal as preconditioner. Sums are made in a fixed order: x is the same at
// any number of workers.
type regression struct {
	width   int
	rows    positives // the features of each item that learns
	columns positives // the items of each feature
	weight  []float32 // w
	pull    []float32 // λ
	workers int
	image   []float32 // Σ_(f of i) x_f for each i, times w_i
	ones    []float32
}

// Where the conjugate gradients stop: the residual of each place is this small
// beside what it was, or so many steps were made.
const (
	fitClose = 1e-4
	fitSteps = 200
)

// commonPull is the λ of the vector that all share, beside that of the others:
// next to none.
const commonPull = 1e-4

// fit learns t.rows. own are the features of everybody by t.places, none for
// those who do not learn; y writes the vector to fit, and returns its weight.
func (t *terms) fit(ctx context.Context, workers int, own [][]int32, l2 float64, y func(dst []float32, i int) float32) error {
	n := len(t.names) + 1
	t.rows = make([]float32, n*t.width)
	g := &regression{width: t.width, workers: workers, rows: positives{offset: []int{0}}}
	var learners []int
	for i, list := range own {
		if len(list) > 0 {
			learners = append(learners, i)
			g.rows.items = append(append(g.rows.items, list...), int32(n-1))
			g.rows.offset = append(g.rows.offset, len(g.rows.items))
		}
	}
	if len(learners) == 0 {
		return nil
	}
	g.columns = g.rows.transposed(n)
	g.weight, g.image = make([]float32, len(learners)), make([]float32, len(learners)*t.width)
	total := 0.0
	for k, i := range learners {
		g.weight[k] = y(g.image[k*t.width:][:t.width], i)
		total += float64(g.weight[k])
	}
	mean := float32(total / float64(len(learners)))
	longest := sumAtOnce
	for k := range g.weight {
		g.weight[k] /= mean
		scaleBy(g.image[k*t.width:][:t.width], g.weight[k])
		longest = max(longest, len(g.rows.of(k)))
	}
	g.ones = make([]float32, longest)
	for k := range g.ones {
		g.ones[k] = 1
	}
	g.pull = make([]float32, n)
	for f := range g.pull {
		g.pull[f] = float32(l2)
	}
	g.pull[n-1] = float32(l2 * commonPull)
	return g.solve(ctx, t.rows)
}

// some is how many rows a piece of work has.
const some = 256

func (g *regression) each(ctx context.Context, n int, f func(i int)) error {
	return par.Do(ctx, g.workers, (n+some-1)/some, func(c int) error {
		for i := c * some; i < min(n, (c+1)*some); i++ {
			f(i)
		}
		return nil
	})
}

// sumAtOnce bounds how many rows are added one to another, so that float32 does
// not lose what comes last.
const sumAtOnce = 1024

// collect adds the image of the items that each feature has to dst.
func (g *regression) collect(ctx context.Context, dst []float32) error {
	return g.each(ctx, len(g.pull), func(f int) {
		row, items := dst[f*g.width:][:g.width], g.columns.of(f)
		if len(items) <= sumAtOnce {
			vec.AxpyGather(row, g.ones[:len(items)], g.image, g.width, items)
			return
		}
		part := make([]float32, g.width)
		for len(items) > 0 {
			n := min(sumAtOnce, len(items))
			clear(part)
			vec.AxpyGather(part, g.ones[:n], g.image, g.width, items[:n])
			vec.Axpy(row, 1, part)
			items = items[n:]
		}
	})
}

// times writes the matrix of the normal equations times x into dst.
func (g *regression) times(ctx context.Context, dst, x []float32) error {
	err := g.each(ctx, len(g.weight), func(i int) {
		row, own := g.image[i*g.width:][:g.width], g.rows.of(i)
		clear(row)
		vec.AxpyGather(row, g.ones[:len(own)], x, g.width, own)
		scaleBy(row, g.weight[i])
	})
	if err != nil {
		return err
	}
	clear(dst)
	for f, pull := range g.pull {
		vec.Axpy(dst[f*g.width:][:g.width], pull, x[f*g.width:][:g.width])
	}
	return g.collect(ctx, dst)
}

// dots writes, for each place, the product of a and b over all rows.
func (g *regression) dots(ctx context.Context, dst []float64, a, b []float32) error {
	n := len(g.pull)
	parts := make([]float64, (n+some-1)/some*g.width)
	err := g.each(ctx, n, func(f int) {
		sum := parts[f/some*g.width:][:g.width]
		for c := range sum {
			sum[c] += float64(float64(a[f*g.width+c]) * float64(b[f*g.width+c]))
		}
	})
	clear(dst)
	for at, x := range parts {
		dst[at%g.width] += x
	}
	return err
}

// solve finds x, which is zero. The image is that of the right side.
func (g *regression) solve(ctx context.Context, x []float32) error {
	var (
		n         = len(x)
		residual  = make([]float32, n)
		direction = make([]float32, n)
		image     = make([]float32, n)
		scale     = make([]float32, len(g.pull)) // of the preconditioner
		scaled    = make([]float32, n)           // residual under it
		left      = make([]float64, g.width)
		enough    = make([]float64, g.width)
		curve     = make([]float64, g.width)
		step      = make([]float32, g.width)
	)
	if err := g.collect(ctx, residual); err != nil {
		return err
	}
	for f := range scale {
		sum := float64(g.pull[f])
		for _, i := range g.columns.of(f) {
			sum += float64(g.weight[i])
		}
		scale[f] = float32(1 / sum)
	}
	precondition := func() {
		for at, r := range residual {
			scaled[at] = r * scale[at/g.width]
		}
	}
	precondition()
	copy(direction, scaled)
	if err := g.dots(ctx, left, residual, scaled); err != nil {
		return err
	}
	for c := range enough {
		enough[c] = left[c] * fitClose * fitClose
	}
	for range fitSteps {
		if err := g.times(ctx, image, direction); err != nil {
			return err
		}
		if err := g.dots(ctx, curve, direction, image); err != nil {
			return err
		}
		moved := false
		for c := range step {
			step[c] = 0
			if s := left[c] / curve[c]; left[c] > enough[c] && s > 0 && !math.IsInf(s, 0) {
				step[c], moved = float32(s), true
			}
		}
		if !moved {
			return nil
		}
		for at := range x {
			s := step[at%g.width]
			x[at] += float32(s * direction[at])
			residual[at] -= float32(s * image[at])
		}
		precondition()
		if err := g.dots(ctx, curve, residual, scaled); err != nil {
			return err
		}
		for c := range step {
			step[c] = 0
			if left[c] > 0 {
				step[c] = float32(curve[c] / left[c])
			}
		}
		for at := range direction {
			direction[at] = scaled[at] + float32(step[at%g.width]*direction[at])
		}
		copy(left, curve)
	}
	return nil
}
