package storage

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/osusume/osusume/recommender"
)

// A ModelInfo is a row of dim_model.
type ModelInfo struct {
	recommender.Version
	Aliases []string // that point at it, sorted
	Active  bool     // it has an alias
	Code    string   // the program that published it (Options.Code)
	Bytes   int64    // of its snapshot
}

// Models lists the published versions with what the warehouse knows of them, in
// the order of publishing.
func (w *Warehouse) Models(ctx context.Context) ([]ModelInfo, error) {
	rows, m, err := w.models(ctx)
	list := make([]ModelInfo, len(rows))
	for i, r := range rows {
		list[i] = ModelInfo{Version: versionOf(r), Aliases: some(r.Aliases), Active: len(r.Aliases) > 0, Code: r.Code}
		for _, f := range m.table(tableBlob, "") {
			if f.Name == r.Blob {
				list[i].Bytes = f.Size
			}
		}
	}
	return list, err
}

// An AliasChange is a move of an alias.
type AliasChange struct {
	Alias    string
	Version  string    // what it points at since; "": nothing
	Since    time.Time // zero for what stood there before moves were recorded
	Commit   uint64    // the version of the warehouse
	Rollback bool      // the move went back
}

// AliasHistory lists the moves of an alias ("": of all), oldest first.
func (w *Warehouse) AliasHistory(ctx context.Context, name string) ([]AliasChange, error) {
	s, err := w.current(ctx)
	if err != nil {
		return nil, err
	}
	rows, err := w.readAliases(s.manifest)
	if err != nil {
		return nil, fmt.Errorf("storage: alias history: %w", err)
	}
	var list []AliasChange
	for _, r := range rows {
		if name != "" && r.Alias != name {
			continue
		}
		c := AliasChange{Alias: r.Alias, Version: r.Version, Commit: uint64(r.Commit), Rollback: r.Rollback}
		if r.Since != 0 {
			c.Since = time.Unix(0, r.Since).UTC()
		}
		list = append(list, c)
	}
	return list, nil
}

// Alias implements [recommender.Registry]. Every move is recorded
// ([Warehouse.AliasHistory]).
func (w *Warehouse) Alias(ctx context.Context, name, id string) error {
	if name == "" {
		return errNoAliasName()
	}
	return w.write(ctx, "alias "+name, func(s *snapshot, c *commit) (*snapshot, error) {
		return w.moveAlias(s, c, name, id, false)
	})
}

// Rollback points an alias at what it pointed at before its last move that was
// not itself taken back, and returns that version. Versions that are gone are
// passed over. ErrNotFound: there is nothing to go back to.
func (w *Warehouse) Rollback(ctx context.Context, name string) (id string, err error) {
	err = w.write(ctx, "roll back alias "+name, func(s *snapshot, c *commit) (*snapshot, error) {
		rows, err := w.readAliases(s.manifest)
		if err != nil {
			return nil, err
		}
		models, err := w.readModels(s.manifest)
		if err != nil {
			return nil, err
		}
		var stack []string
		for _, r := range rows {
			switch {
			case r.Alias != name:
			case r.Rollback:
				// Down to where that rollback went.
				for len(stack) > 1 && stack[len(stack)-1] != r.Version {
					stack = stack[:len(stack)-1]
				}
			default:
				stack = append(stack, r.Version)
			}
		}
		now := ""
		if len(stack) > 0 {
			now, stack = stack[len(stack)-1], stack[:len(stack)-1]
		}
		for ; len(stack) > 0; stack = stack[:len(stack)-1] {
			if id = stack[len(stack)-1]; id != now && findModel(models, id) >= 0 {
				return w.moveAlias(s, c, name, id, true)
			}
		}
		return nil, fmt.Errorf("%w: it never pointed elsewhere", recommender.ErrNotFound)
	})
	if err != nil {
		return "", err
	}
	return id, nil
}

func (w *Warehouse) moveAlias(s *snapshot, c *commit, name, id string, back bool) (*snapshot, error) {
	rows, err := w.readModels(s.manifest)
	if err != nil {
		return nil, err
	}
	to := findModel(rows, id)
	if id != "" && to < 0 {
		return nil, errNoVersion(id)
	}
	was, changed := "", false
	for i := range rows {
		has := slices.Contains(rows[i].Aliases, name)
		if has {
			was = rows[i].ID
		}
		switch {
		case has && i != to:
			rows[i].Aliases = slices.DeleteFunc(rows[i].Aliases, func(a string) bool { return a == name })
		case !has && i == to:
			rows[i].Aliases = append(rows[i].Aliases, name)
			slices.Sort(rows[i].Aliases)
		default:
			continue
		}
		changed = true
	}
	if !changed {
		return s, nil
	}
	next, err := putModels(s, c, s.manifest, rows)
	if err != nil {
		return nil, err
	}
	history, err := w.readAliases(s.manifest)
	if err != nil {
		return nil, err
	}
	if was != "" && !slices.ContainsFunc(history, func(r aliasRow) bool { return r.Alias == name }) {
		history = append(history, aliasRow{Alias: name, Version: was})
	}
	history = append(history, aliasRow{name, id, w.o.Clock().UnixNano(), int64(c.number), back})
	info, err := tableFile(c, tableAlias, "", batch(history))
	if err != nil {
		return nil, err
	}
	next.manifest = next.manifest.with(tableAlias, "", []fileInfo{info})
	return next, nil
}

func (w *Warehouse) readAliases(m *manifest) (rows []aliasRow, err error) {
	for _, info := range m.table(tableAlias, "") {
		if rows, err = readRows[aliasRow](w, info); err != nil {
			return nil, err
		}
	}
	return rows, nil
}
