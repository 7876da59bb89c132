package storage_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/osusume/osusume/internal/faultfs"
	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/recommender/recommendertest"
	"github.com/osusume/osusume/storage"
)

func TestJournalKeepsTheContract(t *testing.T) {
	recommendertest.TestJournal(t, func(t *testing.T) recommender.Journal {
		j, err := storage.OpenJournal(t.TempDir(), storage.JournalOptions{})
		check(t, err)
		return j
	})
}

// With segments this small every append makes tables, and walks cross many of them.
func TestJournalOfTinySegmentsKeepsTheContract(t *testing.T) {
	recommendertest.TestJournal(t, func(t *testing.T) recommender.Journal {
		return openJournal(t, faultfs.NewMem(), storage.JournalOptions{SegmentBytes: 1})
	})
}

func TestMemoryJournalKeepsTheContract(t *testing.T) {
	recommendertest.TestJournal(t, func(*testing.T) recommender.Journal { return storage.NewMemoryJournal() })
}

func openJournal(t *testing.T, fs faultfs.FS, o storage.JournalOptions) *storage.Journal {
	t.Helper()
	j, err := storage.OpenJournalFS(fs, dir, o)
	check(t, err)
	return j
}

func exposure(n int) []recommender.Exposure {
	return []recommender.Exposure{{ID: fmt.Sprint(n), User: "ann", Items: []recommender.ItemID{"a:1", "a:2"}, Time: time.Unix(int64(n), 0).UTC()}}
}

func event(n int) []recommender.Event {
	return []recommender.Event{{User: "ann", Item: recommender.ItemID(fmt.Sprint(n)), Time: time.Unix(int64(n), 0).UTC()}}
}

// journaled is what j has: IDs of exposures, and items of events.
func journaled(t *testing.T, j recommender.Journal) (exposures, events []string) {
	t.Helper()
	for x, err := range j.Exposures(context.Background()) {
		check(t, err)
		exposures = append(exposures, x.ID)
	}
	for e, err := range j.Events(context.Background()) {
		check(t, err)
		events = append(events, string(e.Item))
	}
	return exposures, events
}

// wantJournaled wants the entries 0..n-1, of both kinds.
func wantJournaled(t *testing.T, j recommender.Journal, n int, when string) {
	t.Helper()
	var want []string
	for i := range n {
		want = append(want, fmt.Sprint(i))
	}
	exposures, events := journaled(t, j)
	if diff := cmp.Diff([][]string{want, want}, [][]string{exposures, events}); diff != "" {
		t.Fatalf("%s: exposures and events (-want +got):\n%s", when, diff)
	}
}

func TestJournalIsReadFromLogsAndTablesAlike(t *testing.T) {
	mem := faultfs.NewMem()
	j := openJournal(t, mem, storage.JournalOptions{})
	for n := range 3 {
		check(t, j.Append(t.Context(), exposure(n), event(n)))
	}
	wantJournaled(t, j, 3, "in the log")
	check(t, j.Flush(t.Context()))
	check(t, j.Flush(t.Context())) // with nothing to do
	if got, want := journalFiles(mem), []string{"fact_event-00000001.parquet", "fact_exposure-00000001.parquet", "segment-00000001.json"}; !slices.Equal(got, want) {
		t.Errorf("after Flush got files %v; want %v", got, want)
	}
	wantJournaled(t, j, 3, "in tables")
	for n := range 3 {
		check(t, j.Append(t.Context(), exposure(3+n), event(3+n)))
	}
	wantJournaled(t, j, 6, "in both")
	check(t, j.Append(t.Context(), nil, event(6)))
	check(t, j.Append(t.Context(), exposure(6), nil))
	check(t, j.Close())
	if got := journalFiles(mem); slices.ContainsFunc(got, func(name string) bool { return strings.HasPrefix(name, "wal-") }) {
		t.Errorf("after Close got files %v; want no log", got)
	}
	j = openJournal(t, mem, storage.JournalOptions{})
	wantJournaled(t, j, 7, "opened again")
	check(t, j.Close())
	r := openJournal(t, mem, storage.JournalOptions{ReadOnly: true})
	wantJournaled(t, r, 7, "read only")
	check(t, r.Close())
}

func journalFiles(mem *faultfs.Mem) []string {
	var names []string
	for name := range mem.Files() {
		names = append(names, filepath.Base(name))
	}
	slices.Sort(names)
	return names
}

func TestOpeningAndClosingAJournalLeavesNoFile(t *testing.T) {
	mem := faultfs.NewMem()
	check(t, openJournal(t, mem, storage.JournalOptions{}).Close())
	if got := journalFiles(mem); len(got) > 0 {
		t.Errorf("got files %v; want none", got)
	}
}

// Lists and texts of one batch of rows must not change under later ones.
func TestTablesOfManyRowsReadBack(t *testing.T) {
	mem := faultfs.NewMem()
	j := openJournal(t, mem, storage.JournalOptions{})
	var exposures []recommender.Exposure
	var events []recommender.Event
	for n := range 5000 {
		x := recommender.Exposure{ID: fmt.Sprint(n), Arm: fmt.Sprint(n % 7), Time: time.Unix(int64(n), 1000).UTC()}
		for i := range n % 5 {
			x.Items = append(x.Items, recommender.ItemID(fmt.Sprint(n, i)))
		}
		exposures = append(exposures, x)
		events = append(events, recommender.Event{User: recommender.UserID(fmt.Sprint(n)), Item: "a:1", Predicted: float32(n)})
	}
	check(t, j.Append(t.Context(), exposures, events))
	check(t, j.Close())
	j = openJournal(t, mem, storage.JournalOptions{ReadOnly: true})
	var gotExposures []recommender.Exposure
	for x, err := range j.Exposures(t.Context()) {
		check(t, err)
		gotExposures = append(gotExposures, x)
	}
	var gotEvents []recommender.Event
	for e, err := range j.Events(t.Context()) {
		check(t, err)
		gotEvents = append(gotEvents, e)
	}
	if diff := cmp.Diff(exposures, gotExposures); diff != "" {
		t.Errorf("exposures (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(events, gotEvents); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
}

func TestJournalRefusesWhatWouldSpoilATable(t *testing.T) {
	mem := faultfs.NewMem()
	j := openJournal(t, mem, storage.JournalOptions{})
	defer func() { _ = j.Close() }()
	for name, err := range map[string]error{
		"a user that is not UTF-8":   j.Append(t.Context(), nil, []recommender.Event{{User: "\xff", Item: "a:1"}}),
		"an item that is not UTF-8":  j.Append(t.Context(), []recommender.Exposure{{ID: "x", Items: []recommender.ItemID{"\xff"}}}, nil),
		"a time after the year 9999": j.Append(t.Context(), []recommender.Exposure{{ID: "x", Time: time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)}}, nil),
		"a time before the year 1":   j.Append(t.Context(), []recommender.Exposure{{ID: "x", Time: time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC)}}, nil),
	} {
		if !errors.Is(err, recommender.ErrInvalid) {
			t.Errorf("%s: got error %v; want ErrInvalid", name, err)
		}
	}
	if got := journalFiles(mem); len(got) > 0 {
		t.Errorf("got files %v; want none", got)
	}
}

func TestAJournalHasALockOfItsOwn(t *testing.T) {
	at := t.TempDir()
	w := open(t, at, storage.Options{})
	defer func() { _ = w.Close() }()
	j, err := storage.OpenJournal(filepath.Join(at, "journal"), storage.JournalOptions{})
	check(t, err)
	if _, err := storage.OpenJournal(filepath.Join(at, "journal"), storage.JournalOptions{}); !errors.Is(err, faultfs.ErrLocked) || !strings.Contains(err.Error(), "pid ") {
		t.Errorf("a second writer: got error %v; want one that names the first", err)
	}
	check(t, w.Put(t.Context(), recommender.Page{Next: "1"}, "src"))
	check(t, j.Append(t.Context(), exposure(0), event(0)))
	check(t, j.Close())
	j, err = storage.OpenJournal(filepath.Join(at, "journal"), storage.JournalOptions{})
	check(t, err)
	check(t, j.Close())
}

func TestReadersFollowTheWriter(t *testing.T) {
	at := t.TempDir()
	if _, err := storage.OpenJournal(filepath.Join(at, "none"), storage.JournalOptions{ReadOnly: true}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a reader of no directory: got error %v; want one that says so", err)
	}
	j, err := storage.OpenJournal(at, storage.JournalOptions{SegmentBytes: 2000})
	check(t, err)
	r, err := storage.OpenJournal(at, storage.JournalOptions{ReadOnly: true})
	check(t, err)
	stop, stopped := make(chan bool), make(chan bool)
	go func() { // while appends and rolls go on, a walk sees 0, 1, ... and never less than the one before
		defer close(stopped)
		for seen := 0; ; {
			n := 0
			for x, err := range r.Exposures(context.Background()) {
				if err != nil || x.ID != fmt.Sprint(n) {
					t.Errorf("exposure %d: got %q, %v", n, x.ID, err)
					return
				}
				n++
			}
			if n < seen {
				t.Errorf("a walk saw %d exposures, the one before it %d", n, seen)
			}
			seen = n
			select {
			case <-stop:
				return
			default:
			}
		}
	}()
	const appends = 200
	for n := range appends {
		check(t, j.Append(t.Context(), exposure(n), event(n)))
	}
	wantJournaled(t, r, appends, "read only, before Close")
	close(stop)
	<-stopped
	check(t, j.Close())
	wantJournaled(t, r, appends, "read only, after Close")
	for name, err := range map[string]error{"Append": r.Append(t.Context(), exposure(0), nil), "Flush": r.Flush(t.Context())} {
		if !errors.Is(err, recommender.ErrInvalid) {
			t.Errorf("%s of a reader: got error %v; want ErrInvalid", name, err)
		}
	}
}

func TestJournalOptionsReportAllFaultsTogether(t *testing.T) {
	_, err := storage.OpenJournal(t.TempDir(), storage.JournalOptions{MaxDelay: -1, SegmentBytes: -1})
	if !errors.Is(err, recommender.ErrInvalid) || !strings.Contains(err.Error(), "MaxDelay -1") || !strings.Contains(err.Error(), "SegmentBytes -1") {
		t.Errorf("got error %v; want ErrInvalid with both faults", err)
	}
}
