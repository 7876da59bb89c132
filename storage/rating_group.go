package storage

import (
	"encoding/binary"
	"fmt"
	"math"

	"github.com/parquet-go/parquet-go/format"

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

var (
	ratingLeaves    = [...]string{"user_id", "item_id", "kind", "value", "unix", "text", "seq"}
	ratingTypes     = [...]format.Type{format.ByteArray, format.ByteArray, format.ByteArray, format.Float, format.Int64, format.ByteArray, format.Int64}
	ratingEncodings = [...]format.Encoding{format.RLEDictionary, format.RLEDictionary, format.RLEDictionary, format.RLEDictionary, format.DeltaBinaryPacked, format.DeltaLengthByteArray, format.RLEDictionary}
)

var kindByName = func() map[string]recommender.Kind {
	m := map[string]recommender.Kind{}
	for k := recommender.Kind(0); k.Valid(); k++ {
		m[k.String()] = k
	}
	return m
}()

// A ratingGroup is rows of fact_rating, of a row group or a page, column by
// column. Users and items are dictionaries, which groups may share.
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

// stretchRows and stretchPages are how many rows, and how many pages of texts,
// are decoded together: what a walk holds of a run, and the grain of loading.
const (
	stretchRows  = 1 << 17
	stretchPages = 128
)

// stretch is the end of the rows from a row on that are to be read together.
func (r *groupReader) stretch(from int, texts bool) int {
	to := min(from+stretchRows, r.meta.rows)
	if pages := r.meta.pages[columnText]; texts {
		if last := r.pageOf(columnText, from) + stretchPages; last < len(pages) {
			to = min(to, int(pages[last].FirstRowIndex))
		}
	}
	return to
}

// read decodes rows from to to, with dictionaries of the whole row group; texts
// says whether texts are wanted.
func (r *groupReader) read(from, to int, texts bool) (*ratingGroup, error) {
	var err error
	if r.users == nil {
		if r.users, err = r.names(columnUser); err != nil {
			return nil, err
		}
		if r.items, err = r.names(columnItem); err != nil {
			return nil, err
		}
	}
	n := to - from
	g := newGroup(r.users, r.items, n)
	at := 0
	if err := r.places(columnUser, from, to, func(p []int32) { at += copy(g.user[at:], p) }); err != nil {
		return nil, err
	}
	at = 0
	if err := r.places(columnItem, from, to, func(p []int32) { at += copy(g.item[at:], p) }); err != nil {
		return nil, err
	}
	if err := r.rest(g, from, to); err != nil || !texts {
		return g, err
	}
	return g, r.readTexts(g, from, to)
}

func newGroup(users, items []string, n int) *ratingGroup {
	return &ratingGroup{users, items, make([]int32, n), make([]int32, n), make([]recommender.Kind, n), make([]float32, n), make([]int64, n), nil}
}

// rest fills the columns kind, value and unix of g, which have their length.
func (r *groupReader) rest(g *ratingGroup, from, to int) error {
	kinds, err := r.kindList()
	if err != nil {
		return err
	}
	if err := r.places(columnKind, from, to, translate(g.kind, kinds)); err != nil {
		return err
	}
	values, err := r.valueList()
	if err != nil {
		return err
	}
	if err := r.places(columnValue, from, to, translate(g.value, values)); err != nil {
		return err
	}
	return r.times(g.unix, from, to)
}

// readTexts sets g.texts, unless all are empty.
func (r *groupReader) readTexts(g *ratingGroup, from, to int) error {
	at := 0
	return r.texts(from, to, func(data []byte, ends []uint32) {
		k := len(ends) - 1
		if ends[0] != ends[k] && g.texts == nil {
			g.texts = make([]string, to-from)
		}
		if g.texts != nil {
			all := string(data[ends[0]:ends[k]])
			for i := range k {
				g.texts[at+i] = all[ends[i]-ends[0] : ends[i+1]-ends[0]]
			}
		}
		at += k
	})
}

// translate returns a function that fills dst, call by call, with what places
// stand for.
func translate[T any](dst, list []T) func(places []int32) {
	return func(places []int32) {
		out := dst[:len(places)]
		if len(list) == 1 {
			for i := range out {
				out[i] = list[0]
			}
		} else {
			for i, p := range places {
				out[i] = list[p]
			}
		}
		dst = dst[len(places):]
	}
}

// eachName visits the n names of a dictionary and their places, until visit says
// no.
func eachName(b []byte, n int32, visit func(place int32, name []byte) bool) error {
	for i := range n {
		if len(b) < 4 || int64(binary.LittleEndian.Uint32(b)) > int64(len(b)-4) {
			return fmt.Errorf("%w: a dictionary of %d names ends at %d", recommender.ErrCorrupt, n, i)
		}
		k := int(binary.LittleEndian.Uint32(b))
		if !visit(i, b[4:4+k]) {
			return nil
		}
		b = b[4+k:]
	}
	return nil
}

// names returns a dictionary of texts.
func (r *groupReader) names(leaf int) ([]string, error) {
	plain, n, err := r.dictionary(leaf)
	if err != nil {
		return nil, err
	}
	all, at := string(plain), 0 // with the lengths between them
	list := make([]string, 0, min(int(n), len(plain)/4))
	err = eachName(plain, n, func(_ int32, name []byte) bool {
		list = append(list, all[at+4:at+4+len(name)])
		at += 4 + len(name)
		return true
	})
	return list, err
}

// kindList returns the dictionary of column kind.
func (r *groupReader) kindList() ([]recommender.Kind, error) {
	names, err := r.names(columnKind)
	if err != nil {
		return nil, err
	}
	list := make([]recommender.Kind, len(names))
	for i, name := range names {
		k, ok := kindByName[name]
		if !ok {
			return nil, fmt.Errorf("%w: unknown kind %q", recommender.ErrCorrupt, name)
		}
		list[i] = k
	}
	return list, nil
}

// valueList returns the dictionary of column value.
func (r *groupReader) valueList() ([]float32, error) {
	b, n, err := r.dictionary(columnValue)
	if err != nil {
		return nil, err
	}
	if int64(len(b)) < 4*int64(n) {
		return nil, fmt.Errorf("%w: a dictionary of %d values in %d bytes", recommender.ErrCorrupt, n, len(b))
	}
	list := make([]float32, n)
	for i := range list {
		list[i] = math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:]))
	}
	return list, nil
}
