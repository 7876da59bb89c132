package mf_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"testing"

	"github.com/osusume/osusume/internal/rng"
	"github.com/osusume/osusume/mf"
	"github.com/osusume/osusume/recommender"
)

// served is a model with that many users and items whose factors are noise: what
// serving costs does not depend on what they say. Each user has n items.
func served(b *testing.B, users, items, factors, n int) *mf.Model {
	b.Helper()
	r := rng.New(1)
	matrix := func(rows int) (dictionary string, data []byte) {
		for range rows * factors {
			data = binary.LittleEndian.AppendUint32(data, math.Float32bits(float32(r.NormFloat64())/8))
		}
		return fmt.Sprintf("{'descr': '<f4', 'fortran_order': False, 'shape': (%d, %d), }", rows, factors), data
	}
	user, userData := matrix(users)
	item, itemData := matrix(items)
	file := archive(b, user, item, userData, itemData)
	t := &recommender.Table{}
	for u := range users {
		t.Users = append(t.Users, userID(u))
	}
	for i := range items {
		t.Items = append(t.Items, itemID(i))
	}
	for row := range users * n {
		t.User, t.Item = append(t.User, int32(row/n)), append(t.Item, int32(r.IntN(items)))
	}
	t.Kind, t.Value, t.Unix = make([]recommender.Kind, users*n), make([]float32, users*n), make([]int64, users*n)
	t.Sort()
	m, err := mf.ReadNPZ(b.Context(), bytes.NewReader(file), int64(len(file)), t.Users, t.Items, t.Dataset())
	if err != nil {
		b.Fatal(err)
	}
	return m
}

func BenchmarkTopTen(b *testing.B) {
	for _, items := range []int{20_000, 1_000_000} {
		m := served(b, 1000, items, 64, 100)
		for name, req := range map[string]recommender.Request{
			"all":        {User: userID(1)},
			"within=500": {User: userID(1), Within: m.Catalog()[:500]},
		} {
			b.Run(fmt.Sprintf("items=%d/factors=64/%s", items, name), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if _, err := m.Recommend(b.Context(), req); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

// All users of a batch; the metric counts products of a user and an item.
func BenchmarkRecommendAll(b *testing.B) {
	const users, items = 138_000, 27_000
	m := served(b, users, items, 64, 20)
	b.Run(fmt.Sprintf("users=%d/items=%d/factors=64/n=10", users, items), func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			for _, err := range m.RecommendAll(b.Context(), mf.Batch{}) {
				if err != nil {
					b.Fatal(err)
				}
			}
		}
		b.ReportMetric(float64(b.N)*users*items/b.Elapsed().Seconds()/1e6, "Mscores/s")
	})
}

// A user with 100 items whom training has not seen.
func BenchmarkFoldUser(b *testing.B) {
	d := longTailed(b, 5000, 3000, 400_000)
	for _, c := range []struct {
		name string
		t    recommender.Trainer
	}{
		{"model=bpr/factors=64", mf.Config{Epochs: 5}},
		{"model=ials/factors=64", mf.IALS{}}, {"model=ials/factors=128", mf.IALS{Factors: 128, Epochs: 8}},
	} {
		m := train(b, c.t, d)
		var history []recommender.Interaction
		for i := range 100 {
			history = append(history, recommender.Interaction{Item: itemID(i * 7)})
		}
		b.Run(c.name+"/items=100", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := m.FoldUser(history); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkTrainIALS(b *testing.B) {
	d := longTailed(b, 5000, 1197, 437_000)
	for _, factors := range []int{64, 128, 256} {
		b.Run(fmt.Sprintf("users=5000/items=1197/interactions=437k/factors=%d/epochs=4", factors), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				train(b, mf.IALS{Factors: factors, Epochs: 4}, d)
			}
		})
	}
}
