package storage

import "slices"

// rankUsers merges the users of the pieces, which are sorted in each run.
func (l *loader) rankUsers() {
	for run := range l.runs {
		var list []string
		for _, p := range l.pieces {
			if p.run != run {
				continue
			}
			names := p.users
			if len(list) > 0 && len(names) > 0 && list[len(list)-1] == names[0] {
				names = names[1:]
			}
			list = append(list, names...)
		}
		l.users = union(l.users, list)
	}
	for _, p := range l.pieces {
		p.rank = make([]int32, len(p.users))
		at := 0
		if len(p.users) > 0 {
			at, _ = slices.BinarySearch(l.users, p.users[0])
		}
		for i, name := range p.users {
			for l.users[at] < name {
				at++
			}
			p.rank[i] = int32(at)
		}
	}
}

// union merges two sorted lists.
func union(a, b []string) []string {
	if len(a) == 0 {
		return b
	}
	list := make([]string, 0, len(a)+len(b))
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
