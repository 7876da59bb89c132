package storage

import (
	"bytes"
	"context"
	_ "embed"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
)

//go:embed views.sql
var viewsSQL string

// WriteSQL writes views over the current version, to paste into DuckDB: one a
// table, over the files that the manifest names, then those of views.sql, which
// settle and resolve ratings and count them by user and item. journal fills
// fact_exposure and fact_event (call Flush first to see everything). A table
// without files, as those two where journal is nil, is a view without rows, so
// that a query works before there is anything to find. Views go stale with
// later commits, and their files are collected some time after that.
func (w *Warehouse) WriteSQL(ctx context.Context, dst io.Writer, journal *Journal) error {
	s, err := w.current(ctx)
	if err != nil {
		return err
	}
	files, err := w.tableFiles(ctx, s, journal)
	if err != nil {
		return fmt.Errorf("storage: write SQL of warehouse %s: %w", w.dir, err)
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "-- Version %d of the warehouse.\n", s.manifest.Number)
	for _, table := range append(slices.Clone(parquetTables), tableExposure, tableEvent) {
		list := files[table]
		if len(list) == 0 {
			fmt.Fprintf(&b, "create or replace view %s as select %s where false;\n", table, emptyColumns(table))
			continue
		}
		for i, name := range list {
			list[i] = "'" + strings.ReplaceAll(filepath.ToSlash(name), "'", "''") + "'"
		}
		fmt.Fprintf(&b, "create or replace view %s as select * from read_parquet([\n  %s], union_by_name = true);\n", table, strings.Join(list, ",\n  "))
	}
	b.WriteString(viewsSQL)
	if _, err = b.WriteTo(dst); err != nil {
		return fmt.Errorf("storage: write SQL of warehouse %s: %w", w.dir, err)
	}
	return nil
}

// Files lists the Parquet files of the current version, and of a journal that is
// not nil, sorted: what another engine reads, or a backup copies. They stay as
// they are for as long as the version is kept.
func (w *Warehouse) Files(ctx context.Context, journal *Journal) ([]string, error) {
	s, err := w.current(ctx)
	if err != nil {
		return nil, err
	}
	files, err := w.tableFiles(ctx, s, journal)
	if err != nil {
		return nil, err
	}
	return slices.Sorted(func(yield func(string) bool) {
		for _, list := range files {
			for _, name := range list {
				if !yield(name) {
					return
				}
			}
		}
	}), nil
}

// tableFiles are the files by table.
func (w *Warehouse) tableFiles(ctx context.Context, s *snapshot, journal *Journal) (map[string][]string, error) {
	dir, err := filepath.Abs(w.dir)
	if err != nil {
		return nil, err
	}
	files := map[string][]string{}
	for _, f := range s.manifest.Files {
		if f.Table != tableBlob {
			files[f.Table] = append(files[f.Table], filepath.Join(dir, f.Name))
		}
	}
	if journal != nil {
		if err := journal.tableFiles(ctx, files); err != nil {
			return nil, fmt.Errorf("storage: files of journal %s: %w", journal.dir, err)
		}
	}
	return files, nil
}

// tableFiles adds the files of a journal's tables to files.
func (j *Journal) tableFiles(ctx context.Context, files map[string][]string) error {
	dir, err := filepath.Abs(j.dir)
	if err != nil {
		return err
	}
	l, err := j.list(ctx)
	if err != nil {
		return err
	}
	first, next := l.span()
	for number := first; number < next; number++ {
		if !l.segments[number] {
			continue
		}
		seg, err := j.readSegment(number)
		if err != nil {
			return err
		}
		for _, f := range seg.Files {
			files[f.Table] = append(files[f.Table], filepath.Join(dir, f.Name))
		}
	}
	return nil
}
