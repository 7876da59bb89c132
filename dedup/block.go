package dedup

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/osusume/osusume/recommender"
)

// Blocks of records that share a title grow quadratically into pairs. A whole
// title that more records than this share, and a stem that more than this share,
// names a franchise and not a work; the fuzzy search still offers the nearest.
const (
	maxBlock      = 80
	maxStemBlock  = 60
	maxFuzzyBlock = 8  // of one of two titles that only look alike
	maxRefBlock   = 16 // records that refer to one foreign ID: more mean a franchise
	maxBridge     = 8  // records that share a title with one between them
)

// A pair is two places in corpus.records, a < b, of two sources.
type pair struct{ a, b int32 }

// A blocker collects the pairs worth comparing.
type blocker struct {
	*corpus
	packed []uint64 // a<<32 | b
}

// block returns the pairs worth comparing, sorted and distinct: records that
// share a title or a stem, whose titles look alike or share a rare word, that both
// share a title with a third record (which is how a translation meets its original),
// or that refer to each other or to the same foreign ID, or that share a key.
func (c *corpus) block(ctx context.Context, x *gramIndex, fields []Field, workers, neighbours int) ([]pair, error) {
	b := &blocker{corpus: c}
	b.shared(c.strong, maxBlock)
	b.shared(c.stems, maxStemBlock)
	err := x.neighbours(ctx, workers, neighbours, float32(minLook), func(k, l int32) { b.across(c.strong.of(k), c.strong.of(l)) })
	if err != nil {
		return nil, err
	}
	err = c.words.pairs(ctx, func(k, l int32) { b.across(c.strong.of(k), c.strong.of(l)) })
	if err != nil {
		return nil, err
	}
	for _, more := range []func(){b.bridges, b.references, func() { b.fields(fields) }, func() { slices.Sort(b.packed) }} {
		if more(); ctx.Err() != nil {
			return nil, ctx.Err()
		}
	}
	b.packed = slices.Compact(b.packed)
	pairs := make([]pair, len(b.packed))
	for i, p := range b.packed {
		pairs[i] = pair{int32(p >> 32), int32(p & (1<<32 - 1))}
	}
	return pairs, nil
}

func (b *blocker) add(r, s int32) {
	if r > s {
		r, s = s, r
	}
	if b.records[r].source != b.records[s].source {
		b.packed = append(b.packed, uint64(r)<<32|uint64(s))
	}
}

// among adds every pair of a block.
func (b *blocker) among(block []int32) {
	for i, r := range block {
		for _, s := range block[i+1:] {
			b.add(r, s)
		}
	}
}

// across adds the pairs of two titles that look alike.
func (b *blocker) across(left, right []int32) {
	if len(left) > maxFuzzyBlock || len(right) > maxFuzzyBlock {
		return
	}
	for _, r := range left {
		for _, s := range right {
			b.add(r, s)
		}
	}
}

func (b *blocker) shared(p postings, limit int) {
	for key := range b.texts {
		if block := p.of(int32(key)); len(block) <= limit {
			b.among(block)
		}
	}
}

// bridges pairs the records that share a title with one record between them.
func (b *blocker) bridges() {
	var near []int32
	for r := range b.records {
		near = near[:0]
		for _, key := range b.records[r].strong {
			if block := b.strong.of(key); len(block) <= maxBridge {
				near = append(near, block...)
			}
		}
		slices.Sort(near)
		near = slices.Compact(near)
		if len(near) <= maxBridge {
			b.among(near)
		}
	}
}

// references pairs records by what they say about other catalogues.
func (b *blocker) references() {
	sharing := map[recommender.ItemID][]int32{}
	for r := range b.records {
		for _, ref := range b.records[r].refs {
			if s, ok := b.place(ref); ok {
				b.add(int32(r), s)
			} else if !franchiseLevel(ref) {
				sharing[ref] = append(sharing[ref], int32(r))
			}
		}
	}
	for _, block := range sharing { // in any order: pairs are sorted later
		if len(block) <= maxRefBlock {
			b.among(block)
		}
	}
}

// fields pairs records that share a value of a Field that is a Key.
func (b *blocker) fields(fields []Field) {
	for i, f := range fields {
		if !f.Key {
			continue
		}
		sharing := map[string][]int32{}
		for r := range b.records {
			for _, v := range b.records[r].values[i] {
				if v = Normalize(v); v != "" {
					sharing[v] = append(sharing[v], int32(r))
				}
			}
		}
		for _, block := range sharing { // in any order: pairs are sorted later
			if len(block) <= maxBlock {
				b.among(block)
			}
		}
	}
}

// franchiseLevel reports whether a catalogue numbers whole franchises: several
// seasons and films have one ID there, so that sharing it says little.
func franchiseLevel(id recommender.ItemID) bool {
	switch strings.ToLower(sourceOf(id)) {
	case "imdb", "tvdb", "thetvdb", "tmdb", "themoviedb", "trakt":
		return true
	}
	return false
}

// place finds a record by its ID.
func (c *corpus) place(id recommender.ItemID) (int32, bool) {
	i, ok := slices.BinarySearchFunc(c.records, id, func(r record, id recommender.ItemID) int { return cmp.Compare(r.id, id) })
	return int32(i), ok
}
