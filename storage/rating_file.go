package storage

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"slices"

	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"

	"github.com/osusume/osusume/recommender"
)

// A ratingFile is a file of fact_rating, open for reading. It is read without
// the general Parquet reader, which makes every name of a dictionary and every
// value of a page before it hands out the first: here a user's history costs
// the pages it stands on, and a load writes its columns once.
type ratingFile struct {
	raw    *checkedFile
	info   fileInfo
	groups []*ratingMeta // what its footer says; parse sets it
}

// A ratingMeta is what a footer says of a row group.
type ratingMeta struct {
	rows    int
	columns []format.ColumnChunk
	pages   [][]format.PageLocation // by column, in the order of rows
	last    [][]byte                // of each page of users: the last of them; nil: not known
}

// openRatings opens a file, and leaves its footer for parse.
func (w *Warehouse) openRatings(info fileInfo) (*ratingFile, error) {
	raw, err := w.openRaw(info)
	if err != nil {
		return nil, err
	}
	return &ratingFile{raw: raw, info: info}, nil
}

func (f *ratingFile) close() { _ = f.raw.Close() }

// tailBytes is how much of a file's end is read at once: the footer and the
// index of pages of a million rows.
const tailBytes = 1 << 14

// parse reads the footer and the index of pages, once for a file and a handle.
func (f *ratingFile) parse() error {
	if f.groups != nil {
		return nil
	}
	if known := f.raw.state.groups.Load(); known != nil {
		f.groups = *known
		return nil
	}
	t := &tail{f: f.raw, at: max(f.raw.Size()-tailBytes, 0)}
	buffers := chunkPool.Get().(*chunkBuffers)
	defer chunkPool.Put(buffers)
	var err error
	if t.b, err = f.raw.view(&buffers.raw, t.at, f.raw.Size()-t.at); err != nil {
		return err
	}
	n := len(t.b)
	if n < 12 || string(t.b[n-4:]) != "PAR1" {
		return fmt.Errorf("%w: it does not end as a Parquet file", recommender.ErrCorrupt)
	}
	length := int64(binary.LittleEndian.Uint32(t.b[n-8:]))
	foot, err := t.bytes(f.raw.Size()-8-length, length)
	if err != nil {
		return err
	}
	var meta format.FileMetaData
	if err := unmarshal(slices.Clone(foot), &meta); err != nil { // statistics point into it, and stay
		return err
	}
	groups, err := f.checkFooter(&meta)
	if err != nil {
		return err
	}
	for _, g := range groups {
		for leaf := range ratingLeaves {
			if g.pages[leaf], err = t.pages(g, leaf); err != nil {
				return fmt.Errorf("column %s: %w", ratingLeaves[leaf], err)
			}
		}
		if g.last, err = t.users(g); err != nil {
			return err
		}
	}
	f.groups = groups
	f.raw.state.groups.Store(&groups)
	return nil
}

// unmarshal decodes Thrift.
func unmarshal(b []byte, v any) error {
	var p thrift.CompactProtocol
	if err := thrift.NewDecoder(p.NewReaderFromBytes(b)).Decode(v); err != nil {
		return fmt.Errorf("%w: %w", recommender.ErrCorrupt, err)
	}
	return nil
}

// checkFooter says whether a footer describes ratings as this package writes
// them, and as many as the manifest says.
func (f *ratingFile) checkFooter(m *format.FileMetaData) ([]*ratingMeta, error) {
	if len(m.Schema) < 1+len(ratingLeaves) {
		return nil, fmt.Errorf("%w: its schema has %d elements", recommender.ErrCorrupt, len(m.Schema))
	}
	for i, name := range ratingLeaves {
		if e := m.Schema[1+i]; e.Name != name || e.NumChildren.V != 0 || e.RepetitionType.V != format.Required || e.Type.V != ratingTypes[i] {
			return nil, fmt.Errorf("%w: column %d is not %s", recommender.ErrCorrupt, i, name)
		}
	}
	groups := make([]*ratingMeta, 0, len(m.RowGroups))
	left := f.info.Rows
	for i := range m.RowGroups {
		g := &m.RowGroups[i]
		if len(g.Columns) < len(ratingLeaves) || g.NumRows <= 0 || g.NumRows > min(left, math.MaxInt32) {
			return nil, fmt.Errorf("%w: row group %d of %d rows and %d columns cannot be", recommender.ErrCorrupt, i, g.NumRows, len(g.Columns))
		}
		for leaf, c := range g.Columns[:len(ratingLeaves)] {
			if c.MetaData.NumValues != g.NumRows || c.MetaData.Codec != format.Zstd && c.MetaData.Codec != format.Uncompressed {
				return nil, fmt.Errorf("%w: row group %d: column %s has %d values in codec %d", recommender.ErrCorrupt, i, ratingLeaves[leaf], c.MetaData.NumValues, c.MetaData.Codec)
			}
		}
		left -= g.NumRows
		groups = append(groups, &ratingMeta{rows: int(g.NumRows), columns: g.Columns, pages: make([][]format.PageLocation, len(ratingLeaves))})
	}
	if left != 0 || m.NumRows != f.info.Rows {
		return nil, fmt.Errorf("%w: it has %d rows, its manifest says %d", recommender.ErrCorrupt, m.NumRows, f.info.Rows)
	}
	return groups, nil
}

// A tail is the end of a file, in memory.
type tail struct {
	f  *checkedFile
	at int64
	b  []byte
}

// bytes returns some of the file, of the tail or not.
func (t *tail) bytes(off, n int64) ([]byte, error) {
	if off >= t.at && n >= 0 && n <= t.at+int64(len(t.b))-off {
		return t.b[off-t.at:][:n], nil
	}
	var buf []byte
	return t.f.view(&buf, off, n)
}

// pages reads where the pages of a column are.
func (t *tail) pages(g *ratingMeta, leaf int) ([]format.PageLocation, error) {
	c := &g.columns[leaf]
	b, err := t.bytes(c.OffsetIndexOffset, int64(c.OffsetIndexLength))
	if err != nil {
		return nil, err
	}
	var index format.OffsetIndex
	if err := unmarshal(b, &index); err != nil {
		return nil, err
	}
	list := index.PageLocations
	end, row := c.MetaData.DataPageOffset, int64(-1)
	for i, p := range list {
		if p.Offset < end || p.CompressedPageSize <= 0 || p.FirstRowIndex <= row || i == 0 && p.FirstRowIndex != 0 {
			return nil, fmt.Errorf("%w: page %d cannot be where it is", recommender.ErrCorrupt, i)
		}
		end, row = p.Offset+int64(p.CompressedPageSize), p.FirstRowIndex
	}
	if len(list) == 0 || row >= int64(g.rows) || end > t.f.Size() {
		return nil, fmt.Errorf("%w: %d pages of %d rows cannot be", recommender.ErrCorrupt, len(list), g.rows)
	}
	return list, nil
}

// users reads which user is the last of each page; files of older versions do
// not say.
func (t *tail) users(g *ratingMeta) ([][]byte, error) {
	c := &g.columns[columnUser]
	if c.ColumnIndexOffset == 0 {
		return nil, nil
	}
	b, err := t.bytes(c.ColumnIndexOffset, int64(c.ColumnIndexLength))
	if err != nil {
		return nil, err
	}
	var index format.ColumnIndex
	if err := unmarshal(slices.Clone(b), &index); err != nil {
		return nil, err
	}
	if len(index.MaxValues) != len(g.pages[columnUser]) || !slices.IsSortedFunc(index.MaxValues, bytes.Compare) {
		return nil, fmt.Errorf("%w: the index of users has %d pages of %d", recommender.ErrCorrupt, len(index.MaxValues), len(g.pages[columnUser]))
	}
	return index.MaxValues, nil
}

// mayHold reports whether statistics let a row group hold a user.
func (g *ratingMeta) mayHold(user string) bool {
	s := &g.columns[columnUser].MetaData.Statistics
	return s.MinValue == nil || s.MaxValue == nil || bytes.Compare(s.MinValue, []byte(user)) <= 0 && bytes.Compare([]byte(user), s.MaxValue) <= 0
}

// seq is the seq of a file's rows, which is one for all.
func (f *ratingFile) seq() (uint64, error) {
	if err := f.parse(); err != nil || len(f.groups) == 0 {
		return 0, err
	}
	r := f.group(0)
	defer r.close()
	plain, n, err := r.dictionary(columnSeq)
	if err == nil && (n < 1 || len(plain) < 8) {
		err = fmt.Errorf("%w: column seq has no dictionary", recommender.ErrCorrupt)
	}
	if err != nil {
		return 0, err
	}
	return binary.LittleEndian.Uint64(plain), nil
}
