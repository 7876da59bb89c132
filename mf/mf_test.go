package mf_test

import (
	"bytes"
	"fmt"
	"math"
	"testing"

	"github.com/osusume/osusume/internal/rng"
	"github.com/osusume/osusume/mf"
	"github.com/osusume/osusume/recommender"
)

func userID(u int) recommender.UserID { return recommender.UserID(fmt.Sprintf("u%d", u)) }
func itemID(i int) recommender.ItemID { return recommender.ItemID(fmt.Sprintf("i%d", i)) }

// dataset is what rows say, over a catalogue of the given items, and of more
// that rows name.
func dataset(tb testing.TB, items int, rows ...recommender.Interaction) recommender.Dataset {
	tb.Helper()
	b := recommender.NewTableBuilder(len(rows))
	for i := range items {
		b.AddItem(itemID(i))
	}
	for _, x := range rows {
		if err := b.Add(x); err != nil {
			tb.Fatal(err)
		}
	}
	return b.Table().Dataset()
}

func view(u, i int) recommender.Interaction {
	return recommender.Interaction{User: userID(u), Item: itemID(i)}
}

// longTailed draws about n distinct views whose items and users both have long
// tails.
func longTailed(tb testing.TB, users, items, n int) recommender.Dataset {
	tb.Helper()
	r := rng.New(1)
	has := make(map[[2]int]bool, n)
	rows := make([]recommender.Interaction, 0, n)
	for draws := 0; len(rows) < n && draws < 20*n; draws++ {
		u, i := int(math.Pow(r.Float64(), 2)*float64(users)), int(math.Pow(r.Float64(), 3)*float64(items))
		if !has[[2]int{u, i}] {
			has[[2]int{u, i}] = true
			rows = append(rows, view(u, i))
		}
	}
	return dataset(tb, items, rows...)
}

func train(tb testing.TB, c recommender.Trainer, d recommender.Dataset) *mf.Model {
	tb.Helper()
	m, err := c.Train(tb.Context(), d)
	if err != nil {
		tb.Fatal(err)
	}
	return m.(*mf.Model)
}

func save(tb testing.TB, m *mf.Model) []byte {
	tb.Helper()
	var b bytes.Buffer
	n, err := m.WriteTo(&b)
	if err != nil || n != int64(b.Len()) {
		tb.Fatalf("WriteTo = %d, %v; wrote %d bytes", n, err, b.Len())
	}
	return b.Bytes()
}

func scores(tb testing.TB, m *mf.Model, req recommender.Request) []float32 {
	tb.Helper()
	dst := make([]float32, len(m.Catalog()))
	if err := m.ScoreAll(tb.Context(), req, dst); err != nil {
		tb.Fatal(err)
	}
	return dst
}
