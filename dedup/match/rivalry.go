package match

import (
	"cmp"
	"math"
	"slices"
)

// A rivalry is the candidates of two tables seen from the rows of the shorter
// one, here called rows; those of the other are partners.
type rivalry struct {
	*matcher
	odds     []float64  // by pair
	rows     [][]int    // by row: its pairs
	partners [][]int    // by partner: its pairs
	flipped  bool       // rows are the right table's
	mapped   []int      // the pairs of the mapping, by p
	ofRow    []int      // by row: its pair in the mapping, or −1
	ofPart   []int      // by partner: the same
	rivals   [2]ranking // of rows and of partners: the pairs that are free
}

func newRivalry(m *matcher) *rivalry {
	r := &rivalry{matcher: m, flipped: m.right < m.left, odds: make([]float64, len(m.pairs))}
	r.rows, r.partners = make([][]int, min(m.left, m.right)), make([][]int, max(m.left, m.right))
	for i := range m.pairs {
		r.odds[i] = math.Exp2(m.evidence[i])
		row, partner := r.ends(i)
		r.rows[row] = append(r.rows[row], i)
		r.partners[partner] = append(r.partners[partner], i)
	}
	r.ofRow, r.ofPart = filled(len(r.rows)), filled(len(r.partners))
	r.mapped = r.mapping()
	for _, i := range r.mapped {
		row, partner := r.ends(i)
		r.ofRow[row], r.ofPart[partner] = i, i
	}
	r.rivals[0] = newRanking(r.rows, r.odds, func(o int) bool {
		_, partner := r.ends(o)
		return r.free(o, r.ofPart[partner])
	})
	r.rivals[1] = newRanking(r.partners, r.odds, func(o int) bool {
		row, _ := r.ends(o)
		return r.free(o, r.ofRow[row])
	})
	return r
}

func filled(n int) []int {
	list := make([]int, n)
	for i := range list {
		list[i] = -1
	}
	return list
}

// free reports whether pair o, a rival of another, is one still: where the end
// that they do not share has found a better partner, it is not.
func (r *rivalry) free(o int, ofOther int) bool {
	return ofOther < 0 || ofOther == o || r.odds[ofOther] <= r.odds[o]/tie
}

// ends returns the row and the partner of pair i.
func (r *rivalry) ends(i int) (row, partner int32) {
	if c := r.pairs[i]; r.flipped {
		return c.right, c.left
	} else {
		return c.left, c.right
	}
}

// tie is the share of another's odds from which two pairs are too near to tell.
const tie = 0.8

// margin is the evidence for pair i against no match and against its rivals, in
// bits. Rivals that tie are left out, [rivalry.share] takes care of them; so is
// pair without, as if it did not exist.
func (r *rivalry) margin(i, without int) float64 {
	row, partner := r.ends(i)
	sum := 1 + r.rivals[0].apart(row, i, without) + r.rivals[1].apart(partner, i, without)
	return r.evidence[i] - math.Log2(sum)
}

// share is how probably pair i is the right one among those that tie with it or
// are better.
func (r *rivalry) share(i int) float64 {
	row, partner := r.ends(i)
	return r.odds[i] / (r.odds[i] + max(r.rivals[0].near(row, i), r.rivals[1].near(partner, i)))
}

// mapping takes the most probable pairs first and no row or partner twice.
func (r *rivalry) mapping() []int {
	order := make([]int, len(r.pairs))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(r.p[b], r.p[a]), cmp.Compare(r.evidence[b], r.evidence[a]))
	})
	left, right := make([]bool, r.left), make([]bool, r.right)
	var taken []int
	for _, i := range order {
		if c := r.pairs[i]; !left[c.left] && !right[c.right] {
			left[c.left], right[c.right] = true, true
			taken = append(taken, i)
		}
	}
	return taken
}
