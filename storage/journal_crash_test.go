package storage_test

import (
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/osusume/osusume/internal/faultfs"
	"github.com/osusume/osusume/storage"
)

// crashOptions make tables of every second or third append.
var crashOptions = storage.JournalOptions{SegmentBytes: 200}

const crashAppends = 5

// appendAll opens the journal, appends entries until there are to of them or
// one fails, flushes once on the way and closes. acked counts those that were
// acknowledged, and those that were there before.
func appendAll(mem *faultfs.Mem, to int, acked *atomic.Int64) error {
	j, err := storage.OpenJournalFS(mem, dir, crashOptions)
	if err != nil {
		return err
	}
	for n := int(acked.Load()); n < to; n++ {
		if err = j.Append(bg, exposure(n), event(n)); err != nil {
			break
		}
		acked.Add(1)
		if n == to/2 {
			_ = j.Flush(bg) // it fails again in Close, if it fails
		}
	}
	return errors.Join(err, j.Close())
}

// wantPrefix wants the entries 0..n-1 once, with n from acked to most, and
// returns n.
func wantPrefix(t *testing.T, mem *faultfs.Mem, acked, most int, when string) int {
	t.Helper()
	j, err := storage.OpenJournalFS(mem, dir, storage.JournalOptions{ReadOnly: true})
	check(t, err)
	defer func() { _ = j.Close() }()
	exposures, _ := journaled(t, j)
	if n := len(exposures); n < acked || n > most {
		t.Fatalf("%s: %d entries, of which %d were acknowledged and %d appended", when, n, acked, most)
	}
	wantJournaled(t, j, len(exposures), when)
	return len(exposures)
}

// At every operation the power fails, in each way that power fails. A reader of
// what is left, a writer that opens it, and one that crashes again while it
// opens it must all find every acknowledged append once.
func TestJournalSurvivesACrashAtEveryOperation(t *testing.T) {
	for at := 0; ; at += stride(5) {
		mem := faultfs.NewMem()
		var acked, ops atomic.Int64
		crashed := map[faultfs.Loss]*faultfs.Mem{}
		var when string
		var before int
		mem.Before = func(op faultfs.Op) error {
			if ops.Add(1)-1 == int64(at) {
				when, before = fmt.Sprintf("crash at operation %d, %v", at, op), int(acked.Load())
				for _, loss := range faultfs.Losses {
					crashed[loss] = mem.Crash(loss)
				}
			}
			return nil
		}
		check(t, appendAll(mem, crashAppends, &acked))
		if len(crashed) == 0 {
			if at < 40 {
				t.Fatalf("the script has only %d operations", at)
			}
			return
		}
		for loss, left := range crashed {
			when := fmt.Sprintf("%s, losing %v", when, loss)
			n := wantPrefix(t, left, before, crashAppends, when)
			var again int64
			left.Before = func(faultfs.Op) error { // the third operation of opening fails
				if again++; again == 3 {
					return errors.New("no space left on device")
				}
				return nil
			}
			if j, err := storage.OpenJournalFS(left, dir, crashOptions); err == nil {
				_ = j.Close()
			}
			left = left.Crash(loss)
			if m := wantPrefix(t, left, before, n, when+", and opening again fails"); m != n {
				t.Fatalf("%s: a reader saw %d entries, and after replay there are %d", when, n, m)
			}
			if loss != faultfs.Losses[at%len(faultfs.Losses)] {
				continue // the appends take their time, and go the same way
			}
			acked.Store(int64(n))
			check(t, appendAll(left, crashAppends+2, &acked))
			wantPrefix(t, left, crashAppends+2, crashAppends+2, when+", then appends")
		}
	}
}

// An operation fails once. What had been acknowledged stays, also in the walks
// of the handle; a failed append refuses the next ones; failed tables are made
// later.
func TestJournalLosesNothingWhenAnOperationFails(t *testing.T) {
	boom := errors.New("no space left on device")
	for at := int64(0); ; at += int64(stride(5)) {
		mem := faultfs.NewMem()
		var acked, ops atomic.Int64
		var failed atomic.Pointer[faultfs.Op]
		mem.Before = func(op faultfs.Op) error {
			if ops.Add(1)-1 == at {
				failed.Store(&op)
				return boom
			}
			return nil
		}
		j, err := storage.OpenJournalFS(mem, dir, crashOptions)
		check(t, err) // an empty directory needs no operation
		for n := range crashAppends {
			if err = j.Append(bg, exposure(n), event(n)); err != nil {
				break
			}
			acked.Add(1)
		}
		n := int(acked.Load())
		wantJournaled(t, j, n, "in the handle")
		if err != nil {
			if again := j.Append(bg, exposure(n), event(n)); !errors.Is(err, boom) || !errors.Is(again, boom) || !strings.Contains(again.Error(), "open the journal again") {
				t.Fatalf("%v failed: got errors %v and %v; want the fault, and then a refusal that wraps it", failed.Load(), err, again)
			}
		}
		closed := j.Close()
		op := failed.Load()
		if op == nil {
			check(t, closed)
			if at < 40 {
				t.Fatalf("the script has only %d operations", at)
			}
			return
		}
		if err != nil && !errors.Is(closed, boom) {
			t.Fatalf("%v failed: Close returns %v; want the fault", op, closed)
		}
		if err == nil && n != crashAppends {
			t.Fatalf("%v failed: %d appends were acknowledged; want all, for only tables failed", op, n)
		}
		when := fmt.Sprintf("operation %d failed, %v", at, op)
		left := mem.Crash(faultfs.LoseAll)
		got := wantPrefix(t, left, n, min(n+1, crashAppends), when)
		acked.Store(int64(got))
		check(t, appendAll(left, crashAppends+1, &acked))
		wantPrefix(t, left, crashAppends+1, crashAppends+1, when+", then appends")
	}
}

// Mem loses all unsynced names or none; a real disk may lose any of them. So
// what must be durable before what is seen in the order of operations.
func TestNamesOfTablesAreDurableBeforeWhatReliesOnThem(t *testing.T) {
	mem := faultfs.NewMem()
	j := openJournal(t, mem, storage.JournalOptions{})
	check(t, j.Append(bg, exposure(0), event(0)))
	var got []string
	mem.Before = func(op faultfs.Op) error {
		switch op.Kind {
		case "rename", "syncdir", "remove":
			if !strings.Contains(op.Name, "fact_") || op.Kind == "rename" { // attempts begin by removing the one before
				got = append(got, op.String())
			}
		}
		return nil
	}
	check(t, j.Close())
	want := []string{
		"rename w/fact_exposure-00000001.parquet", "rename w/fact_event-00000001.parquet", "syncdir w",
		"remove w/segment-00000001.json.tmp", "rename w/segment-00000001.json", "syncdir w", "remove w/wal-00000001.log",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("operations (-want +got):\n%s", diff)
	}
}
