package tfidf

// A matrix is sparse rows one after the other (CSR). Row i has the columns
// column[start[i]:start[i+1]], ascending, and the values beside them.
type matrix struct {
	columns int
	start   []int
	column  []int32
	value   []float32
}

func (m *matrix) rows() int { return len(m.start) - 1 }

// row returns columns and values of row i; both empty for an item without terms.
func (m *matrix) row(i int32) ([]int32, []float32) {
	from, to := m.start[i], m.start[i+1]
	return m.column[from:to], m.value[from:to]
}

// add appends a row.
func (m *matrix) add(v Vector) {
	m.column = append(m.column, v.Terms...)
	m.value = append(m.value, v.Values...)
	m.start = append(m.start, len(m.column))
}

// transpose returns the columns of m as rows: the inverted index, in which a
// term's row lists the items that have it.
func (m *matrix) transpose() *matrix {
	t := &matrix{
		columns: m.rows(), start: make([]int, m.columns+1),
		column: make([]int32, len(m.column)), value: make([]float32, len(m.value)),
	}
	for _, c := range m.column {
		t.start[c+1]++
	}
	for c := range m.columns {
		t.start[c+1] += t.start[c]
	}
	next := append([]int(nil), t.start...)
	for i := range m.rows() {
		for k := m.start[i]; k < m.start[i+1]; k++ {
			at := &next[m.column[k]]
			t.column[*at], t.value[*at] = int32(i), m.value[k]
			*at++
		}
	}
	return t
}

// dot returns the product of rows i and j: the cosine, as rows have length 1.
// It adds in order of columns, as the walk over the inverted index does.
func (m *matrix) dot(i, j int32) float32 {
	a, x := m.row(i)
	b, y := m.row(j)
	var sum float32
	for len(a) > 0 && len(b) > 0 {
		switch {
		case a[0] < b[0]:
			a, x = a[1:], x[1:]
		case a[0] > b[0]:
			b, y = b[1:], y[1:]
		default:
			sum += float32(x[0] * y[0])
			a, x, b, y = a[1:], x[1:], b[1:], y[1:]
		}
	}
	return sum
}
