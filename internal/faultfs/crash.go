package faultfs

import (
	"bytes"
	"maps"
	"slices"
)

// A Loss says what a loss of power takes of that which was not synced. File
// systems differ, so each must be survived.
type Loss int

// The kinds of loss.
const (
	LoseAll   Loss = iota // unsynced names and bytes are gone
	LoseBytes             // names are kept, unsynced bytes are gone
	LoseHalf              // names are kept, files end in the middle of what was not synced
	LoseNone              // everything is kept: the process died, not the machine
)

// Losses lists them all.
var Losses = []Loss{LoseAll, LoseBytes, LoseHalf, LoseNone}

func (l Loss) String() string { return [...]string{"all", "bytes", "half", "none"}[l] }

// Crash returns the file system as it is found after a loss of power now.
// m itself goes on.
func (m *Mem) Crash(loss Loss) *Mem {
	m.mu.Lock()
	defer m.mu.Unlock()
	names := m.current
	if loss == LoseAll {
		names = m.durable
	}
	after := NewMem()
	for name, f := range names {
		keep := f.synced
		switch loss {
		case LoseHalf:
			keep += (len(f.data) - f.synced) / 2
		case LoseNone:
			keep = len(f.data)
		}
		after.put(name, f.data[:keep])
	}
	return after
}

// sector is what a disk writes whole or not at all.
const sector = 512

// CrashSome returns the file system as it may be found after a loss of power
// now, where coin(n) is a random number below n: of the names that came or went
// since the last SyncDir, any may have; of the bytes written since the last Sync,
// a file has a prefix of any length, in which any sectors may be zeros.
// m itself goes on.
func (m *Mem) CrashSome(coin func(n int) int) *Mem {
	m.mu.Lock()
	defer m.mu.Unlock()
	names := maps.Clone(m.durable)
	for _, name := range slices.Sorted(maps.Keys(m.current)) {
		if m.durable[name] != m.current[name] && coin(2) == 0 {
			names[name] = m.current[name]
		}
	}
	for _, name := range slices.Sorted(maps.Keys(m.durable)) {
		if m.current[name] == nil && coin(2) == 0 {
			delete(names, name)
		}
	}
	after := NewMem()
	for _, name := range slices.Sorted(maps.Keys(names)) {
		f := names[name]
		keep := f.synced + coin(len(f.data)-f.synced+1)
		data := f.data[:keep]
		if keep > f.synced && coin(2) == 0 {
			data = loseSectors(data, f.synced, coin)
		}
		after.put(name, data)
	}
	return after
}

// loseSectors returns data with some of the sectors from a place on as zeros.
func loseSectors(data []byte, from int, coin func(n int) int) []byte {
	data = bytes.Clone(data)
	for at := from; at < len(data); {
		end := min(len(data), (at/sector+1)*sector)
		if coin(2) == 0 {
			clear(data[at:end])
		}
		at = end
	}
	return data
}

// put makes a durable file of bytes that nobody changes.
func (m *Mem) put(name string, data []byte) {
	f := &memFile{data: data[:len(data):len(data)], synced: len(data)}
	m.current[name], m.durable[name] = f, f
}

// Corrupt replaces the content of a file; nil removes it.
func (m *Mem) Corrupt(name string, data []byte) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if data == nil {
		delete(m.current, name)
		delete(m.durable, name)
		return
	}
	m.put(name, bytes.Clone(data))
}

// Files returns the content of every file by name.
func (m *Mem) Files() map[string][]byte {
	m.mu.Lock()
	defer m.mu.Unlock()
	all := make(map[string][]byte, len(m.current))
	for name, f := range m.current {
		all[name] = bytes.Clone(f.data)
	}
	return all
}
