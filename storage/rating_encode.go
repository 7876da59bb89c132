package storage

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"math/bits"
	"slices"
	"sync"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/encoding/delta"
	"github.com/parquet-go/parquet-go/encoding/rle"
	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"

	"github.com/osusume/osusume/recommender"
)

// pageRows is how many rows of a column are a page of fact_rating: what a
// reader of one user decodes. pageTexts is how many bytes end a page of texts.
const (
	pageRows  = 1 << 14
	pageTexts = 1 << 17
)

// A ratingEncoder writes a file of fact_rating column by column. The general
// writer of parquet-go takes rows and looks every name up again; here columns
// come as places in dictionaries already, which is several times as fast. The
// files are ordinary Parquet: dictionaries, RLE, delta, pages of version 2.
type ratingEncoder struct {
	w       io.Writer
	at      int64
	meta    format.FileMetaData
	offsets [][]format.OffsetIndex // of every row group and column
	users   []format.ColumnIndex   // of every row group: the bounds of each page
	raw     []byte                 // scratch
	packed  []byte
}

// A chunkSpec is one column of a row group.
type chunkSpec struct {
	leaf     int
	encoding format.Encoding // of its data pages
	dict     []byte          // plain; nil for none
	dictLen  int
	page     func(dst []byte, from, to int) ([]byte, error)
	end      func(from int) int // of the page that begins at a row; nil: pageRows further
	min, max []byte
}

// plain reports whether a column is better not compressed: its dictionary is
// small beside its rows, and a reader of a few of them would unpack it whole,
// which is most of what they cost. One codec counts for all pages of a column;
// places hardly get shorter.
func (s *chunkSpec) plain(rows int) bool {
	return s.leaf == columnItem && len(s.dict) <= rows || s.leaf == columnUser && len(s.dict) <= rows/8
}

// ratingSchema is what parquet-go makes of a ratingRow.
var ratingSchema = sync.OnceValues(func() (thrift.Slice[format.SchemaElement], error) {
	var b bytes.Buffer
	if _, err := encodeRows(&b, batch[ratingRow](nil)); err != nil {
		return nil, err
	}
	f, err := parquet.OpenFile(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		return nil, err
	}
	return f.Metadata().Schema, nil
})

func newRatingEncoder(w io.Writer) (*ratingEncoder, error) {
	schema, err := ratingSchema()
	if err != nil {
		return nil, err
	}
	e := &ratingEncoder{w: w, meta: format.FileMetaData{Version: 2, Schema: schema, CreatedBy: "osusume version 2 (build storage)"}}
	for range ratingLeaves {
		e.meta.ColumnOrders = append(e.meta.ColumnOrders, format.ColumnOrder{Value: &format.TypeDefinedOrder{}})
	}
	return e, e.write([]byte("PAR1"))
}

func (e *ratingEncoder) write(b []byte) error {
	n, err := e.w.Write(b)
	e.at += int64(n)
	return err
}

// group writes a row group.
func (e *ratingEncoder) group(c *ratingColumns) error {
	n := len(c.user)
	if n == 0 {
		return nil
	}
	g := format.RowGroup{NumRows: int64(n), FileOffset: e.at, Ordinal: int16(len(e.meta.RowGroups))}
	g.SortingColumns = thrift.Slice[format.SortingColumn]{{ColumnIdx: columnUser}, {ColumnIdx: columnItem}}
	minUnix, maxUnix := slices.Min(c.unix), slices.Max(c.unix)
	minValue, maxValue := slices.Min(c.values), slices.Max(c.values)
	kinds := make([]string, len(c.kinds))
	for i, k := range c.kinds {
		kinds[i] = k.String()
	}
	var offsets []format.OffsetIndex
	for _, spec := range []chunkSpec{
		{leaf: columnUser, dict: plainTexts(c.users), dictLen: len(c.users), page: e.places(c.user, len(c.users)), min: []byte(c.users[0]), max: []byte(c.users[len(c.users)-1])},
		{leaf: columnItem, dict: plainTexts(c.items), dictLen: len(c.items), page: e.places(c.item, len(c.items))},
		{leaf: columnKind, dict: plainTexts(kinds), dictLen: len(kinds), page: e.places(c.kind, len(kinds))},
		{leaf: columnValue, dict: plainFloats(c.values), dictLen: len(c.values), page: e.places(c.value, len(c.values)), min: plainFloats([]float32{minValue}), max: plainFloats([]float32{maxValue})},
		{leaf: columnUnix, encoding: format.DeltaBinaryPacked, page: func(dst []byte, from, to int) ([]byte, error) {
			return (&delta.BinaryPackedEncoding{}).EncodeInt64(dst, c.unix[from:to])
		}, min: plainInt(minUnix), max: plainInt(maxUnix)},
		{leaf: columnText, encoding: format.DeltaLengthByteArray, page: c.textPage, end: c.textEnd},
		{leaf: columnSeq, dict: plainInt(c.seq), dictLen: 1, page: e.constant, min: plainInt(c.seq), max: plainInt(c.seq)},
	} {
		chunk, index, err := e.chunk(spec, n)
		if err != nil {
			return err
		}
		g.Columns = append(g.Columns, chunk)
		g.TotalByteSize += chunk.MetaData.TotalUncompressedSize
		g.TotalCompressedSize += chunk.MetaData.TotalCompressedSize
		offsets = append(offsets, index)
	}
	e.meta.RowGroups = append(e.meta.RowGroups, g)
	e.meta.NumRows += int64(n)
	e.offsets = append(e.offsets, offsets)
	users := format.ColumnIndex{BoundaryOrder: format.Ascending}
	for from := 0; from < n; from += pageRows {
		users.NullPages = append(users.NullPages, false)
		users.NullCounts = append(users.NullCounts, 0)
		users.MinValues = append(users.MinValues, []byte(c.users[c.user[from]]))
		users.MaxValues = append(users.MaxValues, []byte(c.users[c.user[min(from+pageRows, n)-1]]))
	}
	e.users = append(e.users, users)
	return nil
}

// chunk writes a column of a row group.
func (e *ratingEncoder) chunk(s chunkSpec, n int) (format.ColumnChunk, format.OffsetIndex, error) {
	m := format.ColumnMetaData{
		Type: e.meta.Schema[s.leaf+1].Type.V, Encoding: thrift.Slice[format.Encoding]{format.Plain, format.RLE},
		PathInSchema: thrift.Slice[string]{ratingLeaves[s.leaf]}, Codec: format.Zstd, NumValues: int64(n),
		Statistics: format.Statistics{MinValue: s.min, MaxValue: s.max},
	}
	var index format.OffsetIndex
	if s.plain(n) {
		m.Codec = format.Uncompressed
	}
	start := e.at
	if s.dict != nil {
		s.encoding = format.RLEDictionary
		m.DictionaryPageOffset = e.at
		h := format.PageHeader{Type: format.DictionaryPage}
		h.DictionaryPageHeader = thrift.New(format.DictionaryPageHeader{NumValues: int32(s.dictLen), Encoding: format.Plain})
		if err := e.page(&h, s.dict, true, &m); err != nil {
			return format.ColumnChunk{}, index, err
		}
	}
	m.Encoding = append(m.Encoding, s.encoding)
	m.DataPageOffset = e.at
	for from, to := 0, 0; from < n; from = to {
		if to = min(from+pageRows, n); s.end != nil {
			to = s.end(from)
		}
		var err error
		if e.raw, err = s.page(e.raw[:0], from, to); err != nil {
			return format.ColumnChunk{}, index, err
		}
		h := format.PageHeader{Type: format.DataPageV2}
		h.DataPageHeaderV2 = thrift.New(format.DataPageHeaderV2{NumValues: int32(to - from), NumRows: int32(to - from), Encoding: s.encoding})
		at := e.at
		if err := e.page(&h, e.raw, false, &m); err != nil {
			return format.ColumnChunk{}, index, err
		}
		index.PageLocations = append(index.PageLocations, format.PageLocation{Offset: at, CompressedPageSize: int32(e.at - at), FirstRowIndex: int64(from)})
	}
	m.TotalCompressedSize = e.at - start
	return format.ColumnChunk{MetaData: m}, index, nil
}

// page writes a page. Data that zstd hardly shortens stays as it is, since
// unpacking it would be most of the cost of reading; a dictionary cannot.
func (e *ratingEncoder) page(h *format.PageHeader, body []byte, dictionary bool, m *format.ColumnMetaData) (err error) {
	if len(body) > math.MaxInt32 {
		return fmt.Errorf("%w: a page of %d bytes", recommender.ErrInvalid, len(body))
	}
	out, smaller := body, false
	if m.Codec == format.Zstd {
		if e.packed, err = codec.Encode(e.packed[:0], body); err != nil {
			return err
		}
		smaller = len(e.packed) < len(body)-len(body)/8
		if dictionary || smaller {
			out = e.packed
		}
	}
	h.DataPageHeaderV2.V.IsCompressed = thrift.New(smaller)
	h.UncompressedPageSize, h.CompressedPageSize = int32(len(body)), int32(len(out))
	head, err := thrift.Marshal(&thrift.CompactProtocol{}, h)
	if err != nil {
		return err
	}
	m.TotalUncompressedSize += int64(len(head) + len(body))
	if err := e.write(head); err != nil {
		return err
	}
	return e.write(out)
}

// close writes what follows the row groups. Indexes of a kind stand together:
// some readers read them as one.
func (e *ratingEncoder) close() error {
	index := func(v any, at *int64, length *int32) error {
		b, err := thrift.Marshal(&thrift.CompactProtocol{}, v)
		if err != nil {
			return err
		}
		*at, *length = e.at, int32(len(b))
		return e.write(b)
	}
	for i := range e.meta.RowGroups {
		user := &e.meta.RowGroups[i].Columns[columnUser]
		if err := index(&e.users[i], &user.ColumnIndexOffset, &user.ColumnIndexLength); err != nil {
			return err
		}
	}
	for i := range e.meta.RowGroups {
		columns := e.meta.RowGroups[i].Columns
		for j := range columns {
			if err := index(&e.offsets[i][j], &columns[j].OffsetIndexOffset, &columns[j].OffsetIndexLength); err != nil {
				return err
			}
		}
	}
	foot, err := thrift.Marshal(&thrift.CompactProtocol{}, &e.meta)
	if err != nil {
		return err
	}
	foot = binary.LittleEndian.AppendUint32(foot, uint32(len(foot)))
	return e.write(append(foot, "PAR1"...))
}

// places encodes a column of places in a dictionary of n.
func (e *ratingEncoder) places(column []int32, n int) func([]byte, int, int) ([]byte, error) {
	width := max(1, bits.Len(uint(n-1)))
	return func(dst []byte, from, to int) ([]byte, error) {
		body, err := (&rle.Encoding{BitWidth: width}).EncodeInt32(e.packed[:0], column[from:to])
		e.packed = body
		return append(append(dst, byte(width)), body...), err
	}
}

// constant encodes a column that is the first entry of its dictionary throughout.
func (e *ratingEncoder) constant(dst []byte, from, to int) ([]byte, error) {
	dst = append(dst, 1)
	return append(binary.AppendUvarint(dst, uint64(to-from)<<1), 0), nil
}

func plainTexts(list []string) []byte {
	n := 0
	for _, s := range list {
		n += 4 + len(s)
	}
	b := make([]byte, 0, n)
	for _, s := range list {
		b = append(binary.LittleEndian.AppendUint32(b, uint32(len(s))), s...)
	}
	return b
}

func plainFloats(list []float32) []byte {
	b := make([]byte, 0, 4*len(list))
	for _, x := range list {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(x))
	}
	return b
}

func plainInt(x int64) []byte { return binary.LittleEndian.AppendUint64(nil, uint64(x)) }
