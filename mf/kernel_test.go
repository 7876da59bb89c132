package mf

import (
	"math"
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
