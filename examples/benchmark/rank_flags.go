package main

import (
	"context"
	"fmt"
	"io"
	"os"
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

implicit:FILE.npz and spark:DIR are factors that the Python library implicit and
Spark's ALS have saved (ALSModel.save: metadata, userFactors, itemFactors). Train
them on the file that is -train here, and give -test: what -split holds back they
may have seen. A user without a row counts 0, an item without one comes last.
Their rows are numbered, by one of
  number, number-1   the IDs of -train are whole numbers: row 7 is ID 7, or ID 8
  first              by first appearance in -train (pandas.factorize)
  sorted             by ID, as whole numbers (numpy.unique, pandas categories)
  sorted-text        by ID, as text
  frequency          those with most rows first, ties by text (Spark's StringIndexer;
                     with implicit only if -rows says so)
for the last four of which there must be as many rows as IDs, in -train, in it and
-test together, or in it before -min-rating. Where several fit, the training data
decides: the one is taken under which pairs of training score highest against the
same pairs with their items exchanged. The config in the output says which it was
(UserRows, ItemRows) and how often they do (Agreement: 0.5 is chance, and a
warning); -rows takes one unasked. An .npz can have arrays users and items, of
whole numbers or strings: the IDs of its rows, which are then believed.

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
	rows                  string // what rows of foreign factors are
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
	f.StringVar(&o.rows, "rows", "auto", "what rows of implicit and spark are: `auto`, number, number-1, first, sorted, sorted-text or frequency")
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
	if err := checkRows(o.rows); err != nil {
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
