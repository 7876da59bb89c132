package sources

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/osusume/osusume/recommender"
)

var (
	errUnclosed   = errors.New("a quote is opened and not closed")
	errAfterQuote = errors.New("text after a closing quote")
)

// csvRows reads values between separators. A bad row costs one line: after a
// quote that is never closed, reading goes on at the next line and not where
// some later quote seems to close it.
type csvRows struct {
	*lines
	sep    string
	quotes bool
	null   string // value that means none
	header []string
	values []string
	record []byte // values of a quoted row, one after the other
	ends   []int
}

// start settles the separator and reads the header, if it is not given.
func (c *csvRows) start(path string, f Format, o RowOptions) error {
	_, ext := bareName(path)
	c.sep = o.Separator
	switch {
	case c.sep != "":
	case f == TSV:
		c.sep = "\t"
	default:
		if c.sep = separator(firstLine(c.win.data()), ext == ".csv"); c.sep == "" {
			c.sep = ","
		}
	}
	c.quotes = o.Quotes == QuotesOn || o.Quotes == QuotesAuto && (c.sep == "," || c.sep == ";")
	if c.sep == "\t" {
		c.null = `\N`
	}
	if o.Header != nil {
		c.header = slices.Clone(o.Header)
		return c.checkHeader()
	}
	row, err := c.read()
	if err == io.EOF {
		return fmt.Errorf("%w: the file is empty; a header is wanted", recommender.ErrInvalid)
	}
	if err != nil {
		return fmt.Errorf("header: %w", err)
	}
	c.header = slices.Clone(row.Values)
	return c.checkHeader()
}

// checkHeader trims the names and gives a column without one, as data frames
// write their index, the name "#1" by its place.
func (c *csvRows) checkHeader() error {
	var twice []string
	named := false
	for i, h := range c.header {
		h = strings.TrimSpace(h)
		named = named || h != ""
		if h == "" {
			h = fmt.Sprintf("#%d", i+1)
		}
		if slices.Contains(c.header[:i], h) {
			twice = append(twice, h)
		}
		c.header[i] = h
	}
	switch {
	case !named:
		return fmt.Errorf("%w: header: no column has a name", recommender.ErrInvalid)
	case twice != nil:
		return fmt.Errorf("%w: header: columns named twice: %s", recommender.ErrInvalid, strings.Join(twice, ", "))
	}
	return nil
}

func (c *csvRows) columns() []string { return c.header }

func (c *csvRows) next() (Row, error) {
	row, err := c.read()
	if err == nil && len(row.Values) != len(c.header) {
		return Row{}, c.bad(row.Line, fmt.Errorf("%d values, want %d", len(row.Values), len(c.header)))
	}
	return row, err
}

// read returns the next row that is not blank, of any number of values.
func (c *csvRows) read() (Row, error) {
	for {
		n := c.win.line
		if c.quotes && c.quoted() {
			values, err := c.readQuoted()
			if err != nil {
				return Row{}, c.bad(n, err)
			}
			return c.row(n, values), nil
		}
		line, err := c.win.readLine()
		if err != nil {
			return Row{}, c.bad(n, err)
		}
		if len(line) == 0 {
			continue
		}
		s, err := c.text(line)
		if err != nil {
			return Row{}, c.bad(n, err)
		}
		return c.row(n, c.split(s)), nil
	}
}

func (c *csvRows) split(s string) []string {
	c.values = c.values[:0]
	for {
		v, rest, more := strings.Cut(s, c.sep)
		if v == c.null {
			v = ""
		}
		c.values = append(c.values, v)
		if !more {
			return c.values
		}
		s = rest
	}
}

// quoted reports whether the next line has a quote in it.
func (c *csvRows) quoted() bool {
	scanned := 0
	for {
		d := c.win.data()[scanned:]
		if i := bytes.IndexByte(d, '\n'); i >= 0 {
			return bytes.IndexByte(d[:i], '"') >= 0
		}
		if bytes.IndexByte(d, '"') >= 0 {
			return true
		}
		scanned += len(d)
		if !c.win.fill() {
			return false
		}
	}
}

// readQuoted consumes a row with quotes, which may take several lines. On an
// error it consumes one line.
func (c *csvRows) readQuoted() ([]string, error) {
	c.record, c.ends = c.record[:0], c.ends[:0]
	for i, lineEnds := 0, 0; ; {
		var err error
		if b, ok := c.at(i); ok && b == '"' {
			i, lineEnds, err = c.quotedValue(i+1, lineEnds)
		} else {
			i = c.plainValue(i)
		}
		if err != nil {
			return nil, c.giveUp(err)
		}
		c.ends = append(c.ends, len(c.record))
		switch b, ok := c.at(i); {
		case ok && b == '\n':
			c.win.consume(i+1, lineEnds+1)
		case ok: // a separator
			i += len(c.sep)
			continue
		case c.win.err == nil:
			return nil, c.giveUp(errLong)
		case c.win.err != io.EOF:
			return nil, c.win.err
		default:
			c.win.consume(i, lineEnds)
		}
		return c.cutRecord()
	}
}

// quotedValue appends the value whose text begins at i to record, and returns
// where the separator or the line end after it is.
func (c *csvRows) quotedValue(i, lineEnds int) (int, int, error) {
	for ; ; i++ {
		b, ok := c.at(i)
		if !ok {
			return i, lineEnds, cmp.Or(c.win.failed(), errUnclosed)
		}
		if b == '"' {
			if after, ok := c.at(i + 1); !ok || after != '"' {
				break
			}
			i++
		} else if b == '\n' {
			lineEnds++
		}
		c.record = append(c.record, b)
	}
	i++
	if b, ok := c.at(i); ok && b == '\r' {
		if after, more := c.at(i + 1); !more || after == '\n' {
			i++
		}
	}
	if b, ok := c.at(i); ok && b != '\n' && !c.separatorAt(i) {
		return i, lineEnds, errAfterQuote
	}
	return i, lineEnds, nil
}

// plainValue appends the value that begins at i to record and returns its end.
// Quotes inside it are characters like any other.
func (c *csvRows) plainValue(i int) int {
	start := len(c.record)
	for {
		b, ok := c.at(i)
		if !ok || b == '\n' {
			c.record = append(c.record[:start], trimCR(c.record[start:])...)
			return i
		}
		if c.separatorAt(i) {
			return i
		}
		c.record = append(c.record, b)
		i++
	}
}

func (c *csvRows) separatorAt(i int) bool {
	for k := range len(c.sep) {
		if b, ok := c.at(i + k); !ok || b != c.sep[k] {
			return false
		}
	}
	return true
}

// at is byte i of the row, read as far as need be.
func (c *csvRows) at(i int) (byte, bool) {
	for c.win.r+i >= c.win.w {
		if !c.win.fill() {
			return 0, false
		}
	}
	return c.win.buf[c.win.r+i], true
}

// giveUp consumes the first line of a row and returns why.
func (c *csvRows) giveUp(err error) error {
	_, lineErr := c.win.readLine()
	return cmp.Or(lineErr, err)
}

func (c *csvRows) cutRecord() ([]string, error) {
	c.values = c.values[:0]
	begin := 0
	for _, end := range c.ends {
		v, err := c.text(c.record[begin:end])
		if err != nil {
			return nil, err
		}
		if v == c.null {
			v = ""
		}
		c.values = append(c.values, v)
		begin = end
	}
	return c.values, nil
}
