package storage

import (
	"encoding/binary"
	"fmt"
	"io"
	"slices"
	"sync"

	"github.com/parquet-go/parquet-go/encoding/rle"
	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"

	"github.com/osusume/osusume/recommender"
)

// A seeker reads single pages of a dictionary column. parquet-go makes every
// value of a dictionary before the first page, which is most of what a short
// history would cost; here only the names that are asked for are made.
type seeker struct {
	f    *dataFile
	meta *format.ColumnMetaData
	dict []byte // plain
	n    int32  // names in it
	*seekBuffers
}

// seekBuffers are what a seeker decodes into. They are large enough that making
// them anew would cost more than using them.
type seekBuffers struct {
	read, plain, body []byte
	page              []int32
}

var seekPool = sync.Pool{New: func() any { return new(seekBuffers) }}

// close gives the buffers back: what the seeker returned is copied by then.
func (s *seeker) close() { seekPool.Put(s.seekBuffers) }

// seek returns a seeker on a column of a row group; ok is false where the file is
// laid out in a way that only the general reader knows.
func seek(f *dataFile, group, leaf int) (s *seeker, ok bool, err error) {
	s = &seeker{f: f, meta: &f.Metadata().RowGroups[group].Columns[leaf].MetaData, seekBuffers: seekPool.Get().(*seekBuffers)}
	defer func() {
		if !ok {
			s.close()
		}
	}()
	from, to := s.meta.DictionaryPageOffset, s.meta.DataPageOffset
	if from <= 0 || to <= from || s.meta.Codec != format.Zstd {
		return nil, false, nil
	}
	h, body, err := s.seekPage(from, to-from)
	if err != nil {
		return nil, false, err
	}
	if h.Type != format.DictionaryPage || !h.DictionaryPageHeader.Valid {
		return nil, false, nil
	}
	if s.plain, err = codec.Decode(s.plain[:0], body); err != nil {
		return nil, false, fmt.Errorf("%w: %w", recommender.ErrCorrupt, err)
	}
	s.dict = s.plain
	s.n = h.DictionaryPageHeader.V.NumValues
	return s, true, nil
}

// seekPage reads a page whose head and body are size bytes.
func (s *seeker) seekPage(at, size int64) (h format.PageHeader, body []byte, err error) {
	if at < 0 || size <= 0 || size > s.f.Size()-at {
		return h, nil, fmt.Errorf("%w: a page outside of the file", recommender.ErrCorrupt)
	}
	if int64(cap(s.read)) < size {
		s.read = make([]byte, size)
	}
	b := s.read[:size]
	if _, err := s.f.raw.ReadAt(b, at); err != nil && err != io.EOF {
		return h, nil, err
	}
	var p thrift.CompactProtocol
	r := p.NewReaderFromBytes(b)
	if err := thrift.NewDecoder(r).Decode(&h); err != nil {
		return h, nil, fmt.Errorf("%w: %w", recommender.ErrCorrupt, err)
	}
	body = b[r.BytesRead():]
	if h.CompressedPageSize < 0 || int(h.CompressedPageSize) > len(body) || h.UncompressedPageSize < 0 {
		return h, nil, fmt.Errorf("%w: a page of %d bytes in %d", recommender.ErrCorrupt, h.CompressedPageSize, len(body))
	}
	return h, body[:h.CompressedPageSize], nil
}

// places decodes one data page into a buffer that the next call uses again; ok
// is false for a page that only the general reader knows.
func (s *seeker) places(at, size int64) (_ []int32, ok bool, err error) {
	h, body, err := s.seekPage(at, size)
	if err != nil {
		return nil, false, err
	}
	v2 := &h.DataPageHeaderV2
	if h.Type != format.DataPageV2 || !v2.Valid || v2.V.Encoding != format.RLEDictionary || v2.V.DefinitionLevelsByteLength != 0 || v2.V.RepetitionLevelsByteLength != 0 {
		return nil, false, nil
	}
	if !v2.V.IsCompressed.Valid || v2.V.IsCompressed.V {
		if s.body, err = codec.Decode(s.body[:0], body); err != nil {
			return nil, false, fmt.Errorf("%w: %w", recommender.ErrCorrupt, err)
		}
		body = s.body
	}
	if len(body) == 0 || body[0] == 0 || body[0] > 32 {
		return nil, false, nil
	}
	if s.page, err = (&rle.Encoding{BitWidth: int(body[0])}).DecodeInt32(s.page[:0], body[1:]); err != nil || len(s.page) < int(v2.V.NumValues) {
		return nil, false, fmt.Errorf("%w: a page of %d places where %d are due (%v)", recommender.ErrCorrupt, len(s.page), v2.V.NumValues, err)
	}
	page := s.page[:v2.V.NumValues]
	for _, p := range page {
		if p < 0 || p >= s.n {
			return nil, false, fmt.Errorf("%w: a place outside the dictionary", recommender.ErrCorrupt)
		}
	}
	return page, true, nil
}

// stretch is the rows that a page has, of a row group of rows.
func stretch(pages []format.PageLocation, i, rows int) (from, to int) {
	if i+1 < len(pages) {
		rows = int(pages[i+1].FirstRowIndex)
	}
	return int(pages[i].FirstRowIndex), rows
}

// find returns the rows that have a place, which follow each other; ok is false
// where only the general reader can tell.
func (s *seeker) find(place int32, pages []format.PageLocation, rows int) (from, to int, ok bool, err error) {
	for i, p := range pages {
		first, end := stretch(pages, i, rows)
		list, ok, err := s.places(p.Offset, int64(p.CompressedPageSize))
		if err != nil || !ok {
			return 0, 0, ok, err
		}
		if len(list) != end-first {
			return 0, 0, false, errColumns
		}
		at := slices.Index(list, place)
		switch {
		case at >= 0 && to == 0:
			from = first + at
		case at != 0 && to > 0: // it ended with the page before
			return from, to, true, nil
		case at < 0:
			continue
		}
		for to = first + at; to < end && list[to-first] == place; {
			to++
		}
		if to < end {
			break
		}
	}
	return from, to, len(pages) > 0, nil
}

// rows returns the places of rows from to to, by the pages that have them.
func (s *seeker) rows(pages []format.PageLocation, rows, from, to int) (dst []int32, ok bool, err error) {
	for i, p := range pages {
		first, end := stretch(pages, i, rows)
		if end <= from || first >= to {
			continue
		}
		list, ok, err := s.places(p.Offset, int64(p.CompressedPageSize))
		if err != nil || !ok {
			return nil, ok, err
		}
		if len(list) != end-first {
			return nil, false, errColumns
		}
		dst = append(dst, list[max(from-first, 0):min(to, end)-first]...)
	}
	return dst, len(dst) == to-from, nil
}

// each calls visit with every name of the dictionary and its place, until visit
// says no.
func (s *seeker) each(visit func(place int32, name []byte) bool) error {
	b := s.dict
	for i := range s.n {
		if len(b) < 4 || int64(binary.LittleEndian.Uint32(b)) > int64(len(b)-4) {
			return fmt.Errorf("%w: a dictionary of %d names ends at %d", recommender.ErrCorrupt, s.n, i)
		}
		n := int(binary.LittleEndian.Uint32(b))
		if !visit(i, b[4:4+n]) {
			return nil
		}
		b = b[4+n:]
	}
	return nil
}

// few exchanges places for places in a dictionary of those names only.
func (s *seeker) few(places []int32) (names []string, err error) {
	moved := make(map[int32]int32, len(places))
	for _, p := range places {
		moved[p] = -1
	}
	left := len(moved)
	err = s.each(func(place int32, name []byte) bool {
		if _, ok := moved[place]; ok {
			moved[place] = int32(len(names))
			names = append(names, string(name))
			left--
		}
		return left > 0
	})
	for i, p := range places {
		places[i] = moved[p]
	}
	return names, err
}
