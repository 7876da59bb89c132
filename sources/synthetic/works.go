package synthetic

import (
	"math/rand/v2"

	"github.com/osusume/osusume/internal/rng"
)

// Domains keep the random streams apart: rng.New(seed, domain, number).
const (
	domFranchise uint64 = iota + 1
	domTitle
	domSubtitle
	domStory
	domCell
	domCoverage
	domOrder
	domRecord
	domUser
	domLog
	domReview
	domStudio
)

// A role is what a work is within its franchise.
type role uint8

const (
	series role = iota
	short       // a series of very short episodes
	film
	ova
	ona
	special
	numRoles
)

// A work is one season, film or special. Everything that can be made again
// from the seed (titles, texts, records) is not kept.
type work struct {
	franchise int32
	prev      int32 // the work that it follows, or none
	day       int32 // of release, in days since 1970
	episodes  uint16
	season    uint8 // 1 for the first; counts along the line of seasons
	part      uint8 // 0, or the part of a season shown in parts
	role      role
	cell      uint8 // of the hidden tastes
	remake    bool
	subtitled bool    // named by a subtitle instead of a number
	follow    float32 // how much those who saw prev want this, as log odds
	quality   float32 // what everybody thinks of it
	weight    float32 // how often it is picked for itself
	hidden    [hiddenDims]float32
	place     [numCatalogues]int32 // in each catalogue, or none
}

const none = -1

type franchise struct {
	first   int32 // its works stand together
	n       uint8
	premise uint8
	studio  uint8
	try     uint8 // how many titles were given up because another franchise had them
}

// A plan draws the works of one franchise.
type plan struct {
	r     *rand.Rand
	base  int32 // number of the first work
	end   int32 // nothing is released on or after this day
	works []work
}

// planFranchise draws franchise f, whose first work gets the number base.
func planFranchise(seed uint64, f int, base, end int32) (franchise, []work) {
	r := rng.New(seed, domFranchise, uint64(f))
	l := words()
	fr := franchise{first: base, premise: uint8(r.IntN(len(l.premises))), studio: uint8(r.IntN(len(l.studios)))}
	p := plan{r: r, base: base, end: end}
	u := r.Float64()
	// Four decades back, more of it recent: the square root of an age is uniform.
	first := end - 45 - int32(u*u*38*365)
	p.add(work{role: p.firstRole(), day: first, season: 1, prev: none})
	p.seasons(0)
	p.sides()
	if first < end-12*365 && r.Float64() < 0.09 {
		at := len(p.works)
		if p.add(work{role: series, day: first + int32((8+r.IntN(15))*365), season: 1, prev: base, remake: true, follow: -1.6}) {
			p.seasons(at)
		}
	}
	fr.n = uint8(len(p.works))
	return fr, p.works
}

func (p *plan) firstRole() role {
	return pick(p.r.Float64(), []share[role]{{series, .68}, {film, .12}, {ova, .08}, {ona, .06}, {short, .04}, {special, .02}})
}

// seasons continues the line that starts at works[at].
func (p *plan) seasons(at int) {
	if p.works[at].role == film && p.r.Float64() < 0.8 {
		return
	}
	more := 0.36
	for p.r.Float64() < more && p.works[at].season < 6 {
		last := p.works[at]
		next := work{role: last.role, season: last.season + 1, prev: p.base + int32(at), follow: 1.3}
		next.subtitled = p.r.Float64() < 0.28
		next.day = last.day + 250 + int32(p.r.IntN(900))
		if last.part == 0 && last.role == series && p.r.Float64() < 0.28 {
			// The season went on after a break: both halves belong to one number.
			next.season, next.part, next.subtitled = last.season, 2, false
			next.day = last.day + 170 + int32(p.r.IntN(60))
			next.follow = 2
		}
		at = len(p.works)
		if !p.add(next) {
			return
		}
		more = 0.5
	}
}

// sides adds films and specials to the line so far.
func (p *plan) sides() {
	line := len(p.works)
	for i := range line {
		main := p.works[i]
		if main.role == film {
			continue
		}
		if p.r.Float64() < 0.13 {
			p.add(work{role: film, day: main.day + 200 + int32(p.r.IntN(500)), season: main.season, prev: p.base + int32(i),
				subtitled: p.r.Float64() < 0.75, follow: 0.2})
		}
		if p.r.Float64() < 0.16 {
			kind := pick(p.r.Float64(), []share[role]{{ova, .5}, {special, .5}})
			p.add(work{role: kind, day: main.day + 60 + int32(p.r.IntN(300)), season: main.season, prev: p.base + int32(i),
				subtitled: p.r.Float64() < 0.4, follow: -0.9})
		}
	}
}

// add appends w if it is released in time.
func (p *plan) add(w work) bool {
	if w.day >= p.end {
		return false
	}
	switch w.role {
	case film:
		w.episodes = 1
	case series:
		w.episodes = pick(p.r.Float64(), []share[uint16]{{12, .42}, {13, .18}, {11, .06}, {24, .14}, {25, .08}, {26, .08}, {51, .04}})
	case short:
		w.episodes = uint16(10 + p.r.IntN(20))
	default:
		w.episodes = uint16(1 + p.r.IntN(6))
	}
	p.works = append(p.works, w)
	return true
}

// A share is a value and how often it is picked.
type share[T any] struct {
	value T
	p     float64
}

// pick returns the value that u, uniform in [0, 1), falls upon; the last one
// gets what the others leave.
func pick[T any](u float64, shares []share[T]) T {
	for _, s := range shares {
		if u -= s.p; u < 0 {
			return s.value
		}
	}
	return shares[len(shares)-1].value
}
