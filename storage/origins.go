package storage

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/osusume/osusume/recommender"
)

// A SourceInfo says where a source's walk stands and what it has handed over in
// all: what later records and interactions replaced counts too.
type SourceInfo struct {
	Name         string
	Cursor       recommender.Cursor
	Records      int64
	Interactions int64
}

// Sources lists the sources that pages were put of, by name.
func (w *Warehouse) Sources(ctx context.Context) ([]SourceInfo, error) {
	s, err := w.current(ctx)
	if err != nil {
		return nil, fmt.Errorf("storage: sources: %w", err)
	}
	sources, err := s.sources()
	if err != nil {
		return nil, fmt.Errorf("storage: sources: %w", err)
	}
	list := make([]SourceInfo, 0, len(sources))
	for _, name := range slices.Sorted(maps.Keys(sources)) {
		list = append(list, sources[name])
	}
	return list, nil
}

// readSources reads dim_source.
func (w *Warehouse) readSources(m *manifest) (map[string]SourceInfo, error) {
	sources := map[string]SourceInfo{}
	for _, info := range m.table(tableSource, "") {
		rows, err := readRows[sourceRow](w, info)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			sources[r.Name] = SourceInfo{r.Name, recommender.Cursor(r.Cursor), r.Records, r.Interactions}
		}
	}
	return sources, nil
}

// writeSources writes dim_source anew.
func writeSources(c *commit, sources map[string]SourceInfo) (fileInfo, error) {
	var rows []sourceRow
	for _, name := range slices.Sorted(maps.Keys(sources)) {
		s := sources[name]
		rows = append(rows, sourceRow{name, []byte(s.Cursor), s.Records, s.Interactions})
	}
	return tableFile(c, tableSource, "", batch(rows))
}
