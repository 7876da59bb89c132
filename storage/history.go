package storage

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"time"
)

// A State is a version that can still be read.
type State struct {
	Version uint64
	Time    time.Time // of the commit; zero where format 1 did not say
	Rows    int64     // of fact_rating; states that later ones replace count until they are merged
}

// History lists the versions that can be read, oldest first: the newest
// (Options.KeepVersions) and those superseded less than Options.Grace ago, by
// the options of this handle. None is older than the last Delete or Forget.
func (w *Warehouse) History(ctx context.Context) ([]State, error) {
	s, err := w.current(ctx)
	if err != nil {
		return nil, err
	}
	names, err := w.fs.ReadDir(w.dir)
	if err != nil {
		return nil, fmt.Errorf("storage: history of warehouse %s: %w", w.dir, err)
	}
	var states []State
	for _, n := range manifestNumbers(names) {
		if n < s.manifest.Oldest {
			continue
		}
		m, err := w.readManifest(n)
		if errors.Is(err, fs.ErrNotExist) {
			continue // collected meanwhile
		}
		if err != nil {
			return nil, fmt.Errorf("storage: history of warehouse %s: %w", w.dir, err)
		}
		state := State{Version: n}
		if m.Time != 0 {
			state.Time = time.Unix(0, m.Time).UTC()
		}
		for _, f := range m.table(tableRating, "") {
			state.Rows += f.Rows
		}
		states = append(states, state)
	}
	return states, nil
}

// At opens an older version for reading, with the options of w otherwise. The
// caller closes it. ErrNotFound: it was never there, or is not kept any more.
func (w *Warehouse) At(ctx context.Context, version uint64) (*Warehouse, error) {
	if _, err := w.current(ctx); err != nil {
		return nil, err
	}
	o := w.o
	o.ReadOnly, o.At = true, version
	if version == 0 {
		return nil, fmt.Errorf("storage: open warehouse %s: %w", w.dir, w.notKept(0))
	}
	return openFS(w.fs, w.dir, o)
}
