package storage

import "context"

// Compact merges all pages into one run of sorted files each for records and
// interactions, which is what reads fastest. Put merges by and by on its own
// (Options.CompactFiles) and leaves a few runs; so call it after a load, before
// training. It takes the memory of 131,072 rows of every run and of a row group
// that is written, and the time of writing everything once; where there is one run already, it does nothing.
func (w *Warehouse) Compact(ctx context.Context) error {
	return w.write(ctx, "compact", func(s *snapshot, c *commit) (*snapshot, error) {
		m := s.manifest
		if files := m.table(tableRating, ""); len(runsOf(files)) > 1 {
			run, err := w.mergeRatings(ctx, c, files, topLevel(files)+1)
			if err != nil {
				return nil, err
			}
			m = m.with(tableRating, "", run)
		}
		if files := m.table(tableItem, partRecord); len(files) > 1 {
			kinds, err := w.readEntries(m, partRecord)
			if err != nil {
				return nil, err
			}
			items, tags, err := writeEntries(c, partRecord, topLevel(files)+1, kinds)
			if err != nil {
				return nil, err
			}
			m = m.with(tableItem, partRecord, []fileInfo{items}).with(tableTag, partRecord, []fileInfo{tags})
		}
		if m == s.manifest {
			return s, nil
		}
		next := *s
		next.manifest = m
		return &next, nil
	})
}
