package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/sources"
)

// readSpark reads a directory that ALSModel.save of Spark has written: userFactors
// and itemFactors, of Parquet files with the columns id and features, beside
// metadata, which says what was saved.
func readSpark(ctx context.Context, dir string) (users, items *vectors, err error) {
	rank, err := sparkRank(dir)
	if err != nil {
		return nil, nil, err
	}
	if users, err = readVectors(ctx, filepath.Join(dir, "userFactors"), rank); err != nil {
		return nil, nil, err
	}
	if rank == 0 {
		rank = users.size
	}
	items, err = readVectors(ctx, filepath.Join(dir, "itemFactors"), rank)
	return users, items, err
}

// sparkRank returns the number of factors that metadata promises; 0 without
// metadata, which some copies leave behind.
func sparkRank(dir string) (int, error) {
	if entries, err := os.ReadDir(dir); err != nil {
		return 0, err
	} else if slices.ContainsFunc(entries, func(e os.DirEntry) bool { return e.Name() == "stages" }) {
		return 0, fmt.Errorf("%w: %s is a pipeline: give the stage of its ALS model, in stages", recommender.ErrInvalid, dir)
	}
	files, err := partsOf(filepath.Join(dir, "metadata"), "part-*")
	if errors.Is(err, os.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	for _, file := range files { // of which all but one are empty
		text, err := os.ReadFile(file)
		if err != nil {
			return 0, err
		}
		if len(strings.TrimSpace(string(text))) == 0 {
			continue
		}
		var m struct {
			Class string `json:"class"`
			Rank  int    `json:"rank"`
		}
		if err := json.Unmarshal(text, &m); err != nil {
			return 0, fmt.Errorf("%s: %w: %w", file, recommender.ErrCorrupt, err)
		}
		if !strings.HasSuffix(m.Class, ".ALSModel") || m.Rank < 1 {
			return 0, fmt.Errorf("%s: %w: class %q of rank %d, want an ALSModel", file, recommender.ErrInvalid, m.Class, m.Rank)
		}
		return m.Rank, nil
	}
	return 0, fmt.Errorf("%s: %w: nothing in it", filepath.Join(dir, "metadata"), recommender.ErrCorrupt)
}

// partsOf lists the files that Spark wrote into a directory; those that it keeps
// for itself begin with an underscore or a dot.
func partsOf(dir, pattern string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var files []string
	begun, done := false, false
	for _, e := range entries {
		begun, done = begun || e.Name() == "_temporary", done || e.Name() == "_SUCCESS"
		if ok, err := filepath.Match(pattern, e.Name()); err != nil {
			return nil, err
		} else if ok && !e.IsDir() && !strings.HasPrefix(e.Name(), "_") && !strings.HasPrefix(e.Name(), ".") {
			files = append(files, filepath.Join(dir, e.Name()))
		}
	}
	switch {
	case begun && !done:
		return nil, fmt.Errorf("%s: %w: Spark has not finished writing it", dir, recommender.ErrCorrupt)
	case files == nil:
		return nil, fmt.Errorf("%s: %w: no file %s in it", dir, recommender.ErrInvalid, pattern)
	}
	return files, nil
}

// vectors are rows of factors with the numbers that Spark knows them by.
type vectors struct {
	keys []int // ascending
	size int
	data []float32
}

func readVectors(ctx context.Context, dir string, size int) (*vectors, error) {
	files, err := partsOf(dir, "*.parquet")
	if err != nil {
		return nil, err
	}
	v := &vectors{size: size}
	for _, file := range files {
		if err := v.read(ctx, file); err != nil {
			return nil, err
		}
	}
	return v.sorted(dir)
}

func (v *vectors) read(ctx context.Context, file string) (err error) {
	rows, err := sources.OpenRows(file, sources.RowOptions{Format: sources.Parquet})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	id, features := columnAt(rows.Columns(), "id"), columnAt(rows.Columns(), "features")
	if id < 0 || features < 0 {
		return fmt.Errorf("%s: %w: columns %q, want id and features", file, recommender.ErrInvalid, rows.Columns())
	}
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		row, err := rows.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := v.add(row.Values[id], row.Values[features]); err != nil {
			return fmt.Errorf("%s: row %d: %w: %w", file, row.Line, recommender.ErrCorrupt, err)
		}
	}
}

// add reads an id and ["0.5","-1"].
func (v *vectors) add(id, features string) error {
	key, err := strconv.Atoi(id)
	if err != nil {
		return fmt.Errorf("id %q is no whole number", id)
	}
	n := 0
	for text := range strings.SplitSeq(strings.Trim(features, "[]"), ",") {
		x, err := strconv.ParseFloat(strings.Trim(text, `"`), 32)
		if err != nil {
			return fmt.Errorf("id %d: feature %d is %q", key, n, text)
		}
		v.data = append(v.data, float32(x))
		n++
	}
	if v.size == 0 {
		v.size = n
	}
	if n != v.size { // an element that is null is none
		return fmt.Errorf("id %d has %d features, want %d", key, n, v.size)
	}
	v.keys = append(v.keys, key)
	return nil
}

// sorted returns the rows by their keys, which Spark scatters over its files.
func (v *vectors) sorted(dir string) (*vectors, error) {
	order := make([]int, len(v.keys))
	for row := range order {
		order[row] = row
	}
	slices.SortFunc(order, func(a, b int) int { return v.keys[a] - v.keys[b] })
	s := &vectors{size: v.size, data: make([]float32, 0, len(v.data))}
	for n, row := range order {
		if n > 0 && v.keys[row] == s.keys[n-1] {
			return nil, fmt.Errorf("%s: %w: id %d is there twice", dir, recommender.ErrCorrupt, v.keys[row])
		}
		s.keys = append(s.keys, v.keys[row])
		s.data = append(s.data, v.data[row*v.size:][:v.size]...)
	}
	if len(s.keys) == 0 {
		return nil, fmt.Errorf("%s: %w: no rows", dir, recommender.ErrInvalid)
	}
	return s, nil
}
