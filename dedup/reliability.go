package dedup

import (
	"github.com/osusume/osusume/recommender"
)

// A Bin compares what links of like confidence said with what was true.
type Bin struct {
	From, To float64 // confidences in [From, To); the last Bin takes in 1
	Links    int     // of records in items of several
	Said     float64 // mean confidence
	True     float64 // mean share of the other members that truth puts into the record's cluster
}

// Reliability is the calibration of links against a truth, in the classes of
// confidence below 0.5, 0.7, 0.9, 0.95, 0.99, 0.999 and up to 1: if Said and True
// agree in every Bin, confidences can be taken at their word. Judged are records
// with at least one other member of their item where truth knows both and neither
// is excluded.
func Reliability(links []recommender.Link, truth map[recommender.ItemID]string, excluded map[recommender.ItemID]bool) []Bin {
	members := map[recommender.ItemID][]recommender.ItemID{}
	judged := func(id recommender.ItemID) bool { return truth[id] != "" && !excluded[id] }
	for _, l := range links {
		if judged(l.Record) {
			members[l.Canonical] = append(members[l.Canonical], l.Record)
		}
	}
	bins := []Bin{{To: 0.5}, {To: 0.7}, {To: 0.9}, {To: 0.95}, {To: 0.99}, {To: 0.999}, {To: 1}}
	for i := range bins[1:] {
		bins[i+1].From = bins[i].To
	}
	for _, l := range links {
		others := members[l.Canonical]
		if !judged(l.Record) || len(others) < 2 {
			continue
		}
		right := -1 // itself
		for _, o := range others {
			if truth[o] == truth[l.Record] {
				right++
			}
		}
		i := 0
		for i < len(bins)-1 && l.Confidence >= bins[i].To {
			i++
		}
		b := &bins[i]
		b.Links++
		b.Said += l.Confidence
		b.True += float64(right) / float64(len(others)-1)
	}
	for i := range bins {
		if n := float64(bins[i].Links); n > 0 {
			bins[i].Said /= n
			bins[i].True /= n
		}
	}
	return bins
}
