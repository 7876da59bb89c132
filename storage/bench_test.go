package storage_test

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/osusume/osusume/internal/rng"
	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/storage"
)

// ratings makes n interactions shaped as those of a film site: long-tailed
// items, users who come once and rate many, a few of them again.
func ratings(n, users, items int) []recommender.Interaction {
	r := rng.New(7)
	log := make([]recommender.Interaction, n)
	for i := range log {
		item := int(float64(items) * math.Pow(r.Float64(), 3))
		log[i] = recommender.Interaction{
			User: recommender.UserID(fmt.Sprintf("user:%d", i*users/n)), Item: recommender.RecordID("site", fmt.Sprint(item)),
			Kind: recommender.Rate, Value: float32(r.IntN(11)) / 2, Time: time.Unix(1e9+int64(i*60+r.IntN(3600)), 0),
		}
		if i > 0 && r.IntN(10) == 0 {
			log[i].User = log[r.IntN(i)].User
		}
	}
	return log
}

func pages(log []recommender.Interaction, size int) []recommender.Page {
	var list []recommender.Page
	for at := 0; at < len(log); at += size {
		end := min(at+size, len(log))
		list = append(list, recommender.Page{Interactions: log[at:end], Next: recommender.Cursor(fmt.Sprint(end))})
	}
	return list
}

func fill(b *testing.B, w *storage.Warehouse, list []recommender.Page) {
	b.Helper()
	for _, p := range list {
		if err := w.Put(b.Context(), p, "site"); err != nil {
			b.Fatal(err)
		}
	}
}

func openB(b *testing.B) *storage.Warehouse {
	b.Helper()
	w, err := storage.Open(b.TempDir(), storage.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = w.Close() })
	return w
}

func BenchmarkPut(b *testing.B) {
	for _, size := range []int{5_000, 20_000} {
		b.Run(fmt.Sprintf("interactions=500k/page=%dk", size/1000), func(b *testing.B) {
			list := pages(ratings(500_000, 5_000, 10_000), size)
			b.ReportAllocs()
			for b.Loop() {
				fill(b, openB(b), list)
			}
			b.ReportMetric(500_000*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}

func BenchmarkTable(b *testing.B) {
	for _, n := range []int{1_000_000} {
		b.Run(fmt.Sprintf("interactions=%dk", n/1000), func(b *testing.B) {
			w := openB(b)
			fill(b, w, pages(ratings(n, 10_000, 10_000), 20_000))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := w.Table(b.Context(), recommender.Filter{}); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}

func BenchmarkInteractions(b *testing.B) {
	const n = 500_000
	w := openB(b)
	fill(b, w, pages(ratings(n, 5_000, 10_000), 20_000))
	for _, f := range []recommender.Filter{{}, {User: "user:77"}} {
		b.Run(fmt.Sprintf("interactions=%dk/user=%t", n/1000, f.User != ""), func(b *testing.B) {
			b.ReportAllocs()
			rows := 0
			for b.Loop() {
				for _, err := range w.Interactions(b.Context(), f) {
					if err != nil {
						b.Fatal(err)
					}
					rows++
				}
			}
			b.ReportMetric(float64(rows)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}

func BenchmarkItems(b *testing.B) {
	const n = 100_000
	var p recommender.Page
	for i := range n {
		p.Items = append(p.Items, recommender.Item{
			ID: recommender.RecordID("site", fmt.Sprint(i)), Title: fmt.Sprint("The title of number ", i), Text: fmt.Sprint("What happens in number ", i, " is told here, at some length."),
			Tags: []string{"drama", fmt.Sprint("tag ", i%50)}, Year: 1950 + i%70, Attrs: map[string]string{recommender.AttrFormat: "TV"},
		})
	}
	dir := b.TempDir()
	w, err := storage.Open(dir, storage.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = w.Close() }()
	fill(b, w, []recommender.Page{p})
	walk := func(b *testing.B, w *storage.Warehouse) {
		for _, err := range w.Items(b.Context()) {
			if err != nil {
				b.Fatal(err)
			}
		}
	}
	b.Run(fmt.Sprintf("items=%dk/open=cold", n/1000), func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			r, err := storage.Open(dir, storage.Options{ReadOnly: true})
			if err != nil {
				b.Fatal(err)
			}
			walk(b, r)
			_ = r.Close()
		}
		b.ReportMetric(n*float64(b.N)/b.Elapsed().Seconds(), "items/s")
	})
	b.Run(fmt.Sprintf("items=%dk/open=warm", n/1000), func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			walk(b, w)
		}
		b.ReportMetric(n*float64(b.N)/b.Elapsed().Seconds(), "items/s")
	})
}
