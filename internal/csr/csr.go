// Package csr is a sparse matrix, row by row, of float32 numbers or of ones.
package csr

import "fmt"

// A Matrix has in row i the columns Column[Offset[i]:Offset[i+1]], ascending,
// and the numbers at the same places of Value. Without Value all are 1.
// Whoever makes one keeps to that; Check tells whether it was kept.
type Matrix struct {
	Columns int
	Offset  []int // one more than there are rows
	Column  []int32
	Value   []float32 // nil, or as many as Column
}

// Rows returns the number of rows.
func (m Matrix) Rows() int { return len(m.Offset) - 1 }

// Row returns the columns and numbers of row i; no numbers where all are 1.
func (m Matrix) Row(i int) (columns []int32, values []float32) {
	from, to := m.Offset[i], m.Offset[i+1]
	if m.Value != nil {
		values = m.Value[from:to:to]
	}
	return m.Column[from:to:to], values
}

// Of returns the columns of row i.
func (m Matrix) Of(i int) []int32 { return m.Column[m.Offset[i]:m.Offset[i+1]:m.Offset[i+1]] }

// Counts returns how many rows have each column.
func (m Matrix) Counts() []int32 {
	counts := make([]int32, m.Columns)
	for _, c := range m.Column {
		counts[c]++
	}
	return counts
}

// Transposed returns a new matrix whose rows are m's columns.
func (m Matrix) Transposed() Matrix {
	t := Matrix{Columns: m.Rows(), Offset: make([]int, m.Columns+1), Column: make([]int32, len(m.Column))}
	if m.Value != nil {
		t.Value = make([]float32, len(m.Value))
	}
	for _, c := range m.Column {
		t.Offset[c+1]++
	}
	for c := range m.Columns {
		t.Offset[c+1] += t.Offset[c]
	}
	next := make([]int, m.Columns)
	copy(next, t.Offset)
	for row := range m.Rows() {
		for at := m.Offset[row]; at < m.Offset[row+1]; at++ {
			to := next[m.Column[at]]
			next[m.Column[at]]++
			t.Column[to] = int32(row)
			if t.Value != nil {
				t.Value[to] = m.Value[at]
			}
		}
	}
	return t
}

// Lengths returns how many columns each row has: with Column and Value all that
// a snapshot needs.
func (m Matrix) Lengths() []int32 {
	list := make([]int32, m.Rows())
	for i := range list {
		list[i] = int32(m.Offset[i+1] - m.Offset[i])
	}
	return list
}

// OfLengths puts together what Lengths took apart, and keeps the slices. It says
// what does not fit.
func OfLengths(columns int, lengths, column []int32, value []float32) (Matrix, error) {
	m := Matrix{Columns: columns, Offset: make([]int, 1, len(lengths)+1), Column: column, Value: value}
	at := 0
	for row, n := range lengths {
		if n < 0 || int(n) > len(column)-at {
			return m, fmt.Errorf("row %d has %d places of the %d left", row, n, len(column)-at)
		}
		at += int(n)
		m.Offset = append(m.Offset, at)
	}
	return m, m.Check()
}

// Check says where m is not as its comment promises.
func (m Matrix) Check() error {
	if len(m.Offset) == 0 || m.Offset[0] != 0 || m.Offset[m.Rows()] != len(m.Column) {
		return fmt.Errorf("rows do not end where the %d places do", len(m.Column))
	}
	if m.Value != nil && len(m.Value) != len(m.Column) {
		return fmt.Errorf("%d values at %d places", len(m.Value), len(m.Column))
	}
	for row := range m.Rows() {
		if from, to := m.Offset[row], m.Offset[row+1]; from > to || to > len(m.Column) {
			return fmt.Errorf("row %d is from %d to %d", row, from, to)
		}
		last := int32(-1)
		for _, c := range m.Of(row) {
			if c <= last || int(c) >= m.Columns {
				return fmt.Errorf("row %d has column %d after column %d of %d", row, c, last, m.Columns)
			}
			last = c
		}
	}
	return nil
}
