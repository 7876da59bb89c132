package recommender

import "fmt"

// Histories is what each user did in the training data, compactly: rows of
// catalogue places and their values. Models that implement [Historian] are
// built on it. Immutable, safe for concurrent use.
type Histories struct {
	catalog []ItemID
	users   []UserID
	index   map[UserID]int32
	offset  []int32 // user u has places[offset[u]:offset[u+1]]
	places  []int32
	values  []float32
}

// NewHistories takes the rows of t; catalogue places are indexes into t.Items.
// A user's item appears once, with the value of its last row.
func NewHistories(t *Table) *Histories {
	h := &Histories{catalog: t.Items, users: t.Users, offset: make([]int32, 1, len(t.Users)+1)}
	off := t.ByUser()
	for u := range t.Users {
		for row := off[u]; row < off[u+1]; row++ {
			if row+1 < off[u+1] && t.Item[row+1] == t.Item[row] {
				continue
			}
			h.places = append(h.places, t.Item[row])
			h.values = append(h.values, t.Value[row])
		}
		h.offset = append(h.offset, int32(len(h.places)))
	}
	h.buildIndex()
	return h
}

func (h *Histories) buildIndex() {
	h.index = make(map[UserID]int32, len(h.users))
	for i, u := range h.users {
		h.index[u] = int32(i)
	}
}

// Users returns the users, in the order of the training table. Not to be modified.
func (h *Histories) Users() []UserID { return h.users }

// Row returns the catalogue places of the user's items, ascending, and the
// values; nil for an unknown user. Not to be modified.
func (h *Histories) Row(user UserID) ([]int32, []float32) {
	u, ok := h.index[user]
	if !ok {
		return nil, nil
	}
	from, to := h.offset[u], h.offset[u+1]
	return h.places[from:to], h.values[from:to]
}

// Seen returns the user's items, as [Historian] wants it.
func (h *Histories) Seen(user UserID) []ItemID {
	places, _ := h.Row(user)
	if places == nil {
		return nil
	}
	items := make([]ItemID, len(places))
	for i, p := range places {
		items[i] = h.catalog[p]
	}
	return items
}

// HistoryColumns are Histories as plain columns, for snapshots: user u has
// Places[Offsets[u]:Offsets[u+1]] of the catalogue, with Values.
type HistoryColumns struct {
	Users   []UserID
	Offsets []int32 // one more than Users
	Places  []int32
	Values  []float32 // as many as Places
}

// Columns returns h as columns. Not to be modified.
func (h *Histories) Columns() HistoryColumns {
	return HistoryColumns{h.users, h.offset, h.places, h.values}
}

// HistoriesOf puts together what Columns took apart, over the same catalogue; it
// keeps both. Columns that do not fit, or rows that do not ascend, are [ErrCorrupt].
func HistoriesOf(catalog []ItemID, c HistoryColumns) (*Histories, error) {
	n := len(c.Users)
	if len(c.Offsets) != n+1 || c.Offsets[0] != 0 || int(c.Offsets[n]) != len(c.Places) || len(c.Values) != len(c.Places) {
		return nil, fmt.Errorf("%w: histories of %d users do not fit together", ErrCorrupt, n)
	}
	for u := range c.Users {
		if c.Offsets[u] > c.Offsets[u+1] {
			return nil, fmt.Errorf("%w: histories are out of order at user %d", ErrCorrupt, u)
		}
	}
	for _, p := range c.Places {
		if p < 0 || int(p) >= len(catalog) {
			return nil, fmt.Errorf("%w: histories name item %d of a catalogue of %d", ErrCorrupt, p, len(catalog))
		}
	}
	for u := range c.Users {
		row := c.Places[c.Offsets[u]:c.Offsets[u+1]]
		for k := 1; k < len(row); k++ {
			if row[k] <= row[k-1] {
				return nil, fmt.Errorf("%w: the history of user %d has item %d after item %d", ErrCorrupt, u, row[k], row[k-1])
			}
		}
	}
	h := &Histories{catalog: catalog, users: c.Users, offset: c.Offsets, places: c.Places, values: c.Values}
	h.buildIndex()
	return h, nil
}
