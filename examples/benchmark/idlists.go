package main

import "github.com/osusume/osusume/recommender"

// An idList is the IDs of one side of a file in order of first appearance.
type idList struct {
	from string   // "" for -train alone
	ids  []string // distinct
	n    []int    // rows of each
}

// idLists are the IDs of the files in order of first appearance: those of -train,
// and what else rows may be counted by.
type idLists struct{ users, items []idList }

func (l *idLists) add(from string, tables ...*recommender.Table) {
	var users, items listBuilder
	for _, t := range tables {
		users.add(plain(t.Users), t.User)
		items.add(plain(t.Items), t.Item)
	}
	users.list.from, items.list.from = from, from
	l.users, l.items = append(l.users, users.list), append(l.items, items.list)
}

type listBuilder struct {
	list idList
	at   map[string]int
}

// add adds the IDs of a dictionary and counts the rows that point into it.
func (b *listBuilder) add(ids []string, rows []int32) {
	if b.at == nil {
		b.at = map[string]int{}
	}
	place := make([]int, len(ids))
	for i, id := range ids {
		p, ok := b.at[id]
		if !ok {
			p = len(b.list.ids)
			b.at[id] = p
			b.list.ids, b.list.n = append(b.list.ids, id), append(b.list.n, 0)
		}
		place[i] = p
	}
	for _, i := range rows {
		b.list.n[place[i]]++
	}
}

// plain are IDs as text; nil stays nil.
func plain[ID ~string](ids []ID) []string {
	if ids == nil {
		return nil
	}
	list := make([]string, len(ids))
	for i, id := range ids {
		list[i] = string(id)
	}
	return list
}
