package match

import (
	"cmp"
	"math"
	"slices"
	"sort"
)

// calibrate turns margins into probabilities without labels. What a row without a
// partner would show is seen from the rows that have one: their runner-up, with
// the partner taken away. These margins are the null distribution; the share of
// rows without a partner is the largest that the low margins allow (J. D. Storey,
// A direct approach to false discovery rates, JRSS B 64, 2002), and the local rate
// of false matches at a margin is that share times null density over density, made
// to fall as margins rise. It leaves p as it is where too few rows have rivals.
//
// Where few rows have partners, most runners-up are second best among strangers,
// which shows too little: each then counts as much as its row has probably found
// one.
func (r *rivalry) calibrate(sparse bool) {
	real, null := r.margins(sparse)
	total := 0.0
	for _, n := range null {
		total += n.weight
	}
	if total < minNull {
		return
	}
	absent := absentShare(real, null, total)
	curve := newCurve(real, null, float64(absent*float64(len(real)))/total)
	for i := range r.pairs {
		r.p[i] = float64(curve.at(r.margin(i, -1)) * r.share(i))
	}
}

// minNull is how many runners-up make a distribution.
const minNull = 30

// A runnerUp is a margin of the null distribution and how much it counts.
type runnerUp struct{ margin, weight float64 }

// margins returns the margin of every row's pair in the mapping, −Inf for rows
// without, and of the runners-up of rows with. Both ascend.
func (r *rivalry) margins(sparse bool) (real []float64, null []runnerUp) {
	real = make([]float64, len(r.rows))
	for row, own := range r.ofRow {
		if own < 0 {
			real[row] = math.Inf(-1)
			continue
		}
		real[row] = r.margin(own, -1)
		best, second, found := math.Inf(-1), -1, 0.0
		for _, i := range r.rows[row] {
			found += r.p[i]
			if i == own {
				continue
			}
			if m := r.margin(i, own); m > best {
				best, second = m, i
			}
		}
		// A twin of the partner is no stranger.
		if second >= 0 && r.odds[second] > float64(r.odds[own]*tie) {
			continue
		}
		weight := 1.0
		if sparse {
			weight = min(1, found)
		}
		null = append(null, runnerUp{best, weight})
	}
	slices.Sort(real)
	slices.SortFunc(null, func(a, b runnerUp) int {
		return cmp.Or(cmp.Compare(a.margin, b.margin), cmp.Compare(a.weight, b.weight))
	})
	return real, null
}

// absentShare is the smallest ratio, over margins, of how often rows and
// runners-up, total by weight, lie below: rows with a partner can only add to the
// former. It is looked at where every twentieth of the runners-up is passed, from
// a tenth to nine tenths.
func absentShare(real []float64, null []runnerUp, total float64) float64 {
	share, sum, next := 1.0, 0.0, 10.0
	for k, n := range null {
		sum += n.weight
		last := k+1 == len(null) || null[k+1].margin != n.margin
		if !last || float64(100*sum) <= float64(next*total) {
			continue
		}
		if next > 90 {
			break
		}
		for next <= 90 && float64(100*sum) > float64(next*total) {
			next += 5
		}
		if math.IsInf(n.margin, -1) {
			continue
		}
		below := sort.Search(len(real), func(i int) bool { return real[i] > n.margin })
		share = min(share, float64(below)/float64(len(real))/(sum/total))
	}
	return share
}

const doubt = 2

// A curve gives a probability to a margin: steps that do not fall.
type curve struct {
	from []float64 // where a step begins
	p    []float64
}

// newCurve pools real margins, which count 1, and null ones, which count each times
// their weight,
// until the share of real ones does not fall from one pool to the next. As many
// of the real ones in a pool are false as it holds null ones, and doubt standard
// deviations more, because a gap among a few null margins is chance.
func newCurve(real []float64, null []runnerUp, each float64) *curve {
	type item struct{ margin, real, all float64 }
	items := make([]item, 0, len(real)+len(null))
	for _, m := range real {
		items = append(items, item{m, 1, 1})
	}
	for _, n := range null {
		items = append(items, item{n.margin, 0, float64(each * n.weight)})
	}
	slices.SortStableFunc(items, func(a, b item) int { return cmp.Compare(a.margin, b.margin) })
	var pools []item
	for _, it := range items {
		pools = append(pools, it)
		for n := len(pools); n > 1; n-- {
			a, b := &pools[n-2], pools[n-1]
			if a.margin != b.margin && float64(a.real*b.all) < float64(b.real*a.all) {
				break
			}
			a.real += b.real
			a.all += b.all
			pools = pools[:n-1]
		}
	}
	c := &curve{}
	for _, p := range pools {
		c.from = append(c.from, p.margin)
		probability := 0.0
		if p.real > 0 {
			wrong := p.all - p.real
			probability = max(0, 1-(wrong+float64(doubt*math.Sqrt(float64(each*(wrong+each)))))/p.real)
		}
		c.p = append(c.p, probability)
	}
	return c
}

func (c *curve) at(margin float64) float64 {
	step := sort.Search(len(c.from), func(i int) bool { return c.from[i] > margin })
	if step == 0 {
		return 0
	}
	return c.p[step-1]
}
