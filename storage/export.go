package storage

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress/snappy"

	"github.com/osusume/osusume/recommender"
)

// An exportRating is a row of fact_rating as exported: settled and resolved.
type exportRating struct {
	User   string  `parquet:"user_id,dict"`
	Item   string  `parquet:"item_id,dict"`
	Record string  `parquet:"record_id,dict"`
	Kind   string  `parquet:"kind,dict"`
	Value  float32 `parquet:"value,dict"`
	Unix   int64   `parquet:"unix"`
	Text   string  `parquet:"text"`
}

// Export writes the current version for readers that know old Parquet only, one
// file a table into dir, which it makes: pages of version 1, Snappy, no delta
// encodings. Ratings are settled (each state once) and resolved, records stand
// once, so that every row counts. journal, if not nil, adds fact_exposure and
// fact_event. A file that exists is an error, and is left alone.
func (w *Warehouse) Export(ctx context.Context, dir string, journal *Journal) error {
	if err := w.export(ctx, dir, journal); err != nil {
		return fmt.Errorf("storage: export warehouse %s to %s: %w", w.dir, dir, err)
	}
	return nil
}

func (w *Warehouse) export(ctx context.Context, dir string, journal *Journal) error {
	s, err := w.current(ctx)
	if err != nil {
		return err
	}
	if err := w.fs.MkdirAll(dir); err != nil {
		return err
	}
	cat, err := s.catalog()
	if err != nil {
		return err
	}
	steps := []func() error{
		func() error { return exportItems(w, dir, cat) },
		func() error {
			return exportTable(w, dir, tableLink, func(add func(linkRow) error) error {
				for _, id := range slices.Sorted(maps.Keys(cat.links)) {
					l := cat.links[id]
					if err := add(linkRow{string(l.Record), string(l.Canonical), l.Confidence}); err != nil {
						return err
					}
				}
				return nil
			})
		},
		func() error {
			return exportTable(w, dir, tableRating, func(add func(exportRating) error) error {
				return w.merge(ctx, s.manifest.table(tableRating, ""), "", true, func(parts []part) (bool, error) {
					var err error
					eachRating(parts, func(x recommender.Interaction) bool {
						err = add(exportRating{string(x.User), string(cat.resolve(x.Item)), string(x.Item), x.Kind.String(), x.Value, unixOf(x.Time), x.Text})
						return err == nil
					})
					return true, err
				})
			})
		},
		func() error { return exportFiles[sourceRow](ctx, w, s.manifest, dir, tableSource) },
		func() error { return exportFiles[modelRow](ctx, w, s.manifest, dir, tableModel) },
		func() error { return exportFiles[aliasRow](ctx, w, s.manifest, dir, tableAlias) },
		func() error { return exportFiles[userRow](ctx, w, s.manifest, dir, tableUser) },
		func() error { return exportFiles[similarityRow](ctx, w, s.manifest, dir, tableSimilarity) },
		func() error { return exportFiles[scoreRow](ctx, w, s.manifest, dir, tableScore) },
		func() error { return exportFiles[sentimentRow](ctx, w, s.manifest, dir, tableSentiment) },
	}
	if journal != nil {
		steps = append(steps,
			func() error {
				return exportTable(w, dir, tableExposure, func(add func(exposureRow) error) error {
					for x, err := range journal.Exposures(ctx) {
						if err == nil {
							err = add(exposureRowOf(&x, new(int64)))
						}
						if err != nil {
							return err
						}
					}
					return nil
				})
			},
			func() error {
				return exportTable(w, dir, tableEvent, func(add func(eventRow) error) error {
					for e, err := range journal.Events(ctx) {
						if err == nil {
							err = add(eventRowOf(&e, new(int64)))
						}
						if err != nil {
							return err
						}
					}
					return nil
				})
			})
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	return w.fs.SyncDir(dir)
}

func exportItems(w *Warehouse, dir string, cat *catalog) error {
	lists := []struct {
		kind string
		list []*entry
	}{{kindCanonical, cat.canonical}, {kindRecord, cat.records}}
	err := exportTable(w, dir, tableItem, func(add func(itemRow) error) error {
		for _, l := range lists {
			for _, e := range l.list {
				if err := add(itemRowOf(e, l.kind, 0)); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return exportTable(w, dir, tableTag, func(add func(tagRow) error) error {
		for _, l := range lists {
			for _, e := range l.list {
				for place, tag := range e.Tags {
					if err := add(tagRow{string(e.ID), l.kind, int32(place), tag, 0}); err != nil {
						return err
					}
				}
			}
		}
		return nil
	})
}

// exportFiles exports a table as its files have it.
func exportFiles[R any](ctx context.Context, w *Warehouse, m *manifest, dir, table string) error {
	return exportTable(w, dir, table, func(add func(R) error) error {
		for _, info := range m.Files {
			if info.Table != table {
				continue
			}
			raw, err := w.openRaw(info)
			if err != nil {
				return err
			}
			f := &dataFile{raw: raw, info: info}
			err = eachRow(ctx, w, f, func(rows []R) error {
				for _, r := range rows {
					if err := add(r); err != nil {
						return err
					}
				}
				return nil
			})
			f.close()
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// exportTable writes one file, or none.
func exportTable[R any](w *Warehouse, dir, table string, fill func(add func(R) error) error) error {
	name := filepath.Join(dir, table+".parquet")
	f, err := w.fs.Create(name)
	if err != nil {
		return err
	}
	pw := parquet.NewGenericWriter[R](f, parquet.Compression(&snappy.Codec{}), parquet.DataPageVersion(1), parquet.MaxRowsPerRowGroup(rowGroupRows))
	batch := make([]R, 0, 1024)
	flush := func() error {
		_, err := pw.Write(batch)
		batch = batch[:0]
		return err
	}
	err = fill(func(r R) error {
		if batch = append(batch, r); len(batch) == cap(batch) {
			return flush()
		}
		return nil
	})
	if err == nil {
		err = flush()
	}
	if err == nil {
		err = pw.Close()
	}
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		_ = w.fs.Remove(name) // half of a table looks like a table
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}
