package mf

import "fmt"

// Loss is what a step makes smaller.
type Loss uint8

// The losses.
const (
	// BPR is -ln σ(x_ui - x_uj): Bayesian personalised ranking (Rendle,
	// Freudenthaler, Gantner and Schmidt-Thieme, UAI 2009).
	BPR Loss = iota
	// WARP draws until an item stands less than 1 below the positive one, at most
	// Candidates times, and steps by how high it estimates such items to stand: the
	// harmonic number of (items-1)/draws, over that of items-1. Weighted
	// approximate-rank pairwise loss (Weston, Bengio and Usunier, IJCAI 2011).
	WARP
)

var lossNames = [...]string{BPR: "bpr", WARP: "warp"}

// String returns "bpr" or "warp".
func (l Loss) String() string {
	if int(l) < len(lossNames) {
		return lossNames[l]
	}
	return fmt.Sprintf("loss(%d)", uint8(l))
}

// rankWeights returns what a step of WARP weighs after each number of draws in
// [0, draws], in [0, 1].
func rankWeights(items, draws int) []float32 {
	harmonic := make([]float64, max(items, 2))
	for i := 1; i < len(harmonic); i++ {
		harmonic[i] = harmonic[i-1] + 1/float64(i)
	}
	most := harmonic[len(harmonic)-1]
	weights := make([]float32, draws+1)
	for n := 1; n <= draws; n++ {
		rank := max(1, (items-1)/n)
		weights[n] = float32(harmonic[rank] / most)
	}
	return weights
}
