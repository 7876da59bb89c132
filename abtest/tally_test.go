package abtest_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/osusume/osusume/abtest"
	"github.com/osusume/osusume/internal/rng"
	"github.com/osusume/osusume/recommender"
)

func mention(t *testing.T, text string, mentions ...string) {
	t.Helper()
	for _, want := range mentions {
		if !strings.Contains(text, want) {
			t.Errorf("%q does not mention %q", text, want)
		}
	}
}

// show is a list shown to a user of experiment "x" at a minute.
func show(id string, user recommender.UserID, arm string, at int, items ...recommender.ItemID) recommender.Exposure {
	return recommender.Exposure{ID: id, User: user, Experiment: "x", Arm: arm, Items: items, Time: minute(at)}
}

// event is what a user of experiment "x" did at a minute.
func event(k recommender.EventKind, user recommender.UserID, item recommender.ItemID, arm string, at int) recommender.Event {
	return recommender.Event{User: user, Item: item, Kind: k, Experiment: "x", Arm: arm, Time: minute(at)}
}

func rated(user recommender.UserID, arm string, at int, value, predicted float32) recommender.Event {
	e := event(recommender.EventRating, user, "seen elsewhere", arm, at)
	e.Value, e.Predicted = value, predicted
	return e
}

const (
	click   = recommender.EventClick
	dismiss = recommender.EventDismiss
)

func count(t *testing.T, l *log) abtest.Counts {
	t.Helper()
	c, err := abtest.Tally(t.Context(), l, "x", []string{"a", "b"})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestTallyCountsByArm(t *testing.T) {
	l := &log{
		exposures: []recommender.Exposure{
			show("1", "ann", "a", 0, "i", "j"),
			show("2", "bob", "b", 1, "i", "j", "k"),
			show("3", "ann", "a", 2, "i"),
			show("4", "", "b", 3, "i"),
			show("5", "cat", "a", 4, "k"),
			{ID: "6", User: "dan", Experiment: "other", Arm: "a", Items: []recommender.ItemID{"i"}},
			{ID: "7", User: "dan", Items: []recommender.ItemID{"i"}},
		},
		events: []recommender.Event{
			event(click, "ann", "j", "a", 5), event(click, "ann", "j", "a", 6), // one list, clicked twice
			event(click, "ann", "i", "a", 7),
			event(dismiss, "bob", "k", "b", 8),
			rated("bob", "b", 9, 4, 3.5), rated("bob", "b", 9, 1, 2), rated("bob", "b", 9, 5, 0),
		},
	}
	ofAnn, ofBob := abtest.Ratio{}, abtest.Ratio{}
	ofAnn.Add(2, 2)
	ofAnn.Add(0, 1) // cat
	ofBob.Add(0, 1)
	want := abtest.Counts{Experiment: "x", Arms: []abtest.ArmCounts{
		{Name: "a", Users: 2, Exposures: 3, Impressions: 4, Clicked: 2, Clicks: 3, PerUser: ofAnn},
		{Name: "b", Users: 1, Exposures: 1, Impressions: 3, Dismissals: 1, Ratings: 3, Predicted: 2, Error: 1.5, Anonymous: 1, PerUser: ofBob},
	}}
	got := count(t, l)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("counts (-want +got):\n%s", diff)
	}
	if e := got.Arms[1].MeanError(); e != 0.75 {
		t.Errorf("mean error %v, want 0.75", e)
	}
	if p := got.Arms[0].CTR(); p != (abtest.Proportion{Hits: 2, Trials: 3}) {
		t.Errorf("CTR %v, want 2 of 3", p)
	}
}

func TestClickBelongsToTheLatestListBeforeIt(t *testing.T) {
	l := &log{exposures: []recommender.Exposure{ // appended out of order
		show("3", "ann", "a", 30, "i"), show("1", "ann", "a", 10, "i"), show("2", "ann", "a", 20, "i"),
	}}
	for _, c := range []struct {
		at      []int
		clicked int
	}{
		{[]int{10, 19}, 1}, // both of the list of minute 10
		{[]int{10, 20}, 2},
		{[]int{19, 29, 99}, 3},
		{[]int{9}, 0},
	} {
		l.events = nil
		for _, at := range c.at {
			l.events = append(l.events, event(click, "ann", "i", "a", at))
		}
		got := count(t, l)
		if got.Arms[0].Clicked != c.clicked {
			t.Errorf("clicks at %v: %d clicked lists, want %d", c.at, got.Arms[0].Clicked, c.clicked)
		}
	}
}

func TestEventsWithoutAListAreUnattributed(t *testing.T) {
	l := &log{
		exposures: []recommender.Exposure{show("1", "ann", "a", 10, "i"), show("2", "bob", "b", 10, "j"), show("3", "", "a", 0, "i")},
	}
	for name, e := range map[string]recommender.Event{
		"user never exposed":       event(click, "eve", "i", "a", 20),
		"item never shown":         event(click, "ann", "z", "a", 20),
		"item shown to another":    event(click, "ann", "j", "a", 20),
		"dismissed before shown":   event(dismiss, "ann", "i", "a", 9),
		"another arm than shown":   event(click, "ann", "i", "b", 20),
		"rated before any list":    rated("ann", "a", 9, 4, 4),
		"unknown kind":             event(99, "ann", "i", "a", 20),
		"rated by a stranger":      rated("eve", "a", 20, 4, 4),
		"rated under another arm":  rated("ann", "b", 20, 4, 4),
		"rated by nobody's visits": rated("", "a", 20, 4, 4),
	} {
		l.events = []recommender.Event{e}
		got := count(t, l)
		a := got.Arms[0]
		if got.Unattributed != 1 || a.Clicks+a.Clicked+a.Dismissals+a.Ratings != 0 {
			t.Errorf("%s: unattributed %d, arm %+v", name, got.Unattributed, a)
		}
	}
	l.events = []recommender.Event{{User: "ann", Item: "i", Experiment: "other"}, {User: "ann", Item: "i"}}
	if got := count(t, l); got.Unattributed != 0 {
		t.Errorf("%d events of other experiments are unattributed to this one", got.Unattributed)
	}
}

func TestEventWithoutAnArmTakesThatOfTheLists(t *testing.T) {
	l := &log{
		exposures: []recommender.Exposure{show("1", "ann", "b", 10, "i")},
		events:    []recommender.Event{event(click, "ann", "i", "", 20)},
	}
	if got := count(t, l); got.Arms[1].Clicked != 1 {
		t.Errorf("%d clicked lists, want 1", got.Arms[1].Clicked)
	}
}

func TestUsersOfSeveralArmsAreInNone(t *testing.T) {
	l := &log{
		exposures: []recommender.Exposure{
			show("1", "ann", "a", 0, "i"), show("2", "ann", "b", 1, "i"), show("3", "ann", "a", 2, "i"), show("4", "bob", "b", 3, "i"),
		},
		events: []recommender.Event{event(click, "ann", "i", "a", 5), event(click, "bob", "i", "b", 5)},
	}
	got := count(t, l)
	if got.Crossed != 1 || got.Arms[0].Users != 0 || got.Arms[0].Exposures != 0 || got.Arms[1].Users != 1 || got.Arms[1].Clicks != 1 || got.Unattributed != 1 {
		t.Errorf("%+v, want ann in no arm", got)
	}
}

func TestExposuresAppendedTwiceCountOnce(t *testing.T) {
	x, y := show("1", "ann", "a", 0, "i"), show("2", "", "a", 0, "i")
	got := count(t, &log{exposures: []recommender.Exposure{x, y, x, y}})
	if a := got.Arms[0]; a.Exposures != 1 || a.Impressions != 1 || a.Anonymous != 1 {
		t.Errorf("%+v, want one exposure and one anonymous", a)
	}
}

func TestListsOfUnknownArmsAreCountedApart(t *testing.T) {
	got := count(t, &log{exposures: []recommender.Exposure{show("1", "ann", "c", 0, "i"), show("2", "ann", "", 0, "i")}})
	if got.UnknownArm != 2 || got.Arms[0].Exposures != 0 {
		t.Errorf("%+v, want two lists of unknown arms", got)
	}
}

func TestUnknownTimesStillAttribute(t *testing.T) {
	timeless := show("1", "ann", "a", 0, "i")
	timeless.Time = time.Time{}
	late := event(click, "ann", "i", "a", 0)
	late.Time = time.Time{}
	l := &log{
		exposures: []recommender.Exposure{show("2", "ann", "a", 50, "i"), timeless},
		events:    []recommender.Event{event(click, "ann", "i", "a", -500), late},
	}
	if got := count(t, l); got.Arms[0].Clicked != 2 {
		t.Errorf("%d clicked lists, want both", got.Arms[0].Clicked)
	}
}

func TestPredictionsThatAreNoNumberAreLeftOut(t *testing.T) {
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	l := &log{
		exposures: []recommender.Exposure{show("1", "ann", "a", 0, "i")},
		events:    []recommender.Event{rated("ann", "a", 1, 4, nan), rated("ann", "a", 1, 4, inf), rated("ann", "a", 1, 4, 3)},
	}
	if a := count(t, l).Arms[0]; a.Ratings != 3 || a.Predicted != 1 || a.MeanError() != 1 {
		t.Errorf("%d ratings, %d predicted, mean error %v; want 3, 1, 1", a.Ratings, a.Predicted, a.MeanError())
	}
}

func TestTallyReturnsTheJournalsErrors(t *testing.T) {
	broken := errors.New("disk on fire")
	for _, late := range []bool{false, true} {
		_, err := abtest.Tally(t.Context(), &log{fail: broken, failLate: late}, "x", []string{"a"})
		if !errors.Is(err, broken) {
			t.Errorf("late %t: error %v, want the journal's", late, err)
		}
	}
}

func TestTallyHonoursContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	l := &log{exposures: []recommender.Exposure{show("1", "ann", "a", 0, "i")}}
	if _, err := abtest.Tally(ctx, l, "x", []string{"a"}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want context.Canceled", err)
	}
}

func TestTallyFaultsAreReportedTogether(t *testing.T) {
	_, err := abtest.Tally(t.Context(), &log{}, "", []string{"a", "a", ""})
	wantFaults(t, err, "no name", "arm 1", "arm 2")
	_, err = abtest.Tally(t.Context(), &log{}, "x", nil)
	wantFaults(t, err, "no arms")
	_, err = abtest.Tally(t.Context(), nil, "x", []string{"a"})
	wantFaults(t, err, "no journal")
}

func BenchmarkTally(b *testing.B) {
	for _, users := range []int{1000, 10_000} {
		split := splitter(b, "bench", []abtest.Arm{{Name: "control", Weight: 1}, {Name: "other", Weight: 1}})
		l := crowd{users: users, rate: 0.2}.visit(split, rng.New(1))
		b.Run(fmt.Sprintf("users=%d", users), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := abtest.Tally(b.Context(), l, "bench", split.Names()); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(l.exposures)), "ns/exposure")
		})
	}
}
