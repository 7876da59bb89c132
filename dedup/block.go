package dedup

import (
	"context"
	"slices"

	"github.com/osusume/osusume/recommender"
)

// Blocks of records that share a title grow quadratically into pairs. A whole
// title that more records than this share, and a stem that more than this share,
// names a franchise and not a work; the fuzzy search still offers the nearest.
const (
	maxBlock      = 80
	maxStemBlock  = 60
	maxFuzzyBlock = 8 // of one of two titles that only look alike
)

// A pair is two places in corpus.records, a < b, of two sources.
type pair struct{ a, b int32 }

// block returns the pairs worth comparing, sorted and distinct: records that
// share a title or a stem, whose titles look alike, or that refer to each other.
func (c *corpus) block(ctx context.Context, x *gramIndex, workers, neighbours int) ([]pair, error) {
	var packed []uint64
	add := func(a, b int32) {
		if a > b {
			a, b = b, a
		}
		if c.records[a].source != c.records[b].source {
			packed = append(packed, uint64(a)<<32|uint64(b))
		}
	}
	all := func(p postings, limit int) {
		for key := range c.texts {
			block := p.of(int32(key))
			if len(block) > limit {
				continue
			}
			for i, a := range block {
				for _, b := range block[i+1:] {
					add(a, b)
				}
			}
		}
	}
	all(c.strong, maxBlock)
	all(c.stems, maxStemBlock)

	alike := func(k, l int32) {
		left, right := c.strong.of(k), c.strong.of(l)
		if len(left) > maxFuzzyBlock || len(right) > maxFuzzyBlock {
			return
		}
		for _, a := range left {
			for _, b := range right {
				add(a, b)
			}
		}
	}
	err := x.neighbours(ctx, workers, neighbours, float32(minLook), alike)
	if err == nil {
		err = c.gloss.neighbours(ctx, workers, alike)
	}
	if err != nil {
		return nil, err
	}

	for a := range c.records {
		for _, ref := range c.records[a].refs {
			if b, ok := c.place(ref); ok {
				add(int32(a), b)
			}
		}
	}

	slices.Sort(packed)
	packed = slices.Compact(packed)
	pairs := make([]pair, len(packed))
	for i, p := range packed {
		pairs[i] = pair{int32(p >> 32), int32(p & (1<<32 - 1))}
	}
	return pairs, nil
}

// place finds a record by its ID.
func (c *corpus) place(id recommender.ItemID) (int32, bool) {
	i, ok := slices.BinarySearchFunc(c.records, id, func(r record, id recommender.ItemID) int {
		switch {
		case r.id < id:
			return -1
		case r.id > id:
			return 1
		}
		return 0
	})
	return int32(i), ok
}
