package storage_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/storage"
)

const (
	killDir     = "OSUSUME_TEST_KILL_DIR"   // set in the child: where its journal is
	killRound   = "OSUSUME_TEST_KILL_ROUND" // tells the rounds' entries apart
	killCallers = 4
)

// A child process appends from several goroutines and says what was
// acknowledged; it is killed in the midst of that, again and again, while
// another reads, and what it said must be there, once, and in the order of each
// goroutine.
func TestJournalSurvivesKill(t *testing.T) {
	if dir := os.Getenv(killDir); dir != "" {
		appendUntilKilled(t, dir, os.Getenv(killRound))
		return
	}
	dir := t.TempDir()
	var reads atomic.Int64
	stop := make(chan bool)
	var reader sync.WaitGroup
	defer reader.Wait()
	defer close(stop)
	reader.Go(func() {
		for last := 0; ; reads.Add(1) {
			select {
			case <-stop:
				return
			default:
			}
			n, err := entriesInOrder(t.Context(), dir)
			if err != nil || n < last {
				t.Errorf("a reader found %d entries after %d, error %v", n, last, err)
				return
			}
			last = n
		}
	})
	next := map[string]int{} // per goroutine: every entry below was acknowledged
	kills := size(6, 50)
	for round := range kills {
		child := exec.Command(os.Args[0], "-test.run=^TestJournalSurvivesKill$")
		child.Env = append(os.Environ(), killDir+"="+dir, fmt.Sprint(killRound, "=", round))
		out, err := child.StdoutPipe()
		check(t, err)
		check(t, child.Start())
		lines := bufio.NewScanner(out)
		said := 0
		for lines.Scan() {
			caller, n, ok := strings.Cut(lines.Text(), " ")
			if !ok {
				t.Fatalf("the child says %q", lines.Text())
			}
			if want := fmt.Sprint(next[caller]); n != want {
				t.Fatalf("the child acknowledges %s of %s; want %s", n, caller, want)
			}
			next[caller]++
			if said++; said == 20+37*(round%6) {
				check(t, child.Process.Kill())
			}
		}
		_ = child.Wait() // it was killed
		if said < 20+37*(round%6) {
			t.Fatalf("the child ended by itself after %d appends", said)
		}
		r, err := storage.OpenJournal(dir, storage.JournalOptions{ReadOnly: true})
		check(t, err)
		wantAcknowledged(t, r, next)
		check(t, r.Close())
		w, err := storage.OpenJournal(dir, storage.JournalOptions{})
		check(t, err)
		wantAcknowledged(t, w, next)
		check(t, w.Close())
	}
	acked := 0
	for _, n := range next {
		acked += n
	}
	t.Logf("%d kills, %d appends acknowledged, none lost, %d reads meanwhile", kills, acked, reads.Load())
}

// entriesInOrder reads a journal of those goroutines, beside its writer.
func entriesInOrder(ctx context.Context, dir string) (n int, err error) {
	j, err := storage.OpenJournal(dir, storage.JournalOptions{ReadOnly: true})
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, j.Close()) }()
	next := map[recommender.UserID]int{}
	for x, err := range j.Exposures(ctx) {
		if err != nil {
			return n, err
		}
		if want := fmt.Sprint(next[x.User]); x.ID != want {
			return n, fmt.Errorf("exposure %s of %s; want %s", x.ID, x.User, want)
		}
		next[x.User]++
		n++
	}
	return n, nil
}

// wantAcknowledged wants of every goroutine what it was told, and at most the
// one append more that was under way.
func wantAcknowledged(t *testing.T, j recommender.Journal, acked map[string]int) {
	t.Helper()
	exposures, events := map[string]int{}, map[string]int{}
	for x, err := range j.Exposures(t.Context()) {
		check(t, err)
		if want := fmt.Sprint(exposures[string(x.User)]); x.ID != want {
			t.Fatalf("exposure %s of %s; want %s", x.ID, x.User, want)
		}
		exposures[string(x.User)]++
	}
	for e, err := range j.Events(t.Context()) {
		check(t, err)
		if want := fmt.Sprint(events[string(e.User)]); string(e.Item) != want {
			t.Fatalf("event %s of %s; want %s", e.Item, e.User, want)
		}
		events[string(e.User)]++
	}
	for caller, n := range acked {
		if x, e := exposures[caller], events[caller]; x != e || x < n || x > n+1 {
			t.Errorf("%s: got %d exposures and %d events; %d were acknowledged", caller, x, e, n)
		}
	}
}

func appendUntilKilled(t *testing.T, dir, round string) {
	j, err := storage.OpenJournal(dir, storage.JournalOptions{SegmentBytes: 4000})
	check(t, err)
	var wg sync.WaitGroup
	for c := range killCallers {
		wg.Go(func() {
			user := recommender.UserID(fmt.Sprintf("round-%s-caller-%d", round, c))
			for n := 0; ; n++ {
				x, e := exposure(n), event(n)
				x[0].User, e[0].User = user, user
				if err := j.Append(t.Context(), x, e); err != nil {
					t.Error(err)
					return
				}
				if _, err := fmt.Printf("%s %d\n", user, n); err != nil {
					return // the parent is gone
				}
			}
		})
	}
	wg.Wait()
}
