package eval

import "math"

// Values are the metrics of one user's list.
type Values struct {
	Precision float64 // hits / k
	Recall    float64 // hits / |T|
	RecallMin float64 // hits / min(k, |T|): 1 is possible for any k
	NDCG      float64 // discounted gain against the best possible: gain 1, discount log2(rank+1)
	MAP       float64 // sum of the precision at each hit / min(k, |T|)
	MRR       float64 // 1 / rank of the first hit, or 0
	Hit       float64 // 1 if there is a hit
}

// At returns the metrics of a list at k. hits[i] says whether the item at rank
// i+1 is in the test set T; what stands behind rank k is not looked at, and a
// list may be shorter than k. relevant is |T| and at least 1: items of T that
// no list can contain count in it.
func At(k int, hits []bool, relevant int) Values {
	ideal := min(k, relevant)
	if ideal <= 0 {
		return Values{}
	}
	var v Values
	var n, dcg, precisions float64
	for i, hit := range hits[:min(k, len(hits))] {
		if !hit {
			continue
		}
		n++
		if n == 1 {
			v.MRR, v.Hit = 1/float64(i+1), 1
		}
		dcg += discount(i)
		precisions += n / float64(i+1)
	}
	v.Precision = n / float64(k)
	v.Recall = n / float64(relevant)
	v.RecallMin = n / float64(ideal)
	v.MAP = precisions / float64(ideal)
	v.NDCG = dcg / idealGain(ideal)
	return v
}

// discount of the item at place i, counted from 0.
func discount(i int) float64 {
	if i < len(discounts) {
		return discounts[i]
	}
	return 1 / math.Log2(float64(i+2))
}

// idealGain is the discounted gain of n hits in the first n places.
func idealGain(n int) float64 {
	if n < len(idealGains) {
		return idealGains[n]
	}
	sum := idealGains[len(idealGains)-1]
	for i := len(idealGains) - 1; i < n; i++ {
		sum += discount(i)
	}
	return sum
}

var discounts = func() (d [128]float64) {
	for i := range d {
		d[i] = 1 / math.Log2(float64(i+2))
	}
	return d
}()

var idealGains = func() (g [len(discounts) + 1]float64) {
	for i, d := range discounts {
		g[i+1] = g[i] + d
	}
	return g
}()

// metricNames are the names of the columns that put writes, per k.
var metricNames = []string{"precision", "recall", "recall_min", "ndcg", "map", "mrr", "hit", "novelty"}

// put writes v, and the list's novelty, as columns.
func (v Values) put(dst []float64, novelty float64) {
	copy(dst, []float64{v.Precision, v.Recall, v.RecallMin, v.NDCG, v.MAP, v.MRR, v.Hit, novelty})
}
