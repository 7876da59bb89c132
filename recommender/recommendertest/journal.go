package recommendertest

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/osusume/osusume/recommender"
)

// TestJournal checks every rule in the contract of [recommender.Journal]. open
// returns a new, empty Journal at each call; TestJournal closes it.
//
// Times in the suite are whole seconds, in UTC: a Journal need not keep more.
func TestJournal(t *testing.T, open func(t *testing.T) recommender.Journal) {
	t.Helper()
	for _, rule := range journalRules {
		t.Run(rule.name, func(t *testing.T) {
			j := open(t)
			t.Cleanup(func() { _ = j.Close() })
			if err := rule.check(t.Context(), j); err != nil {
				t.Error(err)
			}
		})
	}
}

var journalRules = []struct {
	name  string
	check func(ctx context.Context, j recommender.Journal) error
}{
	{"AnEmptyJournalHasNothing", journalEmpty},
	{"AppendKeepsAllFields", journalKeepsFields},
	{"AppendCopiesWhatItKeeps", journalCopies},
	{"AWalkComesInTheOrderOfAppends", journalOrders},
	{"ARefusedCallLeavesNothing", journalRefuses},
	{"TheLoopBodyMayAppend", journalAppendsInLoops},
	{"AWalkMayBeBrokenOff", journalBreaksWalks},
	{"ACancelledContextEndsTheCall", journalHonoursContext},
	{"ConcurrentAppendsAreAllThereOnce", journalConcurrent},
	{"AfterCloseEveryMethodErrors", journalCloses},
}

// shown and clicked are entries told apart by n.
func shown(n int) recommender.Exposure {
	return recommender.Exposure{ID: fmt.Sprint("request ", n), User: "ann", Items: []recommender.ItemID{"a:1", "a:2"}, Time: at(n)}
}

func clicked(n int) recommender.Event {
	return recommender.Event{User: "ann", Item: recommender.ItemID(fmt.Sprint("a:", n)), Time: at(n)}
}

// journalHas compares all that j has, in order.
func journalHas(ctx context.Context, j recommender.Journal, rule string, exposures []recommender.Exposure, events []recommender.Event) error {
	var gotExposures []recommender.Exposure
	for x, err := range j.Exposures(ctx) {
		if err != nil {
			return fmt.Errorf("a walk over Exposures: %w; want no error", err)
		}
		gotExposures = append(gotExposures, x)
	}
	var gotEvents []recommender.Event
	for e, err := range j.Events(ctx) {
		if err != nil {
			return fmt.Errorf("a walk over Events: %w; want no error", err)
		}
		gotEvents = append(gotEvents, e)
	}
	if diff := cmp.Diff(exposures, gotExposures, cmpopts.EquateEmpty()); diff != "" {
		return fmt.Errorf("exposures (-want +got); %s:\n%s", rule, diff)
	}
	if diff := cmp.Diff(events, gotEvents, cmpopts.EquateEmpty()); diff != "" {
		return fmt.Errorf("events (-want +got); %s:\n%s", rule, diff)
	}
	return nil
}

func journalEmpty(ctx context.Context, j recommender.Journal) error {
	if err := j.Append(ctx, nil, nil); err != nil {
		return fmt.Errorf("append of nothing: %w; want no error", err)
	}
	return journalHas(ctx, j, "a new Journal is empty", nil, nil)
}

func journalKeepsFields(ctx context.Context, j recommender.Journal) error {
	exposures := []recommender.Exposure{
		{
			ID: "request 1", User: "böb", Experiment: "titles", Arm: "B", Model: "mf-7",
			Items: []recommender.ItemID{"a:1", "", "時をかける少女"}, Time: at(1),
		},
		{ID: "request 2"},
		{ID: "request 3", Time: time.Unix(0, 0).UTC()},
		{ID: "request 3", Time: time.Date(1907, 1, 2, 3, 4, 5, 0, time.UTC)}, // again: a Journal does not judge
	}
	events := []recommender.Event{
		{
			User: "böb", Item: "a:1", Kind: recommender.EventRating, Value: 4.5, Predicted: -0.25,
			Experiment: "titles", Arm: "B", Model: "mf-7", Time: at(2),
		},
		{User: "ann\n", Item: "b:2", Kind: recommender.EventDismiss},
		{User: "ann\n", Item: "b:2", Kind: recommender.EventClick, Time: time.Unix(0, 0).UTC()},
		{User: "ann\n", Item: "b:2", Kind: recommender.EventClick, Time: time.Unix(0, 0).UTC()},
	}
	if err := j.Append(ctx, exposures, events); err != nil {
		return fmt.Errorf("append: %w; want no error", err)
	}
	return journalHas(ctx, j, "every field comes back", exposures, events)
}

func journalCopies(ctx context.Context, j recommender.Journal) error {
	exposures, events := []recommender.Exposure{shown(1)}, []recommender.Event{clicked(1)}
	if err := j.Append(ctx, exposures, events); err != nil {
		return fmt.Errorf("append: %w; want no error", err)
	}
	exposures[0].Items[0], exposures[0].ID, events[0].User = "changed", "changed", "changed"
	return journalHas(ctx, j, "a Journal copies what it keeps", []recommender.Exposure{shown(1)}, []recommender.Event{clicked(1)})
}

func journalOrders(ctx context.Context, j recommender.Journal) error {
	var exposures []recommender.Exposure
	var events []recommender.Event
	for n := range 20 {
		x, e := []recommender.Exposure{shown(40 - n), shown(n)}, []recommender.Event{clicked(40 - n)}
		if n%3 == 0 {
			x = nil
		}
		if n%4 == 0 {
			e = nil
		}
		if err := j.Append(ctx, x, e); err != nil {
			return fmt.Errorf("append: %w; want no error", err)
		}
		exposures, events = append(exposures, x...), append(events, e...)
	}
	return journalHas(ctx, j, "the oldest append comes first, whatever its time", exposures, events)
}

func journalRefuses(ctx context.Context, j recommender.Journal) error {
	for _, bad := range []struct {
		name      string
		exposures []recommender.Exposure
		events    []recommender.Event
	}{
		{"an exposure without ID", []recommender.Exposure{shown(1), {User: "ann"}}, []recommender.Event{clicked(1)}},
		{"an event without user", []recommender.Exposure{shown(1)}, []recommender.Event{clicked(1), {Item: "a:1"}}},
		{"an event without item", nil, []recommender.Event{clicked(1), {User: "ann"}}},
		{"an event of no kind", nil, []recommender.Event{clicked(1), {User: "ann", Item: "a:1", Kind: 99}}},
		{"too many stars", nil, []recommender.Event{clicked(1), {User: "ann", Item: "a:1", Kind: recommender.EventRating, Value: 5.5}}},
	} {
		if err := j.Append(ctx, bad.exposures, bad.events); !errors.Is(err, recommender.ErrInvalid) {
			return fmt.Errorf("append of %s: got error %v; want ErrInvalid", bad.name, err)
		}
	}
	if err := j.Append(ctx, []recommender.Exposure{shown(2)}, []recommender.Event{clicked(2)}); err != nil {
		return fmt.Errorf("append after refused ones: %w; want no error", err)
	}
	return journalHas(ctx, j, "nothing of a refused call is stored", []recommender.Exposure{shown(2)}, []recommender.Event{clicked(2)})
}
