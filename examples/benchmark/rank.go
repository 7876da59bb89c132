package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/osusume/osusume/examples/internal/process"
	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/recommender/eval"
	"github.com/osusume/osusume/sources"
)

const rankHelp = `benchmark rank trains models on a file of interactions and measures how well
they rank what is held back: for every test user the whole catalogue but the
user's training items, with 95 % intervals over users.

  benchmark rank -train ratings.csv.gz -split random:0.2 -model popular,bpr -k 10,20
  benchmark rank -train train.txt -test test.txt -model bpr -set factors=128,epochs=50
  benchmark rank -train ratings.csv -split last:10 -items movies.csv -model popular,hybrid-a -compare

Files: lists ("user item item …" a line), CSV or TSV with a header, JSONL,
Parquet; .gz and .zst. The columns user, item, rating and time are recognised
by their usual names, or given with -cols.

Models: popular (the floor), tfidf (content; needs -items), bpr, warp and ials
(factors), ease and itemknn (items alone), hybrid (all of these with weights
learned on a part of the training data), hybrid-a (content 40, collaborative 40,
reviews 20), hybrid-b (30, 50, 20). A part that has nothing to learn from is
absent, its weight shared out.

Output: a table, or with -json one object a model and line, with the fields
model, config, users, items, interactions (of the training part), test_users
(whose lists are measured), skipped_users (nothing held back that they do not
have), cold_users (not in training), cold_starts (about whom the model knew
nothing: they count 0), train_seconds, updates_per_second, eval_seconds,
peak_rss_bytes and metrics.
`

// rankFlags is what rank was asked to do.
type rankFlags struct {
	train, test, items    string
	columns, split, proto string
	models, set, k        string
	segments, rerank      string
	format, plot          string
	min, unrated          *optional
	scale, holdout        float64
	itemsHoldout          float64
	workers, resamples    int
	seed                  uint64
	compare, json         bool
	features              bool
	whole                 bool // nothing is held out here
}

func rank(ctx context.Context, args []string, out, notes io.Writer) error {
	f := newFlags("rank", rankHelp, out, notes)
	var o rankFlags
	f.StringVar(&o.train, "train", "", "`file` of interactions to learn from")
	f.StringVar(&o.test, "test", "", "`file` of interactions to find; without it -train is split")
	f.StringVar(&o.split, "split", "", "without -test: random:0.2 (of each user's items; the default), last:10 (of each user, by time) or time:0.2 (the latest of all)")
	f.Float64Var(&o.holdout, "users-holdout", 0, "without -test: `share` of users kept out of training whole; their items are split by -split into a history that they bring along and what is to be found")
	f.Float64Var(&o.itemsHoldout, "items-holdout", 0, "without -test: `share` of items kept out of training whole, beside what -split holds out; -segment new ranks them among themselves")
	f.StringVar(&o.models, "model", "popular", "`names` of models, separated by commas")
	f.StringVar(&o.set, "set", "", "`Field=value,…` of the models' configuration, by Go name, any case; + separates the values of a list")
	f.StringVar(&o.items, "items", "", "`file` of the catalogue: titles, tags, texts; its items can be recommended too")
	f.BoolVar(&o.features, "features", false, "bpr, warp and ials learn vectors of what -items says (tags, year, format, words of the title) too, so that items nobody has had can be ranked")
	f.StringVar(&o.columns, "cols", "", "columns, as `user=userId,item=movieId,rating=rating,time=timestamp`")
	o.min = f.number("min-rating", "keep only rows with this `rating` or more, on the file's own scale")
	o.unrated = f.number("unrated", "the `rating` that means none: kept as seen, or dropped where there is a -min-rating")
	f.Float64Var(&o.scale, "scale", 0, "top of the ratings' scale; 0: the first of 1, 5, 10, 100 that holds all")
	f.StringVar(&o.k, "k", "10", "`lengths` of list, separated by commas")
	f.StringVar(&o.segments, "segment", "", "also report these `segments` of users: cold (ranked by the model, else by popularity), warm, heavy (the fifth with most items); and rank these items alone: head (the fifth that most users have), tail, new (that nobody has; they come with -items)")
	f.StringVar(&o.rerank, "rerank", "", "also measure every model under these re-`rankers`, with an option after a colon: mmr:0.3, calibrated:0.5, unpopular:0.2, explorer:0.05; mmr and calibrated go by the tags of -items")
	f.StringVar(&o.proto, "protocol", "full", "full, or `sampled:POS:NEG`: POS test items among NEG others, beside its random and popular floors")
	f.BoolVar(&o.compare, "compare", false, "compare each model with the first, by paired bootstrap")
	f.IntVar(&o.resamples, "resamples", 0, "bootstrap resamples; 0: 1000; negative: no intervals")
	f.IntVar(&o.workers, "workers", 0, "goroutines; 0: one per processor. Results do not depend on it")
	f.Uint64Var(&o.seed, "seed", 0, "seed of the split, the models and the bootstrap")
	f.StringVar(&o.format, "format", "table", "`table`, json, markdown or csv")
	f.BoolVar(&o.json, "json", false, "print JSON, one object a model; as -format json")
	f.StringVar(&o.plot, "plot", "", "write NDCG against seconds, and coverage against NDCG, as SVG into this `directory`")
	if err := f.parse(args, "train"); err != nil {
		return err
	}
	if err := checkFormat(o.format); err != nil {
		return err
	}
	o.json = o.json || o.format == "json"
	r, err := prepare(ctx, o, notes)
	if err != nil {
		return err
	}
	if o.plot != "" { // known before anything is trained
		if err := os.MkdirAll(o.plot, 0o755); err != nil {
			return fmt.Errorf("-plot: %w", err)
		}
	}
	return r.run(ctx, out)
}

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
	train, scale, err := readRatings(ctx, r.o.train, rules, notes)
	if err != nil {
		return err
	}
	if r.o.whole {
		r.test = &recommender.Table{}
	} else if r.o.test != "" {
		if r.o.split != "" || r.o.holdout != 0 || r.o.itemsHoldout != 0 {
			return errors.New("-test leaves nothing to split: drop -split, -users-holdout and -items-holdout")
		}
		rules.scale = scale
		if r.test, _, err = readRatings(ctx, r.o.test, rules, notes); err != nil {
			return err
		}
	} else if train, err = r.split(train); err != nil {
		return err
	}
	r.data = train.Dataset()
	if r.o.items != "" {
		items, err := readItems(ctx, "", r.o.items, true, notes)
		if err != nil {
			return err
		}
		r.data = recommender.Combine(recommender.ItemsOf(items), r.data)
	}
	r.train, err = recommender.Load(ctx, r.data, recommender.Filter{})
	return err
}

// split divides all into what it returns, the test and, with -users-holdout, the fold-in.
func (r *ranking) split(all *recommender.Table) (train *recommender.Table, err error) {
	text := r.o.split
	if text == "" {
		text = "random:0.2"
	}
	splitter, err := eval.Parse(text, r.o.seed)
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
