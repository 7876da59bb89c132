package ease

import (
	"context"
	"slices"

	"github.com/osusume/osusume/internal/csr"
	"github.com/osusume/osusume/internal/par"
	"github.com/osusume/osusume/internal/topk"
	"github.com/osusume/osusume/internal/vec"
	"github.com/osusume/osusume/mf/internal/itemitem"
)

// dense are the weights of all pairs: -P without its diagonal, for the items
// that somebody has. Both triangles are filled.
type dense struct {
	symmetric
	place  []int32 // of each row in the catalogue, ascending
	row    []int32 // of each place; -1: nobody has the item
	simple bool    // every item has a row
}

func newDense(m symmetric, place []int32, catalog int) dense {
	d := dense{symmetric: m, place: place, row: make([]int32, catalog), simple: len(place) == catalog}
	for i := range d.row {
		d.row[i] = -1
	}
	for r, i := range place {
		d.row[i] = int32(r)
	}
	return d
}

// Add implements [itemitem.Weights].
func (d dense) Add(dst []float32, i int32) {
	said := d.symmetric.row(int(d.row[i]))
	if d.simple {
		vec.Axpy(dst, 1, said)
		return
	}
	for r, w := range said {
		dst[d.place[r]] += w
	}
}

// At implements [itemitem.Weights].
func (d dense) At(i, j int32) float32 { return d.symmetric.row(int(d.row[i]))[d.row[j]] }

// sparse keeps of every row the k weights of the largest size: what the other
// items say about the row's item, for m is symmetric but for the scale.
func (d dense) sparse(ctx context.Context, workers, k int) (itemitem.Sparse, error) {
	n := d.n
	kept := csr.Matrix{Columns: n, Offset: make([]int, n+1), Column: make([]int32, n*k), Value: make([]float32, n*k)}
	sizes := make([]int, n)
	err := par.Do(ctx, workers, n, func(j int) error {
		sizes[j] = keepLargest(kept.Column[j*k:][:k], kept.Value[j*k:][:k], d.symmetric.row(j), k)
		return nil
	})
	if err != nil {
		return itemitem.Sparse{}, err
	}
	// Rows of the catalogue, each of what is said about its item.
	about := csr.Matrix{Columns: len(d.row), Offset: make([]int, 1, len(d.row)+1)}
	for _, j := range d.row {
		if j >= 0 {
			from := int(j) * k
			for at := from; at < from+sizes[j]; at++ {
				about.Column = append(about.Column, d.place[kept.Column[at]])
				about.Value = append(about.Value, kept.Value[at])
			}
		}
		about.Offset = append(about.Offset, len(about.Column))
	}
	return itemitem.Sparse{Matrix: about.Transposed()}, nil
}

// keepLargest writes the places, ascending, and values of the k numbers of row
// that are farthest from 0, none of them 0; ties go to the lower place.
func keepLargest(columns []int32, values, row []float32, k int) int {
	sizes := make([]float32, len(row))
	for i, x := range row {
		sizes[i] = max(x, -x)
	}
	best := topk.Select(sizes, k)
	slices.Sort(best)
	n := 0
	for _, i := range best {
		if row[i] != 0 {
			columns[n], values[n] = i, row[i]
			n++
		}
	}
	return n
}
