package main

import (
	"cmp"
	"slices"
	"strconv"
)

// The files of implicit and Spark number their rows and say nothing about IDs. Here
// is what the numbers may mean, and how the training data tells which it is.

// rowOrders are what a row's number can be, in the order in which they are
// preferred where nothing decides.
var rowOrders = []string{"number", "number-1", "first", "sorted", "sorted-text", "frequency"}

// A side is the rows of the users or of the items.
type side struct {
	name  string
	keys  []int    // the number of each row, ascending
	whole bool     // rows have the numbers 0, 1, 2 …, whether anybody has them or not
	own   []string // the IDs that the file itself gives; nil: none
}

// A naming says whose the rows are.
type naming struct {
	order string
	ids   []string // of each row; "": nobody's
}

// namings returns all that the numbers of rows may mean. With only, not "", it
// returns that order alone.
func (s side) namings(lists []idList, only string) []naming {
	if s.own != nil {
		return []naming{{"own", s.own}}
	}
	var all []naming
	var places [][]int // of -train's IDs, by naming
	add := func(order, from string, ids []string) {
		if ids == nil || only != "" && only != order || only == "" && order == "frequency" && s.whole {
			return // rows of a matrix that somebody has made are not by frequency
		}
		here := rowsOf(lists[0].ids, ids)
		if !slices.ContainsFunc(places, func(p []int) bool { return slices.Equal(p, here) }) {
			all, places = append(all, naming{order + from, ids}), append(places, here)
		}
	}
	for at, order := range rowOrders[:2] {
		add(order, "", s.byNumber(lists[0].ids, at))
	}
	if last := s.keys[len(s.keys)-1]; s.keys[0] != 0 || last != len(s.keys)-1 {
		return all // with gaps they are numbers of the file's own
	}
	for _, order := range rowOrders[2:] {
		for _, l := range lists {
			if len(l.ids) == len(s.keys) {
				add(order, l.from, l.in(order))
			}
		}
	}
	return all
}

// byNumber gives a row with key k the ID k + plus, where all IDs are whole numbers
// and have rows; nil where they do not fit. Where rows can be missing, half of the
// IDs must have one.
func (s side) byNumber(ids []string, plus int) []string {
	at := make(map[int]int, len(s.keys))
	for row, key := range s.keys {
		at[key] = row
	}
	names := make([]string, len(s.keys))
	met := 0
	for _, id := range ids {
		n, ok := wholeNumber(id)
		if !ok {
			return nil
		}
		if row, ok := at[n-plus]; ok {
			names[row] = id
			met++
		} else if s.whole {
			return nil
		}
	}
	if met == 0 || 2*met < len(ids) {
		return nil
	}
	return names
}

// wholeNumber reads an ID that is a number and is written as numbers are.
func wholeNumber(id string) (int, bool) {
	n, err := strconv.Atoi(id)
	return n, err == nil && n >= 0 && strconv.Itoa(n) == id
}

// in returns the IDs in an order; nil where they have none such.
func (l idList) in(order string) []string {
	switch order {
	case "first":
		return l.ids
	case "sorted":
		numbers := make([]int, len(l.ids))
		for i, id := range l.ids {
			n, ok := wholeNumber(id)
			if !ok {
				return nil
			}
			numbers[i] = n
		}
		slices.Sort(numbers)
		ids := make([]string, len(numbers))
		for i, n := range numbers {
			ids[i] = strconv.Itoa(n)
		}
		return ids
	case "sorted-text":
		return slices.Sorted(slices.Values(l.ids))
	}
	// As Spark's StringIndexer: by frequency, the highest first, ties by text.
	places := make([]int, len(l.ids))
	for i := range places {
		places[i] = i
	}
	slices.SortFunc(places, func(a, b int) int { return cmp.Or(l.n[b]-l.n[a], cmp.Compare(l.ids[a], l.ids[b])) })
	ids := make([]string, len(places))
	for i, p := range places {
		ids[i] = l.ids[p]
	}
	return ids
}
