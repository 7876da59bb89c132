package storage

import (
	"bufio"
	"errors"
	"fmt"
	"hash/crc32"
	"io"

	"github.com/osusume/osusume/internal/faultfs"
)

// A commit writes files under names that no manifest knows yet, makes them
// durable, and then lets a manifest name them. Until that manifest has its
// name, nothing has happened; once it has, everything has.
type commit struct {
	w      *Warehouse
	number uint64
	names  []string // files written so far
	runs   uint64   // of fact_rating
}

func (w *Warehouse) begin() *commit { return &commit{w: w, number: w.state.Load().manifest.Number + 1} }

// A fileWriter writes one file of a commit. What is wrong shows at close.
type fileWriter struct {
	*bufio.Writer
	c    *commit
	info fileInfo
	f    faultfs.File
	sum  *summer
}

// create begins a file.
func (c *commit) create(table, part, suffix string) (*fileWriter, error) {
	w := &fileWriter{c: c, info: fileInfo{Table: table, Part: part, Name: fmt.Sprintf("%s-%08d-%d.%s", table, c.number, c.w.serial.Add(1), suffix)}}
	f, err := c.w.fs.Create(c.w.path(w.info.Name))
	if err != nil {
		return nil, err
	}
	c.names = append(c.names, w.info.Name)
	w.f, w.sum = f, &summer{w: f}
	w.Writer = bufio.NewWriterSize(w.sum, 1<<16)
	return w, nil
}

// close makes the file durable, unless writing it failed with err.
func (w *fileWriter) close(err error) (fileInfo, error) {
	if err == nil { // else the buffer would only say the same again
		err = w.Flush()
	}
	w.info.Size, w.info.CRC, w.info.Blocks = w.sum.n, crcText(w.sum.crc), w.sum.blocks.finish()
	if err == nil {
		err = w.c.w.fatal(w.f.Sync())
	}
	if err = errors.Join(err, w.f.Close()); err != nil {
		return w.info, fmt.Errorf("write %s: %w", w.c.w.path(w.info.Name), err)
	}
	w.c.w.trust(w.info)
	return w.info, nil
}

// fatal passes on the error of an fsync. After one, the kernel may have dropped
// what it could not write and call the next fsync a success, so nothing that
// this handle writes can be believed any more.
func (w *Warehouse) fatal(err error) error {
	if err != nil && w.broken == nil {
		w.broken = fmt.Errorf("an earlier fsync failed, open the warehouse again: %w", err)
	}
	return err
}

// file writes one durable file through fill, which returns the number of rows.
func (c *commit) file(table, part, suffix string, fill func(io.Writer) (int64, error)) (fileInfo, error) {
	w, err := c.create(table, part, suffix)
	if err != nil {
		return fileInfo{}, err
	}
	w.info.Rows, err = fill(w)
	return w.close(err)
}

// summer counts and sums what passes.
type summer struct {
	w      io.Writer
	n      int64
	crc    uint32
	blocks blockSummer
}

func (s *summer) Write(p []byte) (int, error) {
	n, err := s.w.Write(p)
	s.n += int64(n)
	s.crc = crc32.Update(s.crc, castagnoli, p[:n])
	s.blocks.add(p[:n])
	return n, err
}

// tableFile writes one file of a table.
func tableFile[T any](c *commit, table, part string, each func(emit func([]T) error) error) (fileInfo, error) {
	return c.file(table, part, "parquet", func(w io.Writer) (int64, error) { return encodeRows(w, each) })
}

// finish makes next the newest state. After an error before the manifest has
// its name nothing has happened and the warehouse goes on; after one at or
// behind that point nobody knows which state a reader will find, and the
// warehouse refuses further writes.
func (c *commit) finish(next *manifest) (err error) {
	next.Number, next.Time = c.number, c.w.o.Clock().UnixNano()
	body, err := encodeManifest(next)
	if err != nil {
		return c.abort(err)
	}
	// The names of the data files must be durable before the manifest's is.
	if err := c.w.fs.SyncDir(c.w.dir); err != nil {
		return c.abort(fmt.Errorf("sync %s: %w", c.w.dir, c.w.fatal(err)))
	}
	temporary := fmt.Sprintf("manifest-%08d-%d.tmp", c.number, c.w.serial.Add(1))
	if err := c.writeFile(temporary, body); err != nil {
		return c.abort(err)
	}
	if err := c.w.fs.RenameNew(c.w.path(temporary), c.w.path(manifestName(c.number))); err != nil {
		return c.doubt(err)
	}
	if err := c.w.fs.SyncDir(c.w.dir); err != nil {
		return c.doubt(fmt.Errorf("sync %s: %w", c.w.dir, err))
	}
	return nil
}

func (c *commit) writeFile(name string, body []byte) (err error) {
	var f faultfs.File
	if f, err = c.w.fs.Create(c.w.path(name)); err != nil {
		return err
	}
	c.names = append(c.names, name)
	if _, err = f.Write(body); err == nil {
		err = c.w.fatal(f.Sync())
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("write %s: %w", c.w.path(name), err)
	}
	return nil
}

// abort removes what was written. What cannot be removed is garbage, which
// the next Open collects.
func (c *commit) abort(err error) error {
	for _, name := range c.names {
		_ = c.w.fs.Remove(c.w.path(name))
	}
	return err
}

// doubt refuses all later writes of this handle. Nothing is removed: a
// manifest may name the files.
func (c *commit) doubt(err error) error {
	c.w.broken = fmt.Errorf("an earlier commit is in doubt, open the warehouse again: %w", err)
	return fmt.Errorf("commit %d is in doubt: %w", c.number, err)
}
