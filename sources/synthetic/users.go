package synthetic

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"

	"github.com/osusume/osusume/internal/rng"
	"github.com/osusume/osusume/recommender"
)

// A user is one invented person, made from the seed whenever needed.
type user struct {
	home     catalogue
	rows     int  // that the log should have
	mood     mood // hidden taste, already times moodBeta
	genres   [numGenres]float32
	base     float64           // stars for what leaves them cold
	unrated  float64           // share of rows without stars
	from, to int64             // Unix seconds of their first and last day
	cells    [numCells]float64 // chance of drawing from each cell, summed up
}

// How a user comes by stars: base + starSlope*opinion + starNoise*normal,
// rounded to halves.
const (
	starSlope = 1.75
	starNoise = 0.5
)

func userID(u int) recommender.UserID { return recommender.UserID(fmt.Sprintf("user-%06d", u+1)) }

// userOf is the inverse of userID.
func (w *World) userOf(id recommender.UserID) (int, error) {
	digits, ok := strings.CutPrefix(string(id), "user-")
	n, err := strconv.Atoi(digits)
	if !ok || err != nil || n < 1 || n > w.config.Users || userID(n-1) != id {
		return 0, fmt.Errorf("synthetic: user %q: %w", id, recommender.ErrNotFound)
	}
	return n - 1, nil
}

// user makes user number n.
func (w *World) user(n int) user {
	r := rng.New(w.seed, domUser, uint64(n))
	u := user{rows: w.rowsOf(n, r)}
	u.home = pick(r.Float64(), []share[catalogue]{{anilist, .4}, {mal, .4}, {kitsu, .2}})
	// Those who watch much are less choosy.
	calm := 1 / (1 + float64(breadth*float64(u.rows)/float64(len(w.works))))
	for i := range u.mood {
		u.mood[i] = float32(moodBeta * calm * normal(r))
	}
	for g := range u.genres {
		u.genres[g] = float32(genreBeta * calm * normal(r))
	}
	u.base = 3.42 + float64(0.3*normal(r))
	switch p := r.Float64(); {
	case p < 0.06:
		u.unrated = 1
	case p > 0.52:
		u.unrated = 0.5 * r.Float64()
	}
	u.from, u.to = w.span(r)
	sum := 0.0
	for c := range u.cells {
		sum += float64(w.picks[c].mass * exp(dot(&u.mood, &w.cells[c])))
		u.cells[c] = sum
	}
	for c := range u.cells {
		u.cells[c] /= sum
	}
	return u
}

// span draws when a user is active: half of them from the start of the window,
// some leave early, nobody stays for less than a tenth of it.
func (w *World) span(r *rand.Rand) (from, to int64) {
	start, end := w.config.Start.Unix(), w.config.End.Unix()
	length := float64(end - start)
	join := max(0, float64(1.6*r.Float64())-0.8)
	leave := 1.0
	if r.Float64() < 0.4 {
		leave = join + float64((1-join)*r.Float64())
	}
	leave = max(leave, join+0.1)
	return start + int64(join*length), start + int64(leave*length)
}

// affinity returns what u feels about x beyond its cell, and the whole of it.
func (w *World) affinity(u *user, x *work) (within, whole float64) {
	genres := words().premises[w.franchises[x.franchise].premise].genres
	for _, g := range genres {
		within += float64(u.genres[g])
	}
	whole = within + dot(&u.mood, &x.hidden)
	return whole - dot(&u.mood, &w.cells[x.cell]), whole
}

// opinion returns what u thinks of x having seen it, in [-1, 1].
func opinion(x *work, whole float64) float64 {
	return squash(float64(x.quality) + float64(0.22*whole))
}

// quantiles is the length of the activity table.
const quantiles = 1024

// activityTable spreads the rows over users: log-normal, at least 5 where the
// mean allows it, with a mean of Ratings/Users.
func activityTable(c Config) []float64 {
	mean := float64(c.Ratings) / float64(c.Users)
	low := min(5, mean)
	high := max(float64(maxShare*float64(c.Works)), mean)
	table := make([]float64, quantiles)
	fill := func(scale float64) float64 {
		sum := 0.0
		for q := range table {
			p := (float64(q) + 0.5) / quantiles
			// log(p/(1-p))/1.702 is the normal quantile within 0.1 in the middle
			// and a little longer in the tails.
			rows := float64(scale * exp(1.05*log(p/(1-p))/1.702))
			table[q] = min(max(rows, low), high)
			sum += table[q]
		}
		return sum / quantiles
	}
	lo, hi := 0.0, high
	for range 60 {
		if mid := (lo + hi) / 2; fill(mid) < mean {
			lo = mid
		} else {
			hi = mid
		}
	}
	return table
}

// rowsOf returns the rows that user n should have. Users take the quantiles in
// turn, in strides that look random: so the total is kept without anybody
// knowing the others.
func (w *World) rowsOf(n int, r *rand.Rand) int {
	users := uint64(w.config.Users)
	stride := uint64(float64(users) * 0.6180339887)
	for gcd(stride, users) != 1 {
		stride++
	}
	at := (uint64(n)*stride + w.seed%users) % users
	q := (float64(at) + r.Float64()) / float64(users)
	return int(w.activity[min(int(q*quantiles), quantiles-1)] + r.Float64())
}

func gcd(a, b uint64) uint64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}
