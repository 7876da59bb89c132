package main

import (
	"fmt"
	"slices"
	"strings"
)

// takeClusters takes the column of the truth out of the table and returns the
// cluster of every row.
func (t *idTable) takeClusters(file, cluster string) ([]string, error) {
	name, rule, _ := strings.Cut(cluster, ":")
	if rule != "" && rule != "febrl" {
		return nil, fmt.Errorf("-cluster %s: unknown rule %q; there is febrl", cluster, rule)
	}
	values := slices.Clone(t.ids)
	if at := columnAt(t.Columns, name); at >= 0 {
		for i, row := range t.Rows {
			values[i] = ""
			if at < len(row) {
				values[i] = row[at]
				t.Rows[i] = slices.Delete(row, at, at+1)
			}
		}
		t.Columns = slices.Delete(t.Columns, at, at+1)
	} else if err := t.isID(file, name); err != nil {
		return nil, err
	}
	for i, v := range values {
		if rule == "febrl" {
			parts := strings.SplitN(v, "-", 3)
			if len(parts) < 3 || parts[0] != "rec" {
				return nil, fmt.Errorf("%s: %s %q is not like rec-12-org", file, name, v)
			}
			values[i] = parts[0] + "-" + parts[1]
		} else if v == "" {
			values[i] = fmt.Sprintf("row %d alone", i+1)
		}
	}
	return values, nil
}

// isID reports, as an error, that name is no column, not even the first.
func (t *idTable) isID(file, name string) error {
	if strings.EqualFold(t.first, name) {
		return nil
	}
	return fmt.Errorf("%s: no column %q; found %q", file, name, slices.Concat([]string{t.first}, t.Columns))
}
