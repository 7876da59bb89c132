package match

import "math"

// discount takes back what fields say twice. A model of independent fields adds
// up the cosine of rows, the overlap of rows and the likeness of titles as if each
// were news. Fisher's linear discriminant of the fields' weights, over pairs that
// match and pairs that do not, says how much of each is: a factor in [0, 1], where
// 1 is what independence would give.
func (m *matcher) discount() {
	n := len(m.fields)
	var mean [2][]float64
	var total [2]float64
	for class := range mean {
		mean[class] = make([]float64, n)
	}
	m.eachWeighted(func(x []float64, part [2]float64) {
		for class, p := range part {
			total[class] += p
			for f, v := range x {
				mean[class][f] += float64(p * v)
			}
		}
	})
	if total[0] == 0 || total[1] == 0 {
		return
	}
	for class := range mean {
		for f := range mean[class] {
			mean[class][f] /= total[class]
		}
	}
	spread := make([]float64, n*n) // within the classes, each counting half
	m.eachWeighted(func(x []float64, part [2]float64) {
		for class, p := range part {
			p /= 2 * total[class]
			for f := range n {
				d := float64(p * (x[f] - mean[class][f]))
				for g := f; g < n; g++ {
					spread[f*n+g] += float64(d * (x[g] - mean[class][g]))
				}
			}
		}
	})
	factors := discriminant(spread, mean)
	for f := range factors {
		factors[f] = min(1, factors[f]/math.Ln2) // weights are in bits
		for level := range m.weights[f] {
			m.weights[f][level] *= factors[f]
		}
		// Halfway between the classes says nothing.
		m.intercept -= float64(0.5 * factors[f] * (mean[0][f] + mean[1][f]))
	}
}

// eachWeighted hands over every pair's weights by field, and the probabilities
// that it does not match, and that it does.
func (m *matcher) eachWeighted(f func(x []float64, part [2]float64)) {
	x := make([]float64, len(m.fields))
	for i, p := range m.patterns {
		for k := range x {
			x[k] = m.weights[k][p.Level(k)]
		}
		f(x, [2]float64{1 - m.p[i], m.p[i]})
	}
}

// discriminant solves spread·b = mean[1] − mean[0] for b at or above 0, by
// coordinate descent, with a ridge. Of spread the upper triangle is read.
func discriminant(spread []float64, mean [2][]float64) []float64 {
	const passes, ridge = 200, 0.01
	n := len(mean[0])
	b := make([]float64, n)
	for range passes {
		for f := range n {
			rest := mean[1][f] - mean[0][f]
			for g := range n {
				if g != f {
					rest -= float64(spread[min(f, g)*n+max(f, g)] * b[g])
				}
			}
			b[f] = max(0, rest/(float64(spread[f*n+f]*(1+ridge))+ridge))
		}
	}
	return b
}
