package match

import (
	"cmp"
	"context"
	"slices"

	"github.com/osusume/osusume/internal/ngram"
)

// A candidate is a pair of rows that is compared; of a table against itself the
// smaller number is the left one.
type candidate struct{ left, right int32 }

// nearest adds, for every row, the k rows of the other side that are nearest in
// the space.
func (m *matcher) nearest(ctx context.Context, s *ngram.Space, k int) error {
	if m.self {
		near, err := ngram.NewIndex(s, 0, m.left).Neighbours(ctx, m.Workers, 0, m.left, k)
		for i, list := range near {
			for _, o := range list {
				m.pairs = append(m.pairs, candidate{min(int32(i), o), max(int32(i), o)})
			}
		}
		return err
	}
	n, end := m.left, m.left+m.right
	near, err := ngram.NewIndex(s, n, end).Neighbours(ctx, m.Workers, 0, n, k)
	if err != nil {
		return err
	}
	for i, list := range near {
		for _, o := range list {
			m.pairs = append(m.pairs, candidate{int32(i), o - int32(n)})
		}
	}
	near, err = ngram.NewIndex(s, 0, n).Neighbours(ctx, m.Workers, n, end, k)
	for i, list := range near {
		for _, o := range list {
			m.pairs = append(m.pairs, candidate{o, int32(i)})
		}
	}
	return err
}

// settle brings the candidates into order, each once.
func (m *matcher) settle() {
	slices.SortFunc(m.pairs, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(a.left, b.left), cmp.Compare(a.right, b.right))
	})
	m.pairs = slices.Compact(m.pairs)
}

// mutual returns the places of the pairs that are each other's nearest, the
// nearest first.
func (m *matcher) mutual() []int {
	cosine := make([]float32, len(m.pairs))
	best := [2][]float32{make([]float32, m.left), make([]float32, m.right)}
	if m.self {
		best[1] = best[0]
	}
	for i, c := range m.pairs {
		cosine[i] = m.whole.Cosine(int(c.left), int(c.right)+m.offset)
		best[0][c.left] = max(best[0][c.left], cosine[i])
		best[1][c.right] = max(best[1][c.right], cosine[i])
	}
	var order []int
	for i, c := range m.pairs {
		if cosine[i] > 0 && cosine[i] == best[0][c.left] && cosine[i] == best[1][c.right] {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(cosine[b], cosine[a]) })
	return order
}
