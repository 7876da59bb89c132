package itemknn_test

import (
	"bytes"
	"math"
	"testing"

	"github.com/osusume/osusume/internal/snapshot"
	"github.com/osusume/osusume/mf/internal/mftest"
	"github.com/osusume/osusume/mf/itemknn"
)

// Sections that check but do not fit together; each case spoils one thing.
func TestSnapshotsThatDoNotFitAreCorrupt(t *testing.T) {
	type parts struct {
		mftest.Sections
		rows, columns []int32
		weights       []float32
	}
	good := func() parts {
		return parts{mftest.GoodSections(), []int32{1, 0, 0}, []int32{1}, []float32{3}}
	}
	read := func(p parts) error {
		var b bytes.Buffer
		w := snapshot.NewWriter(&b, itemknn.Kind, 1)
		p.Write(w)
		w.Int32s(p.rows)
		w.Int32s(p.columns)
		w.Float32s(p.weights)
		if _, err := w.Close(); err != nil {
			t.Fatal(err)
		}
		_, err := itemknn.ReadModel(&b)
		return err
	}
	if err := read(good()); err != nil {
		t.Fatalf("the good one: %v", err)
	}
	for name, spoil := range mftest.Spoilers() {
		p := good()
		spoil(&p.Sections)
		mftest.MustBeCorrupt(t, name, read(p))
	}
	for name, spoil := range map[string]func(*parts){
		"a weight that is NaN":     func(p *parts) { p.weights[0] = float32(math.NaN()) },
		"an infinite weight":       func(p *parts) { p.weights[0] = float32(math.Inf(1)) },
		"a row of weights missing": func(p *parts) { p.rows = p.rows[:2] },
		"weights out of range":     func(p *parts) { p.columns[0] = 3 },
		"a weight too few":         func(p *parts) { p.weights = nil },
	} {
		p := good()
		spoil(&p)
		mftest.MustBeCorrupt(t, name, read(p))
	}
}
