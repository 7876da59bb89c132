package dedup

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/osusume/osusume/recommender"
)

// A ChangeKind is what happened to a canonical item between two runs.
type ChangeKind uint8

// The kinds of change, in the order in which [Changes] reports them.
const (
	Merged  ChangeKind = iota + 1 // two or more known items became this one
	Split                         // members of this known item are now in several items
	Moved                         // a record left one item that goes on for another one
	Grown                         // a known item got records that no item had
	Created                       // a new item, with records that no item had
	Gone                          // a known item none of whose records are left anywhere
)

var changeNames = [...]string{"", "merged", "split", "moved", "grown", "created", "gone"}

func (k ChangeKind) String() string {
	if int(k) < len(changeNames) {
		return changeNames[k]
	}
	return "invalid"
}

// A Change says what happened to one canonical item.
type Change struct {
	Kind    ChangeKind
	Item    recommender.ItemID   // Merged: the ID that lives on; Split: the old one; Moved: where to
	Others  []recommender.ItemID // sorted. Merged: the IDs that ended; Split: the items that parts went to; Moved: where from
	Records []recommender.ItemID // sorted: those concerned
}

// String writes "merged item:b:1 ← item:c:4: c:4, d:9".
func (c Change) String() string {
	s := c.Kind.String() + " " + string(c.Item)
	if len(c.Others) > 0 {
		arrow := " ← "
		if c.Kind == Split {
			arrow = " → "
		}
		s += arrow + joinIDs(c.Others)
	}
	if len(c.Records) > 0 {
		s += ": " + joinIDs(c.Records)
	}
	return s
}

func joinIDs(ids []recommender.ItemID) string {
	words := make([]string, len(ids))
	for i, id := range ids {
		words[i] = string(id)
	}
	return strings.Join(words, ", ")
}

// Changes is the log of a run: what became of the canonical items known before
// it. Nothing is listed for an item that kept its ID and its members, nor for
// records that are no more. Sorted by kind, then by item. It fails with the error
// of known. O(known members + links), in memory.
func Changes(known iter.Seq2[recommender.Item, error], links []recommender.Link) ([]Change, error) {
	now := make(map[recommender.ItemID]recommender.ItemID, len(links)) // record → canonical
	for _, l := range links {
		now[l.Record] = l.Canonical
	}
	was := map[recommender.ItemID]recommender.ItemID{}
	old := map[recommender.ItemID][]recommender.ItemID{} // canonical → those of its records that there still are
	if known != nil {
		for it, err := range known {
			if err != nil {
				return nil, fmt.Errorf("dedup: read known items: %w", err)
			}
			old[it.ID] = nil
			for _, m := range it.Members {
				was[m] = it.ID
				if _, ok := now[m]; ok {
					old[it.ID] = append(old[it.ID], m)
				}
			}
		}
	}
	members := map[recommender.ItemID][]recommender.ItemID{}
	for _, l := range links {
		members[l.Canonical] = append(members[l.Canonical], l.Record)
	}
	var out []Change
	for id, records := range members {
		out = append(out, arrivals(id, records, was, old, now)...)
	}
	for id, records := range old {
		out = append(out, departures(id, records, members, now)...)
	}
	for i := range out {
		slices.Sort(out[i].Others)
		out[i].Others = slices.Compact(out[i].Others)
		slices.Sort(out[i].Records)
	}
	slices.SortFunc(out, func(a, b Change) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Item, b.Item), slices.Compare(a.Others, b.Others))
	})
	return out, nil
}

// arrivals says where the records of an item came from.
func arrivals(id recommender.ItemID, records []recommender.ItemID, was map[recommender.ItemID]recommender.ItemID,
	old map[recommender.ItemID][]recommender.ItemID, now map[recommender.ItemID]recommender.ItemID,
) []Change {
	_, isOld := old[id]
	merged, moved, fresh := Change{Kind: Merged, Item: id}, Change{Kind: Moved, Item: id}, Change{Kind: Created, Item: id}
	if isOld {
		fresh.Kind = Grown
	}
	for _, r := range records {
		from, known := was[r]
		switch {
		case !known:
			fresh.Records = append(fresh.Records, r)
		case from == id:
		case wholly(old[from], id, now):
			merged.Others, merged.Records = append(merged.Others, from), append(merged.Records, r)
		default:
			moved.Others, moved.Records = append(moved.Others, from), append(moved.Records, r)
		}
	}
	var out []Change
	for _, c := range []Change{merged, moved, fresh} {
		if len(c.Records) > 0 {
			out = append(out, c)
		}
	}
	return out
}

// departures says where the records of a known item went.
func departures(id recommender.ItemID, records []recommender.ItemID, members map[recommender.ItemID][]recommender.ItemID,
	now map[recommender.ItemID]recommender.ItemID,
) []Change {
	to := map[recommender.ItemID]bool{}
	var away []recommender.ItemID
	var others []recommender.ItemID
	for _, r := range records {
		if c := now[r]; c != id {
			away = append(away, r)
			others = append(others, c)
		}
		to[now[r]] = true
	}
	switch {
	case len(to) > 1:
		return []Change{{Kind: Split, Item: id, Others: others, Records: away}}
	case len(records) == 0 && len(members[id]) == 0:
		return []Change{{Kind: Gone, Item: id}}
	}
	return nil
}

// wholly reports whether all records are now in item id.
func wholly(records []recommender.ItemID, id recommender.ItemID, now map[recommender.ItemID]recommender.ItemID) bool {
	for _, r := range records {
		if now[r] != id {
			return false
		}
	}
	return true
}
