package synthetic_test

import (
	"fmt"
	"runtime"
	"testing"

	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/sources/synthetic"
)

func BenchmarkNew(b *testing.B) {
	for _, works := range []int{1500, 15_000, 100_000} {
		b.Run(fmt.Sprintf("works=%d", works), func(b *testing.B) {
			b.ReportAllocs()
			var before, after runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			var w *synthetic.World
			for b.Loop() {
				w = newWorld(b, synthetic.Config{Works: works})
			}
			runtime.GC()
			runtime.ReadMemStats(&after)
			b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/float64(works), "held-B/work")
			runtime.KeepAlive(w)
		})
	}
}

// BenchmarkWalk reads each source of the default world, and ratings of larger
// worlds: the cost of a rating does not grow with the works.
func BenchmarkWalk(b *testing.B) {
	w := newWorld(b, synthetic.Config{})
	for _, s := range append(w.Catalogues(), w.Ratings(), w.Reviews()) {
		b.Run("source="+s.Name(), func(b *testing.B) { benchmarkWalk(b, s) })
	}
	for _, works := range []int{15_000, 100_000} {
		w := newWorld(b, synthetic.Config{Works: works})
		b.Run(fmt.Sprintf("source=ratings/works=%d", works), func(b *testing.B) { benchmarkWalk(b, w.Ratings()) })
	}
}

func benchmarkWalk(b *testing.B, s recommender.Source) {
	b.ReportAllocs()
	rows := 0
	for b.Loop() {
		items, interactions := walk(b, s)
		rows += len(items) + len(interactions)
	}
	b.ReportMetric(float64(rows)/b.Elapsed().Seconds(), "rows/s")
}

func BenchmarkOracle(b *testing.B) {
	w := newWorld(b, synthetic.Config{})
	var records []recommender.ItemID
	for id := range w.Truth() {
		records = append(records, id)
	}
	dst := make([]float64, len(records))
	o := w.Oracle()
	for _, m := range []struct {
		name string
		f    func(recommender.UserID, []recommender.ItemID, []float64) error
	}{{"like", o.LikeAll}, {"watch", o.WatchAll}} {
		b.Run("method="+m.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := m.f("user-000017", records, dst); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
