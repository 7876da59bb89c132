package storage_test

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/osusume/osusume/internal/faultfs"
	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/storage"
)

// countingFS counts what is written to logs: fsyncs and bytes.
type countingFS struct {
	faultfs.OS
	syncs, bytes *atomic.Int64
}

func (c countingFS) Create(name string) (faultfs.File, error) {
	f, err := c.OS.Create(name)
	if err != nil || !strings.HasSuffix(name, ".log") {
		return f, err
	}
	return countingFile{f, c}, nil
}

type countingFile struct {
	faultfs.File
	c countingFS
}

func (f countingFile) Write(b []byte) (int, error) {
	f.c.bytes.Add(int64(len(b)))
	return f.File.Write(b)
}

func (f countingFile) Sync() error {
	f.c.syncs.Add(1)
	return f.File.Sync()
}

// served is what a server appends for one answer: a list of ten, and a click.
func served() ([]recommender.Exposure, []recommender.Event) {
	now := time.Unix(1_700_000_000, 0)
	x := recommender.Exposure{ID: "0190f3c2-7d54-7cc3-98c4-dc0c0c07398f", User: "user:104729", Experiment: "blend", Arm: "B", Model: "hybrid-20250101", Time: now}
	for i := range 10 {
		x.Items = append(x.Items, recommender.RecordID("anilist", fmt.Sprint(10_000+i)))
	}
	e := recommender.Event{User: x.User, Item: x.Items[3], Experiment: x.Experiment, Arm: x.Arm, Model: x.Model, Time: now}
	return []recommender.Exposure{x}, []recommender.Event{e}
}

// BenchmarkJournalAppend appends 512 calls an operation, from several callers at
// once, each of one answer or of a hundred. An event is an exposure of ten items
// or a click; a wait is that of one call until its entries are durable.
func BenchmarkJournalAppend(b *testing.B) {
	for _, c := range []struct {
		callers, answers int
		delay            time.Duration
	}{{1, 1, 0}, {8, 1, 0}, {64, 1, 0}, {64, 1, 2 * time.Millisecond}, {1, 100, 0}, {8, 100, 0}} {
		b.Run(fmt.Sprintf("callers=%d/answers=%d/delay=%v", c.callers, c.answers, c.delay), func(b *testing.B) {
			var syncs, bytes atomic.Int64
			j, err := storage.OpenJournalFS(countingFS{syncs: &syncs, bytes: &bytes}, b.TempDir(), storage.JournalOptions{MaxDelay: c.delay})
			if err != nil {
				b.Fatal(err)
			}
			exposures, events := served()
			exposures, events = slices.Repeat(exposures, c.answers), slices.Repeat(events, c.answers)
			const calls = 512
			waits := make([][]time.Duration, c.callers)
			b.ReportAllocs()
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			n := 0
			for b.Loop() {
				var wg sync.WaitGroup
				for i := range waits {
					wg.Go(func() {
						for range calls / c.callers {
							start := time.Now()
							if err := j.Append(b.Context(), exposures, events); err != nil {
								b.Error(err)
							}
							waits[i] = append(waits[i], time.Since(start))
						}
					})
				}
				wg.Wait()
				n += calls
			}
			runtime.ReadMemStats(&after)
			all := slices.Concat(waits...)
			slices.Sort(all)
			entries := float64(n * c.answers * 2)
			b.ReportMetric(entries/b.Elapsed().Seconds(), "events/s")
			b.ReportMetric(float64(bytes.Load())/entries, "B/event")
			b.ReportMetric(float64(after.Mallocs-before.Mallocs)/entries, "allocs/event")
			b.ReportMetric(float64(syncs.Load())/float64(n), "fsyncs/call")
			b.ReportMetric(float64(all[len(all)/2].Microseconds()), "p50-µs")
			b.ReportMetric(float64(all[len(all)*99/100].Microseconds()), "p99-µs")
			if err := j.Close(); err != nil {
				b.Error(err)
			}
		})
	}
}

func BenchmarkJournalWalk(b *testing.B) {
	const rows = 100_000
	exposures, events := served()
	for _, tables := range []bool{false, true} {
		b.Run(fmt.Sprintf("rows=%dk/tables=%t", rows/1000, tables), func(b *testing.B) {
			j, err := storage.OpenJournal(b.TempDir(), storage.JournalOptions{})
			if err != nil {
				b.Fatal(err)
			}
			defer func() { _ = j.Close() }()
			var xs []recommender.Exposure
			var es []recommender.Event
			for range 100 {
				xs, es = append(xs, exposures...), append(es, events...)
			}
			for range rows / 100 {
				if err := j.Append(b.Context(), xs, es); err != nil {
					b.Fatal(err)
				}
			}
			if tables {
				if err := j.Flush(b.Context()); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportAllocs()
			for b.Loop() {
				n := 0
				for _, err := range j.Exposures(b.Context()) {
					if err != nil {
						b.Fatal(err)
					}
					n++
				}
				if n != rows {
					b.Fatalf("got %d rows; want %d", n, rows)
				}
			}
			b.ReportMetric(rows*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}
