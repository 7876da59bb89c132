package ease_test

import (
	"bytes"
	"math"
	"testing"

	"github.com/osusume/osusume/internal/snapshot"
	"github.com/osusume/osusume/mf/ease"
	"github.com/osusume/osusume/mf/internal/mftest"
	"github.com/osusume/osusume/recommender"
)

// 1,600 items take two sections of the triangle.
func TestLargeTrianglesReadBack(t *testing.T) {
	var rows []recommender.Interaction
	for i := range 1600 {
		rows = append(rows, view(i%40, i), view(40+i%7, i))
	}
	m := train(t, ease.Config{}, dataset(t, 1600, rows...))
	data := save(t, m)
	read, err := ease.ReadModel(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(save(t, read), data) {
		t.Error("written again, the bytes differ")
	}
	for _, j := range []int{0, 1, 1449, 1599} {
		want, _ := m.Weight(itemID(77), itemID(j))
		if got, _ := read.Weight(itemID(77), itemID(j)); got != want {
			t.Errorf("weight on item %d is %v, want %v", j, got, want)
		}
	}
}

// Sections that check but do not fit together; each case spoils one thing.
func TestSnapshotsThatDoNotFitAreCorrupt(t *testing.T) {
	type parts struct {
		mftest.Sections
		form          []byte
		scale         []float32
		triangle      []float32
		rows, columns []int32 // of the sparse form
		weights       []float32
	}
	good := func(form byte) parts {
		return parts{
			mftest.GoodSections(), []byte{form, 0, 0, 0}, []float32{1, 2}, []float32{0.5},
			[]int32{1, 0, 0}, []int32{1}, []float32{3},
		}
	}
	read := func(p parts) error {
		var b bytes.Buffer
		w := snapshot.NewWriter(&b, ease.Kind, 1)
		p.Write(w)
		w.Bytes(p.form)
		w.Float32s(p.scale)
		if p.form[0] == 0 {
			w.Float32s(p.triangle)
		} else {
			w.Int32s(p.rows)
			w.Int32s(p.columns)
			w.Float32s(p.weights)
		}
		if _, err := w.Close(); err != nil {
			t.Fatal(err)
		}
		_, err := ease.ReadModel(&b)
		return err
	}
	for form := range byte(2) {
		if err := read(good(form)); err != nil {
			t.Fatalf("the good one of form %d: %v", form, err)
		}
		for name, spoil := range mftest.Spoilers() {
			p := good(form)
			spoil(&p.Sections)
			mftest.MustBeCorrupt(t, name, read(p))
		}
	}
	for name, c := range map[string]struct {
		form  byte
		spoil func(*parts)
	}{
		"an unknown form":          {0, func(p *parts) { p.form[0] = 2 }},
		"a long form":              {0, func(p *parts) { p.form = make([]byte, 5) }},
		"a scale too few":          {0, func(p *parts) { p.scale = p.scale[:1] }},
		"a scale that is NaN":      {0, func(p *parts) { p.scale[0] = float32(math.NaN()) }},
		"a scale below zero":       {0, func(p *parts) { p.scale[0] = -1 }},
		"a short triangle":         {0, func(p *parts) { p.triangle = nil }},
		"a long triangle":          {0, func(p *parts) { p.triangle = []float32{1, 2} }},
		"a weight that is NaN":     {0, func(p *parts) { p.triangle[0] = float32(math.NaN()) }},
		"an infinite weight":       {1, func(p *parts) { p.weights[0] = float32(math.Inf(1)) }},
		"a row of weights missing": {1, func(p *parts) { p.rows = p.rows[:2] }},
		"weights out of range":     {1, func(p *parts) { p.columns[0] = 3 }},
		"a weight too few":         {1, func(p *parts) { p.weights = nil }},
	} {
		p := good(c.form)
		c.spoil(&p)
		mftest.MustBeCorrupt(t, name, read(p))
	}
}
