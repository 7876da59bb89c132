package storage

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"

	"github.com/parquet-go/parquet-go"

	"github.com/osusume/osusume/recommender"
)

// A ratingRow is a row of fact_rating. Within a file rows are sorted by user,
// item, kind and time, and a state stands there once.
type ratingRow struct {
	User  string  `parquet:"user_id,dict"`
	Item  string  `parquet:"item_id,dict"` // as the source named it
	Kind  string  `parquet:"kind,dict"`
	Value float32 `parquet:"value,dict"`
	Unix  int64   `parquet:"unix,delta"`
	Text  string  `parquet:"text,delta"`
	Seq   int64   `parquet:"seq,dict"` // of the commit that wrote the row
}

// The leaf columns of fact_rating, in order.
const (
	columnUser = iota
	columnItem
	columnKind
	columnValue
	columnUnix
	columnText
	columnSeq
)

var ratingLeaves = []string{"user_id", "item_id", "kind", "value", "unix", "text", "seq"}

var kindByName = func() map[string]recommender.Kind {
	m := map[string]recommender.Kind{}
	for k := recommender.Kind(0); k.Valid(); k++ {
		m[k.String()] = k
	}
	return m
}()

// A ratingGroup is rows of fact_rating, of a row group or a page, column by
// column. Users and items are dictionaries of its own.
type ratingGroup struct {
	users, items []string
	user, item   []int32
	kind         []recommender.Kind
	value        []float32
	unix         []int64
	texts        []string // nil: none has one, or nobody asked
}

// A span is consecutive rows of one user in a group.
type span struct {
	user     string
	from, to int
}

// spanAt is the span that begins at a row.
func (g *ratingGroup) spanAt(row int) span {
	u, to := g.user[row], row+1
	for to < len(g.user) && g.user[to] == u {
		to++
	}
	return span{g.users[u], row, to}
}

// A groupReader decodes one row group, column by column, as far as is wanted.
type groupReader struct {
	f        *dataFile
	group    int
	chunks   []parquet.ColumnChunk
	from, to int
	total    int      // rows of the group, where narrow has found those of one user; else 0
	user     string   // that user
	whole    *section // the bytes of the columns, read at once; nil: pages are read one by one
}

// openGroup prepares to read the rows of one user ("": of all). ok is false
// where there are none, at the cost of the column of users at most.
func openGroup(f *dataFile, group int, user string) (r *groupReader, ok bool, err error) {
	rg := f.RowGroups()[group]
	r = &groupReader{f: f, group: group, user: user, chunks: rg.ColumnChunks(), to: int(rg.NumRows())}
	if user == "" {
		return r, r.to > 0, nil
	}
	if b, hasBounds := r.chunks[columnUser].(interface {
		Bounds() (parquet.Value, parquet.Value, bool)
	}); hasBounds {
		if low, high, known := b.Bounds(); known && (user < string(low.ByteArray()) || user > string(high.ByteArray())) {
			return r, false, nil
		}
	}
	for _, c := range r.chunks {
		// Loads what pages are found by; without it, they are read from the start.
		if _, err := c.OffsetIndex(); err != nil && !errors.Is(err, parquet.ErrMissingOffsetIndex) {
			return r, false, fmt.Errorf("%w: %w", recommender.ErrCorrupt, err)
		}
	}
	if ok, known, err := r.narrow(user); known || err != nil {
		return r, ok, err
	}
	at, places := -1, 0
	from, to := -1, 0
	_, err = r.indexed(columnUser, func(names []string) { at = slices.Index(names, user) }, func(p []int32) {
		for i, u := range p {
			if int(u) == at {
				if from < 0 {
					from = places + i
				}
				to = places + i + 1
			}
		}
		places += len(p)
	})
	if err != nil || from < 0 {
		return r, false, err
	}
	r.from, r.to = from, to
	return r, true, nil
}

// preload reads the bytes of leaves 0 to last at once.
func (r *groupReader) preload(last int) error {
	columns := r.f.Metadata().RowGroups[r.group].Columns
	from, to := r.f.Size(), int64(0)
	for _, c := range columns[:last+1] {
		start := c.MetaData.DataPageOffset
		if d := c.MetaData.DictionaryPageOffset; d != 0 && d < start {
			start = d
		}
		from, to = min(from, start), max(to, start+c.MetaData.TotalCompressedSize)
	}
	if from < 0 || to < from || to > r.f.Size() {
		return fmt.Errorf("%w: a row group outside of the file", recommender.ErrCorrupt)
	}
	// Blocks are read whole, so that none is read twice.
	from -= from % blockBytes
	s, _ := sections.Get().(*section)
	if s == nil {
		s = &section{}
	}
	s.at = from
	s.b = slices.Grow(s.b[:0], int(to-from)+blockBytes)
	s.b = s.b[:min((to-from+blockBytes-1)/blockBytes*blockBytes, r.f.Size()-from)]
	if _, err := r.f.raw.ReadAt(s.b, from); err != nil && err != io.EOF {
		sections.Put(s)
		return err
	}
	r.whole = s
	return nil
}

// unload gives the bytes back.
func (r *groupReader) unload() {
	if r.whole != nil {
		sections.Put(r.whole)
		r.whole = nil
	}
}

var sections sync.Pool

// A section is a part of a file in memory.
type section struct {
	at int64
	b  []byte
}

// ReadAt implements [io.ReaderAt].
func (s *section) ReadAt(p []byte, off int64) (int, error) {
	if off < s.at || off >= s.at+int64(len(s.b)) {
		return 0, io.EOF
	}
	n := copy(p, s.b[off-s.at:])
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// read decodes all columns; texts says whether texts are wanted.
func (r *groupReader) read(texts bool) (*ratingGroup, error) {
	n := r.to - r.from
	g := &ratingGroup{user: make([]int32, 0, n), item: make([]int32, 0, n), kind: make([]recommender.Kind, 0, n), value: make([]float32, 0, n), unix: make([]int64, 0, n)}
	var err error
	if r.total > 0 {
		g.users, g.user = []string{r.user}, g.user[:n]
	} else if g.users, err = r.indexed(columnUser, nil, func(p []int32) { g.user = append(g.user, p...) }); err != nil {
		return nil, err
	}
	known := false
	if r.total > 0 { // most of the dictionary is of others
		if g.items, g.item, known, err = r.few(columnItem); err != nil {
			return nil, err
		}
	}
	if !known {
		g.item = g.item[:0]
		if g.items, err = r.indexed(columnItem, nil, func(p []int32) { g.item = append(g.item, p...) }); err != nil {
			return nil, err
		}
	}
	if err := r.kinds(func(k []recommender.Kind) { g.kind = append(g.kind, k...) }); err != nil {
		return nil, err
	}
	if err := r.values(func(v []float32) { g.value = append(g.value, v...) }); err != nil {
		return nil, err
	}
	if err := r.times(func(t []int64) { g.unix = append(g.unix, t...) }); err != nil {
		return nil, err
	}
	if texts {
		if err := r.texts(g); err != nil {
			return nil, err
		}
	}
	if len(g.user) != n || len(g.item) != n || len(g.kind) != n || len(g.value) != n || len(g.unix) != n || g.texts != nil && len(g.texts) != n {
		return nil, errColumns
	}
	return g, nil
}

var errColumns = fmt.Errorf("%w: columns of a row group differ in length", recommender.ErrCorrupt)
