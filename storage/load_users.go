package storage

import (
	"fmt"
	"slices"

	"github.com/osusume/osusume/recommender"
)

// rankUsers merges the users of the pieces, which go up in each run.
func (l *loader) rankUsers() error {
	for run := range l.runs {
		var list []string
		for _, p := range l.pieces {
			if p.run != run {
				continue
			}
			names := p.users
			if len(list) > 0 && len(names) > 0 {
				switch last := list[len(list)-1]; {
				case last == names[0]:
					names = names[1:]
				case last > names[0]:
					return fmt.Errorf("%s: %w: its users are out of order", l.w.path(p.f.info.Name), recommender.ErrCorrupt)
				}
			}
			list = append(list, names...)
		}
		l.users = union(l.users, list)
	}
	for _, p := range l.pieces {
		p.user = make([]int32, len(p.users))
		at := 0
		if len(p.users) > 0 {
			at, _ = slices.BinarySearch(l.users, p.users[0])
		}
		for i, name := range p.users {
			for l.users[at] < name {
				at++
			}
			p.user[i] = int32(at)
		}
	}
	return nil
}

// An itemOrder says how items are numbered while rows are read and ordered: by
// the IDs that sources gave them, or right away as in the Table where links
// leave their order as it is.
type itemOrder struct {
	place     []int32              // of a place in the loader's dictionary: the number
	of        []recommender.ItemID // of a number: the item
	canonical []int32              // of a number: the item's place in ids; nil: the number itself
	ids       []recommender.ItemID // all items that a Table can have, sorted
}

func orderItems(cat *catalog, names []string) itemOrder {
	o := itemOrder{place: ranks(names), of: make([]recommender.ItemID, len(names))}
	for i, name := range names {
		o.of[o.place[i]] = cat.resolve(recommender.ItemID(name))
	}
	o.ids = itemsAnd(cat, o.of)
	o.canonical = make([]int32, len(names))
	direct := true
	for i, id := range o.of {
		at, _ := slices.BinarySearch(o.ids, id)
		o.canonical[i] = int32(at)
		direct = direct && (i == 0 || o.of[i-1] < id)
	}
	if direct {
		for i, number := range o.place {
			o.place[i] = o.canonical[number]
		}
		o.of, o.canonical = o.ids, nil
	}
	return o
}

// itemsAnd is the catalogue's items and others, sorted.
func itemsAnd(cat *catalog, others []recommender.ItemID) []recommender.ItemID {
	var ids []recommender.ItemID
	cat.each(func(e *entry) bool { ids = append(ids, e.ID); return true })
	slices.Sort(ids)
	if !slices.IsSorted(others) {
		others = slices.Clone(others)
		slices.Sort(others)
	}
	return slices.Clip(slices.Compact(union(others, ids)))
}

// union merges two sorted lists.
func union[S ~string](a, b []S) []S {
	if len(a) == 0 {
		return b
	}
	list := make([]S, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		switch {
		case a[0] < b[0]:
			list, a = append(list, a[0]), a[1:]
		case a[0] > b[0]:
			list, b = append(list, b[0]), b[1:]
		default:
			list, a, b = append(list, a[0]), a[1:], b[1:]
		}
	}
	return append(append(list, a...), b...)
}
