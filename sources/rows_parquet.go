package sources

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/parquet-go/parquet-go"

	"github.com/osusume/osusume/recommender"
)

// parquetRows walks row groups and, in each, all columns side by side: reading
// by column is many times as fast as the library's row reader.
type parquetRows struct {
	file    string
	groups  []parquet.RowGroup
	leaves  []leaf
	names   []string
	readers []*columnReader // of the open group; nil between groups
	group   int             // the next to open
	left    int64           // rows of the open group
	row     int64           // rows handed out
	total   int64
	values  []string
}

// A leaf is a column of the file.
type leaf struct {
	list   bool // repeated: a row holds any number of values
	format func(parquet.Value) string
}

func newParquetRows(file string, content io.ReaderAt, size int64) (p *parquetRows, err error) {
	defer func() { err = rescue(recover(), err) }()
	if err := checkFooter(content, size); err != nil {
		return nil, fmt.Errorf("%w: parquet: %w", recommender.ErrCorrupt, err)
	}
	f, err := parquet.OpenFile(content, size, parquet.SkipBloomFilters(true), parquet.SkipPageIndex(true))
	if err != nil {
		return nil, fmt.Errorf("%w: parquet: %w", recommender.ErrCorrupt, err)
	}
	p = &parquetRows{file: file, groups: f.RowGroups(), total: f.NumRows()}
	var sum int64
	for _, g := range p.groups {
		sum += g.NumRows()
	}
	if sum != p.total || p.total < 0 {
		return nil, fmt.Errorf("%w: parquet: %d rows in the row groups, %d in the file", recommender.ErrCorrupt, sum, p.total)
	}
	seen := map[string]bool{}
	for _, path := range f.Schema().Columns() {
		col, ok := f.Schema().Lookup(path...)
		if !ok {
			return nil, fmt.Errorf("%w: parquet: column %q is not in the schema", recommender.ErrCorrupt, path)
		}
		name := leafName(path, col.MaxRepetitionLevel > 0)
		if seen[name] {
			return nil, fmt.Errorf("%w: columns named twice: %s", recommender.ErrInvalid, name)
		}
		seen[name] = true
		p.names = append(p.names, name)
		p.leaves = append(p.leaves, leaf{list: col.MaxRepetitionLevel > 0, format: formatter(col.Node.Type())})
	}
	if len(p.names) > maxColumns {
		return nil, fmt.Errorf("%w: %d columns, at most %d are read", recommender.ErrInvalid, len(p.names), maxColumns)
	}
	p.values = make([]string, len(p.names))
	return p, nil
}

// checkFooter looks at what the library takes on trust: it would make room for
// the length of the footer, up to 4 GB, before it finds that the file is shorter.
func checkFooter(content io.ReaderAt, size int64) error {
	var tail [8]byte
	if size < int64(len(parquetMagic)+len(tail)) {
		return io.ErrUnexpectedEOF
	}
	if _, err := content.ReadAt(tail[:], size-int64(len(tail))); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	switch n := int64(binary.LittleEndian.Uint32(tail[:4])); {
	case string(tail[4:]) != parquetMagic:
		return errors.New("the file does not end as Parquet does")
	case n > size-int64(len(parquetMagic)+len(tail)):
		return fmt.Errorf("footer of %d bytes in a file of %d", n, size)
	}
	return nil
}

// leafName joins the names on the way to a column by dots, without the layers
// that the writers of lists put between.
func leafName(path []string, list bool) string {
	if n := len(path); list && n > 1 {
		switch path[n-2] + "." + path[n-1] {
		case "list.element", "list.item", "bag.array_element", "list.array_element":
			path = path[:n-2]
		default:
			if path[n-1] == "array" || path[n-1] == "element" {
				path = path[:n-1]
			}
		}
	}
	return strings.Join(path, ".")
}

func (p *parquetRows) columns() []string { return p.names }

func (p *parquetRows) pos() position { return position{offset: p.row, line: int(p.row) + 1} }

func (p *parquetRows) next() (_ Row, err error) {
	defer func() { err = rescue(recover(), err) }()
	for p.left == 0 {
		p.closePages()
		if p.group == len(p.groups) {
			return Row{}, io.EOF
		}
		if err := p.openGroup(0); err != nil {
			return Row{}, err
		}
	}
	for i, c := range p.readers {
		if p.values[i], err = c.row(p.leaves[i]); err != nil {
			return Row{}, p.damaged(fmt.Errorf("column %s: %w", p.names[i], err))
		}
	}
	p.left--
	p.row++
	return Row{File: p.file, Line: int(p.row), Values: p.values, unit: "row"}, nil
}

// openGroup opens the next row group at one of its rows.
func (p *parquetRows) openGroup(at int64) error {
	g := p.groups[p.group]
	p.group++
	for i, chunk := range g.ColumnChunks() {
		c := &columnReader{pages: chunk.Pages()}
		p.readers = append(p.readers, c)
		if at > 0 {
			if err := c.pages.SeekToRow(at); err != nil {
				return p.damaged(fmt.Errorf("column %s: %w", p.names[i], err))
			}
		}
	}
	if len(p.readers) != len(p.leaves) {
		return p.damaged(fmt.Errorf("row group %d has %d columns, want %d", p.group, len(p.readers), len(p.leaves)))
	}
	p.left = g.NumRows() - at
	return nil
}

// seek goes to a row; only its row group is touched.
func (p *parquetRows) seek(_ context.Context, to position) (err error) {
	defer func() { err = rescue(recover(), err) }()
	if to.offset > p.total {
		return fmt.Errorf("%w: the file ends before the cursor's row %d", recommender.ErrInvalid, to.offset)
	}
	p.closePages()
	p.row, p.group, p.left = to.offset, 0, 0
	for at := to.offset; p.group < len(p.groups); p.group++ {
		if n := p.groups[p.group].NumRows(); at < n {
			return p.openGroup(at)
		} else {
			at -= n
		}
	}
	return nil
}

func (p *parquetRows) damaged(err error) error {
	return fmt.Errorf("%w: parquet: row %d: %w", recommender.ErrCorrupt, p.row+1, err)
}

// closePages releases the open row group.
func (p *parquetRows) closePages() {
	for _, c := range p.readers {
		c.close()
	}
	p.readers = nil
}

// rescue turns a panic of the Parquet library, which damaged files cause, into
// an error.
func rescue(panicked any, err error) error {
	if panicked == nil {
		return err
	}
	return fmt.Errorf("%w: parquet: %v", recommender.ErrCorrupt, panicked)
}

// A columnReader hands out the values of one column of a row group.
type columnReader struct {
	pages  parquet.Pages
	page   parquet.Page
	values parquet.ValueReader
	buf    [128]parquet.Value
	i, n   int
	scrap  []string
}

// peek returns the value that take will take; io.EOF after the last.
func (c *columnReader) peek() (*parquet.Value, error) {
	for c.i == c.n {
		if c.values != nil {
			n, err := c.values.ReadValues(c.buf[:])
			if c.i, c.n = 0, n; n > 0 {
				break
			}
			if err == nil {
				return nil, io.ErrNoProgress
			}
			if err != io.EOF {
				return nil, err
			}
			parquet.Release(c.page)
			c.page, c.values = nil, nil
		}
		page, err := c.pages.ReadPage()
		if err != nil {
			return nil, err
		}
		c.page, c.values = page, page.Values()
	}
	return &c.buf[c.i], nil
}

// row returns the text of one row's value, or of its values as a JSON array.
func (c *columnReader) row(l leaf) (string, error) {
	v, err := c.peek()
	if err != nil {
		return "", early(err)
	}
	if !l.list {
		c.i++
		return textOf(l, v), nil
	}
	c.scrap = c.scrap[:0]
	for first := true; err == nil && (first || v.RepetitionLevel() > 0); first = false {
		if !v.IsNull() {
			c.scrap = append(c.scrap, textOf(l, v))
		}
		c.i++
		v, err = c.peek()
	}
	if err != nil && err != io.EOF {
		return "", err
	}
	if len(c.scrap) == 0 {
		return "", nil
	}
	raw, err := json.Marshal(c.scrap)
	return string(raw), err
}

func (c *columnReader) close() {
	if c.page != nil {
		parquet.Release(c.page)
		c.page = nil
	}
	_ = c.pages.Close() // nothing was written
}

func textOf(l leaf, v *parquet.Value) string {
	if v.IsNull() {
		return ""
	}
	return l.format(*v)
}

// early is io.EOF seen where rows are missing.
func early(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}
