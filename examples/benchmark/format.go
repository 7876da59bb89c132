package main

import (
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/osusume/osusume/recommender/eval"
)

// formats are the ways in which results can be printed.
var formats = []string{"table", "json", "markdown", "csv"}

func checkFormat(name string) error {
	if !slices.Contains(formats, name) {
		return fmt.Errorf("-format %q: there are %s", name, strings.Join(formats, ", "))
	}
	return nil
}

// csvTable prints a line for each model, segment and metric.
func csvTable(out io.Writer, results []*rankResult) error {
	w := csv.NewWriter(out)
	lines := [][]string{{"model", "segment", "users", "metric", "mean", "lo", "hi", "train_seconds"}}
	number := func(x float64) string {
		if math.IsNaN(x) {
			return ""
		}
		return strconv.FormatFloat(x, 'g', 6, 64)
	}
	for _, x := range results {
		add := func(segment string, users int, m metrics) {
			for _, name := range sortedKeys(m) {
				in := m[name]
				lines = append(lines, []string{
					x.Model, segment, strconv.Itoa(users), name, number(in.Mean), number(in.Lo), number(in.Hi), number(x.TrainSeconds),
				})
			}
		}
		add("", x.TestUsers, x.Metrics)
		for _, s := range sortedKeys(x.Segments) {
			add(s, x.Segments[s].TestUsers, x.Segments[s].Metrics)
		}
	}
	return w.WriteAll(lines)
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// markdown prints a table for each k, as the documentation has them.
func (r *ranking) markdown(out io.Writer, results []*rankResult) error {
	for _, k := range r.options.K {
		fmt.Fprintf(out, "| model | NDCG@%d | recall@%d | coverage@%d | training |\n|---|---|---|---|---|\n", k, k, k)
		for _, x := range results {
			r.markdownRow(out, x.Model, k, x.Metrics, fmt.Sprintf("%.1f s", x.TrainSeconds))
			for _, s := range words(r.o.segments) {
				if over, ok := x.Segments[s]; ok {
					r.markdownRow(out, fmt.Sprintf("%s, %s (%d users)", x.Model, s, over.TestUsers), k, over.Metrics, "")
				}
			}
		}
		if _, err := fmt.Fprintln(out); err != nil {
			return err
		}
	}
	return nil
}

func (r *ranking) markdownRow(out io.Writer, name string, k int, m metrics, training string) {
	ndcg := m[eval.MetricName("ndcg", k)]
	interval := ""
	if !math.IsNaN(ndcg.Lo) {
		interval = fmt.Sprintf(" [%.4f, %.4f]", ndcg.Lo, ndcg.Hi)
	}
	fmt.Fprintf(out, "| %s | %.4f%s | %.4f | %.1f %% | %s |\n", name, ndcg.Mean, interval,
		m[eval.MetricName("recall", k)].Mean, 100*m[eval.MetricName("coverage", k)].Mean, training)
}
