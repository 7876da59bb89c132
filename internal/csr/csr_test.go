package csr_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/osusume/osusume/internal/csr"
)

// small is
//
//	. 5 6
//	. . .
//	7 . 8
func small() csr.Matrix {
	return csr.Matrix{Columns: 3, Offset: []int{0, 2, 2, 4}, Column: []int32{1, 2, 0, 2}, Value: []float32{5, 6, 7, 8}}
}

func TestTransposedTurnsRowsIntoColumns(t *testing.T) {
	want := csr.Matrix{Columns: 3, Offset: []int{0, 1, 2, 4}, Column: []int32{2, 0, 0, 2}, Value: []float32{7, 5, 6, 8}}
	got := small().Transposed()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if diff := cmp.Diff(small(), got.Transposed()); diff != "" {
		t.Errorf("twice is not the first (-want +got)\n%s", diff)
	}
	ones := csr.Matrix{Columns: 4, Offset: []int{0, 2}, Column: []int32{1, 3}}
	if diff := cmp.Diff(csr.Matrix{Columns: 1, Offset: []int{0, 0, 1, 1, 2}, Column: []int32{0, 0}}, ones.Transposed()); diff != "" {
		t.Errorf("ones (-want +got)\n%s", diff)
	}
}

func TestRowsAreViews(t *testing.T) {
	m := small()
	columns, values := m.Row(2)
	if !cmp.Equal(columns, []int32{0, 2}) || !cmp.Equal(values, []float32{7, 8}) {
		t.Errorf("row 2 is %v %v", columns, values)
	}
	if got := m.Of(1); len(got) != 0 {
		t.Errorf("row 1 has %v", got)
	}
	if got := m.Counts(); !cmp.Equal(got, []int32{1, 1, 2}) {
		t.Errorf("counts %v", got)
	}
	m.Value = nil
	if _, values := m.Row(0); values != nil {
		t.Errorf("a row of ones has values %v", values)
	}
}

func TestLengthsPutTogetherAgain(t *testing.T) {
	m := small()
	got, err := csr.OfLengths(3, m.Lengths(), m.Column, m.Value)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(m, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestWhatDoesNotFitIsSaid(t *testing.T) {
	for name, c := range map[string]struct {
		lengths, column []int32
		value           []float32
	}{
		"a negative length":   {[]int32{-1}, nil, nil},
		"a length beyond":     {[]int32{2}, []int32{0}, nil},
		"places of no row":    {[]int32{1}, []int32{0, 1}, nil},
		"a column beyond":     {[]int32{1}, []int32{3}, nil},
		"a column below zero": {[]int32{1}, []int32{-1}, nil},
		"a column twice":      {[]int32{2}, []int32{1, 1}, nil},
		"a value too few":     {[]int32{2}, []int32{0, 1}, []float32{1}},
	} {
		if _, err := csr.OfLengths(3, c.lengths, c.column, c.value); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if err := (csr.Matrix{}).Check(); err == nil {
		t.Error("a matrix without offsets: no error")
	}
	if err := (csr.Matrix{Columns: 1, Offset: []int{0, 2, 1}, Column: []int32{0}}).Check(); err == nil {
		t.Error("offsets that fall: no error")
	}
}
