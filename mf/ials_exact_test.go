package mf_test

import (
	"errors"
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/osusume/osusume/mf"
	"github.com/osusume/osusume/recommender"
)

// leastSquares solves the problem of one user (or item) by its definition, in
// float64: of vectors q of all others, those at own are to score 1.
func leastSquares(t *testing.T, all [][]float32, own map[int]bool, alpha, l2, power float64) []float64 {
	t.Helper()
	k := len(all[0])
	a, b := mat.NewSymDense(k, nil), mat.NewVecDense(k, nil)
	for i, q := range all {
		w := alpha
		if own[i] {
			w++
		}
		for f := range k {
			for g := f; g < k; g++ {
				a.SetSym(f, g, a.At(f, g)+w*float64(q[f])*float64(q[g]))
			}
			if own[i] {
				b.SetVec(f, b.AtVec(f)+float64(q[f]))
			}
		}
	}
	for f := range k {
		a.SetSym(f, f, a.At(f, f)+l2*math.Pow(float64(len(own))+alpha*float64(len(all)), power))
	}
	var c mat.Cholesky
	if !c.Factorize(a) {
		t.Fatal("the matrix is not positive definite")
	}
	var x mat.VecDense
	if err := c.SolveVecTo(&x, b); err != nil {
		t.Fatal(err)
	}
	return x.RawVector().Data
}

// far is the distance of two vectors, beside the length of the second.
func far(got []float32, want []float64) float64 {
	var d, n float64
	for f, w := range want {
		d += (float64(got[f]) - w) * (float64(got[f]) - w)
		n += w * w
	}
	return math.Sqrt(d / n)
}

// Conjugate gradients in float32 come this near to Cholesky in float64.
const near = 2e-4

func TestUsersOfIALSAreTheLeastSquaresOfTheirItems(t *testing.T) {
	d := longTailed(t, 80, 60, 900)
	for _, c := range []mf.IALS{
		{Factors: 20, Epochs: 3, Alpha: 0.1, L2: 0.02, Power: 1},
		{Factors: 20, Epochs: 3, Alpha: 0.3, L2: 0.05, Power: 0.5},
		{Factors: 64, Epochs: 5, Alpha: 0.05, L2: 0.01, Power: 1},
	} {
		m := train(t, c, d)
		var items [][]float32
		place := map[recommender.ItemID]int{}
		for _, id := range m.Catalog() {
			if q, bias := m.ItemFactors(id); q != nil {
				if bias != 0 {
					t.Errorf("item %s has a bias of %v, want 0", id, bias)
				}
				place[id] = len(items)
				items = append(items, q)
			}
		}
		for _, user := range m.Users() {
			own := map[int]bool{}
			var history []recommender.Interaction
			for _, id := range m.Seen(user) {
				own[place[id]] = true
				history = append(history, recommender.Interaction{Item: id})
			}
			want := leastSquares(t, items, own, c.Alpha, c.L2, c.Power)
			if d := far(m.UserFactors(user), want); !(d < near) {
				t.Errorf("%+v: the vector of %s is %v away from its least squares", c, user, d)
			}
			folded, err := m.FoldUser(history)
			if err != nil {
				t.Fatal(err)
			}
			if d := far(folded, want); !(d < near) {
				t.Errorf("%+v: folded in, the vector of %s is %v away from its least squares", c, user, d)
			}
		}
	}
}

func TestIALSFoldsInItemsByLeastSquares(t *testing.T) {
	c := mf.IALS{Factors: 20, Epochs: 3, Alpha: 0.1, L2: 0.02, Power: 1}
	m := train(t, c, longTailed(t, 80, 60, 900))
	var users [][]float32
	for _, id := range m.Users() {
		users = append(users, m.UserFactors(id))
	}
	got, bias, err := m.FoldItem([]recommender.UserID{m.Users()[5], "nobody", m.Users()[9], m.Users()[5]})
	if err != nil || bias != 0 {
		t.Fatalf("bias %v, error %v", bias, err)
	}
	want := leastSquares(t, users, map[int]bool{5: true, 9: true}, c.Alpha, c.L2, c.Power)
	if d := far(got, want); !(d < near) {
		t.Errorf("the vector is %v away from its least squares", d)
	}
	if _, _, err := m.FoldItem([]recommender.UserID{"nobody"}); !errors.Is(err, recommender.ErrColdStart) {
		t.Errorf("an item of nobody: error %v, want ErrColdStart", err)
	}
}

// Loss is what the package says is minimised, over all pairs.
func TestLossOfIALSIsTheDocumentedOneAndFalls(t *testing.T) {
	d := longTailed(t, 60, 40, 500)
	var got []mf.IALSProgress
	c := mf.IALS{Factors: 8, Epochs: 12, Alpha: 0.2, L2: 0.02, Power: 1, Progress: func(p mf.IALSProgress) { got = append(got, p) }}
	m := train(t, c, d)
	if len(got) != 12 {
		t.Fatalf("%d reports, want 12", len(got))
	}
	for k, p := range got {
		if p.Epoch != k+1 || p.Epochs != 12 || k > 0 && p.Loss > got[k-1].Loss*(1+1e-5) {
			t.Errorf("report %d is %+v after %+v", k, p, got[max(k-1, 0)])
		}
	}
	var want float64
	square := func(x []float32) (s float64) {
		for _, v := range x {
			s += float64(v) * float64(v)
		}
		return s
	}
	users, items := map[recommender.ItemID]float64{}, 0.0
	for _, id := range m.Catalog() {
		if q, _ := m.ItemFactors(id); q != nil {
			items++
		}
	}
	for _, u := range m.Users() {
		has := map[recommender.ItemID]bool{}
		for _, id := range m.Seen(u) {
			has[id] = true
			users[id]++
		}
		for _, id := range m.Catalog() {
			q, _ := m.ItemFactors(id)
			var s float64
			for f := range q {
				s += float64(q[f]) * float64(m.UserFactors(u)[f])
			}
			want += c.Alpha * s * s
			if has[id] {
				want += (1 - s) * (1 - s)
			}
		}
		want += c.L2 * (float64(len(has)) + c.Alpha*items) * square(m.UserFactors(u))
	}
	for id, n := range users {
		q, _ := m.ItemFactors(id)
		want += c.L2 * (n + c.Alpha*float64(len(m.Users()))) * square(q)
	}
	// The last report is from before users are solved exactly, which lowers it a little.
	if last := got[11].Loss; !(want <= last*(1+1e-5) && want > 0.97*last) {
		t.Errorf("the loss of the model is %v, the last report said %v", want, last)
	}
}
