package storage_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/storage"
)

// numbered is page n of a writer whose state can be checked from outside: user
// "all" has the items 0 to n, with value n%6 each.
func numbered(n int) recommender.Page {
	p := recommender.Page{Items: []recommender.Item{{ID: recommender.ItemID(fmt.Sprint(n))}}, Next: recommender.Cursor(fmt.Sprint(n))}
	for i := range n + 1 {
		p.Interactions = append(p.Interactions, recommender.Interaction{User: "all", Item: recommender.ItemID(fmt.Sprint(i)), Kind: recommender.Rate, Value: float32(n % 6)})
	}
	return p
}

// wantNumbered reads a state of that writer, which must be whole, and returns
// its number, -1 for none.
func wantNumbered(ctx context.Context, w *storage.Warehouse) (int, error) {
	cursor, err := w.Cursor(ctx, "src")
	if err != nil || cursor == "" {
		return -1, err
	}
	n, err := strconv.Atoi(string(cursor))
	if err != nil {
		return 0, err
	}
	rows := 0
	for x, err := range w.Interactions(ctx, recommender.Filter{User: "all"}) {
		if err != nil {
			return n, err
		}
		if x.Value != float32(n%6) {
			return n, fmt.Errorf("state %d has %v: torn", n, x)
		}
		rows++
	}
	if rows != n+1 {
		return n, fmt.Errorf("state %d has %d rows: torn", n, rows)
	}
	return n, nil
}

// TestProofKill kills a writing process in a loop, with readers running, and
// finds all that it acknowledged, and at most the commit under way beyond it.
func TestProofKill(t *testing.T) {
	o := storage.Options{CompactFiles: 3, KeepVersions: 2}
	if dir := os.Getenv(killDir); dir != "" {
		w, err := storage.Open(dir, o)
		check(t, err)
		n, err := wantNumbered(t.Context(), w)
		check(t, err)
		for {
			n++
			check(t, w.Put(t.Context(), numbered(n), "src"))
			if _, err := fmt.Println(n); err != nil {
				return
			}
		}
	}
	dir := t.TempDir()
	check(t, open(t, dir, o).Close())
	stop := make(chan bool)
	var reads atomic.Int64
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			r, err := storage.Open(dir, storage.Options{ReadOnly: true})
			for last := -1; err == nil; reads.Add(1) {
				select {
				case <-stop:
					return
				default:
				}
				if err = r.Refresh(t.Context()); err != nil {
					break
				}
				var n int
				if n, err = wantNumbered(t.Context(), r); err == nil && n < last {
					err = fmt.Errorf("state %d after %d", n, last)
				}
				last = n
			}
			t.Errorf("a reader: %v", err)
		})
	}
	kills := size(3, 50)
	acked := -1
	for round := range kills {
		child := exec.Command(os.Args[0], "-test.run=^TestProofKill$")
		child.Env = append(os.Environ(), killDir+"="+dir)
		out, err := child.StdoutPipe()
		check(t, err)
		check(t, child.Start())
		said := 0
		for lines := bufio.NewScanner(out); lines.Scan(); {
			n, err := strconv.Atoi(lines.Text())
			if err != nil {
				t.Fatalf("the child says %q", lines.Text())
			}
			acked = n
			if said++; said == 2+round%7 {
				check(t, child.Process.Kill())
			}
		}
		_ = child.Wait() // it was killed
		w := open(t, dir, o)
		n, err := wantNumbered(t.Context(), w)
		check(t, err)
		if n < acked || n > acked+1 || said < 2+round%7 {
			t.Fatalf("kill %d: found state %d after %d lines; %d was acknowledged", round, n, said, acked)
		}
		acked = n
		check(t, w.Close())
	}
	close(stop)
	wg.Wait()
	r, err := storage.Check(t.Context(), dir, storage.CheckOptions{})
	check(t, err)
	check(t, r.Err())
	t.Logf("%d kills, %d commits, %d reads", kills, acked+1, reads.Load())
}

// TestProofReaders reads a user's history all the time while a writer commits:
// no read fails and none is torn. With OSUSUME_PROOF=full it takes two minutes,
// one without and one with the writer, and prints the times of both.
func TestProofReaders(t *testing.T) {
	dir := t.TempDir()
	w := open(t, dir, storage.Options{})
	check(t, w.Put(t.Context(), recommender.Page{Interactions: ratings(200_000/stride(4), 1000, 5000), Next: "0"}, "bulk"))
	check(t, w.Put(t.Context(), numbered(0), "src"))
	commits := size(12, 1<<30) / stride(3)
	until := time.Duration(size(0, int(time.Minute)))
	for _, writing := range []bool{false, true} {
		stop := make(chan bool)
		var mu sync.Mutex
		var times []time.Duration
		var wg sync.WaitGroup
		for i := range 2 {
			wg.Go(func() {
				r := open(t, dir, storage.Options{ReadOnly: true})
				var mine []time.Duration
				for k := 0; ; k++ {
					select {
					case <-stop:
						if k > 0 { // each has read
							mu.Lock()
							times = append(times, mine...)
							mu.Unlock()
							return
						}
					default:
					}
					start := time.Now()
					err := r.Refresh(t.Context())
					if err == nil {
						_, err = wantNumbered(t.Context(), r)
					}
					rows := 0
					for _, rerr := range r.Interactions(t.Context(), recommender.Filter{User: recommender.UserID(fmt.Sprintf("user:%d", (k*7+i)%1000))}) {
						err, rows = rerr, rows+1
					}
					if err != nil || rows == 0 {
						t.Errorf("a read, writing=%t: %d rows, %v", writing, rows, err)
						return
					}
					mine = append(mine, time.Since(start))
				}
			})
		}
		start := time.Now()
		n := 0
		for n < commits && (until == 0 || time.Since(start) < until) {
			if writing {
				check(t, w.Put(t.Context(), numbered(n%500), "src"))
			} else if until > 0 {
				<-time.After(min(until, time.Second))
			}
			n++
		}
		close(stop)
		wg.Wait()
		if t.Failed() {
			return
		}
		slices.Sort(times)
		t.Logf("writing=%t: %d rounds of the writer, %d reads, none failed or torn; p50 %v p99 %v", writing, n, len(times), times[len(times)/2], times[len(times)*99/100])
	}
}

// TestProofEvents appends from several goroutines and prints the rate.
func TestProofEvents(t *testing.T) {
	j, err := storage.OpenJournal(t.TempDir(), storage.JournalOptions{})
	check(t, err)
	exposures, events := served()
	const callers, batch = 8, 50
	for range batch - 1 {
		exposures, events = append(exposures, exposures[0]), append(events, events[0])
	}
	calls := size(20, 2500)
	start := time.Now()
	var wg sync.WaitGroup
	for range callers {
		wg.Go(func() {
			for range calls {
				if err := j.Append(t.Context(), exposures, events); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	took := time.Since(start)
	check(t, j.Close())
	n := callers * calls * batch * 2
	t.Logf("%d entries in %v: %.0f/s acknowledged; tables made after %v", n, took, float64(n)/took.Seconds(), time.Since(start))
}
