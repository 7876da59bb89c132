package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/osusume/osusume/examples/internal/process"
	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/recommender/eval"
	"github.com/osusume/osusume/sources"
)

// A ranking is a prepared measurement.
type ranking struct {
	o          rankFlags
	options    eval.Options
	segments   []eval.Segment
	among      []eval.ItemSegment
	rerankers  []reranker
	candidates []*candidate
	data       recommender.Dataset
	train      *recommender.Table // with the whole catalogue
	test       *recommender.Table
}

func prepare(ctx context.Context, o rankFlags, notes io.Writer) (*ranking, error) {
	r := &ranking{o: o, options: eval.Options{Resamples: o.resamples, Seed: o.seed, Workers: o.workers}}
	var err error
	if r.options.K, err = ints(o.k); err != nil {
		return nil, fmt.Errorf("-k: %w", err)
	}
	if r.options.Protocol, err = eval.ParseProtocol(o.proto); err != nil {
		return nil, fmt.Errorf("-protocol: %w", err)
	}
	for _, s := range words(o.segments) {
		switch s := eval.Segment(s); s {
		case eval.Cold, eval.Warm, eval.Heavy:
			r.segments = append(r.segments, s)
		default:
			r.among = append(r.among, eval.ItemSegment(s)) // checked by its Items
		}
	}
	settings, err := parseSettings(o.set)
	if err != nil {
		return nil, err
	}
	if o.features && o.items == "" {
		return nil, errors.New("-features are those of -items")
	}
	if r.candidates, err = newCandidates(words(o.models), settings, o.workers, o.seed, o.items != "", o.features); err != nil {
		return nil, err
	}
	if err := r.load(ctx, notes); err != nil {
		return nil, err
	}
	if err := r.prepareItems(ctx); err != nil {
		return nil, err
	}
	if len(r.segments) > 0 {
		if r.options.Fallback, err = (recommender.Popular{}).Train(ctx, r.data); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// load reads and splits the files.
func (r *ranking) load(ctx context.Context, notes io.Writer) error {
	columns, err := sources.ParseColumns(r.o.columns)
	if err != nil {
		return err
	}
	rules := ratingRules{columns: columns, min: r.o.min.value, unrated: r.o.unrated.value, scale: r.o.scale}
	whole, err := r.readFiles(ctx, rules, notes)
	if err != nil {
		return err
	}
	train := whole
	if r.o.test == "" && !r.o.whole {
		if train, err = r.split(whole); err != nil {
			return err
		}
		if r.test.Len() == 0 {
			return fmt.Errorf("-split %s holds nothing back of %d interactions: users have too few", cmp.Or(r.o.split, standardSplit), whole.Len())
		}
	}
	r.data = train.Dataset()
	if r.o.items != "" {
		items, err := readItems(ctx, "", r.o.items, true, notes)
		if err != nil {
			return err
		}
		r.data = recommender.Combine(recommender.ItemsOf(items), r.data)
	}
	if r.train, err = recommender.Load(ctx, r.data, recommender.Filter{}); err != nil {
		return err
	}
	return r.readForeign(ctx, whole, rules, notes)
}

// readFiles returns what is in -train, and reads -test if there is one, both on
// one scale of ratings.
func (r *ranking) readFiles(ctx context.Context, rules ratingRules, notes io.Writer) (*recommender.Table, error) {
	train, top, err := readRatings(ctx, r.o.train, rules, notes)
	if err != nil {
		return nil, err
	}
	r.test = &recommender.Table{}
	if r.o.test != "" {
		if r.o.split != "" || r.o.holdout != 0 || r.o.itemsHoldout != 0 {
			return nil, errors.New("-test leaves nothing to split: drop -split, -users-holdout and -items-holdout")
		}
		var highest float64
		if r.test, highest, err = readRatings(ctx, r.o.test, rules, notes); err != nil {
			return nil, err
		}
		top = max(top, highest)
	}
	if rules.scale == 0 {
		rescale(train, top)
		rescale(r.test, top)
	}
	return train, nil
}

const standardSplit = "random:0.2"

// split divides all into what it returns, the test and, with -users-holdout, the fold-in.
func (r *ranking) split(all *recommender.Table) (train *recommender.Table, err error) {
	splitter, err := eval.Parse(cmp.Or(r.o.split, standardSplit), r.o.seed)
	if err != nil {
		return nil, err
	}
	if r.o.itemsHoldout != 0 {
		if r.o.holdout != 0 {
			return nil, errors.New("-users-holdout and -items-holdout exclude each other")
		}
		splitter = eval.HoldoutItems{Fraction: r.o.itemsHoldout, Seed: r.o.seed, Then: splitter}
	}
	if r.o.holdout == 0 {
		train, r.test, err = splitter.Split(all)
		return train, err
	}
	train, held, err := eval.HoldoutUsers{Fraction: r.o.holdout, Seed: r.o.seed}.Split(all)
	if err != nil {
		return nil, err
	}
	r.options.FoldIn, r.test, err = splitter.Split(held)
	return train, err
}

func (r *ranking) run(ctx context.Context, out io.Writer) error {
	var results []*rankResult
	if r.options.Protocol != (eval.Sampled{}) {
		random, popular, err := eval.Floors(ctx, r.train, r.test, r.options)
		if err != nil {
			return err
		}
		results = append(results, r.floor(random), r.floor(popular))
	}
	floors := len(results)
	for _, c := range r.candidates {
		result, err := r.measure(ctx, c)
		if err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
		if r.o.compare && len(results) > floors {
			c, err := eval.Compare(ctx, results[floors].report, result.report)
			if err != nil {
				return err
			}
			result.Compare = &comparison{Against: c.A, Metrics: c.Metrics}
		}
		results = append(results, result)
		for _, x := range append([]*rankResult{result}, result.reranked...) {
			if x != result {
				results = append(results, x)
			}
			if r.o.json {
				if err := writeJSON(out, x.withFloors(results[:floors])); err != nil {
					return err
				}
			}
		}
	}
	if err := r.write(out, results); err != nil || r.o.plot == "" {
		return err
	}
	return r.plots(r.o.plot, results) // last: a picture that cannot be drawn costs no figure
}

// write prints the results but for JSON, which is printed as they come.
func (r *ranking) write(out io.Writer, results []*rankResult) error {
	switch {
	case r.o.json:
		return nil
	case r.o.format == "markdown":
		return r.markdown(out, results)
	case r.o.format == "csv":
		return csvTable(out, results)
	}
	return r.table(out, results)
}

// measure trains and evaluates one model, alone and under each re-ranker.
func (r *ranking) measure(ctx context.Context, c *candidate) (*rankResult, error) {
	start := time.Now()
	m, err := c.train(ctx, r.data)
	if err != nil {
		return nil, err
	}
	seconds := time.Since(start).Seconds()
	result, err := r.evaluate(ctx, c, c.name, m)
	if err != nil {
		return nil, err
	}
	result.TrainSeconds, result.UpdatesPerSecond = seconds, c.updates
	for _, re := range r.rerankers {
		around, err := re.around(m)
		if err != nil {
			return nil, err
		}
		x, err := r.evaluate(ctx, c, c.name+"+"+re.name, around)
		if err != nil {
			return nil, err
		}
		if r.o.compare {
			d, err := eval.Compare(ctx, result.report, x.report)
			if err != nil {
				return nil, err
			}
			x.Compare = &comparison{Against: d.A, Metrics: d.Metrics}
		}
		result.reranked = append(result.reranked, x)
	}
	return result, nil
}

// evaluate measures a trained model, over all users and items and by segments.
func (r *ranking) evaluate(ctx context.Context, c *candidate, name string, m recommender.Model) (*rankResult, error) {
	start := time.Now()
	o := r.options
	o.Name = name
	report, err := eval.Evaluate(ctx, m, r.train, r.test, o)
	if err != nil {
		return nil, err
	}
	result := r.floor(report)
	result.Config = c.settingsOf()
	result.EvalSeconds = time.Since(start).Seconds()
	result.PeakRSSBytes = process.PeakRSS()
	for _, s := range r.segments {
		over, err := report.Segment(ctx, s)
		if err != nil {
			return nil, err
		}
		result.segment(string(s), over)
	}
	for _, s := range r.among {
		if o.Among, err = s.Items(r.train); err != nil {
			return nil, err
		}
		over, err := eval.Evaluate(ctx, m, r.train, r.test, o)
		if err != nil {
			return nil, err
		}
		result.segment(string(s), over)
	}
	return result, nil
}

// floor is the result of a report that nobody trained for.
func (r *ranking) floor(report *eval.Report) *rankResult {
	users := 0
	for row := range r.train.User {
		if row == 0 || r.train.User[row-1] != r.train.User[row] {
			users++
		}
	}
	return &rankResult{
		Model: report.Model, Config: map[string]any{}, Users: users, Items: len(r.train.Items), Interactions: r.train.Len(),
		TestUsers: report.Users, SkippedUsers: report.Skipped, ColdUsers: report.Cold, ColdStarts: report.ColdStarts,
		Metrics: report.Metrics, report: report,
	}
}
