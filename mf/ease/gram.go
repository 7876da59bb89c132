package ease

import (
	"context"
	"math"

	"github.com/osusume/osusume/internal/csr"
	"github.com/osusume/osusume/internal/par"
)

// userWeights returns (n/mean)^-power for users with n items each.
func userWeights(own csr.Matrix, power float64) []float32 {
	mean := meanItems(own)
	list := make([]float32, own.Rows())
	for u := range list {
		if n := len(own.Of(u)); n > 0 {
			list[u] = float32(math.Pow(float64(n)/mean, -power))
		}
	}
	return list
}

// meanItems is how many items a user has in the mean, of those who have any.
func meanItems(own csr.Matrix) float64 {
	users := 0
	for u := range own.Rows() {
		if len(own.Of(u)) > 0 {
			users++
		}
	}
	return float64(len(own.Column)) / float64(users)
}

// gram adds XᵀWX to the lower triangle of m, for the rows of X and a weight for
// each. Workers take whole rows of m, which are summed in the order of X's. It
// takes half as many additions as there are pairs of items of one user.
func gram(ctx context.Context, workers int, m symmetric, x, transposed csr.Matrix, weight []float32) error {
	return par.Do(ctx, workers, m.n, func(i int) error {
		row := m.row(i)[:i+1]
		for _, u := range transposed.Of(i) {
			w := weight[u]
			for _, j := range x.Of(int(u)) {
				if int(j) > i {
					break
				}
				row[j] += w
			}
		}
		return nil
	})
}

// residual returns how far (XᵀWX + Λ)·p is from unit vector j: the largest
// difference of a place. p is a column of the inverse as it was computed.
func residual(x, transposed csr.Matrix, weight []float32, ridge []float64, p []float32, j int) float64 {
	scores := make([]float64, x.Rows())
	for u := range scores {
		var sum float64
		for _, i := range x.Of(u) {
			sum += float64(p[i])
		}
		scores[u] = sum * float64(weight[u])
	}
	var worst float64
	for i := range p {
		sum := float64(ridge[i] * float64(p[i]))
		for _, u := range transposed.Of(i) {
			sum += scores[u]
		}
		if i == j {
			sum--
		}
		worst = max(worst, math.Abs(sum))
	}
	return worst
}
