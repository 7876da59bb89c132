package storage_test

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/osusume/osusume/internal/faultfs"
	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/storage"
)

// countingFS counts fsyncs of files.
type countingFS struct {
	faultfs.OS
	syncs *atomic.Int64
}

func (c countingFS) Create(name string) (faultfs.File, error) {
	f, err := c.OS.Create(name)
	return countingFile{f, c.syncs}, err
}

type countingFile struct {
	faultfs.File
	syncs *atomic.Int64
}

func (f countingFile) Sync() error {
	f.syncs.Add(1)
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

func BenchmarkJournalAppend(b *testing.B) {
	exposures, events := served()
	for _, callers := range []int{1, 16, 128} {
		for _, delay := range []time.Duration{0, 5 * time.Millisecond} {
			b.Run(fmt.Sprintf("callers=%d/delay=%v", callers, delay), func(b *testing.B) {
				var syncs atomic.Int64
				j, err := storage.OpenJournalFS(countingFS{syncs: &syncs}, b.TempDir(), storage.JournalOptions{MaxDelay: delay})
				if err != nil {
					b.Fatal(err)
				}
				b.ReportAllocs()
				turns := make(chan bool) // an append each, for whichever caller is free
				var wg sync.WaitGroup
				for range callers {
					wg.Go(func() {
						for range turns {
							if err := j.Append(b.Context(), exposures, events); err != nil {
								b.Error(err)
							}
						}
					})
				}
				n := 0
				for b.Loop() {
					turns <- true
					n++
				}
				close(turns)
				wg.Wait()
				b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "appends/s")
				b.ReportMetric(float64(syncs.Load())/float64(n), "fsyncs/append")
				if err := j.Close(); err != nil {
					b.Error(err)
				}
			})
		}
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
