package recommendertest

// From inside, for the reason of mutant_test.go.

import (
	"context"
	"errors"
	"iter"
	"slices"
	"sync"
	"testing"

	"github.com/osusume/osusume/recommender"
)

// A plainJournal is a Journal that keeps every rule, unless one of its faults
// is switched on.
type plainJournal struct {
	fault     string
	mu        sync.Mutex
	closed    bool
	exposures []recommender.Exposure
	events    []recommender.Event
}

func (j *plainJournal) check(ctx context.Context) error {
	if j.closed && j.fault != "goes on after Close" {
		return errors.New("closed")
	}
	if j.fault == "ignores the context" {
		return nil
	}
	return ctx.Err()
}

func (j *plainJournal) Append(ctx context.Context, exposures []recommender.Exposure, events []recommender.Event) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if err := j.check(ctx); err != nil {
		return err
	}
	for _, x := range exposures {
		if x.ID == "" && j.fault != "takes anything" {
			return recommender.ErrInvalid
		}
	}
	for _, e := range events {
		if j.fault == "stores what comes before the bad one" {
			j.events = append(j.events, e)
		}
		if err := recommender.CheckEvent(e); err != nil && j.fault != "takes anything" {
			return err
		}
	}
	for _, x := range exposures {
		if j.fault != "keeps the caller's lists" {
			x.Items = slices.Clone(x.Items)
		}
		if j.fault == "loses a field" {
			x.Model = ""
		}
		if j.fault == "drops repetitions" && slices.ContainsFunc(j.exposures, func(y recommender.Exposure) bool { return y.ID == x.ID }) {
			continue
		}
		j.exposures = append(j.exposures, x)
	}
	if j.fault == "loses the kind" {
		events = slices.Clone(events)
		for i := range events {
			events[i].Kind = 0
		}
	}
	j.events = append(j.events, events...)
	if j.fault == "sorts by time" {
		j.exposures = slices.Clone(j.exposures) // a walk may be reading them
		slices.SortStableFunc(j.exposures, func(a, b recommender.Exposure) int { return a.Time.Compare(b.Time) })
	}
	return nil
}

func plainWalk[E any](ctx context.Context, j *plainJournal, list func() []E) iter.Seq2[E, error] {
	first := true
	return func(yield func(E, error) bool) {
		j.mu.Lock()
		err, all := j.check(ctx), list()
		j.mu.Unlock()
		var none E
		if err != nil {
			yield(none, err)
			return
		}
		if j.fault == "walks once" && !first {
			return
		}
		first = false
		for i := 0; i < len(all); i++ {
			if !yield(all[i], nil) {
				return
			}
			if j.fault == "sees what comes after its start" {
				j.mu.Lock()
				all = list()
				j.mu.Unlock()
			}
		}
	}
}

func (j *plainJournal) Exposures(ctx context.Context) iter.Seq2[recommender.Exposure, error] {
	return plainWalk(ctx, j, func() []recommender.Exposure { return j.exposures })
}

func (j *plainJournal) Events(ctx context.Context) iter.Seq2[recommender.Event, error] {
	return plainWalk(ctx, j, func() []recommender.Event { return j.events })
}

func (j *plainJournal) Close() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	err := j.check(context.Background())
	j.closed = true
	return err
}

func TestJournalSuiteFindsEveryBrokenRule(t *testing.T) {
	tests := []struct{ fault, rule string }{
		{"", ""},
		{"loses a field", "AppendKeepsAllFields"},
		{"loses the kind", "AppendKeepsAllFields"},
		{"drops repetitions", "AppendKeepsAllFields"},
		{"keeps the caller's lists", "AppendCopiesWhatItKeeps"},
		{"sorts by time", "AWalkComesInTheOrderOfAppends"},
		{"takes anything", "ARefusedCallLeavesNothing"},
		{"stores what comes before the bad one", "ARefusedCallLeavesNothing"},
		{"sees what comes after its start", "TheLoopBodyMayAppend"},
		{"walks once", "AWalkMayBeBrokenOff"},
		{"ignores the context", "ACancelledContextEndsTheCall"},
		{"goes on after Close", "AfterCloseEveryMethodErrors"},
	}
	for _, test := range tests {
		found := test.rule == ""
		for _, rule := range journalRules {
			err := rule.check(t.Context(), &plainJournal{fault: test.fault})
			if err != nil && test.fault == "" {
				t.Errorf("%s: a good Journal gets error %v", rule.name, err)
			}
			found = found || err != nil && rule.name == test.rule
		}
		if !found {
			t.Errorf("a Journal that %s passes %s", test.fault, test.rule)
		}
	}
}
