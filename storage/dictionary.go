package storage

import (
	"cmp"
	"slices"
	"sync"
)

// A dictionary gives names places, in the order in which workers bring them;
// sort makes it an order that does not depend on workers.
type dictionary struct {
	mu    sync.Mutex
	place map[string]int32
	names []string
}

func (d *dictionary) places(names []string) []int32 {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.place == nil {
		d.place = make(map[string]int32)
	}
	places := make([]int32, len(names))
	for i, name := range names {
		p, ok := d.place[name]
		if !ok {
			p = int32(len(d.names))
			d.place[name] = p
			d.names = append(d.names, name)
		}
		places[i] = p
	}
	return places
}

// sort sorts the names and returns where each place went.
func (d *dictionary) sort() []int32 {
	d.place = nil
	by := make([]int32, len(d.names))
	for i := range by {
		by[i] = int32(i)
	}
	slices.SortFunc(by, func(a, b int32) int { return cmp.Compare(d.names[a], d.names[b]) })
	moved := make([]int32, len(by))
	names := make([]string, len(by))
	for i, p := range by {
		moved[p], names[i] = int32(i), d.names[p]
	}
	d.names = names
	return moved
}
