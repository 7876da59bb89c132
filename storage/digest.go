package storage

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash"
	"maps"
	"math"
	"slices"

	"github.com/osusume/osusume/recommender"
)

// A digest is a DataVersion and the files that it is of.
type digest struct {
	files []fileInfo
	text  string
}

// DataVersion names what can be learned from the current state: 16 hexadecimal
// digits that depend on records, canonical items, links and interactions, in
// every field that is kept, and on nothing else. Loading the same pages gives
// the same DataVersion however the load was cut, killed and resumed; so do
// other pages that leave the same state. It does not depend on cursors,
// catalogue numbers, models, commits or the layout of files. (Clicks of one
// user, item and second count in the order in which they came.)
//
// It reads everything once for a state, about as fast as a walk, and remembers
// the answer while these tables stay as they are.
func (w *Warehouse) DataVersion(ctx context.Context) (string, error) {
	s, err := w.current(ctx)
	if err != nil {
		return "", err
	}
	var files []fileInfo
	for _, f := range s.manifest.Files {
		if slices.Contains([]string{tableItem, tableTag, tableLink, tableRating}, f.Table) {
			files = append(files, f)
		}
	}
	if d := w.digest.Load(); d != nil && slices.Equal(d.files, files) {
		return d.text, nil
	}
	cat, err := s.catalog()
	h := hasher{h: sha256.New()}
	if err == nil {
		h.catalog(cat)
		err = w.merge(ctx, s.manifest.table(tableRating, ""), "", true, func(parts []part) (bool, error) {
			return eachRating(parts, func(x recommender.Interaction) bool {
				h.text(string(x.User), string(x.Item), x.Text)
				h.number(uint64(x.Kind), uint64(math.Float32bits(x.Value)), uint64(unixOf(x.Time)))
				return true
			}), nil
		})
	}
	if err != nil {
		return "", fmt.Errorf("storage: data version: %w", err)
	}
	d := &digest{files, hex.EncodeToString(h.sum()[:8])}
	w.digest.Store(d)
	return d.text, nil
}

// hasher feeds fields to a hash so that no two lists of fields look alike.
type hasher struct {
	h   hash.Hash
	buf []byte
}

func (h *hasher) flush(over int) {
	if len(h.buf) > over {
		_, _ = h.h.Write(h.buf) // a hash does not fail
		h.buf = h.buf[:0]
	}
}

func (h *hasher) text(list ...string) {
	for _, s := range list {
		h.buf = append(binary.AppendUvarint(h.buf, uint64(len(s))), s...)
	}
	h.flush(1 << 12)
}

func (h *hasher) number(list ...uint64) {
	for _, x := range list {
		h.buf = binary.AppendUvarint(h.buf, x)
	}
}

func (h *hasher) list(list []string) {
	h.number(uint64(len(list)))
	h.text(list...)
}

func (h *hasher) sum() []byte {
	h.flush(0)
	return h.h.Sum(nil)
}

func (h *hasher) catalog(c *catalog) {
	for _, list := range [][]*entry{c.canonical, c.records} {
		h.number(uint64(len(list)))
		for _, e := range list {
			h.item(e.Item)
		}
	}
	h.number(uint64(len(c.links)))
	for _, id := range slices.Sorted(maps.Keys(c.links)) {
		l := c.links[id]
		h.text(string(l.Record), string(l.Canonical))
		h.number(math.Float64bits(l.Confidence))
	}
}

func (h *hasher) item(it recommender.Item) {
	h.text(string(it.ID), it.Title, it.Text)
	h.list(it.Aliases)
	h.list(it.Tags)
	h.list(stringsOf(it.Refs))
	h.list(stringsOf(it.Members))
	h.number(uint64(it.Year))
	if it.Time.IsZero() {
		h.number(0)
	} else {
		h.number(1, uint64(it.Time.Unix()))
	}
	h.number(uint64(len(it.Attrs)))
	for _, p := range pairsOf(it.Attrs) {
		h.text(p.Name, p.Value)
	}
}
