package mf_test

import (
	"bytes"
	"context"
	"errors"
	"hash/crc32"
	"math"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/osusume/osusume/mf"
	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/recommender/recommendertest"
)

func TestIALSIsATrainer(t *testing.T) {
	c := mf.IALS{Factors: 16, Epochs: 6}
	recommendertest.TestTrainer(t, c, nil, recommendertest.TrainerOptions{
		Workers: func(n int) recommender.Trainer {
			c.Workers = n
			return c
		},
	})
}

func TestIALSSolvesTheCheckerboard(t *testing.T) {
	const n = 50
	var rows []recommender.Interaction
	for u := range n {
		for i := u % 2; i < n; i += 2 {
			if i != u {
				rows = append(rows, view(u, i))
			}
		}
	}
	m := train(t, mf.IALS{}, dataset(t, n, rows...))
	for u := range n {
		got, err := m.Recommend(t.Context(), recommender.Request{User: userID(u), N: 1})
		if err != nil {
			t.Fatal(err)
		}
		if len(got.Items) != 1 || got.Items[0].Item != itemID(u) {
			t.Errorf("user %d is recommended %v, want item %d", u, got.Items, u)
		}
	}
}

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

func TestWorkersChangeNoByteOfIALS(t *testing.T) {
	d := longTailed(t, 2500, 1400, 20000) // several parts of the weights
	c := mf.IALS{Factors: 20, Epochs: 2, Workers: 1, Seed: 5}
	want := save(t, train(t, c, d))
	for _, c.Workers = range []int{2, 7} {
		if !bytes.Equal(save(t, train(t, c, d)), want) {
			t.Errorf("%d workers give another model than 1", c.Workers)
		}
	}
	c.Seed = 6
	if bytes.Equal(save(t, train(t, c, d)), want) {
		t.Error("another seed gives the same model")
	}
}

// See TestBytesAreTheSameOnEveryMachine.
func TestBytesOfIALSAreTheSameOnEveryMachine(t *testing.T) {
	c := mf.IALS{Factors: 20, Epochs: 3, Alpha: 0.1, L2: 0.01, Power: 1, InitScale: 0.1}
	m := train(t, c, longTailed(t, 600, 400, 8000))
	const want = 0x63c30bf0
	if got := crc32.ChecksumIEEE(save(t, m)); got != want {
		t.Errorf("checksum of the snapshot is %#x, want %#x", got, uint32(want))
	}
}

func TestEveryFaultOfIALSIsReported(t *testing.T) {
	c := mf.IALS{
		Factors: -3, Epochs: -1, Alpha: math.NaN(), L2: math.Inf(1), Power: 9, InitScale: -1,
		Workers: -1, Kinds: []recommender.Kind{recommender.Dislike}, MinStars: 6,
	}
	_, err := c.Train(t.Context(), longTailed(t, 10, 10, 20))
	if !errors.Is(err, recommender.ErrInvalid) {
		t.Fatalf("error %v, want ErrInvalid", err)
	}
	for _, want := range []string{"mf: ", "Factors -3", "Epochs -1", "Alpha NaN", "L2 +Inf", "Power 9", "InitScale -1", "Workers -1", "dislike", "MinStars 6"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("error %q does not say %q", err, want)
		}
	}
}

func TestIALSTrainsOnDegenerateData(t *testing.T) {
	all := func(users, items int) (rows []recommender.Interaction) {
		for u := range users {
			for i := range items {
				rows = append(rows, view(u, i))
			}
		}
		return rows
	}
	for name, d := range map[string]recommender.Dataset{
		"one user, one item":         dataset(t, 0, view(0, 0)),
		"one user, one item of many": dataset(t, 100, view(0, 0)),
		"everybody has everything":   dataset(t, 0, all(5, 5)...),
		"a user with all items":      dataset(t, 0, append(all(1, 200), view(1, 3), view(2, 4))...),
	} {
		m := train(t, mf.IALS{Factors: 8, Epochs: 3}, d)
		for i, s := range scores(t, m, recommender.Request{User: userID(0)}) {
			factors, _ := m.ItemFactors(m.Catalog()[i])
			if nan := s != s; nan != (factors == nil) {
				t.Errorf("%s: item %d scores %v and has %d factors", name, i, s, len(factors))
			}
		}
	}
	dislike := recommender.Interaction{User: "u", Item: "i", Kind: recommender.Dislike}
	if _, err := (mf.IALS{}).Train(t.Context(), dataset(t, 0, dislike)); !errors.Is(err, recommender.ErrInvalid) {
		t.Errorf("only a dislike: error %v, want ErrInvalid", err)
	}
}

func TestIALSStopsWithinAnEpoch(t *testing.T) {
	for _, workers := range []int{1, 3} {
		ctx, cancel := context.WithCancel(t.Context())
		epochs := 0
		c := mf.IALS{Workers: workers, Progress: func(mf.IALSProgress) {
			epochs++
			cancel()
		}}
		if _, err := c.Train(ctx, longTailed(t, 300, 300, 5000)); !errors.Is(err, context.Canceled) || epochs != 1 {
			t.Errorf("workers=%d: error %v after %d epochs, want %v after 1", workers, err, epochs, context.Canceled)
		}
	}
}

// In a model of iALS a score is a sum over the user's items.
func TestExplanationsOfIALSAreExact(t *testing.T) {
	m := train(t, mf.IALS{Factors: 16, Epochs: 4}, longTailed(t, 200, 80, 1500))
	explained := 0
	for _, user := range m.Users() {
		if len(m.Seen(user)) > 5 {
			continue // the sixth item would be in the rest
		}
		got, err := m.Recommend(t.Context(), recommender.Request{User: user, N: 3, Explain: true})
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range got.Items {
			rest := x.Why[len(x.Why)-1]
			if rest.Kind != recommender.ReasonRest || len(x.Why) != len(m.Seen(user))+1 {
				t.Errorf("%s: reasons %v, want the user's items and a rest", user, x.Why)
			}
			if math.Abs(float64(rest.Part)) > 1e-4 {
				t.Errorf("%s: the rest of %s is %v of %v, want next to 0", user, x.Item, rest.Part, x.Score)
			}
			explained++
		}
	}
	if explained < 20 {
		t.Fatalf("only %d explained", explained)
	}
}

func TestDislikingAnOwnItemTakesItBack(t *testing.T) {
	m := train(t, mf.IALS{Factors: 16, Epochs: 4}, longTailed(t, 100, 60, 900))
	user := m.Users()[0]
	own := m.Seen(user)
	got := scores(t, m, recommender.Request{User: user, History: []recommender.Interaction{{Item: own[0], Kind: recommender.Dislike}}})
	var rest []recommender.Interaction
	for _, id := range own[1:] {
		rest = append(rest, recommender.Interaction{Item: id})
	}
	want := scores(t, m, recommender.Request{User: "stranger", History: rest})
	for i := range got {
		if got[i] != want[i] && !(got[i] != got[i] && want[i] != want[i]) {
			t.Fatalf("item %d scores %v, want %v of the other items alone", i, got[i], want[i])
		}
	}
}
