package storage_test

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/osusume/osusume/internal/faultfs"
	"github.com/osusume/osusume/internal/rng"
	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/storage"
)

// A ledger is what a journal has been told, and has said. Entry n is an exposure
// and an event of user n%3.
type ledger struct {
	issued, acked int      // entries; between them is the append under way
	forgets       []forget // ended or under way
}

// A forget takes the entries below a number from a user.
type forget struct {
	user, below int
	done        bool
}

// left is what a crash left of a file system, and the ledger of that moment.
type left struct {
	fs     *faultfs.Mem
	ledger ledger
	when   string
}

// A journalHistory runs random appends, flushes, forgets and reopenings.
type journalHistory struct {
	fs   *faultfs.Mem
	boom error // what an operation may fail with

	mu sync.Mutex
	l  ledger
}

func (h *journalHistory) note(change func(l *ledger)) {
	h.mu.Lock()
	defer h.mu.Unlock()
	change(&h.l)
}

// now is a copy of the ledger; the caller holds the mutex.
func (h *journalHistory) now() ledger {
	l := h.l
	l.forgets = slices.Clone(l.forgets)
	return l
}

// run runs the steps of a seed. After an error, which must be boom, it closes
// the journal, opens it again and goes on.
func (h *journalHistory) run(t *testing.T, seed uint64, steps int) {
	t.Helper()
	r := rng.New(seed)
	o := storage.JournalOptions{SegmentBytes: 100 + int64(r.IntN(900))}
	var j *storage.Journal
	reopen := func() {
		if j != nil {
			h.expect(t, j.Close())
			wantClosed(t, h.fs, fmt.Sprintf("seed %d, closed", seed))
		}
		var err error
		for range 2 {
			if j, err = storage.OpenJournalFS(h.fs, dir, o); err == nil {
				break
			}
			h.expect(t, err)
			wantClosed(t, h.fs, fmt.Sprintf("seed %d, not opened: %v", seed, err))
		}
		check(t, err)
		// An append that failed has happened or not.
		exposures, _ := journaled(t, j)
		last := -1
		if len(exposures) > 0 {
			last, err = strconv.Atoi(exposures[len(exposures)-1])
			check(t, err)
		}
		h.note(func(l *ledger) {
			if last >= l.acked {
				l.acked = l.issued
			}
			l.issued = l.acked
		})
	}
	reopen()
	for range steps {
		var err error
		switch k := r.IntN(10); {
		case k < 6:
			var exposures []recommender.Exposure
			var events []recommender.Event
			for range 1 + r.IntN(4) {
				n := h.l.issued + len(exposures)
				x, e := exposure(n), event(n)
				x[0].User = recommender.UserID(fmt.Sprint("user ", n%3))
				e[0].User = x[0].User
				x[0].Model = strings.Repeat("m", r.IntN(2)*r.IntN(2000))
				exposures, events = append(exposures, x...), append(events, e...)
			}
			h.note(func(l *ledger) { l.issued += len(exposures) })
			if err = j.Append(bg, exposures, events); err == nil {
				h.note(func(l *ledger) { l.acked = l.issued })
			}
		case k < 8:
			err = j.Flush(bg)
		case k == 8:
			f := forget{user: r.IntN(3), below: h.l.issued}
			h.note(func(l *ledger) { l.forgets = append(l.forgets, f) })
			if _, err = j.Forget(bg, []recommender.UserID{recommender.UserID(fmt.Sprint("user ", f.user))}); err == nil {
				h.note(func(l *ledger) { l.forgets[len(l.forgets)-1].done = true })
			}
		default:
			reopen()
		}
		if err != nil {
			h.expect(t, err)
			reopen()
		}
	}
	reopen()
	check(t, j.Close())
}

func (h *journalHistory) expect(t *testing.T, err error) {
	t.Helper()
	if err != nil && (h.boom == nil || !errors.Is(err, h.boom)) {
		t.Fatalf("got error %v; want one that wraps %v", err, h.boom)
	}
}

// wantLedger wants of a journal what a ledger says: every entry that was
// acknowledged and not forgotten, none that was forgotten, the append under way
// whole or not at all, in order and once. It returns the entries.
func wantLedger(t *testing.T, fs *faultfs.Mem, o storage.JournalOptions, l ledger, when string) []string {
	t.Helper()
	j, err := storage.OpenJournalFS(fs, dir, o)
	if err != nil {
		t.Fatalf("%s: %v", when, err)
	}
	got, events := journaled(t, j)
	check(t, j.Close())
	wantClosed(t, fs, when)
	if diff := cmp.Diff(got, events); diff != "" {
		t.Fatalf("%s: exposures and events differ (-exposures +events):\n%s", when, diff)
	}
	there := map[string]bool{}
	for _, id := range got {
		there[id] = true
	}
	begun := there[fmt.Sprint(l.acked)]
	var want []string
	for n := range l.issued {
		id := fmt.Sprint(n)
		keep := n < l.acked || begun
		for _, f := range l.forgets {
			if f.user == n%3 && n < f.below {
				keep = keep && !f.done && there[id]
			}
		}
		if keep {
			want = append(want, id)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("%s: %d acknowledged, %d appended, forgotten %v: entries (-want +got):\n%s", when, l.acked, l.issued, l.forgets, diff)
	}
	return got
}

// TestProofJournalCrashes crashes before every operation of random histories,
// with random parts of what was not synced lost. A reader of what is left and a
// writer that opens it find what the ledger says, and the writer goes on.
func TestProofJournalCrashes(t *testing.T) {
	histories, subsets := size(2, 40), size(1, 3)
	var crashes, different atomic.Int64
	each(t, histories, func(t *testing.T, n int) {
		h := &journalHistory{fs: faultfs.NewMem()}
		coins := rng.New(uint64(n), 77)
		var lost []left
		ops := 0
		h.fs.Before = func(op faultfs.Op) error { // of several goroutines
			h.mu.Lock()
			defer h.mu.Unlock()
			if ops++; ops%stride(3) == 0 {
				for range subsets {
					lost = append(lost, left{h.fs.CrashSome(coins.IntN), h.now(), fmt.Sprintf("history %d, crash before operation %d, %v", n, ops, op)})
				}
			}
			return nil
		}
		h.run(t, uint64(n), 12)
		wantLedger(t, h.fs, storage.JournalOptions{ReadOnly: true}, h.l, "at the end")
		crashes.Add(int64(len(lost)))
		seen := map[string]bool{}
		for _, c := range lost {
			key := fmt.Sprint(c.ledger, contents(c.fs))
			if seen[key] {
				continue
			}
			seen[key] = true
			different.Add(1)
			reader := wantLedger(t, c.fs, storage.JournalOptions{ReadOnly: true}, c.ledger, c.when+", read")
			writer := wantLedger(t, c.fs, crashOptions, c.ledger, c.when+", opened")
			if diff := cmp.Diff(reader, writer); diff != "" {
				t.Fatalf("%s: entries of a reader, and after a writer has opened it (-reader +writer):\n%s", c.when, diff)
			}
			j := openJournal(t, c.fs, crashOptions)
			check(t, j.Append(bg, exposure(1_000_000), event(1_000_000)))
			check(t, j.Close())
			j = openJournal(t, c.fs, storage.JournalOptions{ReadOnly: true})
			again, _ := journaled(t, j)
			check(t, j.Close())
			if diff := cmp.Diff(append(writer, "1000000"), again); diff != "" {
				t.Fatalf("%s: entries after one more append (-want +got):\n%s", c.when, diff)
			}
		}
	})
	if t.Logf("%d histories, %d crashes, %d of them different", histories, crashes.Load(), different.Load()); crashes.Load() < int64(40*histories/stride(3)) {
		t.Errorf("got %d crashes of %d histories; want more, else the seam is not used", crashes.Load(), histories)
	}
}

// TestProofJournalFaults fails every operation of random histories, once as a
// full disk and once as an I/O error.
func TestProofJournalFaults(t *testing.T) {
	histories := size(1, 12)
	var faults atomic.Int64
	each(t, histories, func(t *testing.T, n int) {
		for _, boom := range []error{syscall.ENOSPC, syscall.EIO} {
			for at := int64(0); ; at += int64(stride(5)) {
				h := &journalHistory{fs: faultfs.NewMem(), boom: boom}
				var ops atomic.Int64
				h.fs.Before = func(faultfs.Op) error {
					if ops.Add(1)-1 == at {
						return boom
					}
					return nil
				}
				h.run(t, uint64(2000+n), size(4, 8))
				wantLedger(t, h.fs, storage.JournalOptions{ReadOnly: true}, h.l, fmt.Sprintf("history %d, operation %d failed, at the end", n, at))
				wantLedger(t, h.fs.Crash(faultfs.LoseAll), storage.JournalOptions{ReadOnly: true}, h.l, fmt.Sprintf("history %d, operation %d failed, and the power", n, at))
				if ops.Load() <= at {
					break
				}
				faults.Add(1)
			}
		}
	})
	if t.Logf("%d histories, %d faults", histories, faults.Load()); faults.Load() < int64(40*histories/stride(5)) {
		t.Errorf("got %d faults of %d histories; want more, else the seam is not used", faults.Load(), histories)
	}
}
