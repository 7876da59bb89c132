package main

import (
	"flag"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/osusume/osusume/sources"
	"github.com/osusume/osusume/sources/synthetic"
)

// A config is what one run was asked to do.
type config struct {
	dir     string
	json    string
	workers int
	seed    uint64
	world   synthetic.Config // the built-in world, where no files are given

	catalogues []labelled // files of items
	ratings    []labelled // files of ratings
	reviews    []labelled // files of reviews
	columns    sources.Columns
	scale      float64
	unrated    *float64
}

// A labelled file belongs to a catalogue.
type labelled struct{ label, path string }

const defaultDir = "osusume-data"

const usage = `pipeline: extract, deduplicate, store, train, blend, evaluate and publish.

  go run ./examples/pipeline                  on a built-in world of invented anime
  go run ./examples/pipeline -works 300 -users 500 -ratings-count 20000
                                              on a smaller one
  go run ./examples/pipeline -dir my-data \
      -catalogue mal=mal.jsonl.gz,anilist=anilist.jsonl.gz \
      -ratings mal=ratings.csv.gz -rating-scale 10 -unrated 0
                                              on files of yours

The warehouse is written to -dir as Parquet files that any SQL engine can read.
Interrupted or failed, the run keeps what it committed; run again, it goes on.

Flags:
`

func parseFlags(args []string, out io.Writer) (config, error) {
	var (
		cfg                          config
		catalogues, ratings, reviews string
		columns, unrated             string
	)
	fs := flag.NewFlagSet("pipeline", flag.ContinueOnError)
	fs.SetOutput(out)
	fs.Usage = func() {
		fmt.Fprint(out, usage)
		fs.PrintDefaults()
	}
	fs.StringVar(&cfg.dir, "dir", defaultDir, "`directory` of the warehouse")
	fs.StringVar(&cfg.json, "json", "", "also write the report as JSON to this `file`")
	fs.IntVar(&cfg.workers, "workers", 0, "goroutines; 0: one per processor. Results do not depend on it")
	fs.Uint64Var(&cfg.seed, "seed", 1, "seed of the built-in world, the split and the models")
	fs.IntVar(&cfg.world.Works, "works", 0, "built-in world: `number` of works; 0: 1500")
	fs.IntVar(&cfg.world.Users, "users", 0, "built-in world: `number` of users; 0: 5000")
	fs.IntVar(&cfg.world.Ratings, "ratings-count", 0, "built-in world: about how many `ratings`; 0: 500000")
	fs.IntVar(&cfg.world.Reviews, "reviews-count", 0, "built-in world: about how many `reviews`; 0: its default")
	fs.StringVar(&catalogues, "catalogue", "", "files of items, as `label=FILE,…`; labels with a known layout: anilist, mal, kitsu, imdb, anidb")
	fs.StringVar(&ratings, "ratings", "", "files of ratings, as `label=FILE,…`; the label says whose item IDs they are")
	fs.StringVar(&reviews, "reviews", "", "files of reviews (user, item, text, rating), as `label=FILE,…`")
	fs.StringVar(&columns, "cols", "", "columns of the ratings and reviews, as `user=userId,item=movieId,rating=rating,time=timestamp`; without it the usual names are recognised")
	fs.Float64Var(&cfg.scale, "rating-scale", 5, "top of the ratings' `scale`")
	fs.StringVar(&unrated, "unrated", "", "the `rating` that means none (seen, but not rated)")
	if err := fs.Parse(args); err != nil {
		return cfg, err
	}
	if fs.NArg() > 0 {
		return cfg, fmt.Errorf("unexpected argument %q: every input is a flag", fs.Arg(0))
	}
	cfg.world.Seed = cfg.seed
	cfg.world.PageSize = 10_000 // a commit costs a few fsyncs, whatever its size
	var err error
	for _, f := range []struct {
		name, value string
		dst         *[]labelled
	}{{"-catalogue", catalogues, &cfg.catalogues}, {"-ratings", ratings, &cfg.ratings}, {"-reviews", reviews, &cfg.reviews}} {
		if *f.dst, err = parseLabelled(f.name, f.value); err != nil {
			return cfg, err
		}
	}
	if columns != "" {
		if cfg.columns, err = sources.ParseColumns(columns); err != nil {
			return cfg, fmt.Errorf("-cols: %w", err)
		}
	}
	if unrated != "" {
		v, err := strconv.ParseFloat(unrated, 64)
		if err != nil {
			return cfg, fmt.Errorf("-unrated %q is not a number", unrated)
		}
		cfg.unrated = &v
	}
	return cfg, cfg.check()
}

func (c config) check() error {
	switch {
	case c.dir == "":
		return fmt.Errorf("-dir is empty")
	case !(c.scale > 0):
		return fmt.Errorf("-rating-scale %v is not positive", c.scale)
	case c.workers < 0:
		return fmt.Errorf("-workers %d is negative", c.workers)
	case c.builtIn() && (len(c.ratings) > 0 || len(c.reviews) > 0):
		return fmt.Errorf("-ratings and -reviews need -catalogue: the items that they are about")
	case !c.builtIn() && len(c.ratings) == 0:
		return fmt.Errorf("-catalogue needs -ratings: without them there is nothing to train on")
	case !c.builtIn() && (c.world.Works != 0 || c.world.Users != 0 || c.world.Ratings != 0 || c.world.Reviews != 0):
		return fmt.Errorf("-works, -users, -ratings-count and -reviews-count are about the built-in world, which -catalogue replaces")
	}
	return nil
}

// builtIn reports whether the run is about the built-in world.
func (c config) builtIn() bool { return len(c.catalogues) == 0 }

func parseLabelled(name, value string) ([]labelled, error) {
	if value == "" {
		return nil, nil
	}
	var files []labelled
	taken := map[string]bool{}
	for _, pair := range strings.Split(value, ",") {
		label, path, ok := strings.Cut(pair, "=")
		if !ok || label == "" || path == "" || strings.Contains(label, ":") {
			return nil, fmt.Errorf("%s: %q is not of the form label=FILE", name, pair)
		}
		if taken[label] {
			return nil, fmt.Errorf("%s: label %q is given twice", name, label)
		}
		taken[label] = true
		files = append(files, labelled{label, path})
	}
	return files, nil
}
