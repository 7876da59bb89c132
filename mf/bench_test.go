package mf_test

import (
	"hash/fnv"
	"strconv"
	"testing"

	"github.com/osusume/osusume/mf"
	"github.com/osusume/osusume/recommender"
)

// Five epochs, of uniform and of hard negatives; the metric counts applied
// updates by the time in the epochs.
func BenchmarkTrain(b *testing.B) {
	d := longTailed(b, 5000, 1197, 437_000)
	for _, v := range []struct {
		name       string
		candidates int
	}{{"candidates=1", 1}, {"candidates=8", 8}} {
		b.Run("users=5000/items=1197/interactions=437k/factors=64/"+v.name, func(b *testing.B) {
			var last mf.Progress
			c := mf.Config{Epochs: 5, Candidates: v.candidates, Progress: func(p mf.Progress) { last = p }}
			b.ReportAllocs()
			for b.Loop() {
				train(b, c, d)
			}
			b.ReportMetric(last.UpdatesPerSecond(), "updates/s")
		})
	}
}

func BenchmarkRecommend(b *testing.B) {
	m := train(b, mf.Config{Epochs: 1}, longTailed(b, 2000, 20_000, 100_000))
	b.Run("items=20k/factors=64", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := m.Recommend(b.Context(), recommender.Request{User: "u1"}); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// What features add to training, beside the training of the same data without.
func BenchmarkFeatures(b *testing.B) {
	d := longTailed(b, 2000, 5000, 100_000)
	f := mf.Features{Items: func(it recommender.Item) []string {
		h := fnv.New32a()
		_, _ = h.Write([]byte(it.ID))
		var list []string
		for k := range uint32(20) {
			list = append(list, strconv.Itoa(int(h.Sum32()*(2*k+1)>>21)))
		}
		return list
	}}
	for _, c := range []struct {
		name     string
		features mf.Features
	}{{"none", mf.Features{}}, {"20", f}} {
		b.Run("features="+c.name+"/items=5k/pairs=100k", func(b *testing.B) {
			b.ReportAllocs()
			var m *mf.Model
			for b.Loop() {
				m = train(b, mf.Config{Epochs: 5, Features: c.features}, d)
			}
			b.ReportMetric(float64(len(m.ItemTerms())), "features")
		})
	}
}
