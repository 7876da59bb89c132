package storage

import (
	"math"

	"github.com/parquet-go/parquet-go/encoding/delta"

	"github.com/osusume/osusume/recommender"
)

const (
	// fileRows is how many rows end a file of fact_rating, behind the last row of
	// their user: what has to be written anew to forget a user. They are one row
	// group, since every group has dictionaries of its own: reading and joining
	// those of groups of 131,072 rows was nearly half of loading 20 million ratings.
	fileRows = 1 << 20
	// groupUsers and groupValues end a row group: finding a user goes through
	// their names, and reading one takes the whole dictionary of values.
	groupUsers, groupValues = 1 << 14, 1 << 16
	// groupTexts is how many bytes of texts end a row group and a file, so that
	// writing reviews takes bounded memory too.
	groupTexts = 32 << 20
	// groupRows ends a row group in the middle of a user.
	groupRows = 2 * fileRows
)

// ratingColumns is a row group as it is written: columns of places in
// dictionaries.
type ratingColumns struct {
	users, items            []string
	kinds                   []recommender.Kind
	values                  []float32
	user, item, kind, value []int32
	unix                    []int64
	texts                   []string // nil: none has one
	textBytes               int
	seq                     int64
	itemPlace               map[string]int32
	valuePlace              map[uint32]int32
	kindPlace               [256]int32 // 0: none yet; else the place and one
	lastBits                uint32
	lastValue               int32
	moved                   map[*string][]int32 // of a dictionary of items: their place here, and one
}

func (c *ratingColumns) reset() {
	*c = ratingColumns{
		users: c.users[:0], items: c.items[:0], kinds: c.kinds[:0], values: c.values[:0], user: c.user[:0], item: c.item[:0],
		kind: c.kind[:0], value: c.value[:0], unix: c.unix[:0], seq: c.seq, lastValue: -1,
		itemPlace: make(map[string]int32, len(c.items)), valuePlace: map[uint32]int32{}, moved: map[*string][]int32{},
	}
}

func (c *ratingColumns) placeOfItem(name string) int32 {
	p, ok := c.itemPlace[name]
	if !ok {
		p = int32(len(c.items))
		c.itemPlace[name] = p
		c.items = append(c.items, name)
	}
	return p
}

func (c *ratingColumns) placeOfValue(x float32) int32 {
	b := math.Float32bits(x)
	if c.lastValue >= 0 && b == c.lastBits {
		return c.lastValue
	}
	p, ok := c.valuePlace[b]
	if !ok {
		p = int32(len(c.values))
		c.valuePlace[b] = p
		c.values = append(c.values, x)
	}
	c.lastBits, c.lastValue = b, p
	return p
}

// add appends rows of a group, all of one user.
func (c *ratingColumns) add(g *ratingGroup, rows span) {
	if n := len(c.users); n == 0 || c.users[n-1] != rows.user {
		c.users = append(c.users, rows.user)
	}
	place := int32(len(c.users) - 1)
	moved := c.moved[&g.items[0]]
	if moved == nil {
		moved = make([]int32, len(g.items))
		c.moved[&g.items[0]] = moved
	}
	for i := rows.from; i < rows.to; i++ {
		p := moved[g.item[i]]
		if p == 0 {
			p = c.placeOfItem(g.items[g.item[i]]) + 1
			moved[g.item[i]] = p
		}
		k := c.kindPlace[g.kind[i]]
		if k == 0 {
			c.kinds = append(c.kinds, g.kind[i])
			k = int32(len(c.kinds))
			c.kindPlace[g.kind[i]] = k
		}
		c.user = append(c.user, place)
		c.item = append(c.item, p-1)
		c.kind = append(c.kind, k-1)
		c.value = append(c.value, c.placeOfValue(g.value[i]))
	}
	c.unix = append(c.unix, g.unix[rows.from:rows.to]...)
	if c.texts == nil && g.texts != nil {
		c.texts = make([]string, len(c.unix)-(rows.to-rows.from), cap(c.unix))
	}
	if c.texts == nil {
		return
	}
	if g.texts == nil {
		c.texts = append(c.texts, make([]string, rows.to-rows.from)...)
		return
	}
	for _, s := range g.texts[rows.from:rows.to] {
		c.texts = append(c.texts, s)
		c.textBytes += len(s)
	}
}

// textPage encodes texts.
func (c *ratingColumns) textPage(dst []byte, from, to int) ([]byte, error) {
	lengths := make([]int32, to-from)
	var all []byte
	if c.texts != nil {
		for i, s := range c.texts[from:to] {
			lengths[i] = int32(len(s))
			all = append(all, s...)
		}
	}
	b, err := (&delta.BinaryPackedEncoding{}).EncodeInt32(nil, lengths)
	return append(append(dst, b...), all...), err
}

// textEnd is the end of the page of texts that begins at a row.
func (c *ratingColumns) textEnd(from int) int {
	to := min(from+pageRows, len(c.user))
	if c.texts == nil {
		return to
	}
	for i, n := from, 0; i < to; i++ {
		if n += len(c.texts[i]); n >= pageTexts {
			return i + 1
		}
	}
	return to
}

// A ratingWriter writes one run: sorted rows, in files of about fileRows. The
// rows of a user are in one file.
type ratingWriter struct {
	c     *commit
	level int
	cols  ratingColumns
	file  *fileWriter
	enc   *ratingEncoder
	rows  int64 // in the current file, those in cols too
	done  []fileInfo
}

func (c *commit) newRatingWriter(level int, seq uint64) *ratingWriter {
	w := &ratingWriter{c: c, level: level}
	w.cols.seq = int64(seq)
	w.cols.reset()
	return w
}

// add appends rows of one user, who is none of those before the last.
func (w *ratingWriter) add(g *ratingGroup, rows span) error {
	if w.file != nil && w.last() != rows.user {
		switch {
		case w.rows >= fileRows || w.cols.textBytes >= groupTexts:
			if err := w.cut(); err != nil {
				return err
			}
		case len(w.cols.users) >= groupUsers || len(w.cols.values) >= groupValues:
			if err := w.flush(); err != nil {
				return err
			}
		}
	}
	if w.file == nil {
		if err := w.begin(rows.user); err != nil {
			return err
		}
	}
	w.file.info.Last = rows.user
	for rows.from < rows.to {
		part := rows
		part.to = min(rows.to, rows.from+groupRows-len(w.cols.user))
		if g.texts != nil {
			part.to = min(part.to, rows.from+pageRows)
		}
		w.cols.add(g, part)
		w.rows += int64(part.to - part.from)
		rows.from = part.to
		if len(w.cols.user) == groupRows || w.cols.textBytes >= 2*groupTexts {
			if err := w.flush(); err != nil {
				return err
			}
		}
	}
	return nil
}

func (w *ratingWriter) last() string { return w.file.info.Last }

func (w *ratingWriter) begin(user string) (err error) {
	if w.file, err = w.c.create(tableRating, "", "parquet"); err != nil {
		w.file = nil
		return err
	}
	w.file.info.First, w.rows = user, 0
	w.enc, err = newRatingEncoder(w.file)
	return err
}

func (w *ratingWriter) flush() error {
	err := w.enc.group(&w.cols)
	w.cols.reset()
	return err
}

// cut ends the current file.
func (w *ratingWriter) cut() error {
	err := w.flush()
	if err == nil {
		err = w.enc.close()
	}
	w.file.info.Rows, w.file.info.Level = w.rows, w.level
	info, err := w.file.close(err)
	w.file = nil
	w.done = append(w.done, info)
	return err
}

// finish returns the files of the run, after what added them, which failed with
// err or did not.
func (w *ratingWriter) finish(err error) ([]fileInfo, error) {
	switch {
	case err != nil && w.file != nil:
		_ = w.file.f.Close()
	case err == nil && w.file != nil:
		err = w.cut()
	}
	if err != nil || len(w.done) == 0 {
		return nil, err
	}
	w.c.runs++
	run := w.c.number<<8 | w.c.runs
	for i := range w.done {
		f := &w.done[i]
		f.Run = run
		if !plain(f.First) || !plain(f.Last) {
			f.First, f.Last = "", "" // JSON would change them
		}
	}
	return w.done, nil
}
