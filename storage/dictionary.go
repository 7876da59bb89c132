package storage

import (
	"hash/maphash"
	"sync"
)

// A dictionary gives names places, in the order in which workers bring them. A
// hash table of its own: looking up the names of row groups is much of what
// loading takes, and almost all of them are known.
type dictionary struct {
	mu    sync.RWMutex
	seed  maphash.Seed
	table []slot // open addressing
	names []string
}

// A slot is a name's place and one, or 0 for none, and its hash, which saves
// looking at names that differ.
type slot struct {
	place int32
	hash  uint32
}

func newDictionary() *dictionary {
	return &dictionary{seed: maphash.MakeSeed(), table: make([]slot, 1<<12)}
}

// find returns where in the table name is, or where it would go.
func (d *dictionary) find(name []byte) (at int, hash uint32) {
	mask := len(d.table) - 1
	h := maphash.Bytes(d.seed, name)
	hash, at = uint32(h>>32), int(h)&mask
	for {
		s := d.table[at]
		if s.place == 0 || s.hash == hash && d.names[s.place-1] == string(name) {
			return at, hash
		}
		at = (at + 1) & mask
	}
}

// places returns the place of each of the n names of a file's dictionary. The
// order of places depends on who comes first, so callers sort in the end.
func (d *dictionary) places(plain []byte, n int32) ([]int32, error) {
	places := make([]int32, 0, min(int(n), len(plain)/4))
	type unknown struct {
		at   int32
		name []byte
	}
	var missing []unknown
	d.mu.RLock()
	err := eachName(plain, n, func(i int32, name []byte) bool {
		at, _ := d.find(name)
		if places = append(places, d.table[at].place-1); places[i] < 0 {
			missing = append(missing, unknown{i, name})
		}
		return true
	})
	d.mu.RUnlock()
	if err != nil || missing == nil {
		return places, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, m := range missing {
		i := m.at
		at, hash := d.find(m.name)
		if places[i] = d.table[at].place - 1; places[i] >= 0 {
			continue
		}
		places[i] = int32(len(d.names))
		d.names = append(d.names, string(m.name))
		d.table[at] = slot{int32(len(d.names)), hash}
		if 2*len(d.names) > len(d.table) {
			d.grow()
		}
	}
	return places, nil
}

func (d *dictionary) grow() {
	d.table = make([]slot, 4*len(d.table))
	for i, name := range d.names {
		at, hash := d.find([]byte(name))
		d.table[at] = slot{int32(i + 1), hash}
	}
}
