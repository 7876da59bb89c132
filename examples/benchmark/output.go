package main

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"
	"text/tabwriter"

	"github.com/osusume/osusume/examples/internal/process"
	"github.com/osusume/osusume/recommender/eval"
)

// writeJSON prints v on a line of its own.
func writeJSON(out io.Writer, v any) error {
	e := json.NewEncoder(out)
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

// finite is a number of the output; what is no number is null.
type finite float64

func (f finite) MarshalJSON() ([]byte, error) {
	if v := float64(f); !math.IsNaN(v) && !math.IsInf(v, 0) {
		return json.Marshal(v)
	}
	return []byte("null"), nil
}

// A rankResult is what rank prints of a model.
type rankResult struct {
	Model            string                   `json:"model"`
	Config           map[string]any           `json:"config"`
	Users            int                      `json:"users"`
	Items            int                      `json:"items"`
	Interactions     int                      `json:"interactions"`
	TestUsers        int                      `json:"test_users"`
	SkippedUsers     int                      `json:"skipped_users"`
	ColdUsers        int                      `json:"cold_users"`
	ColdStarts       int                      `json:"cold_starts"`
	TrainSeconds     float64                  `json:"train_seconds"`
	UpdatesPerSecond float64                  `json:"updates_per_second,omitempty"`
	EvalSeconds      float64                  `json:"eval_seconds"`
	PeakRSSBytes     int64                    `json:"peak_rss_bytes"`
	Metrics          map[string]eval.Interval `json:"metrics"`
	Segments         map[string]segmentResult `json:"segments,omitempty"`
	Floors           map[string]metrics       `json:"floors,omitempty"`
	Compare          *comparison              `json:"compare,omitempty"`

	report   *eval.Report
	reranked []*rankResult
}

func (r *rankResult) segment(name string, over *eval.Report) {
	if r.Segments == nil {
		r.Segments = map[string]segmentResult{}
	}
	r.Segments[name] = segmentResult{over.Users, over.Metrics}
}

type metrics = map[string]eval.Interval

type segmentResult struct {
	TestUsers int     `json:"test_users"`
	Metrics   metrics `json:"metrics"`
}

type comparison struct {
	Against string                     `json:"against"`
	Metrics map[string]eval.Difference `json:"metrics"` // this model − the other
}

func (r *rankResult) withFloors(floors []*rankResult) *rankResult {
	for _, f := range floors {
		if r.Floors == nil {
			r.Floors = map[string]metrics{}
		}
		r.Floors[f.Model] = f.Metrics
	}
	return r
}

// columns of the table that people read; the JSON has all metrics.
var shown = []string{"ndcg", "recall", "precision", "map", "mrr", "hit", "coverage", "novelty"}

func (r *ranking) table(out io.Writer, results []*rankResult) error {
	first := results[0]
	fmt.Fprintf(out, "%d users, %d items, %d interactions; %d test users, %d skipped, %d cold\n",
		first.Users, first.Items, first.Interactions, first.TestUsers, first.SkippedUsers, first.ColdUsers)
	if r.options.Protocol != (eval.Sampled{}) {
		fmt.Fprintf(out, "protocol %v: not comparable with any other; random and popular are the floors\n", r.options.Protocol)
	}
	for _, k := range r.options.K {
		w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
		fmt.Fprintf(w, "\n@%d\t", k)
		for _, name := range r.columns() {
			fmt.Fprintf(w, "%s\t", name)
		}
		fmt.Fprint(w, "train s\teval s\t\n")
		for _, x := range results {
			r.row(w, x.Model, k, x.Metrics)
			fmt.Fprintf(w, "%.1f\t%.1f\t\n", x.TrainSeconds, x.EvalSeconds)
			for _, s := range words(r.o.segments) {
				if over, ok := x.Segments[s]; ok {
					r.row(w, fmt.Sprintf("  %s (%d)", s, over.TestUsers), k, over.Metrics)
					fmt.Fprint(w, "\t\t\n")
				}
			}
		}
		if err := w.Flush(); err != nil {
			return err
		}
		for _, x := range results {
			if x.Compare != nil {
				d := x.Compare.Metrics[eval.MetricName("ndcg", k)]
				fmt.Fprintf(out, "%s − %s: ndcg %+.4f [%+.4f, %+.4f], p %.3g\n", x.Model, x.Compare.Against, d.Mean, d.Lo, d.Hi, d.P)
			}
		}
	}
	_, err := fmt.Fprintf(out, "\npeak memory %d MB\n", process.PeakRSS()>>20)
	return err
}

func (r *ranking) columns() []string {
	if r.options.Diversity != nil {
		return append(slices.Clone(shown), "diversity")
	}
	return shown
}

func (r *ranking) row(w io.Writer, name string, k int, m metrics) {
	fmt.Fprintf(w, "%s\t", name)
	for _, metric := range r.columns() {
		in := m[eval.MetricName(metric, k)]
		fmt.Fprintf(w, "%.4f", in.Mean)
		if metric == "ndcg" && !math.IsNaN(in.Lo) {
			fmt.Fprintf(w, " [%.4f, %.4f]", in.Lo, in.Hi)
		}
		fmt.Fprint(w, "\t")
	}
}
