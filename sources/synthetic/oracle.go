package synthetic

import (
	"fmt"
	"math"

	"github.com/osusume/osusume/recommender"
)

// An Oracle knows the truth behind a World's random rows: what no model can
// beat but by luck. Safe for concurrent use; errors wrap
// [recommender.ErrNotFound] and name the user or record.
type Oracle struct{ w *World }

// Oracle returns the truth behind w.
func (w *World) Oracle() *Oracle { return &Oracle{w} }

// Home returns the catalogue, by its name, whose records the user rates.
func (o *Oracle) Home(u recommender.UserID) (string, error) {
	n, err := o.w.userOf(u)
	if err != nil {
		return "", err
	}
	home := o.w.user(n).home
	return catalogueNames[home], nil
}

// Opinion returns what u thinks of the work that record describes, in [-1, 1]:
// the opinion behind the text of a review. Stars are it with the user's
// generosity, noise and rounding.
func (o *Oracle) Opinion(u recommender.UserID, record recommender.ItemID) (float64, error) {
	return o.single(u, record, o.opinions)
}

// Like returns the chance that u rates record 4 stars or more, having watched
// it and rating at all. The work need not be in u's own catalogue.
func (o *Oracle) Like(u recommender.UserID, record recommender.ItemID) (float64, error) {
	return o.single(u, record, o.likes)
}

// Watch returns about the chance that the work of record is in u's log, by
// WatchAll; it takes as long as that.
func (o *Oracle) Watch(u recommender.UserID, record recommender.ItemID) (float64, error) {
	var dst [1]float64
	err := o.WatchAll(u, []recommender.ItemID{record}, dst[:])
	return dst[0], err
}

// OpinionAll writes Opinion of every record into dst, which must be as long as records.
func (o *Oracle) OpinionAll(u recommender.UserID, records []recommender.ItemID, dst []float64) error {
	return o.all(u, records, dst, o.opinions)
}

// LikeAll writes Like of every record into dst, which must be as long as records.
func (o *Oracle) LikeAll(u recommender.UserID, records []recommender.ItemID, dst []float64) error {
	return o.all(u, records, dst, o.likes)
}

func (o *Oracle) opinions(u *user, i int32) float64 {
	_, whole := o.w.affinity(u, &o.w.works[i])
	return opinion(&o.w.works[i], whole)
}

func (o *Oracle) likes(u *user, i int32) float64 {
	// Halves are rounded to the nearest: 3.75 stars become 4.
	return 1 - normalBelow((3.75-u.base-float64(starSlope*o.opinions(u, i)))/starNoise)
}

func (o *Oracle) single(u recommender.UserID, record recommender.ItemID, f func(*user, int32) float64) (float64, error) {
	var dst [1]float64
	err := o.all(u, []recommender.ItemID{record}, dst[:], f)
	return dst[0], err
}

func (o *Oracle) all(id recommender.UserID, records []recommender.ItemID, dst []float64, f func(*user, int32) float64) error {
	if len(dst) != len(records) {
		return fmt.Errorf("synthetic: %d places for %d records: %w", len(dst), len(records), recommender.ErrInvalid)
	}
	n, err := o.w.userOf(id)
	if err != nil {
		return err
	}
	u := o.w.user(n)
	for k, record := range records {
		i, ok := o.w.workOf(record)
		if !ok {
			return fmt.Errorf("synthetic: record %q: %w", record, recommender.ErrNotFound)
		}
		dst[k] = f(&u, i)
	}
	return nil
}

// WatchAll writes about the chance that each record's work is in u's log into
// dst, which must be as long as records. It is 0 for a work that u's home
// catalogue does not have. It takes time for every work of the world, some
// 0.5 ms by default.
func (o *Oracle) WatchAll(u recommender.UserID, records []recommender.ItemID, dst []float64) error {
	return o.WatchAfter(u, nil, records, dst)
}

// WatchAfter is WatchAll for somebody who knows that the works of the records
// seen are in u's log, and so that their continuations are likely to be. Ranked
// by it, the works outside seen give the ceiling for models that know seen.
func (o *Oracle) WatchAfter(u recommender.UserID, seen, records []recommender.ItemID, dst []float64) error {
	n, err := o.w.userOf(u)
	if err != nil {
		return err
	}
	known := make([]bool, len(o.w.works))
	for _, record := range seen {
		i, ok := o.w.workOf(record)
		if !ok {
			return fmt.Errorf("synthetic: record %q: %w", record, recommender.ErrNotFound)
		}
		known[i] = true
	}
	profile := o.w.user(n)
	chances := o.w.watching(&profile, known)
	return o.all(u, records, dst, func(_ *user, i int32) float64 { return chances[i] })
}

// watching returns for each work about the chance that it is in u's log: drawn
// for itself at a rate that makes the log as long as it is, or followed from
// the work before it.
func (w *World) watching(u *user, known []bool) []float64 {
	rate := make([]float64, len(w.works))
	follow := make([]float64, len(w.works))
	for i := range w.works {
		x := &w.works[i]
		days := min(1, float64(u.to-int64(x.day)*daySeconds)/float64(u.to-u.from))
		if x.place[u.home] == none || days <= 0 {
			continue
		}
		within, _ := w.affinity(u, x)
		below := 0.0
		if x.cell > 0 {
			below = u.cells[x.cell-1]
		}
		cell := &w.picks[x.cell]
		rate[i] = (u.cells[x.cell] - below) * float64(x.weight) / cell.mass * acceptance(within) * days
		if x.prev != none {
			y := &w.works[x.prev]
			_, whole := w.affinity(u, y)
			follow[i] = following(x, opinion(y, whole)) * days
		}
	}
	chances := make([]float64, len(w.works))
	fill := func(draws float64) float64 {
		sum := 0.0
		for i := range chances {
			before := 0.0
			if p := w.works[i].prev; p != none {
				before = chances[p]
				if known[p] {
					before = 1
				}
			}
			// A predecessor stands before its continuations.
			chances[i] = 1 - float64(math.Exp(-draws*rate[i])*(1-float64(before*follow[i])))
			sum += chances[i]
		}
		return sum
	}
	lo, hi := 0.0, 1.0
	for fill(hi) < float64(u.rows) && hi < 1e12 {
		hi *= 4
	}
	for range 30 {
		if mid := (lo + hi) / 2; fill(mid) < float64(u.rows) {
			lo = mid
		} else {
			hi = mid
		}
	}
	return chances
}
