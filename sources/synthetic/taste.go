package synthetic

import (
	"math"
	"math/rand/v2"

	"github.com/osusume/osusume/internal/rng"
)

// What users like is partly on the record, the genres, and partly not: a mood
// of hiddenDims numbers. Works cluster into cells around a mood, and a studio
// has a favourite cell. Cells also make drawing cheap: a user's chance of every
// cell is worked out once, and a work within the cell is drawn in constant time.
const (
	hiddenDims = 6
	numCells   = 20
	moodBeta   = 2.0 // weight of the hidden mood in a choice
	genreBeta  = 0.9 // weight of the genres in a choice
	breadth    = 4   // how fast choosiness falls with the share of all works that a user watches
	accept     = 1.8 // affinity within a cell from which on a drawn work is always taken
	popSigma   = 1.5 // of the logarithm of popularity
)

type mood = [hiddenDims]float32

// setTastes gives the works of franchise f their mood, quality and weight.
func (w *World) setTastes(f int, works []work) {
	fr := &w.franchises[f]
	r := rng.New(w.seed, domFranchise, uint64(f), 1)
	cell := r.IntN(numCells)
	if r.Float64() < 0.5 {
		cell = int(rng.Hash(w.seed, words().studios[fr.studio]) % numCells)
	}
	var h mood
	for i := range h {
		h[i] = float32(float64(0.88*w.cells[cell][i]) + float64(0.45/math.Sqrt(hiddenDims)*normal(r)))
	}
	quality := float64(0.55 * normal(r))
	fame := float64(popSigma*normal(r)) + float64(0.5*quality)
	age := float64(w.endDay-works[0].day) / 365
	fame -= age / 30
	for i := range works {
		x := &works[i]
		x.cell, x.hidden = uint8(cell), h
		x.quality = float32(quality + float64(0.25*normal(r)))
		lag := 0.0
		switch {
		case x.remake:
			lag = 0.7
		case x.prev == none:
		case x.role == film:
			lag = 2.2
		case x.role == ova || x.role == special:
			lag = 3.8
		default:
			lag = 2.8
		}
		x.weight = float32(exp(fame - lag + float64(0.2*normal(r))))
	}
}

// makeCells draws the centres of the cells, of length 1.
func makeCells(seed uint64) [numCells]mood {
	var cells [numCells]mood
	for c := range cells {
		r := rng.New(seed, domCell, uint64(c))
		var v [hiddenDims]float64
		norm := 0.0
		for i := range v {
			v[i] = normal(r)
			norm += float64(v[i] * v[i])
		}
		for i := range v {
			cells[c][i] = float32(v[i] / math.Sqrt(norm))
		}
	}
	return cells
}

// An alias table draws works of one cell by weight in constant time (Walker
// 1977, in the form of Vose, IEEE TSE 17(9), 1991).
type alias struct {
	works []int32
	keep  []float32
	other []int32 // index into works
	mass  float64 // sum of the weights
}

func newAlias(works []int32, weight func(int32) float64) alias {
	a := alias{works: works, keep: make([]float32, len(works)), other: make([]int32, len(works))}
	for _, x := range works {
		a.mass += weight(x)
	}
	scaled := make([]float64, len(works))
	var small, large []int32
	for i, x := range works {
		scaled[i] = weight(x) / a.mass * float64(len(works))
		if scaled[i] < 1 {
			small = append(small, int32(i))
		} else {
			large = append(large, int32(i))
		}
	}
	for len(small) > 0 && len(large) > 0 {
		s, g := small[len(small)-1], large[len(large)-1]
		small = small[:len(small)-1]
		a.keep[s], a.other[s] = float32(scaled[s]), g
		scaled[g] -= 1 - scaled[s]
		if scaled[g] < 1 {
			large = large[:len(large)-1]
			small = append(small, g)
		}
	}
	// What rounding left over keeps itself.
	for _, i := range append(small, large...) {
		a.keep[i], a.other[i] = 1, i
	}
	return a
}

// draw returns a work.
func (a *alias) draw(r *rand.Rand) int32 {
	i := r.IntN(len(a.works))
	if r.Float64() >= float64(a.keep[i]) {
		i = int(a.other[i])
	}
	return a.works[i]
}
