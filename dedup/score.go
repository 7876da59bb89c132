package dedup

import (
	"cmp"
	"slices"

	"github.com/osusume/osusume/recommender"
)

// A Quality says how well links agree with a truth, pair by pair.
type Quality struct {
	Precision, Recall, F1 float64 // in [0, 1]; 0 where there is nothing to divide by
	Judged                int     // predicted pairs with both records in the truth
	Unjudged              int     // other predicted pairs
	True                  int     // pairs that the truth asks for
	Right                 int     // of Judged
	ByPair                map[string]PairQuality
}

// A PairQuality is the Quality between two catalogues, under "left-right", names
// in the order that Score was given.
type PairQuality struct {
	Precision, Recall, F1 float64
	True                  int
}

// Score measures links against truth, which gives the cluster of each record
// that it knows. Every pair of records of two catalogues with one canonical item
// is predicted. A predicted pair is judged if both records are in truth and
// neither is excluded; it is right if truth gives both one cluster. True pairs
// are those of two catalogues in one cluster of truth, both linked and neither
// excluded. Two records of one catalogue with one canonical item that truth
// separates are one judged pair more, a wrong one; it has no place in ByPair.
//
// A record's catalogue is the part of its ID before the first colon. The names
// in ByPair follow order; catalogues that are not in it come after, by name.
// O(links), where canonical items have few records.
func Score(links []recommender.Link, truth map[recommender.ItemID]string, excluded map[recommender.ItemID]bool, order ...string) Quality {
	predicted := map[recommender.ItemID][]recommender.ItemID{}
	real := map[string][]recommender.ItemID{}
	for _, l := range links {
		predicted[l.Canonical] = append(predicted[l.Canonical], l.Record)
		if c, ok := truth[l.Record]; ok && !excluded[l.Record] {
			real[c] = append(real[c], l.Record)
		}
	}
	type count struct{ judged, right, real int }
	var total count
	var q Quality
	between := map[string]*count{}
	at := func(a, b string) *count {
		name := pairName(a, b, order)
		if between[name] == nil {
			between[name] = &count{}
		}
		return between[name]
	}
	for _, group := range predicted {
		eachPair(group, func(a, b recommender.ItemID) {
			sa, sb := sourceOf(a), sourceOf(b)
			ca, knownA := truth[a]
			cb, knownB := truth[b]
			judged := knownA && knownB && !excluded[a] && !excluded[b]
			switch {
			case sa == sb && (!judged || ca == cb):
			case sa == sb:
				total.judged++
			case !judged:
				q.Unjudged++
			default:
				total.judged++
				at(sa, sb).judged++
				if ca == cb {
					total.right++
					at(sa, sb).right++
				}
			}
		})
	}
	for _, group := range real {
		eachPair(group, func(a, b recommender.ItemID) {
			if sa, sb := sourceOf(a), sourceOf(b); sa != sb {
				total.real++
				at(sa, sb).real++
			}
		})
	}
	q.Judged, q.Right, q.True = total.judged, total.right, total.real
	q.Precision, q.Recall, q.F1 = ratios(total.right, total.judged, total.real)
	q.ByPair = make(map[string]PairQuality, len(between))
	for name, n := range between {
		p := PairQuality{True: n.real}
		p.Precision, p.Recall, p.F1 = ratios(n.right, n.judged, n.real)
		q.ByPair[name] = p
	}
	return q
}

func eachPair(group []recommender.ItemID, f func(a, b recommender.ItemID)) {
	for i, a := range group {
		for _, b := range group[i+1:] {
			f(a, b)
		}
	}
}

func ratios(right, judged, real int) (precision, recall, f1 float64) {
	if judged > 0 {
		precision = float64(right) / float64(judged)
	}
	if real > 0 {
		recall = float64(right) / float64(real)
	}
	if right > 0 {
		f1 = 2 * precision * recall / (precision + recall)
	}
	return precision, recall, f1
}

func pairName(a, b string, order []string) string {
	rank := func(s string) int {
		if i := slices.Index(order, s); i >= 0 {
			return i
		}
		return len(order)
	}
	if cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a, b)) > 0 {
		a, b = b, a
	}
	return a + "-" + b
}
