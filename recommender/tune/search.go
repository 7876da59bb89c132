package tune

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/osusume/osusume/internal/rng"
	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/recommender/eval"
)

// An Axis is a field of a trainer's configuration and what it may be: one of
// Values, or a number from Lo to Hi.
type Axis struct {
	Field  string  // its Go name
	Values []any   // of the field's type, or numbers that convert to it
	Lo, Hi float64 // without Values; a whole-number field is rounded
	Log    bool    // even in the logarithm; wants Lo > 0
}

// Search looks for the configuration of a trainer that ranks best on a
// validation part of the data, by random search, which wastes no trial on a
// field that does not matter (Bergstra and Bengio, JMLR 2012), or with Budget by
// successive halving (Jamieson and Talwalkar, AISTATS 2016).
type Search struct {
	// Space is what to search; required.
	Space []Axis
	// Trials is how many configurations are drawn; 0 means 20. The first is the
	// trainer as it is given.
	Trials int
	// Budget, where its Field is set, says how long to train: all trials are
	// trained with Lo, the best third with three times as much, and so on up to
	// Hi. Its Values and Log are not used.
	Budget Axis
	// Split divides the data; nil means eval.Random, a fifth of every user's items.
	Split eval.Splitter
	// Options are those of the measurement; Metric is what is to be high, "" means
	// "ndcg@10". K must have its length.
	Options eval.Options
	Metric  string
	// Seed draws the configurations and splits.
	Seed uint64
	// Progress, if not nil, is called after each trial by the goroutine that
	// called Run, which waits for it.
	Progress func(Trial)
}

// A Trial is one configuration that was tried.
type Trial struct {
	Trainer recommender.Trainer
	Values  map[string]any // of the searched fields, and of the budget's
	Score   eval.Interval
	Seconds float64 // of training
	Err     error   // of training; then there is no Score
}

// thinning is how many trials compete for one place on the next rung.
const thinning = 3

// Run tries configurations and returns all trials: those with the largest
// budget first, and of these the best first, ties in the order of drawing. tr
// must be a struct whose fields Space names; it is not changed. A trial whose
// training refuses its configuration counts as the worst. Errors of Space,
// Budget and Metric wrap [recommender.ErrInvalid]; the end of ctx ends the search.
func (s Search) Run(ctx context.Context, tr recommender.Trainer, d recommender.Dataset) ([]Trial, error) {
	if s.Trials == 0 {
		s.Trials = 20
	}
	if s.Metric == "" {
		s.Metric = "ndcg@10"
	}
	if s.Split == nil {
		s.Split = eval.Random{Seed: s.Seed}
	}
	if err := s.check(tr); err != nil {
		return nil, fmt.Errorf("tune: search: %w", err)
	}
	all, err := recommender.Load(ctx, d, recommender.Filter{})
	if err != nil {
		return nil, fmt.Errorf("tune: search: load the data: %w", err)
	}
	train, held, err := s.Split.Split(all)
	if err != nil {
		return nil, fmt.Errorf("tune: search: %w", err)
	}
	data := recommender.Combine(d, train.Dataset())
	rung := make([]Trial, s.Trials)
	for i := range rung {
		rung[i] = s.draw(tr, i)
	}
	var done []Trial
	for _, budget := range s.budgets() {
		for i := range rung {
			t := &rung[i]
			if s.Budget.Field != "" {
				t.Trainer, t.Values[s.Budget.Field] = s.with(t.Trainer, s.Budget.Field, budget)
			}
			if err := s.try(ctx, t, data, train, held); err != nil {
				return nil, fmt.Errorf("tune: search: trial %d: %w", i, err)
			}
			if s.Progress != nil {
				s.Progress(*t)
			}
		}
		slices.SortStableFunc(rung, func(a, b Trial) int { return cmp.Compare(worth(b), worth(a)) })
		done = slices.Concat(rung, done)
		next := rung[:(len(rung)+thinning-1)/thinning]
		rung = make([]Trial, len(next))
		for i, t := range next {
			values := map[string]any{}
			for name, v := range t.Values {
				values[name] = v
			}
			rung[i] = Trial{Trainer: t.Trainer, Values: values}
		}
	}
	return done, nil
}

func worth(t Trial) float64 {
	if t.Err != nil || math.IsNaN(t.Score.Mean) {
		return math.Inf(-1)
	}
	return t.Score.Mean
}

// try trains and measures one trial. What is not the trial's own fault is an error.
func (s Search) try(ctx context.Context, t *Trial, data recommender.Dataset, train, held *recommender.Table) error {
	start := time.Now()
	m, err := t.Trainer.Train(ctx, data)
	t.Seconds = time.Since(start).Seconds()
	if errors.Is(err, recommender.ErrInvalid) {
		t.Err = err
		return nil
	}
	if err != nil {
		return err
	}
	report, err := eval.Evaluate(ctx, m, train, held, s.Options)
	if err != nil {
		return err
	}
	if report.Users == 0 {
		return fmt.Errorf("%w: of %d interactions the split leaves no user to measure", recommender.ErrInvalid, train.Len()+held.Len())
	}
	score, ok := report.Metrics[s.Metric]
	if !ok {
		return fmt.Errorf("%w: there is no metric %q at %v", recommender.ErrInvalid, s.Metric, report.K)
	}
	t.Score = score
	return nil
}

// budgets are those of the rungs, ascending.
func (s Search) budgets() []float64 {
	if s.Budget.Field == "" {
		return []float64{0}
	}
	var list []float64
	for b := s.Budget.Lo; b < s.Budget.Hi; b *= thinning {
		list = append(list, b)
	}
	return append(list, s.Budget.Hi)
}

// draw returns trial i.
func (s Search) draw(tr recommender.Trainer, i int) Trial {
	t := Trial{Trainer: tr, Values: map[string]any{}}
	for n, a := range s.Space {
		if i == 0 {
			t.Values[a.Field] = reflect.ValueOf(tr).FieldByName(a.Field).Interface()
			continue
		}
		r := rng.New(s.Seed, uint64(i), uint64(n))
		t.Trainer, t.Values[a.Field] = s.with(t.Trainer, a.Field, a.draw(r))
	}
	return t
}

func (a Axis) draw(r *rand.Rand) any {
	switch u := r.Float64(); {
	case a.Values != nil:
		return a.Values[r.IntN(len(a.Values))]
	case a.Log:
		return math.Exp(math.Log(a.Lo) + float64(u*(math.Log(a.Hi)-math.Log(a.Lo))))
	default:
		return a.Lo + float64(u*(a.Hi-a.Lo))
	}
}

// with returns a copy of tr with the field set, and the value as it was set.
func (s Search) with(tr recommender.Trainer, field string, value any) (recommender.Trainer, any) {
	c := reflect.New(reflect.TypeOf(tr)).Elem()
	c.Set(reflect.ValueOf(tr))
	f := c.FieldByName(field)
	v := reflect.ValueOf(value)
	if x, ok := value.(float64); ok && (f.CanInt() || f.CanUint()) {
		v = reflect.ValueOf(math.Round(x))
	}
	f.Set(v.Convert(f.Type()))
	return c.Interface().(recommender.Trainer), f.Interface()
}

// check reports every fault at once.
func (s Search) check(tr recommender.Trainer) error {
	v := reflect.ValueOf(tr)
	if v.Kind() != reflect.Struct {
		return fmt.Errorf("%w: the trainer is a %T, want a struct", recommender.ErrInvalid, tr)
	}
	var faults []string
	if len(s.Space) == 0 {
		faults = append(faults, "Space is empty")
	}
	if s.Trials < 0 {
		faults = append(faults, fmt.Sprintf("Trials %d < 0", s.Trials))
	}
	named := map[string]bool{s.Budget.Field: s.Budget.Field != ""}
	for _, a := range s.Space {
		faults = append(faults, a.check(v, a.Values == nil)...)
		if named[a.Field] {
			faults = append(faults, fmt.Sprintf("field %s is given twice", a.Field))
		}
		named[a.Field] = true
	}
	if s.Budget.Field != "" {
		list := s.Budget.check(v, true)
		if f := v.FieldByName(s.Budget.Field); list == nil && (s.Budget.Lo <= 0 || !f.CanFloat() && s.Budget.Lo < 1) {
			list = append(list, fmt.Sprintf("budget %s: Lo %v is no training at all", s.Budget.Field, s.Budget.Lo))
		}
		faults = append(faults, list...)
	}
	if faults != nil {
		return fmt.Errorf("%w: %s", recommender.ErrInvalid, strings.Join(faults, "; "))
	}
	return nil
}

func (a Axis) check(v reflect.Value, interval bool) []string {
	f := v.FieldByName(a.Field)
	if structField, ok := v.Type().FieldByName(a.Field); !ok || !structField.IsExported() {
		return []string{fmt.Sprintf("%T has no field %q", v.Interface(), a.Field)}
	}
	if interval {
		if !(a.Lo <= a.Hi) || math.IsInf(a.Hi-a.Lo, 0) || a.Log && a.Lo <= 0 || !holds(f, a.Lo) || !holds(f, a.Hi) {
			return []string{fmt.Sprintf("field %s %s: from %v to %v (logarithmic: %t)", a.Field, f.Type(), a.Lo, a.Hi, a.Log)}
		}
		return nil
	}
	if len(a.Values) == 0 {
		return []string{fmt.Sprintf("field %s: no Values", a.Field)}
	}
	for _, x := range a.Values {
		if t := reflect.TypeOf(x); t == nil || !t.ConvertibleTo(f.Type()) || t.Kind() != f.Kind() && !(isNumber(t) && isNumber(f.Type())) {
			return []string{fmt.Sprintf("field %s %s: value %v of type %T", a.Field, f.Type(), x, x)}
		}
		if n := reflect.ValueOf(x); isNumber(n.Type()) && !holds(f, n.Convert(reflect.TypeFor[float64]()).Float()) {
			return []string{fmt.Sprintf("field %s %s cannot hold %v", a.Field, f.Type(), x)}
		}
	}
	return nil
}

// holds says whether a field is of a number that can be x, rounded.
func holds(f reflect.Value, x float64) bool {
	switch r := math.Round(x); {
	case f.CanInt():
		return r >= math.MinInt64 && r < math.MaxInt64 && !f.OverflowInt(int64(r))
	case f.CanUint():
		return r >= 0 && r < math.MaxUint64 && !f.OverflowUint(uint64(r))
	case f.CanFloat():
		return !f.OverflowFloat(x)
	}
	return false
}

func isNumber(t reflect.Type) bool { return t.Kind() >= reflect.Int && t.Kind() <= reflect.Float64 }
