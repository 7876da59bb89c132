package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"text/tabwriter"

	"github.com/osusume/osusume/dedup"
	"github.com/osusume/osusume/examples/internal/process"
	"github.com/osusume/osusume/recommender"
)

type dedupResult struct {
	Records          int                   `json:"records"`
	Canonical        int                   `json:"canonical"`
	Links            int                   `json:"links"`
	Review           int                   `json:"review"`
	Seconds          float64               `json:"seconds"`
	RecordsPerSecond float64               `json:"records_per_second"`
	PeakRSSBytes     int64                 `json:"peak_rss_bytes"`
	Judged           int                   `json:"judged"`
	Unjudged         int                   `json:"unjudged"`
	Precision        finite                `json:"precision"`
	Recall           finite                `json:"recall"`
	F1               finite                `json:"f1"`
	BlockingRecall   finite                `json:"blocking_recall"`
	Reliability      []binResult           `json:"reliability"`
	InParts          *partsResult          `json:"in_parts,omitempty"`
	ByPair           map[string]pairResult `json:"by_pair"`
}

type binResult struct {
	From  float64 `json:"from"`
	To    float64 `json:"to"`
	Links int     `json:"links"`
	Said  finite  `json:"said"`
	True  finite  `json:"true"`
}

type partsResult struct {
	Parts   int `json:"parts"`
	Differs int `json:"differs"`
	Moved   int `json:"moved"`
}

type pairResult struct {
	Precision finite `json:"precision"`
	Recall    finite `json:"recall"`
	F1        finite `json:"f1"`
	True      int    `json:"true"`
}

// judgeLinks sums up a resolution that took so many seconds.
func judgeLinks(resolution *recommender.Resolution, seconds float64, truth map[recommender.ItemID]string,
	excluded map[recommender.ItemID]bool, files []named,
) *dedupResult {
	peak := process.PeakRSS()

	var order []string
	for _, file := range files {
		order = append(order, file.name)
	}
	q := dedup.Score(resolution.Links, truth, excluded, order...)
	r := &dedupResult{
		Records: len(resolution.Links), Review: len(resolution.Review), Seconds: seconds, RecordsPerSecond: float64(len(resolution.Links)) / seconds,
		PeakRSSBytes: peak, Judged: q.Judged, Unjudged: q.Unjudged,
		Precision: finite(q.Precision), Recall: finite(q.Recall), F1: finite(q.F1), ByPair: map[string]pairResult{},
	}
	for name, p := range q.ByPair {
		r.ByPair[name] = pairResult{finite(p.Precision), finite(p.Recall), finite(p.F1), p.True}
	}
	size := map[recommender.ItemID]int{}
	for _, l := range resolution.Links {
		size[l.Canonical]++
	}
	r.Canonical = len(size)
	for _, l := range resolution.Links {
		if size[l.Canonical] > 1 {
			r.Links++
		}
	}
	for _, b := range dedup.Reliability(resolution.Links, truth, excluded) {
		r.Reliability = append(r.Reliability, binResult{b.From, b.To, b.Links, finite(b.Said), finite(b.True)})
	}
	return r
}

func (r *dedupResult) write(out io.Writer, files []named, asJSON bool) error {
	if asJSON {
		return writeJSON(out, r)
	}
	return r.table(out, files)
}

func (r *dedupResult) table(out io.Writer, files []named) error {
	fmt.Fprintf(out, "%d records of %d catalogues are %d titles; %d records share one; %d pairs for review\n",
		r.Records, len(files), r.Canonical, r.Links, r.Review)
	fmt.Fprintf(out, "%.1f s, %.0f records/s, peak memory %d MB; blocking recall %.4f; %d pairs judged, %d not\n\n",
		r.Seconds, r.RecordsPerSecond, r.PeakRSSBytes>>20, float64(r.BlockingRecall), r.Judged, r.Unjudged)
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprint(w, "pair\tprecision\trecall\tF1\ttrue\t\n")
	fmt.Fprintf(w, "all\t%.4f\t%.4f\t%.4f\t\t\n", float64(r.Precision), float64(r.Recall), float64(r.F1))
	for _, name := range slices.Sorted(maps.Keys(r.ByPair)) {
		p := r.ByPair[name]
		fmt.Fprintf(w, "%s\t%.4f\t%.4f\t%.4f\t%d\t\n", name, float64(p.Precision), float64(p.Recall), float64(p.F1), p.True)
	}
	fmt.Fprint(w, "\nconfidence\tlinks\tsaid\ttrue\t\n")
	for _, b := range r.Reliability {
		if b.Links > 0 {
			fmt.Fprintf(w, "%g to %g\t%d\t%.4f\t%.4f\t\n", b.From, b.To, b.Links, float64(b.Said), float64(b.True))
		}
	}
	if p := r.InParts; p != nil {
		fmt.Fprintf(w, "\nin %d instalments: %d records end in another group, %d changed items on the way\n", p.Parts, p.Differs, p.Moved)
	}
	return w.Flush()
}
