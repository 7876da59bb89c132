package ease

import (
	"context"
	"fmt"

	"github.com/osusume/osusume/internal/csr"
	"github.com/osusume/osusume/internal/par"
	"github.com/osusume/osusume/mf/internal/itemitem"
	"github.com/osusume/osusume/recommender"
)

// Train learns a [*Model] from d's interactions. For n items that somebody has
// it takes n³ multiplications and additions, and the bytes that [Memory] says beside d's Table.
//
// An invalid configuration, a Dataset without a positive example, one that needs
// more than MaxMemory, and a Lambda so small that float32 cannot hold the inverse
// are errors that wrap [recommender.ErrInvalid]. The end of ctx is noticed within
// milliseconds, and its error returned.
func (c Config) Train(ctx context.Context, d recommender.Dataset) (recommender.Model, error) {
	c, taste, err := c.withDefaults()
	if err != nil {
		return nil, fmt.Errorf("mf/ease: %w", err)
	}
	table, err := recommender.Load(ctx, d, recommender.Filter{})
	if err != nil {
		return nil, fmt.Errorf("mf/ease: load the training data: %w", err)
	}
	m, err := c.fit(ctx, table, taste)
	if err != nil {
		return nil, fmt.Errorf("mf/ease: train on %d users, %d items and %d interactions: %w", len(table.Users), len(table.Items), table.Len(), err)
	}
	return m, nil
}

func (c Config) fit(ctx context.Context, table *recommender.Table, taste itemitem.Taste) (*Model, error) {
	liked, err := itemitem.Positives(taste, table)
	if err != nil {
		return nil, err
	}
	half, err := itemitem.New(name, taste, table.Items, recommender.NewHistories(table), liked)
	if err != nil {
		return nil, err
	}
	place := half.Known()
	if err := c.checkMemory(len(place)); err != nil {
		return nil, err
	}
	weights, scale, err := c.invert(ctx, liked, place)
	if err != nil {
		return nil, err
	}
	half.Scale = scale
	half.Weights = weights
	if c.Keep > 0 && c.Keep < len(place)-1 {
		if half.Weights, err = weights.sparse(ctx, c.Workers, c.Keep); err != nil {
			return nil, err
		}
	}
	return &Model{half: half}, nil
}

// invert returns -P without its diagonal, and 1/P's diagonal for each place of
// the catalogue, for P = (XᵀWX + Λ)⁻¹. The weight of the paper, B(i, j), is their
// product.
func (c Config) invert(ctx context.Context, liked csr.Matrix, place []int32) (dense, []float32, error) {
	d := newDense(newSymmetric(len(place)), place, liked.Columns)
	x := csr.Matrix{Columns: d.n, Offset: liked.Offset, Column: make([]int32, len(liked.Column))}
	for k, i := range liked.Column {
		x.Column[k] = d.row[i]
	}
	transposed := x.Transposed()
	weight := userWeights(x, c.UserPower)
	if err := gram(ctx, c.Workers, d.symmetric, x, transposed, weight); err != nil {
		return d, nil, err
	}
	diagonal := make([]float32, d.n)
	for i := range diagonal {
		diagonal[i] = d.symmetric.row(i)[i]
	}
	ridge := c.ridge(x, diagonal)
	for i, more := range ridge {
		d.symmetric.row(i)[i] = float32(float64(diagonal[i]) + more)
	}
	if err := d.negativeInverse(ctx, c.Workers, c.step); err != nil {
		return d, nil, err
	}
	if err := d.mirror(ctx, c.Workers); err != nil {
		return d, nil, err
	}
	if err := c.verify(ctx, d.symmetric, x, transposed, weight, ridge); err != nil {
		return d, nil, err
	}
	scale := make([]float32, liked.Columns)
	for r, i := range place {
		row := d.symmetric.row(r)
		scale[i] = -1 / row[r]
		row[r] = 0
	}
	return d, scale, nil
}

func (c Config) step(done, of int) {
	if c.Progress != nil {
		c.Progress(Progress{Step: done, Steps: of})
	}
}

// tolerance is how far the matrix times its inverse may be from one. Scores are
// then right to about that share.
const tolerance = 1e-2

// verify multiplies some columns of the inverse with the matrix: float32 has not
// the digits for every Lambda.
func (c Config) verify(ctx context.Context, m symmetric, x, transposed csr.Matrix, weight []float32, ridge []float64) error {
	const columns = 4
	at := func(k int) int { return k * (m.n - 1) / (columns - 1) }
	var off [columns]float64
	err := par.Do(ctx, c.Workers, columns, func(k int) error {
		p := make([]float32, m.n)
		for i, minus := range m.row(at(k)) {
			p[i] = -minus
		}
		off[k] = residual(x, transposed, weight, ridge, p, at(k))
		return nil
	})
	if err != nil {
		return err
	}
	for k, r := range off {
		if !(r <= tolerance) {
			return fmt.Errorf("%w: float32 cannot hold the inverse, which is off by %.2g at item %d: a larger Lambda helps", recommender.ErrInvalid, r, at(k))
		}
	}
	return nil
}
