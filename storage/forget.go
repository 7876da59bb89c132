package storage

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/osusume/osusume/recommender"
)

// ForgetOptions are the options of [Warehouse.Forget].
type ForgetOptions struct {
	// Journal is the journal beside the warehouse, open for writing; nil leaves
	// journals alone.
	Journal *Journal
	// Rewrite writes a model's snapshot without the users, for snapshots that
	// hold one of their IDs. nil, or an error, drops the version instead.
	Rewrite func(ctx context.Context, v recommender.Version, old io.Reader, w io.Writer) error
	// Holds reports whether a snapshot holds one of the users; nil looks for the
	// bytes of their IDs, which may take one user's ID for a part of another's.
	// Whoever compresses snapshots brings a Holds that unpacks them.
	Holds func(ctx context.Context, v recommender.Version, r io.Reader) (bool, error)
}

// A Forgotten says what [Warehouse.Forget] has done.
type Forgotten struct {
	Version   uint64            // the commit without the users
	Tables    []string          // whose files were written anew, sorted
	Rewritten []string          // model versions whose snapshot was written anew
	Dropped   []string          // model versions that are gone, and with them those they are part of
	Aliases   map[string]string // aliases that are gone, and what they pointed at
	Versions  []uint64          // older versions of the warehouse that are gone
	Segments  []uint64          // of the journal, written anew
	Cursors   []string          // sources whose cursor holds the bytes of an ID, which only the source can change
}

// Forget removes users from everything there is: interactions, derived tables,
// model snapshots, every older version that is kept (At cannot read them any
// more, Grace or not) and the journal. When it returns without an error, no file
// holds one of the IDs but a cursor that the report names, and files of a walk
// that another process has not ended yet, which go with it.
//
// Only files whose bounds include a user are read, and only those that hold one
// are written anew. A snapshot that holds an ID is rewritten or dropped; train
// and publish again. Calling it again, after an error or a crash, finishes what
// was begun.
func (w *Warehouse) Forget(ctx context.Context, users []recommender.UserID, o ForgetOptions) (Forgotten, error) {
	var done Forgotten
	gone := setOf(users)
	if gone[""] {
		return done, fmt.Errorf("storage: warehouse %s: forget users: %w: empty user ID", w.dir, recommender.ErrInvalid)
	}
	if len(users) == 0 {
		return done, nil
	}
	err := w.write(ctx, "forget users", func(s *snapshot, c *commit) (*snapshot, error) {
		done = Forgotten{}
		m, err := w.forgetTables(ctx, c, s.manifest, gone)
		if err != nil {
			return nil, err
		}
		next := *s
		next.manifest = m
		after, err := w.forgetModels(ctx, &next, c, users, o, &done)
		if err != nil {
			return nil, err
		}
		sources, err := s.sources()
		if err != nil {
			return nil, err
		}
		for _, name := range slices.Sorted(maps.Keys(sources)) {
			if holds([]byte(sources[name].Cursor), users) {
				done.Cursors = append(done.Cursors, name)
			}
		}
		// A commit even if nothing changed: it ends the versions before, which may
		// hold what an earlier Delete took out.
		last := *after
		last.manifest = after.manifest.with("", "", nil)
		last.manifest.Oldest = c.number
		done.Tables = changedTables(s.manifest, last.manifest)
		done.Version = c.number
		names, err := w.fs.ReadDir(w.dir)
		if err != nil {
			return nil, err
		}
		done.Versions = manifestNumbers(names)
		return &last, nil
	})
	if err != nil {
		return Forgotten{}, err
	}
	w.mu.Lock()
	err = w.collect(w.state.Load().manifest)
	w.mu.Unlock()
	if err != nil {
		return done, fmt.Errorf("storage: warehouse %s: forget users: remove older versions: %w", w.dir, err)
	}
	if o.Journal != nil {
		done.Segments, err = o.Journal.Forget(ctx, users)
	}
	return done, err
}

func (w *Warehouse) forgetTables(ctx context.Context, c *commit, m *manifest, users map[recommender.UserID]bool) (*manifest, error) {
	files, err := w.dropRatings(ctx, c, m.table(tableRating, ""), nil, users)
	if err != nil {
		return nil, err
	}
	m = m.with(tableRating, "", files)
	if m, err = userTable().drop(ctx, w, c, m, users); err != nil {
		return nil, err
	}
	return scoreTable("").drop(ctx, w, c, m, users)
}

// forgetModels rewrites or drops the snapshots that hold users.
func (w *Warehouse) forgetModels(ctx context.Context, s *snapshot, c *commit, users []recommender.UserID, o ForgetOptions, done *Forgotten) (*snapshot, error) {
	rows, err := w.readModels(s.manifest)
	if err != nil {
		return nil, err
	}
	drop := map[string]bool{}
	blobs := s.manifest.table(tableBlob, "")
	for i := range rows {
		v := versionOf(rows[i])
		hit, err := w.modelHolds(ctx, v, users, o)
		if err != nil {
			return nil, fmt.Errorf("model version %s: %w", v.ID, err)
		}
		if !hit {
			continue
		}
		blob, err := w.rewriteModel(ctx, c, v, o)
		if err != nil {
			return nil, fmt.Errorf("model version %s: %w", v.ID, err)
		}
		at := slices.IndexFunc(blobs, func(f fileInfo) bool { return f.Name == rows[i].Blob })
		if blob == nil {
			drop[v.ID] = true
			blobs = slices.Delete(blobs, at, at+1)
			continue
		}
		blobs[at], rows[i].Blob = *blob, blob.Name
		done.Rewritten = append(done.Rewritten, v.ID)
	}
	for again := true; again; { // what is made of a version that is gone cannot be opened
		again = false
		for _, r := range rows {
			if !drop[r.ID] && slices.ContainsFunc(r.Parts, func(id string) bool { return drop[id] }) {
				drop[r.ID], again = true, true
				blobs = slices.DeleteFunc(blobs, func(f fileInfo) bool { return f.Name == r.Blob })
			}
		}
	}
	if len(drop) == 0 && len(done.Rewritten) == 0 {
		return s, nil
	}
	var kept []modelRow
	for _, r := range rows {
		if !drop[r.ID] {
			kept = append(kept, r)
			continue
		}
		done.Dropped = append(done.Dropped, r.ID)
		for _, name := range r.Aliases {
			if done.Aliases == nil {
				done.Aliases = map[string]string{}
			}
			done.Aliases[name] = r.ID
		}
	}
	done.Rewritten = slices.DeleteFunc(done.Rewritten, func(id string) bool { return drop[id] })
	return putModels(s, c, s.manifest.with(tableBlob, "", blobs), kept)
}

func (w *Warehouse) modelHolds(ctx context.Context, v recommender.Version, users []recommender.UserID, o ForgetOptions) (bool, error) {
	if err := ctx.Err(); err != nil {
		return false, err
	}
	_, r, err := w.Open(ctx, v.ID)
	if err != nil {
		return false, err
	}
	defer func() { _ = r.Close() }()
	if o.Holds != nil {
		return o.Holds(ctx, v, r)
	}
	return streamHolds(r, users)
}

// rewriteModel returns the file of a snapshot without the users, or nil where
// it cannot be had.
func (w *Warehouse) rewriteModel(ctx context.Context, c *commit, v recommender.Version, o ForgetOptions) (*fileInfo, error) {
	if o.Rewrite == nil {
		return nil, nil
	}
	_, r, err := w.Open(ctx, v.ID)
	if err != nil {
		return nil, err
	}
	defer func() { _ = r.Close() }()
	var fresh bytes.Buffer
	if err := o.Rewrite(ctx, v, r, &fresh); err != nil {
		return nil, ctx.Err() // who called it off did not ask for the version to go
	}
	info, err := c.file(tableBlob, "", "bin", func(dst io.Writer) (int64, error) { return fresh.WriteTo(dst) })
	info.Rows = 0
	return &info, err
}

// streamHolds looks for the bytes of IDs in a stream.
func streamHolds(r io.Reader, users []recommender.UserID) (bool, error) {
	longest := 0
	for _, u := range users {
		longest = max(longest, len(u))
	}
	buf := make([]byte, 0, 1<<20+longest)
	for {
		n, err := io.ReadFull(r, buf[len(buf):cap(buf)])
		buf = buf[:len(buf)+n]
		if holds(buf, users) {
			return true, nil
		}
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return false, nil
		}
		if err != nil {
			return false, err
		}
		buf = append(buf[:0], buf[len(buf)-min(len(buf), longest-1):]...)
	}
}

func holds(b []byte, users []recommender.UserID) bool {
	return slices.ContainsFunc(users, func(u recommender.UserID) bool { return bytes.Contains(b, []byte(u)) })
}

// changedTables are the tables of which a has files that b has not.
func changedTables(a, b *manifest) []string {
	still := b.names()
	var tables []string
	for _, f := range a.Files {
		if !still[f.Name] {
			tables = append(tables, f.Table)
		}
	}
	slices.Sort(tables)
	return slices.Compact(tables)
}
