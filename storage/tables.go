package storage

import (
	"cmp"
	"slices"
)

// A TableInfo says how large a table of the current commit is.
type TableInfo struct {
	Name  string // fact_rating; "model" is the snapshots of models
	Files int
	Rows  int64 // of a fact table, states that later ones have replaced but that are not merged away yet count too
	Bytes int64
}

// Tables lists the tables of the current commit, by name. Files of older
// commits, which lie in the directory until they are collected, are not counted.
func (w *Warehouse) Tables() []TableInfo {
	byName := map[string]*TableInfo{}
	for _, f := range w.state.Load().manifest.Files {
		t := byName[f.Table]
		if t == nil {
			t = &TableInfo{Name: f.Table}
			byName[f.Table] = t
		}
		t.Files++
		t.Rows += f.Rows
		t.Bytes += f.Size
	}
	tables := make([]TableInfo, 0, len(byName))
	for _, t := range byName {
		tables = append(tables, *t)
	}
	slices.SortFunc(tables, func(a, b TableInfo) int { return cmp.Compare(a.Name, b.Name) })
	return tables
}
