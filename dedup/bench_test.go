package dedup_test

import (
	"fmt"
	"testing"

	"github.com/osusume/osusume/dedup"
	"github.com/osusume/osusume/recommender"
)

func benchmarkResolve(b *testing.B, records []recommender.Item, truth map[recommender.ItemID]string, excluded map[recommender.ItemID]bool) {
	b.ReportAllocs()
	var links []recommender.Link
	for b.Loop() {
		r, err := dedup.Config{Workers: 1}.Resolve(b.Context(), nil, seq(records))
		if err != nil {
			b.Fatal(err)
		}
		links = r.Links
	}
	q := dedup.Score(links, truth, excluded)
	b.ReportMetric(float64(len(records)*b.N)/b.Elapsed().Seconds(), "records/s")
	b.ReportMetric(q.F1, "F1")
	b.ReportMetric(q.Precision, "precision")
}

func BenchmarkResolve(b *testing.B) {
	for _, works := range []int{1000, 4000, 16000} {
		b.Run(fmt.Sprintf("works=%d", works), func(b *testing.B) {
			records, truth := world(works, 1)
			benchmarkResolve(b, records, truth, nil)
		})
	}
	b.Run("data=anime", func(b *testing.B) {
		records := animeRecords(b)
		truth, excluded := animeTruth(b)
		benchmarkResolve(b, records, truth, excluded)
	})
}

func BenchmarkParseTitle(b *testing.B) {
	for _, title := range []string{"Silent Orchard 2nd Season Part 2 (TV)", "沈黙の果樹園 第2期"} {
		b.Run("bytes="+fmt.Sprint(len(title)), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				dedup.ParseTitle(title)
			}
		})
	}
}
