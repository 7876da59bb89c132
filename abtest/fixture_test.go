package abtest_test

import (
	"context"
	"fmt"
	"iter"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/osusume/osusume/abtest"
	"github.com/osusume/osusume/recommender"
)

// A log is a Journal in memory.
type log struct {
	exposures []recommender.Exposure
	events    []recommender.Event
	fail      error // after the last exposure, or event where failEvents is set
	failLate  bool
}

var _ recommender.Journal = (*log)(nil)

func (l *log) Append(_ context.Context, x []recommender.Exposure, e []recommender.Event) error {
	l.exposures, l.events = append(l.exposures, x...), append(l.events, e...)
	return nil
}

func (l *log) Exposures(context.Context) iter.Seq2[recommender.Exposure, error] {
	return walk(l.exposures, l.fail != nil && !l.failLate, l.fail)
}

func (l *log) Events(context.Context) iter.Seq2[recommender.Event, error] {
	return walk(l.events, l.fail != nil && l.failLate, l.fail)
}

func (l *log) Close() error { return nil }

func walk[T any](all []T, fails bool, err error) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for _, x := range all {
			if !yield(x, nil) {
				return
			}
		}
		if fails {
			var zero T
			yield(zero, err)
		}
	}
}

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// minute is a time m minutes after noon.
func minute(m int) time.Time { return noon.Add(time.Duration(m) * time.Minute) }

// A crowd is a simulated audience: users come back, and differ in how much they
// click.
type crowd struct {
	users int
	rate  float64            // mean chance of a click per list
	lift  map[string]float64 // by arm: 0.1 is ten per cent more
}

// visit lets the crowd use a service under split and returns its log.
func (c crowd) visit(split *abtest.Splitter, r *rand.Rand) *log {
	l := &log{}
	for u := range c.users {
		id := user(u)
		arm := split.Arm(id)
		// Half of the users click twice as much as the others click half; one in
		// ten shows up some twenty times.
		rate := c.rate * (1 + c.lift[arm])
		if r.IntN(2) == 0 {
			rate *= 1.6
		} else {
			rate *= 0.4
		}
		visits := 1 + r.IntN(6)
		if r.IntN(10) == 0 {
			visits *= 6
		}
		for v := range visits {
			l.exposures = append(l.exposures, recommender.Exposure{
				ID: fmt.Sprint(u, "/", v), User: id, Experiment: split.Experiment(), Arm: arm,
				Items: []recommender.ItemID{"a", "b"}, Time: minute(v),
			})
			if r.Float64() < rate {
				l.events = append(l.events, recommender.Event{
					User: id, Item: "b", Kind: recommender.EventClick,
					Experiment: split.Experiment(), Arm: arm, Time: minute(v),
				})
			}
		}
	}
	return l
}

func analyse(t testing.TB, l *log, split *abtest.Splitter) abtest.Result {
	t.Helper()
	counts, err := abtest.Tally(t.Context(), l, split.Experiment(), split.Names())
	if err != nil {
		t.Fatal(err)
	}
	result, err := abtest.Analyse(counts, split, "control", abtest.AnalyseOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// near reports whether got is within half a unit of the given decimal of want.
func near(got, want float64, decimals int) bool {
	return math.Abs(got-want) <= 0.5000001*math.Pow10(-decimals)
}
