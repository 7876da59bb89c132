package storage

import (
	"fmt"
	"io"
	"slices"

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
)

var ratingColumns = []string{"user_id", "item_id", "kind", "value", "unix", "text"}

var kindByName = func() map[string]recommender.Kind {
	m := map[string]recommender.Kind{}
	for k := recommender.Kind(0); k.Valid(); k++ {
		m[k.String()] = k
	}
	return m
}()

// A ratingGroup is one row group without its texts. Users and items are
// dictionaries of their own.
type ratingGroup struct {
	users, items []string
	user, item   []int32
	kind         []recommender.Kind
	value        []float32
	unix         []int64
}

// readGroup decodes a row group column by column; a group whose dictionary
// lacks the wanted user ("" wants all) comes back nil, at the cost of that
// dictionary.
func readGroup(rg parquet.RowGroup, user string) (*ratingGroup, error) {
	n := int(rg.NumRows())
	g := &ratingGroup{user: make([]int32, 0, n), item: make([]int32, 0, n), kind: make([]recommender.Kind, 0, n), value: make([]float32, 0, n), unix: make([]int64, 0, n)}
	chunks := rg.ColumnChunks()
	var err error
	if g.users, err = readIndexed(chunks[columnUser], func(places []int32) { g.user = append(g.user, places...) }); err != nil {
		return nil, err
	}
	if user != "" && !slices.Contains(g.users, user) {
		return nil, nil
	}
	if g.items, err = readIndexed(chunks[columnItem], func(places []int32) { g.item = append(g.item, places...) }); err != nil {
		return nil, err
	}
	if err := g.readKinds(chunks[columnKind]); err != nil {
		return nil, err
	}
	err = eachPage(chunks[columnValue], func(p parquet.Page) error {
		d := p.Dictionary()
		if d == nil {
			return fmt.Errorf("%w: column value has no dictionary", recommender.ErrCorrupt)
		}
		values := make([]float32, d.Len())
		for i := range values {
			values[i] = d.Index(int32(i)).Float()
		}
		data := p.Data()
		for _, place := range data.Int32() {
			g.value = append(g.value, values[place])
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = eachPage(chunks[columnUnix], func(p parquet.Page) error {
		data := p.Data()
		g.unix = append(g.unix, data.Int64()...)
		return nil
	})
	if err == nil && (len(g.user) != n || len(g.item) != n || len(g.kind) != n || len(g.value) != n || len(g.unix) != n) {
		err = fmt.Errorf("%w: columns of a row group differ in length", recommender.ErrCorrupt)
	}
	return g, err
}

func (g *ratingGroup) readKinds(chunk parquet.ColumnChunk) error {
	var places []int32
	names, err := readIndexed(chunk, func(p []int32) { places = append(places, p...) })
	if err != nil {
		return err
	}
	kinds := make([]recommender.Kind, len(names))
	for i, name := range names {
		k, ok := kindByName[name]
		if !ok {
			return fmt.Errorf("%w: unknown kind %q", recommender.ErrCorrupt, name)
		}
		kinds[i] = k
	}
	for _, p := range places {
		g.kind = append(g.kind, kinds[p])
	}
	return nil
}

// readIndexed reads a column of strings as its dictionary and, page by page,
// the places in it.
func readIndexed(chunk parquet.ColumnChunk, add func(places []int32)) (dictionary []string, err error) {
	err = eachPage(chunk, func(p parquet.Page) error {
		d := p.Dictionary()
		if d == nil {
			return fmt.Errorf("%w: a column of names has no dictionary", recommender.ErrCorrupt)
		}
		if dictionary == nil {
			dictionary = make([]string, d.Len())
			for i := range dictionary {
				dictionary[i] = string(d.Index(int32(i)).ByteArray())
			}
		}
		data := p.Data()
		places := data.Int32()
		for _, place := range places {
			if uint(place) >= uint(len(dictionary)) {
				return fmt.Errorf("%w: a place outside a dictionary", recommender.ErrCorrupt)
			}
		}
		add(places)
		return nil
	})
	return dictionary, err
}

func eachPage(chunk parquet.ColumnChunk, visit func(parquet.Page) error) error {
	pages := chunk.Pages()
	defer func() { _ = pages.Close() }()
	for {
		p, err := pages.ReadPage()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fmt.Errorf("%w: %w", recommender.ErrCorrupt, err)
		}
		err = visit(p)
		parquet.Release(p)
		if err != nil {
			return err
		}
	}
}

// texts reads a column of strings one after another, a page at a time.
type texts struct {
	pages parquet.Pages
	page  parquet.Page
	from  parquet.ValueReader
	next  []parquet.Value
	buf   [256]parquet.Value
}

func (t *texts) open(chunk parquet.ColumnChunk) {
	t.close()
	t.pages = chunk.Pages()
}

func (t *texts) close() {
	if t.page != nil {
		parquet.Release(t.page)
	}
	if t.pages != nil {
		_ = t.pages.Close()
	}
	t.pages, t.page, t.from, t.next = nil, nil, nil, nil
}

// read returns the next string.
func (t *texts) read() (string, error) {
	for len(t.next) == 0 {
		if t.from != nil {
			n, err := t.from.ReadValues(t.buf[:])
			t.next = t.buf[:n]
			if n > 0 {
				break
			}
			if err != nil && err != io.EOF {
				return "", fmt.Errorf("%w: %w", recommender.ErrCorrupt, err)
			}
			parquet.Release(t.page)
			t.page, t.from = nil, nil
		}
		p, err := t.pages.ReadPage()
		if err != nil {
			return "", fmt.Errorf("%w: column text: %w", recommender.ErrCorrupt, err)
		}
		t.page, t.from = p, p.Values()
	}
	s := string(t.next[0].ByteArray())
	t.next = t.next[1:]
	return s, nil
}
