package match

import (
	"fmt"
	"strings"

	"github.com/osusume/osusume/recommender"
)

// A Table is rows of text under named columns. Cells may be empty; a row may be
// shorter than Columns, and what it lacks is empty. The package keeps no reference
// to it after it returns and modifies nothing.
type Table struct {
	Name    string // for errors; may be empty
	Columns []string
	Rows    [][]string
}

// cell returns the text of row i in column c, without the space around it.
func (t Table) cell(i, c int) string {
	if c < len(t.Rows[i]) {
		return strings.TrimSpace(t.Rows[i][c])
	}
	return ""
}

func (t Table) check(side string) []string {
	var faults []string
	if len(t.Columns) == 0 {
		faults = append(faults, fmt.Sprintf("%s has no columns", side))
	}
	seen := map[string]bool{}
	for i, name := range t.Columns {
		if seen[name] {
			faults = append(faults, fmt.Sprintf("%s has column %d, %q, twice", side, i+1, name))
		}
		seen[name] = true
	}
	for i, row := range t.Rows {
		if len(row) > len(t.Columns) {
			faults = append(faults, fmt.Sprintf("%s row %d has %d cells for %d columns", side, i+1, len(row), len(t.Columns)))
			break
		}
	}
	return faults
}

func invalid(fault string) error {
	return fmt.Errorf("match: %w: %s", recommender.ErrInvalid, fault)
}
