package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/recommender/eval"
	"github.com/osusume/osusume/recommender/tune"
)

const tuneHelp = `benchmark tune searches the configuration of a model that ranks best on a
validation part of a file of interactions: random search, or with -budget
successive halving, which trains all trials a little and the best third of them
three times as long, again and again.

  benchmark tune -train ratings.csv -model bpr -space factors=32|64|128,l2=0.001..0.1:log -trials 20
  benchmark tune -train ratings.csv -model bpr -space rate=0.02..0.3:log -budget epochs=5..45 -trials 27

A space is Field=a|b|c, or Field=low..high, with :log drawn evenly in the
logarithm. The first trial is the defaults, or what -set says.

Output: the trials, the best first, or with -json one object a trial and line,
with the fields model, values, train_seconds, metric, score and error.
`

type tuneFlags struct {
	train, items, split, columns string
	model, set, space, budget    string
	metric                       string
	min, unrated                 *optional
	trials, workers              int
	seed                         uint64
	json                         bool
}

func search(ctx context.Context, args []string, out, notes io.Writer) error {
	f := newFlags("tune", tuneHelp, out, notes)
	var o tuneFlags
	f.StringVar(&o.train, "train", "", "`file` of interactions")
	f.StringVar(&o.items, "items", "", "`file` of the catalogue: titles, tags, texts")
	f.StringVar(&o.split, "split", "random:0.2", "how to hold out the validation part: random:0.2, last:10 or time:0.2")
	f.StringVar(&o.columns, "cols", "", "columns, as `user=userId,item=movieId,rating=rating,time=timestamp`")
	o.min = f.number("min-rating", "keep only rows with this `rating` or more")
	o.unrated = f.number("unrated", "the `rating` that means none")
	f.StringVar(&o.model, "model", "bpr", "`name` of the model")
	f.StringVar(&o.set, "set", "", "`Field=value,…` that all trials share")
	f.StringVar(&o.space, "space", "", "`Field=…,…` to search")
	f.StringVar(&o.budget, "budget", "", "`Field=low..high` that says how long to train")
	f.StringVar(&o.metric, "metric", "ndcg@10", "`metric` to raise, such as recall@20")
	f.IntVar(&o.trials, "trials", 20, "how many configurations to draw")
	f.IntVar(&o.workers, "workers", 0, "goroutines; 0: one per processor")
	f.Uint64Var(&o.seed, "seed", 0, "seed of the split, the draws and the models")
	f.BoolVar(&o.json, "json", false, "print JSON, one object a trial")
	if err := f.parse(args, "train", "space"); err != nil {
		return err
	}
	if elsewhere, err := foreignNamed(o.model); err != nil {
		return err
	} else if elsewhere != nil {
		return fmt.Errorf("-model %s was trained elsewhere: there is nothing to search", o.model)
	}
	r, err := prepare(ctx, rankFlags{
		train: o.train, items: o.items, columns: o.columns, models: o.model, set: o.set, k: "10", proto: "full",
		min: o.min, unrated: o.unrated, split: o.split, workers: o.workers, seed: o.seed, whole: true,
	}, notes)
	if err != nil {
		return err
	}
	if len(r.candidates) != 1 || len(r.candidates[0].configs) != 1 {
		return fmt.Errorf("-model %s: want one model that is no blend", o.model)
	}
	return o.run(ctx, r, out, notes)
}

func (o tuneFlags) run(ctx context.Context, r *ranking, out, notes io.Writer) error {
	config := r.candidates[0].configs[0].config
	trainer, ok := reflect.ValueOf(config).Elem().Interface().(recommender.Trainer)
	if !ok {
		return fmt.Errorf("-model %s has nothing to search", o.model)
	}
	_, length, _ := strings.Cut(o.metric, "@")
	k, err := strconv.Atoi(length)
	if err != nil {
		return fmt.Errorf("-metric %q: want a name and a length, such as ndcg@10", o.metric)
	}
	splitter, err := eval.Parse(o.split, o.seed)
	if err != nil {
		return err
	}
	s := tune.Search{
		Trials: o.trials, Split: splitter, Metric: o.metric, Seed: o.seed,
		Options: eval.Options{K: []int{k}, Resamples: 200, Seed: o.seed, Workers: o.workers},
	}
	if s.Space, err = parseSpace(o.space, config); err != nil {
		return fmt.Errorf("-space: %w", err)
	}
	if o.budget != "" {
		axes, err := parseSpace(o.budget, config)
		if err != nil || len(axes) != 1 {
			return errors.Join(fmt.Errorf("-budget %q: want one Field=low..high", o.budget), err)
		}
		s.Budget = axes[0]
	}
	n := 0
	s.Progress = func(t tune.Trial) {
		n++
		fmt.Fprintf(notes, "trial %d: %s %.4f, %.1f s\n", n, o.metric, t.Score.Mean, t.Seconds)
	}
	trials, err := s.Run(ctx, trainer, r.data)
	if err != nil {
		return err
	}
	if o.json {
		return o.writeTrials(out, trials)
	}
	return o.trialTable(out, trials)
}

// parseSpace reads "factors=32|64,l2=0.001..0.1:log".
func parseSpace(text string, config any) ([]tune.Axis, error) {
	settings, err := parseSettings(text)
	if err != nil {
		return nil, err
	}
	v := reflect.ValueOf(config).Elem()
	var axes []tune.Axis
	for _, s := range settings {
		field, ok := v.Type().FieldByNameFunc(func(name string) bool { return strings.EqualFold(name, s.field) })
		if !ok || !settable(field.Type) {
			return nil, fmt.Errorf("%s: no such field; there are %s", s.field, strings.Join(fields(config), ", "))
		}
		axis := tune.Axis{Field: field.Name}
		low, high, interval := strings.Cut(s.value, "..")
		if interval {
			high, axis.Log = strings.CutSuffix(high, ":log")
			var err1, err2 error
			axis.Lo, err1 = strconv.ParseFloat(low, 64)
			axis.Hi, err2 = strconv.ParseFloat(high, 64)
			if err1 != nil || err2 != nil {
				return nil, fmt.Errorf("%s=%s: want low..high", s.field, s.value)
			}
		} else {
			for _, one := range strings.Split(s.value, "|") {
				x := reflect.New(field.Type).Elem()
				if err := assign(x, one); err != nil {
					return nil, fmt.Errorf("%s=%s: %w", s.field, one, err)
				}
				axis.Values = append(axis.Values, x.Interface())
			}
		}
		axes = append(axes, axis)
	}
	return axes, nil
}

func (o tuneFlags) writeTrials(out io.Writer, trials []tune.Trial) error {
	for _, t := range trials {
		x := struct {
			Model        string         `json:"model"`
			Values       map[string]any `json:"values"`
			TrainSeconds float64        `json:"train_seconds"`
			Metric       string         `json:"metric"`
			Score        eval.Interval  `json:"score"`
			Error        string         `json:"error,omitempty"`
		}{o.model, t.Values, t.Seconds, o.metric, t.Score, ""}
		if t.Err != nil {
			x.Error = t.Err.Error()
		}
		if err := writeJSON(out, x); err != nil {
			return err
		}
	}
	return nil
}

func (o tuneFlags) trialTable(out io.Writer, trials []tune.Trial) error {
	var names []string
	for name := range trials[0].Values {
		names = append(names, name)
	}
	slices.Sort(names)
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "%s\ttrain s\t%s\n", o.metric, strings.Join(names, "\t"))
	for _, t := range trials {
		if t.Err != nil {
			fmt.Fprintf(w, "refused\t%.1f", t.Seconds)
		} else {
			fmt.Fprintf(w, "%.4f [%.4f, %.4f]\t%.1f", t.Score.Mean, t.Score.Lo, t.Score.Hi, t.Seconds)
		}
		for _, name := range names {
			if x, ok := t.Values[name].(float64); ok {
				fmt.Fprintf(w, "\t%.4g", x)
			} else {
				fmt.Fprintf(w, "\t%v", t.Values[name])
			}
		}
		fmt.Fprintln(w)
	}
	return w.Flush()
}
