package sources

import "slices"

// A role is what a column is for: it goes to the first of names that the file
// has. Where it is loose, names are compared by plainName.
type role struct {
	names []string
	loose bool
	every bool // it goes to all of names that the file has
}

// A binding says which columns serve which roles. In JSONL, where a row need not
// have all columns and new ones turn up, a role keeps all candidates in order of
// preference, and each row takes the first it has.
type binding struct {
	rows  *Rows
	roles []role
	cols  [][]candidate // by role, in order of preference
	rest  []int         // columns of no role
	known int           // columns looked at
}

type candidate struct{ rank, column int }

func bind(rows *Rows, roles []role) *binding {
	b := &binding{rows: rows, roles: roles, cols: make([][]candidate, len(roles))}
	b.refresh()
	if rows.fixed() {
		for i := range b.cols {
			if !roles[i].every && len(b.cols[i]) > 1 {
				b.cols[i] = b.cols[i][:1]
			}
		}
	}
	return b
}

// refresh looks at columns that have turned up since.
func (b *binding) refresh() {
	names := b.rows.Columns()
	for ; b.known < len(names); b.known++ {
		free := true
		plain := plainName(names[b.known])
		for i, r := range b.roles {
			name := names[b.known]
			if r.loose {
				name = plain
			}
			rank := slices.Index(r.names, name)
			if rank < 0 {
				continue
			}
			free = false
			at := len(b.cols[i])
			for at > 0 && b.cols[i][at-1].rank > rank {
				at--
			}
			b.cols[i] = slices.Insert(b.cols[i], at, candidate{rank, b.known})
		}
		if free {
			b.rest = append(b.rest, b.known)
		}
	}
}

// has reports whether the file has a column for the role so far.
func (b *binding) has(role int) bool { return len(b.cols[role]) > 0 }

// value is the row's value of the role, "" for none.
func (b *binding) value(r Row, role int) string {
	for _, c := range b.cols[role] {
		if c.column < len(r.Values) && r.Values[c.column] != "" {
			return r.Values[c.column]
		}
	}
	return ""
}

// each calls f for each value that the row has for the role, in order.
func (b *binding) each(r Row, role int, f func(column int, value string)) {
	for _, c := range b.cols[role] {
		if c.column < len(r.Values) && r.Values[c.column] != "" {
			f(c.column, r.Values[c.column])
		}
	}
}
