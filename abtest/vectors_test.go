package abtest_test

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/osusume/osusume/abtest"
)

// A vector is one test of another project: sums per side and what it expects.
type vector struct {
	Name, Test string
	Config     map[string]any
	A, B       side
	Expected   *struct {
		Expected float64
		CI       [2]any `json:"ci"`
		Uplift   struct{ Stddev float64 }
		P        float64 `json:"pValue"`
	}
}

type side struct {
	Type       string
	Sum        float64
	SumSquares float64 `json:"sum_squares"`
	N          int
}

func (s side) ratio() abtest.Ratio {
	n := float64(s.N)
	return abtest.Ratio{Users: s.N, Num: s.Sum, Den: n, NumNum: s.SumSquares, NumDen: s.Sum, DenDen: n}
}

// Of GrowthBook's frequentist vectors, the tests of plain means and proportions
// apply: the effect and its standard error, the two-sided interval and, for
// absolute differences, p. All treatments there have more, so one-sided p is half
// of ours or the rest to one. Sequential intervals and
// regression adjustment do not apply.
func TestComparisonsMatchGrowthBook(t *testing.T) {
	root := os.Getenv("OSUSUME_DATA")
	if root == "" {
		t.Skip("OSUSUME_DATA is not set: no foreign vectors to compare with")
	}
	data, err := os.ReadFile(filepath.Join(root, "abtest", "growthbook-frequentist.json"))
	if err != nil {
		t.Skip("no vectors: ", err)
	}
	var file struct{ Tests []vector }
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	effects, intervals, ps := 0, 0, 0
	for _, v := range file.Tests {
		if v.Expected == nil || v.A.Type != v.B.Type {
			continue
		}
		var c abtest.Comparison
		same := true // the same test, to the last decimal
		switch v.A.Type {
		case "SampleMeanStatistic":
			c = abtest.CompareRatios(v.A.ratio(), v.B.ratio())
		case "ProportionStatistic":
			c = proportions(t, int(v.A.Sum), v.A.N, int(v.B.Sum), v.B.N)
			same = false // theirs takes Student's t: only the standard error can be compared
		default:
			continue
		}
		absolute := v.Config["difference_type"] == "absolute"
		effect, ci := c.Lift, c.LiftInterval
		if absolute {
			effect, ci = c.Difference, c.DifferenceInterval
		}
		effects++
		if !near(effect, v.Expected.Expected, 5) {
			t.Errorf("%s: effect %v, want %v", v.Name, effect, v.Expected.Expected)
		}
		// At these sizes Student's 97.5 % point is the normal's to 0.0004.
		if se := (ci.High - ci.Low) / (2 * 1.959964); !near(se, v.Expected.Uplift.Stddev, 5) && math.Abs(se-v.Expected.Uplift.Stddev) > 3e-4*se {
			t.Errorf("%s: standard error %v, want %v", v.Name, se, v.Expected.Uplift.Stddev)
		}
		if same && v.Test == "TwoSidedTTest" {
			low, high := v.Expected.CI[0].(float64), v.Expected.CI[1].(float64)
			intervals++
			if !near(ci.Low, low, 5) || !near(ci.High, high, 5) {
				t.Errorf("%s: interval %v, want %v to %v", v.Name, ci, low, high)
			}
		}
		p, ok := map[string]float64{
			"TwoSidedTTest": c.P, "OneSidedTreatmentGreaterTTest": c.P / 2, "OneSidedTreatmentLesserTTest": 1 - c.P/2,
		}[v.Test]
		if same && absolute && ok {
			ps++
			if !near(p, v.Expected.P, 5) {
				t.Errorf("%s: p %v, want %v", v.Name, p, v.Expected.P)
			}
		}
	}
	t.Logf("compared %d effects, %d intervals, %d p-values", effects, intervals, ps)
	if effects == 0 || intervals == 0 || ps == 0 {
		t.Error("no vector applied")
	}
}
