package storage

import (
	"fmt"
	"io"
	"slices"

	"github.com/parquet-go/parquet-go"

	"github.com/osusume/osusume/recommender"
)

// indexed reads a column of strings: its dictionary, which it also hands to
// names, and page by page the places in it.
func (r *groupReader) indexed(leaf int, names func([]string), add func(places []int32)) (dictionary []string, err error) {
	err = r.eachPage(leaf, func(p parquet.Page) error {
		if dictionary == nil {
			d := p.Dictionary()
			if d == nil {
				return fmt.Errorf("%w: column %s has no dictionary", recommender.ErrCorrupt, ratingLeaves[leaf])
			}
			data := d.Page().Data()
			dictionary = textsOf(data.ByteArray())
			if names != nil {
				names(dictionary)
			}
		}
		data := p.Data()
		places := data.Int32()
		most := int32(0)
		least := int32(0)
		for _, place := range places {
			most, least = max(most, place), min(least, place)
		}
		if least < 0 || int(most) >= len(dictionary) {
			return fmt.Errorf("%w: a place outside the dictionary of column %s", recommender.ErrCorrupt, ratingLeaves[leaf])
		}
		add(places)
		return nil
	})
	return dictionary, err
}

// textsOf copies a column of texts.
func textsOf(data []byte, offsets []uint32) []string {
	if len(offsets) == 0 {
		return []string{}
	}
	base := offsets[0]
	all := string(data[base:offsets[len(offsets)-1]])
	list := make([]string, len(offsets)-1)
	for i := range list {
		list[i] = all[offsets[i]-base : offsets[i+1]-base]
	}
	return list
}

func (r *groupReader) kinds(add func([]recommender.Kind)) error {
	var (
		kinds   []recommender.Kind
		unknown string
		buf     []recommender.Kind
	)
	_, err := r.indexed(columnKind, func(names []string) {
		for _, name := range names {
			k, ok := kindByName[name]
			if !ok {
				unknown = name
			}
			kinds = append(kinds, k)
		}
	}, func(places []int32) {
		buf = buf[:0]
		for _, p := range places {
			buf = append(buf, kinds[p])
		}
		add(buf)
	})
	if err == nil && unknown != "" {
		err = fmt.Errorf("%w: unknown kind %q", recommender.ErrCorrupt, unknown)
	}
	return err
}

func (r *groupReader) values(add func([]float32)) error {
	var values, buf []float32
	return r.eachPage(columnValue, func(p parquet.Page) error {
		if values == nil {
			d := p.Dictionary()
			if d == nil {
				return fmt.Errorf("%w: column value has no dictionary", recommender.ErrCorrupt)
			}
			data := d.Page().Data()
			values = slices.Clone(data.Float())
		}
		data := p.Data()
		places := data.Int32()
		buf = slices.Grow(buf[:0], len(places))[:len(places)]
		for i, place := range places {
			buf[i] = values[place]
		}
		add(buf)
		return nil
	})
}

func (r *groupReader) times(add func([]int64)) error {
	return r.eachPage(columnUnix, func(p parquet.Page) error {
		data := p.Data()
		add(data.Int64())
		return nil
	})
}

// texts sets g.texts, unless all are empty.
func (r *groupReader) texts(g *ratingGroup) error {
	n := 0
	err := r.eachPage(columnText, func(p parquet.Page) error {
		data := p.Data()
		list := textsOf(data.ByteArray())
		if g.texts == nil && slices.ContainsFunc(list, func(s string) bool { return s != "" }) {
			g.texts = make([]string, n, r.to-r.from)
		}
		if n += len(list); g.texts != nil {
			g.texts = append(g.texts, list...)
		}
		return nil
	})
	if err == nil && n != r.to-r.from {
		err = errColumns
	}
	return err
}

// eachPage visits the pages of a column, or what of them is wanted.
func (r *groupReader) eachPage(leaf int, visit func(parquet.Page) error) error {
	chunk := r.chunks[leaf]
	var pages parquet.Pages
	if f, ok := chunk.(*parquet.FileColumnChunk); ok && r.whole != nil {
		pages = f.PagesFrom(r.whole)
	} else {
		pages = chunk.Pages()
	}
	defer func() { _ = pages.Close() }()
	if r.from > 0 {
		if err := pages.SeekToRow(int64(r.from)); err != nil {
			return fmt.Errorf("%w: %w", recommender.ErrCorrupt, err)
		}
	}
	for left := int64(r.to - r.from); left > 0; {
		p, err := pages.ReadPage()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fmt.Errorf("%w: %w", recommender.ErrCorrupt, err)
		}
		use := p
		if p.NumRows() > left {
			use = p.Slice(0, left)
		}
		left -= use.NumRows()
		err = visit(use)
		parquet.Release(p)
		if err != nil {
			return err
		}
	}
	return nil
}

// seq is the seq of a file's rows, which is one for all.
func (f *dataFile) seq() (uint64, error) {
	for _, rg := range f.RowGroups() {
		r := &groupReader{f: f, chunks: rg.ColumnChunks(), to: 1}
		var seq uint64
		err := r.eachPage(columnSeq, func(p parquet.Page) error {
			d := p.Dictionary()
			if d == nil || d.Len() == 0 {
				return fmt.Errorf("%w: column seq has no dictionary", recommender.ErrCorrupt)
			}
			seq = uint64(d.Index(0).Int64())
			return nil
		})
		return seq, err
	}
	return 0, nil
}
