package storage_test

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/storage"
)

// TestPeer is our side of docs/benchmarks/peers/storage/run: OSUSUME_PEER says
// what to measure, OSUSUME_PEER_DIR where the warehouse is.
func TestPeer(t *testing.T) {
	what, dir := os.Getenv("OSUSUME_PEER"), os.Getenv("OSUSUME_PEER_DIR")
	if what == "" {
		t.Skip("OSUSUME_PEER is not set; docs/benchmarks/peers/storage/run sets it")
	}
	say := func(name string, x float64) { fmt.Printf("%s %g\n", name, x) }
	switch what {
	case "write":
		rows, err := strconv.Atoi(os.Getenv("OSUSUME_PEER_ROWS"))
		check(t, err)
		w := open(t, dir, storage.Options{Grace: -1, KeepVersions: 1})
		list := pages(ratings(rows, rows/144+1, 27_000), 100_000)
		start := time.Now()
		for _, p := range list {
			check(t, w.Put(t.Context(), p, "site"))
		}
		put := time.Since(start)
		start = time.Now()
		check(t, w.Compact(t.Context()))
		all := put + time.Since(start)
		check(t, w.Close())
		for _, table := range w.Tables() {
			if table.Name == "fact_rating" {
				say("rows", float64(table.Rows))
				say("bytes_per_row", float64(table.Bytes)/float64(table.Rows))
			}
		}
		say("put_rows_per_s", float64(rows)/put.Seconds())
		say("put_and_compact_rows_per_s", float64(rows)/all.Seconds())
	case "files":
		w := open(t, dir, storage.Options{ReadOnly: true})
		names, err := w.Files(t.Context(), nil)
		check(t, err)
		for _, name := range names {
			if ok, _ := filepath.Match("fact_rating-*", filepath.Base(name)); ok {
				fmt.Println(name)
			}
		}
	case "load":
		for range 2 { // the first in a fresh process, and one more
			runtime.GC() // the table before is freed, as the peer's is with del
			w := open(t, dir, storage.Options{ReadOnly: true})
			start := time.Now()
			table, err := w.Table(t.Context(), recommender.Filter{})
			check(t, err)
			say("rows_per_s", float64(table.Len())/time.Since(start).Seconds())
		}
	case "user": // each from a handle just opened
		rows, err := strconv.Atoi(os.Getenv("OSUSUME_PEER_ROWS"))
		check(t, err)
		users := rows/144 + 1
		const n = 500
		var opens, reads, warm []time.Duration
		for i := range n {
			start := time.Now()
			w := open(t, dir, storage.Options{ReadOnly: true})
			opens = append(opens, time.Since(start))
			for k, times := range []*[]time.Duration{&reads, &warm} { // then another user's
				start = time.Now()
				found := 0
				for _, err := range w.Interactions(t.Context(), recommender.Filter{User: recommender.UserID(fmt.Sprintf("user:%d", (2*i+k)*631%users))}) {
					check(t, err)
					found++
				}
				*times = append(*times, time.Since(start))
				if found == 0 {
					t.Fatalf("user %d has no history", (2*i+k)*631%users)
				}
			}
			check(t, w.Close())
		}
		for _, of := range []struct {
			name  string
			times []time.Duration
		}{{"open", opens}, {"history", reads}, {"next_history", warm}} {
			slices.Sort(of.times)
			say(of.name+"_median_ms", of.times[n/2].Seconds()*1000)
			say(of.name+"_p95_ms", of.times[n*95/100].Seconds()*1000)
			say(of.name+"_min_ms", of.times[0].Seconds()*1000)
		}
	}
}
