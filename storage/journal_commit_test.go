package storage_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/osusume/osusume/internal/faultfs"
	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/storage"
)

var errNoTables = errors.New("no tables today")

// MaxDelay is measured on the clock of the bubble: three appends, one fsync.
// Tables are not made, for the pooled encoders of zstd may not cross bubbles.
func TestMaxDelayGathersAppends(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		mem := faultfs.NewMem()
		syncs := 0
		mem.Before = func(op faultfs.Op) error {
			switch op.Kind {
			case "sync":
				syncs++
			case "create":
				if strings.Contains(op.Name, "fact_") {
					return errNoTables
				}
			}
			return nil
		}
		j := openJournal(t, mem, storage.JournalOptions{MaxDelay: 5 * time.Millisecond})
		start := time.Now()
		done := make(chan time.Duration, 3)
		for n := range 3 {
			time.Sleep(time.Millisecond)
			go func() {
				if err := j.Append(context.Background(), exposure(n), nil); err != nil {
					t.Error(err)
				}
				done <- time.Since(start)
			}()
		}
		for range 3 {
			if got := <-done; got != 6*time.Millisecond {
				t.Errorf("an append took until %v; want 6ms, which is 5 after the first", got)
			}
		}
		if syncs != 1 {
			t.Errorf("got %d fsyncs for three appends; want 1", syncs)
		}
		check(t, j.Append(context.Background(), exposure(3), nil))
		before := time.Now()
		if err := j.Close(); !errors.Is(err, errNoTables) {
			t.Errorf("Close: got error %v; want the one of the tables", err)
		}
		if got := time.Since(before); got > 0 {
			t.Errorf("Close waited %v; want no delay", got)
		}
	})
}

// While one fsync lasts, a megabyte is gathered for the next, not more.
func TestWhatIsGatheredIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		mem := faultfs.NewMem()
		release := make(chan bool)
		mem.Before = func(op faultfs.Op) error {
			if op.Kind == "sync" {
				<-release
			}
			if op.Kind == "create" && strings.Contains(op.Name, "fact_") {
				return errNoTables
			}
			return nil
		}
		j := openJournal(t, mem, storage.JournalOptions{})
		const callers = 6
		var wg sync.WaitGroup
		for range callers {
			wg.Go(func() {
				big := []recommender.Exposure{{ID: strings.Repeat("x", 600_000)}}
				if err := j.Append(context.Background(), big, nil); err != nil {
					t.Error(err)
				}
			})
			synctest.Wait() // the first is in its fsync, one is gathered, the others wait
		}
		close(release)
		wg.Wait()
		if got := bytes.Count(mem.Files()[dir+"/wal-00000001.log"], []byte("\xff\xffJ")); got != callers {
			t.Errorf("got %d records; want %d, for no two fit into one", got, callers)
		}
		if err := j.Close(); !errors.Is(err, errNoTables) {
			t.Errorf("Close: got error %v; want the one of the tables", err)
		}
	})
}

func TestAnAppendMayGiveUpWaiting(t *testing.T) {
	mem := faultfs.NewMem()
	syncing, release := make(chan bool, 1), make(chan bool)
	mem.Before = func(op faultfs.Op) error {
		if op.Kind == "sync" && strings.Contains(op.Name, "wal-") {
			syncing <- true
			<-release
		}
		return nil
	}
	j := openJournal(t, mem, storage.JournalOptions{})
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-syncing
		cancel()
	}()
	if err := j.Append(ctx, exposure(0), event(0)); !errors.Is(err, context.Canceled) {
		t.Errorf("got error %v; want context.Canceled", err)
	}
	wantJournaled(t, j, 0, "before the fsync ends")
	close(release)
	check(t, j.Flush(t.Context()))
	wantJournaled(t, j, 1, "after it")
	check(t, j.Close())
}
