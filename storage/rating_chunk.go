package storage

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"sync"

	"github.com/parquet-go/parquet-go/encoding"
	"github.com/parquet-go/parquet-go/encoding/delta"
	"github.com/parquet-go/parquet-go/encoding/rle"
	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"

	"github.com/osusume/osusume/recommender"
)

// A groupReader reads a row group of fact_rating, column by column, as far as is
// wanted. Not safe for concurrent use; several of one group are.
type groupReader struct {
	f            *ratingFile
	at           int // its number in the file
	meta         *ratingMeta
	users, items []string // dictionaries, once names has made them
	length       [len(ratingTypes)]int32
	*chunkBuffers
}

// chunkBuffers are what is read and decoded into. They are large enough that
// making them anew would cost more than using them.
type chunkBuffers struct {
	raw, plain, dict, body []byte
	place                  []int32
	unix                   []int64
	data                   []byte
	ends                   []uint32
}

var chunkPool = sync.Pool{New: func() any { return new(chunkBuffers) }}

// group begins to read a row group.
func (f *ratingFile) group(i int) *groupReader {
	return &groupReader{f: f, at: i, meta: f.groups[i], chunkBuffers: chunkPool.Get().(*chunkBuffers)}
}

// close gives the buffers back: what the reader returned is copied by then.
func (r *groupReader) close() {
	chunkPool.Put(r.chunkBuffers)
	r.chunkBuffers = nil
}

// page takes a page's head off b and returns what it holds, unpacked into *dst
// where it was packed.
func (r *groupReader) page(leaf int, b []byte, dst *[]byte) (h format.PageHeader, body []byte, err error) {
	var p thrift.CompactProtocol
	head := p.NewReaderFromBytes(b)
	if err := thrift.NewDecoder(head).Decode(&h); err != nil {
		return h, nil, fmt.Errorf("%w: %w", recommender.ErrCorrupt, err)
	}
	body = b[head.BytesRead():]
	if h.CompressedPageSize < 0 || int(h.CompressedPageSize) > len(body) || h.UncompressedPageSize < 0 {
		return h, nil, fmt.Errorf("%w: a page of %d bytes in %d", recommender.ErrCorrupt, h.CompressedPageSize, len(body))
	}
	body = body[:h.CompressedPageSize]
	packed := r.meta.columns[leaf].MetaData.Codec == format.Zstd
	if v2 := &h.DataPageHeaderV2; v2.Valid && v2.V.IsCompressed.Valid && !v2.V.IsCompressed.V {
		packed = false
	}
	if packed {
		if *dst, err = codec.Decode((*dst)[:0], body); err != nil {
			return h, nil, fmt.Errorf("%w: %w", recommender.ErrCorrupt, err)
		}
		body = *dst
	}
	if len(body) != int(h.UncompressedPageSize) {
		return h, nil, fmt.Errorf("%w: a page of %d bytes where %d are due", recommender.ErrCorrupt, len(body), h.UncompressedPageSize)
	}
	return h, body, nil
}

// dictionary returns a column's dictionary as it stands in the file, and how
// many entries it has. It stays until the next call.
func (r *groupReader) dictionary(leaf int) (plain []byte, n int32, err error) {
	m := &r.meta.columns[leaf].MetaData
	b, err := r.f.raw.view(&r.dict, m.DictionaryPageOffset, m.DataPageOffset-m.DictionaryPageOffset)
	if err != nil {
		return nil, 0, err
	}
	h, plain, err := r.page(leaf, b, &r.plain)
	if err != nil {
		return nil, 0, err
	}
	if d := &h.DictionaryPageHeader; h.Type != format.DictionaryPage || !d.Valid || d.V.NumValues < 0 || d.V.Encoding != format.Plain {
		return nil, 0, fmt.Errorf("%w: column %s has no dictionary", recommender.ErrCorrupt, ratingLeaves[leaf])
	}
	n = h.DictionaryPageHeader.V.NumValues
	r.length[leaf] = n
	return plain, n, nil
}

// eachPage visits the pages of a column that rows from to to stand on: what
// such a page holds, and which rows are on it.
func (r *groupReader) eachPage(leaf, from, to int, visit func(body []byte, first, end int) error) error {
	pages := r.meta.pages[leaf]
	low, high := r.pageOf(leaf, from), r.pageOf(leaf, to-1)
	start := pages[low].Offset
	b, err := r.f.raw.view(&r.raw, start, pages[high].Offset+int64(pages[high].CompressedPageSize)-start)
	if err != nil {
		return err
	}
	for i := low; i <= high; i++ {
		at := pages[i].Offset - start
		h, body, err := r.page(leaf, b[at:at+int64(pages[i].CompressedPageSize)], &r.body)
		if err != nil {
			return err
		}
		first, end := int(pages[i].FirstRowIndex), r.meta.rows
		if i+1 < len(pages) {
			end = int(pages[i+1].FirstRowIndex)
		}
		v2 := &h.DataPageHeaderV2
		if h.Type != format.DataPageV2 || !v2.Valid || v2.V.Encoding != r.encoding(leaf) || int(v2.V.NumValues) != end-first || v2.V.NumNulls != 0 || v2.V.DefinitionLevelsByteLength != 0 || v2.V.RepetitionLevelsByteLength != 0 {
			return fmt.Errorf("%w: column %s: the page of row %d is not as it should be", recommender.ErrCorrupt, ratingLeaves[leaf], first)
		}
		if err := visit(body, first, end); err != nil {
			return fmt.Errorf("column %s: row %d: %w", ratingLeaves[leaf], first, err)
		}
	}
	return nil
}

// encoding is that of the data pages of a column.
func (r *groupReader) encoding(leaf int) format.Encoding {
	if leaf == columnText && slices.Contains(r.meta.columns[leaf].MetaData.Encoding, format.DeltaByteArray) {
		return format.DeltaByteArray // in format 1
	}
	return ratingEncodings[leaf]
}

// pageOf is the page of a column that a row stands on.
func (r *groupReader) pageOf(leaf, row int) int {
	pages := r.meta.pages[leaf]
	low, high := 0, len(pages)
	for low+1 < high {
		if mid := (low + high) / 2; int(pages[mid].FirstRowIndex) <= row {
			low = mid
		} else {
			high = mid
		}
	}
	return low
}

// places hands over rows from to to of a column with a dictionary, which has
// been read: places in it, page by page, that stay until add returns.
func (r *groupReader) places(leaf, from, to int, add func(places []int32)) error {
	return r.eachPage(leaf, from, to, func(body []byte, first, end int) (err error) {
		if r.place, err = decodePlaces(r.place, body, end-first, r.length[leaf]); err != nil {
			return err
		}
		add(r.place[max(from-first, 0) : min(to, end)-first])
		return nil
	})
}

// decodePlaces decodes a page of n places in a dictionary of limit entries.
func decodePlaces(dst []int32, body []byte, n int, limit int32) ([]int32, error) {
	if len(body) == 0 || body[0] > 32 {
		return dst, fmt.Errorf("%w: a page of places in a dictionary without their width", recommender.ErrCorrupt)
	}
	width := uint(body[0])
	runs, err := checkRuns(body[1:], width, n)
	if err != nil {
		return dst, err
	}
	if dst, err = (&rle.Encoding{BitWidth: int(width)}).DecodeInt32(dst[:0], runs); err != nil || len(dst) < n {
		return dst, fmt.Errorf("%w: %d places where %d are due (%v)", recommender.ErrCorrupt, len(dst), n, err)
	}
	dst = dst[:n]
	most := uint32(0)
	for _, p := range dst {
		most = max(most, uint32(p))
	}
	if int64(most) >= int64(limit) {
		return dst, fmt.Errorf("%w: a place outside of the dictionary", recommender.ErrCorrupt)
	}
	return dst, nil
}

// checkRuns returns the runs of RLE and packed bits that make n values, before
// they are decoded: a run of two billion takes five bytes.
func checkRuns(b []byte, width uint, n int) ([]byte, error) {
	i, total := 0, uint64(0)
	for total < uint64(n) {
		u, k := binary.Uvarint(b[i:])
		if k <= 0 || u>>1 > math.MaxInt32 {
			return nil, fmt.Errorf("%w: %d places where %d are due", recommender.ErrCorrupt, total, n)
		}
		count, size := u>>1, uint64(width+7)/8
		if u&1 == 1 {
			size, count = count*uint64(width), 8*count
		}
		i += k
		if total += count; size > uint64(len(b)-i) || total > uint64(n)+7 {
			return nil, fmt.Errorf("%w: a run of %d places in a page of %d", recommender.ErrCorrupt, count, n)
		}
		i += int(size)
	}
	return b[:i], nil
}

// times fills dst with rows from to to of column unix.
func (r *groupReader) times(dst []int64, from, to int) error {
	return r.eachPage(columnUnix, from, to, func(body []byte, first, end int) (err error) {
		if err := checkDelta(body, end-first); err != nil {
			return err
		}
		whole := first >= from && end <= to // then it is decoded where it belongs
		out := r.unix[:0]
		if whole {
			out = dst[first-from : first-from : end-from]
		}
		if out, err = (&delta.BinaryPackedEncoding{}).DecodeInt64(out, body); err != nil || len(out) != end-first {
			return fmt.Errorf("%w: %d times where %d are due (%v)", recommender.ErrCorrupt, len(out), end-first, err)
		}
		if !whole {
			r.unix = out
		}
		copy(dst[max(first-from, 0):], out[max(from-first, 0):min(to, end)-first])
		return nil
	})
}

// checkDelta says whether a page in a delta encoding says that it has n values,
// before it is decoded.
func checkDelta(b []byte, n int) error {
	var u uint64
	for range 3 { // the size of a block, how many parts it has, the number of values
		var k int
		if u, k = binary.Uvarint(b); k <= 0 {
			return fmt.Errorf("%w: a page of deltas without a head", recommender.ErrCorrupt)
		}
		b = b[k:]
	}
	if u != uint64(n) {
		return fmt.Errorf("%w: a page of %d deltas where %d are due", recommender.ErrCorrupt, u, n)
	}
	return nil
}

// texts hands over rows from to to of column text: where each ends in data.
func (r *groupReader) texts(from, to int, add func(data []byte, ends []uint32)) error {
	return r.eachPage(columnText, from, to, func(body []byte, first, end int) (err error) {
		if err := checkDelta(body, end-first); err != nil {
			return err
		}
		var decoder encoding.Encoding = &delta.LengthByteArrayEncoding{}
		if r.encoding(columnText) == format.DeltaByteArray {
			decoder = &delta.ByteArrayEncoding{}
		}
		if r.data, r.ends, err = decoder.DecodeByteArray(r.data[:0], body, r.ends[:0]); err != nil || len(r.ends) != end-first+1 {
			return fmt.Errorf("%w: %d texts where %d are due (%v)", recommender.ErrCorrupt, len(r.ends)-1, end-first, err)
		}
		add(r.data, r.ends[max(from-first, 0):min(to, end)-first+1])
		return nil
	})
}
