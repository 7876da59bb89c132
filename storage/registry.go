package storage

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"

	"github.com/osusume/osusume/recommender"
)

// Publish implements [recommender.Registry]. Other writes wait while m writes
// itself, so m must not write to the warehouse; it may read.
func (w *Warehouse) Publish(ctx context.Context, v recommender.Version, m io.WriterTo) error {
	if err := checkVersionID(v.ID); err != nil {
		return err
	}
	return w.write(ctx, "publish "+v.ID, func(s *snapshot, c *commit) (*snapshot, error) {
		rows, err := w.readModels(s.manifest)
		if err != nil {
			return nil, err
		}
		if findModel(rows, v.ID) >= 0 {
			return nil, errPublished(v.ID)
		}
		blob, err := c.file(tableBlob, "", "bin", m.WriteTo)
		if err != nil {
			return nil, err
		}
		blob.Rows = 0
		next := s.manifest.with(tableBlob, "", append(s.manifest.table(tableBlob, ""), blob))
		return putModels(s, c, next, append(rows, modelRowOf(v, blob.Name, w.o.Code)))
	})
}

// Versions implements [recommender.Registry], in the order of publishing.
func (w *Warehouse) Versions(ctx context.Context) ([]recommender.Version, error) {
	rows, _, err := w.models(ctx)
	list := make([]recommender.Version, len(rows))
	for i, r := range rows {
		list[i] = versionOf(r)
	}
	return list, err
}

// Open implements [recommender.Registry]. It reads the model's file once to
// check it: a decoder that knows how much to read would not see an error that
// comes with the end of the file.
func (w *Warehouse) Open(ctx context.Context, id string) (recommender.Version, io.ReadCloser, error) {
	rows, m, err := w.models(ctx)
	if err != nil {
		return recommender.Version{}, nil, err
	}
	i := findModel(rows, id)
	if i < 0 {
		return recommender.Version{}, nil, errNoVersion(id)
	}
	fail := func(err error) (recommender.Version, io.ReadCloser, error) {
		return recommender.Version{}, nil, fmt.Errorf("storage: open model version %s: %w", id, err)
	}
	blobs := m.table(tableBlob, "")
	at := slices.IndexFunc(blobs, func(f fileInfo) bool { return f.Name == rows[i].Blob })
	if at < 0 {
		return fail(fmt.Errorf("%w: manifest %d does not have its file %q", recommender.ErrCorrupt, m.Number, rows[i].Blob))
	}
	name := w.path(blobs[at].Name)
	f, err := w.fs.Open(name)
	if err != nil {
		return fail(w.gone(err))
	}
	if err := verify(f, blobs[at]); err != nil {
		return fail(errors.Join(fmt.Errorf("%s: %w", name, err), f.Close()))
	}
	return versionOf(rows[i]), struct {
		io.Reader
		io.Closer
	}{io.NewSectionReader(f, 0, f.Size()), f}, nil
}

// Aliases implements [recommender.Registry].
func (w *Warehouse) Aliases(ctx context.Context) (map[string]string, error) {
	rows, _, err := w.models(ctx)
	aliases := map[string]string{}
	for _, r := range rows {
		for _, name := range r.Aliases {
			aliases[name] = r.ID
		}
	}
	return aliases, err
}

func (w *Warehouse) models(ctx context.Context) ([]modelRow, *manifest, error) {
	s, err := w.current(ctx)
	if err != nil {
		return nil, nil, err
	}
	rows, err := w.readModels(s.manifest)
	if err != nil {
		return nil, nil, fmt.Errorf("storage: read model versions: %w", err)
	}
	return rows, s.manifest, nil
}

func (w *Warehouse) readModels(m *manifest) (rows []modelRow, err error) {
	for _, info := range m.table(tableModel, "") {
		if rows, err = readRows[modelRow](w, info); err != nil {
			return nil, err
		}
	}
	return rows, nil
}

// putModels writes dim_model anew, with what follows from other columns.
func putModels(s *snapshot, c *commit, m *manifest, rows []modelRow) (*snapshot, error) {
	for i := range rows {
		r := &rows[i]
		r.Active = len(r.Aliases) > 0
		all := make(map[string]any, len(r.Metrics))
		for _, x := range r.Metrics {
			if all[x.Name] = x.Value; math.IsNaN(x.Value) || math.IsInf(x.Value, 0) {
				all[x.Name] = nil // JSON has no name for it
			}
		}
		text, err := json.Marshal(all)
		if err != nil {
			return nil, fmt.Errorf("metrics of %s: %w", r.ID, err)
		}
		r.MetricsJSON = string(text)
	}
	info, err := tableFile(c, tableModel, "", batch(rows))
	if err != nil {
		return nil, err
	}
	return &snapshot{m.with(tableModel, "", []fileInfo{info}), s.catalog, s.links, s.sources}, nil
}

func findModel(rows []modelRow, id string) int {
	return slices.IndexFunc(rows, func(r modelRow) bool { return r.ID == id })
}
