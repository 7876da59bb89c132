package itemknn_test

import (
	"bytes"
	"fmt"
	"math"
	"testing"

	"github.com/osusume/osusume/internal/rng"
	"github.com/osusume/osusume/mf/itemknn"
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

// pattern has a user u and an item i where (7u² + 3i² + 5ui + u) mod 11 < 4.
func pattern(tb testing.TB, more ...recommender.Interaction) recommender.Dataset {
	var rows []recommender.Interaction
	for u := range 12 {
		for i := range 9 {
			if (7*u*u+3*i*i+5*u*i+u)%11 < 4 {
				rows = append(rows, view(u, i))
			}
		}
	}
	return dataset(tb, 10, append(rows, more...)...) // the last item is nobody's
}

func train(tb testing.TB, c itemknn.Config, d recommender.Dataset) *itemknn.Model {
	tb.Helper()
	m, err := c.Train(tb.Context(), d)
	if err != nil {
		tb.Fatal(err)
	}
	return m.(*itemknn.Model)
}

func save(tb testing.TB, m *itemknn.Model) []byte {
	tb.Helper()
	var b bytes.Buffer
	n, err := m.WriteTo(&b)
	if err != nil || n != int64(b.Len()) {
		tb.Fatalf("WriteTo = %d, %v; wrote %d bytes", n, err, b.Len())
	}
	return b.Bytes()
}

func scores(tb testing.TB, m *itemknn.Model, req recommender.Request) []float32 {
	tb.Helper()
	dst := make([]float32, len(m.Catalog()))
	if err := m.ScoreAll(tb.Context(), req, dst); err != nil {
		tb.Fatal(err)
	}
	return dst
}

// near reports where two lists differ by more than the tolerance.
func near(tb testing.TB, what string, got []float32, want []float64, tolerance float64) {
	tb.Helper()
	if len(got) != len(want) {
		tb.Fatalf("%s: %d numbers, want %d", what, len(got), len(want))
	}
	for i := range got {
		if !(math.Abs(float64(got[i])-want[i]) <= tolerance) {
			tb.Errorf("%s: number %d is %v, want %v", what, i, got[i], want[i])
		}
	}
}
