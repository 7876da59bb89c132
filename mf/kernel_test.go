package mf

import (
	"math"
	"math/rand/v2"
	"testing"
)

func TestExpIsNearTheTrueOne(t *testing.T) {
	for x := float32(-87); x <= 88; x += 0.0137 {
		got, want := float64(exp(x)), math.Exp(float64(x))
		if !(math.Abs(got-want) <= 3e-7*want) {
			t.Errorf("exp(%v) = %v, want %v", x, got, want)
		}
	}
}

func TestSigmoidStaysBetweenItsBounds(t *testing.T) {
	inf := float32(math.Inf(1))
	for _, c := range []struct{ x, want float32 }{{0, 0.5}, {inf, 1}, {200, 1}, {2, 0.88079708}, {-2, 0.11920292}} {
		if got := sigmoid(c.x); math.Abs(float64(got-c.want)) > 1e-7 {
			t.Errorf("sigmoid(%v) = %v, want %v", c.x, got, c.want)
		}
	}
	for _, x := range []float32{-inf, -200, -87} {
		if got := sigmoid(x); !(got >= 0 && got < 1e-37) {
			t.Errorf("sigmoid(%v) = %v, want almost 0", x, got)
		}
	}
}

func TestStepIsTheDocumentedFormula(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	draw := func(n int) []float32 {
		row := make([]float32, n)
		for f := range row {
			row[f] = float32(r.NormFloat64())
		}
		return row
	}
	for n := range 41 {
		const g, keep = float32(0.3), float32(0.99)
		p, i, j := draw(n), draw(n), draw(n)
		var want [3][]float32
		for f := range n {
			want[0] = append(want[0], float32(keep*p[f])+float32(g*(i[f]-j[f])))
			want[1] = append(want[1], float32(keep*i[f])+float32(g*p[f]))
			want[2] = append(want[2], float32(keep*j[f])-float32(g*p[f]))
		}
		step(p, i, j, g, keep)
		for k, got := range [][]float32{p, i, j} {
			for f := range n {
				if got[f] != want[k][f] {
					t.Errorf("n=%d: vector %d at %d is %v, want %v", n, k, f, got[f], want[k][f])
				}
			}
		}
	}
}
