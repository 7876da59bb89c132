package storage

import (
	"bytes"
	"slices"
)

// readUser reads the rows of one user: the pages that they stand on, and of the
// dictionaries the names that they use. nil: there are none.
func (r *groupReader) readUser(user string, texts bool) (*ratingGroup, error) {
	if !r.meta.mayHold(user) {
		return nil, nil
	}
	place := int32(-1)
	plain, n, err := r.dictionary(columnUser)
	if err == nil {
		err = eachName(plain, n, func(p int32, name []byte) bool {
			if string(name) == user {
				place = p
			}
			return place < 0
		})
	}
	if err != nil || place < 0 {
		return nil, err
	}
	from, to, err := r.find(user, place)
	if err != nil || from == to {
		return nil, err
	}
	g, at := newGroup([]string{user}, nil, to-from), 0
	if plain, n, err = r.dictionary(columnItem); err != nil {
		return nil, err
	}
	if err := r.places(columnItem, from, to, func(p []int32) { at += copy(g.item[at:], p) }); err != nil {
		return nil, err
	}
	if g.items, err = few(plain, n, g.item); err != nil {
		return nil, err
	}
	if err := r.rest(g, from, to); err != nil || !texts {
		return g, err
	}
	return g, r.readTexts(g, from, to)
}

// find returns the rows of a user, who has a place in the dictionary. They
// follow each other, and places go up; so the page on which they begin is found
// by halves, where the file does not say.
func (r *groupReader) find(user string, place int32) (from, to int, err error) {
	pages := r.meta.pages[columnUser]
	var page []int32
	load := func(i int) error {
		row := int(pages[i].FirstRowIndex)
		return r.places(columnUser, row, row+1, func([]int32) { page = r.place })
	}
	low, high := 0, len(pages)-1
	if r.meta.last != nil {
		low, _ = slices.BinarySearchFunc(r.meta.last, []byte(user), bytes.Compare)
		high = low
	}
	for low < high {
		mid := (low + high) / 2
		if err := load(mid); err != nil {
			return 0, 0, err
		}
		if page[len(page)-1] < place {
			low = mid + 1
		} else {
			high = mid
		}
	}
	for i := low; i < len(pages); i++ {
		if err := load(i); err != nil {
			return 0, 0, err
		}
		at := 0
		if from == to {
			if page[len(page)-1] < place { // bounds may be above what is there
				continue
			}
			at, _ = slices.BinarySearch(page, place)
			from = int(pages[i].FirstRowIndex) + at
			to = from
		}
		for at < len(page) && page[at] == place {
			at++
			to++
		}
		if at < len(page) {
			break
		}
	}
	return from, to, nil
}

// few exchanges places for places in a dictionary of only the names that they
// stand for, which it returns.
func few(plain []byte, n int32, places []int32) (names []string, err error) {
	wanted := slices.Clone(places)
	slices.Sort(wanted)
	wanted = slices.Compact(wanted)
	names = make([]string, 0, len(wanted))
	if err := eachName(plain, n, func(place int32, name []byte) bool {
		if place == wanted[len(names)] {
			names = append(names, string(name))
		}
		return len(names) < len(wanted)
	}); err != nil {
		return nil, err
	}
	for i, p := range places {
		at, _ := slices.BinarySearch(wanted, p)
		places[i] = int32(at)
	}
	return names, nil
}
