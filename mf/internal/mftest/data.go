package mftest

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"testing"

	"github.com/osusume/osusume/internal/rng"
	"github.com/osusume/osusume/recommender"
)

// UserID returns the ID of user u.
func UserID(u int) recommender.UserID { return recommender.UserID(fmt.Sprintf("u%d", u)) }

// ItemID returns the ID of item i.
func ItemID(i int) recommender.ItemID { return recommender.ItemID(fmt.Sprintf("i%d", i)) }

// View is that of item i by user u.
func View(u, i int) recommender.Interaction {
	return recommender.Interaction{User: UserID(u), Item: ItemID(i)}
}

// Dataset is what rows say, over a catalogue of the given items, and of more
// that rows name.
func Dataset(tb testing.TB, items int, rows ...recommender.Interaction) recommender.Dataset {
	tb.Helper()
	b := recommender.NewTableBuilder(len(rows))
	for i := range items {
		b.AddItem(ItemID(i))
	}
	for _, x := range rows {
		if err := b.Add(x); err != nil {
			tb.Fatal(err)
		}
	}
	return b.Table().Dataset()
}

// LongTailed draws about n distinct views whose items and users both have long
// tails.
func LongTailed(tb testing.TB, users, items, n int) recommender.Dataset {
	tb.Helper()
	r := rng.New(1)
	has := make(map[[2]int]bool, n)
	rows := make([]recommender.Interaction, 0, n)
	for draws := 0; len(rows) < n && draws < 20*n; draws++ {
		u, i := int(math.Pow(r.Float64(), 2)*float64(users)), int(math.Pow(r.Float64(), 3)*float64(items))
		if !has[[2]int{u, i}] {
			has[[2]int{u, i}] = true
			rows = append(rows, View(u, i))
		}
	}
	return Dataset(tb, items, rows...)
}

// Pattern has a user u and an item i where (7u² + 3i² + 5ui + u) mod 11 < 4.
func Pattern(tb testing.TB, more ...recommender.Interaction) recommender.Dataset {
	tb.Helper()
	var rows []recommender.Interaction
	for u := range 12 {
		for i := range 9 {
			if (7*u*u+3*i*i+5*u*i+u)%11 < 4 {
				rows = append(rows, View(u, i))
			}
		}
	}
	return Dataset(tb, 10, append(rows, more...)...) // the last item is nobody's
}

// Save returns a model's snapshot.
func Save(tb testing.TB, m io.WriterTo) []byte {
	tb.Helper()
	var b bytes.Buffer
	n, err := m.WriteTo(&b)
	if err != nil || n != int64(b.Len()) {
		tb.Fatalf("WriteTo = %d, %v; wrote %d bytes", n, err, b.Len())
	}
	return b.Bytes()
}

// Scores returns the scores of the whole catalogue.
func Scores(tb testing.TB, m recommender.Scorer, req recommender.Request) []float32 {
	tb.Helper()
	dst := make([]float32, len(m.Catalog()))
	if err := m.ScoreAll(tb.Context(), req, dst); err != nil {
		tb.Fatal(err)
	}
	return dst
}

// Near reports where two lists differ by more than the tolerance.
func Near(tb testing.TB, what string, got []float32, want []float64, tolerance float64) {
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
