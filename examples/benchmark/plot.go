package main

import (
	"fmt"
	"math"
	"path/filepath"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"

	"github.com/osusume/osusume/recommender/eval"
)

// plots writes what the results say as pictures into dir, which is there: NDCG
// against seconds of training, and coverage against NDCG, at the first k.
func (r *ranking) plots(dir string, results []*rankResult) error {
	k := r.options.K[0]
	ndcg, coverage := eval.MetricName("ndcg", k), eval.MetricName("coverage", k)
	seconds, covered := scatter{x: "seconds of training", y: ndcg}, scatter{x: ndcg, y: coverage}
	for _, x := range results {
		in := x.Metrics[ndcg]
		if x.TrainSeconds > 0 { // floors and re-rankers are not trained
			seconds.add(x.Model, x.TrainSeconds, in.Mean, in.Mean-in.Lo, in.Hi-in.Mean)
		}
		covered.add(x.Model, in.Mean, x.Metrics[coverage].Mean, 0, 0)
	}
	if err := seconds.save(filepath.Join(dir, "ndcg-seconds.svg")); err != nil {
		return err
	}
	return covered.save(filepath.Join(dir, "coverage-ndcg.svg"))
}

// A scatter is named points with their errors in y.
type scatter struct {
	x, y   string
	points plotter.XYs
	errors plotter.YErrors
	names  []string
}

// add adds a point, with errors of 0 where there is no interval; what has not
// been measured is no point.
func (s *scatter) add(name string, x, y, low, high float64) {
	if math.IsNaN(x) || math.IsNaN(y) {
		return
	}
	if math.IsNaN(low) || math.IsNaN(high) {
		low, high = 0, 0
	}
	s.points = append(s.points, plotter.XY{X: x, Y: y})
	s.errors = append(s.errors, struct{ Low, High float64 }{low, high})
	s.names = append(s.names, name)
}

// Len, XY, Label and YError make a scatter what plotter draws.
func (s *scatter) Len() int                        { return len(s.points) }
func (s *scatter) XY(i int) (x, y float64)         { return s.points.XY(i) }
func (s *scatter) Label(i int) string              { return " " + s.names[i] }
func (s *scatter) YError(i int) (float64, float64) { return s.errors.YError(i) }

func (s *scatter) save(path string) error {
	p := plot.New()
	p.X.Label.Text, p.Y.Label.Text = s.x, s.y
	p.Add(plotter.NewGrid())
	if s.Len() > 0 {
		dots, err := plotter.NewScatter(s)
		if err != nil {
			return fmt.Errorf("-plot: %w", err)
		}
		bars, err := plotter.NewYErrorBars(s)
		if err != nil {
			return fmt.Errorf("-plot: %w", err)
		}
		labels, err := plotter.NewLabels(s)
		if err != nil {
			return fmt.Errorf("-plot: %w", err)
		}
		p.Add(dots, bars, labels)
		p.X.Max += (p.X.Max - p.X.Min) / 6 // for the labels
	}
	if err := p.Save(16*vg.Centimeter, 11*vg.Centimeter, path); err != nil {
		return fmt.Errorf("-plot: %w", err)
	}
	return nil
}
