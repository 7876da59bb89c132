package eval

import (
	"context"
	"fmt"
	"iter"
	"math"

	"github.com/osusume/osusume/recommender"
)

// A Report is what [Evaluate] found. It keeps every user's values, for
// [Compare] and [Report.Segment]: about 8 floats per user and k.
type Report struct {
	Model      string // Options.Name
	Users      int    // whose lists the metrics are means of
	Skipped    int    // test users who have nothing in the test that they do not have in training
	Cold       int    // test users with nothing in training, nor in Options.FoldIn
	ColdStarts int    // users of Users about whom the model said ErrColdStart
	Items      int    // that are ranked: the catalogue, or Options.Among
	K          []int  // ascending

	// Metrics by name and k, "ndcg@10": precision, recall, recall_min, ndcg,
	// map, mrr, hit (see [Values]), novelty (the mean, over a list, of −log2 of
	// the share of training users who have the item), diversity (with
	// Options.Diversity) and coverage (distinct items in all lists ÷ items; it
	// has no interval).
	Metrics map[string]Interval

	o      Options
	panel  panel
	all    *run  // with cold users
	chosen []int // the users of all that this report is over
	values matrix
}

// MetricName is the key of a metric in [Report.Metrics].
func MetricName(metric string, k int) string { return fmt.Sprintf("%s@%d", metric, k) }

// report makes the Report over all users who are not cold.
func (r *run) report(ctx context.Context, p panel) (*Report, error) {
	base := &Report{
		Model: r.o.Name, Skipped: p.skipped, Cold: p.cold, Items: len(r.items), K: r.o.K,
		o: r.o, panel: p, all: r,
	}
	if p.among != nil {
		base.Items = len(p.among)
	}
	return base.over(ctx, func(u *examinee) bool { return !u.cold })
}

// over returns r over other users.
func (r *Report) over(ctx context.Context, keep func(*examinee) bool) (*Report, error) {
	s := *r
	s.ColdStarts, s.chosen = 0, nil
	s.values = matrix{columns: r.all.values.columns}
	for i := range r.all.users {
		if !keep(&r.all.users[i]) {
			continue
		}
		s.chosen = append(s.chosen, i)
		s.values.values = append(s.values.values, r.all.values.row(i)...)
		if r.all.coldStarts[i] {
			s.ColdStarts++
		}
	}
	s.Users = len(s.chosen)
	intervals, err := s.values.intervals(ctx, r.o.Resamples, r.o.Seed, r.o.Workers)
	if err != nil {
		return nil, fmt.Errorf("eval: bootstrap: %w", err)
	}
	s.Metrics = make(map[string]Interval, len(intervals)+len(r.K))
	for c, in := range intervals {
		s.Metrics[s.column(c)] = in
	}
	for _, k := range r.K {
		s.Metrics[MetricName("coverage", k)] = Interval{Mean: s.coverage(k), Lo: math.NaN(), Hi: math.NaN()}
	}
	return &s, nil
}

// column names column c of the values.
func (r *Report) column(c int) string {
	names := r.all.metrics
	return MetricName(names[c%len(names)], r.K[c/len(names)])
}

func (r *Report) coverage(k int) float64 {
	listed := make([]bool, len(r.all.items))
	n := 0
	for _, i := range r.chosen {
		list := r.all.lists[i*r.all.depth : (i+1)*r.all.depth]
		for _, p := range list[:min(k, len(list))] {
			if p >= 0 && !listed[p] {
				listed[p] = true
				n++
			}
		}
	}
	return float64(n) / float64(r.Items)
}

// PerUser yields every user's value of a metric, such as "ndcg@10", in a fixed
// order; nothing for a metric that is not measured per user.
func (r *Report) PerUser(metric string) iter.Seq2[recommender.UserID, float64] {
	return func(yield func(recommender.UserID, float64) bool) {
		for c := range r.values.columns {
			if r.column(c) != metric {
				continue
			}
			for n, i := range r.chosen {
				if !yield(r.all.users[i].id, r.values.row(n)[c]) {
					return
				}
			}
		}
	}
}
