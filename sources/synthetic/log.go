package synthetic

import (
	"cmp"
	"math/rand/v2"
	"slices"

	"github.com/osusume/osusume/internal/rng"
)

// An entry is one row of a user's log.
type entry struct {
	work    int32
	unix    int64
	stars   float32 // 0: unrated
	opinion float32 // the true one behind the stars
	again   bool    // a second rating of the same work
}

// A logger makes users' logs one after the other and reuses its memory.
type logger struct {
	w       *World
	seen    []uint32 // per work, the round in which it was seen
	round   uint32
	queue   []int32 // works that follow what was liked
	entries []entry
	times   []int64
}

func (w *World) newLogger() *logger { return &logger{w: w, seen: make([]uint32, len(w.works))} }

// followed is the chance that a waiting continuation is watched before anything else.
const followed = 0.75

// log returns the log of user n in ascending order of time, with u their
// profile. The slice is valid until the next call.
func (l *logger) log(n int) (u user, log []entry) {
	u = l.w.user(n)
	r := rng.New(l.w.seed, domLog, uint64(n))
	l.round++
	l.queue, l.entries = l.queue[:0], l.entries[:0]
	l.draftTimes(&u, r)
	for _, t := range l.times {
		i, ok := l.next(&u, r, t)
		if !ok {
			break // they have seen all that they could like
		}
		l.seen[i] = l.round
		x := &l.w.works[i]
		_, whole := l.w.affinity(&u, x)
		e := entry{work: i, unix: t, opinion: float32(opinion(x, whole))}
		if r.Float64() >= u.unrated {
			e.stars = u.stars(float64(e.opinion), r)
		}
		l.entries = append(l.entries, e)
		l.enqueue(&u, x, i, float64(e.opinion), r)
	}
	l.rateAgain(&u, r)
	return u, l.entries
}

// stars rates something that u thinks op of.
func (u *user) stars(op float64, r *rand.Rand) float32 {
	s := u.base + float64(starSlope*op) + float64(starNoise*normal(r))
	return float32(min(max(float64(int(2*s+0.5))/2, 0.5), 5))
}

// draftTimes spreads the user's rows over their days in sittings.
func (l *logger) draftTimes(u *user, r *rand.Rand) {
	l.times = l.times[:0]
	steps, sum := make([]float64, u.rows), 0.0
	for k := range steps {
		gap := float64(0.02 * r.Float64())
		if r.Float64() < 0.3 {
			gap = -log(1 - r.Float64())
		}
		sum += gap
		steps[k] = sum
	}
	length := float64(u.to-u.from-int64(u.rows)-1) / (sum + 0.01)
	for k, s := range steps {
		// The k keeps times apart, to the second.
		l.times = append(l.times, u.from+int64(float64(s*length))+int64(k))
	}
}

// next picks what the user watches at time t.
func (l *logger) next(u *user, r *rand.Rand, t int64) (int32, bool) {
	if len(l.queue) > 0 && r.Float64() < followed {
		for k, i := range l.queue {
			if l.open(u, i, t) {
				l.queue = slices.Delete(l.queue, k, k+1)
				return i, true
			}
		}
	}
	// Favourites run out in the end: then users look outside their cells, and at
	// last take what there is.
	for try := range tries {
		c := 0
		if try < tries/8 {
			for p := r.Float64(); c < numCells-1 && p >= u.cells[c]; {
				c++
			}
		} else {
			c = r.IntN(numCells)
		}
		a := &l.w.picks[c]
		if len(a.works) == 0 {
			continue
		}
		i := a.draw(r)
		if !l.open(u, i, t) {
			continue
		}
		within, _ := l.w.affinity(u, &l.w.works[i])
		if try >= tries/2 || r.Float64() < acceptance(within) {
			return i, true
		}
	}
	return 0, false
}

// tries is how often a user looks before they give up for good.
const tries = 400

// acceptance returns the chance that a drawn work is taken.
func acceptance(within float64) float64 { return exp(min(0, within-accept)) }

// open reports whether the user can watch work i at time t: their catalogue has
// it, it is out, and it is new to them.
func (l *logger) open(u *user, i int32, t int64) bool {
	x := &l.w.works[i]
	return l.seen[i] != l.round && x.place[u.home] != none && int64(x.day)*daySeconds <= t
}

// enqueue lines up what follows work i, which the user thinks op of.
func (l *logger) enqueue(u *user, x *work, i int32, op float64, r *rand.Rand) {
	fr := &l.w.franchises[x.franchise]
	for j := i + 1; j < fr.first+int32(fr.n); j++ {
		y := &l.w.works[j]
		if y.prev == i && l.seen[j] != l.round && y.place[u.home] != none && r.Float64() < following(y, op) {
			l.queue = append(l.queue, j)
		}
	}
}

// following returns the chance that somebody who thinks op of a work means to go on to y.
func following(y *work, op float64) float64 {
	return logistic(float64(y.follow) - 0.8 + float64(3*op))
}

// rateAgain adds a second rating of about one row in 2,000, later in the log.
func (l *logger) rateAgain(u *user, r *rand.Rand) {
	n := len(l.entries)
	for k := range n {
		if e := l.entries[k]; r.IntN(2000) == 0 && e.stars != 0 {
			e.stars = u.stars(float64(e.opinion), r)
			e.unix += 1 + int64(float64(u.to-e.unix-2)*r.Float64())
			e.again = true
			l.entries = append(l.entries, e)
		}
	}
	if len(l.entries) > n {
		slices.SortStableFunc(l.entries, func(a, b entry) int { return cmp.Compare(a.unix, b.unix) })
	}
}
