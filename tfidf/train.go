package tfidf

import (
	"context"
	"fmt"
	"slices"

	"github.com/osusume/osusume/internal/csr"
	"github.com/osusume/osusume/internal/par"
	"github.com/osusume/osusume/recommender"
)

// batch is how many items a goroutine cuts into terms, or makes vectors, at a time.
const batch = 512

// Train makes a Model of d's items and of who liked what. It reads the items
// once and keeps their terms, not their texts. Without an item that has a term
// it returns an error that wraps recommender.ErrInvalid.
func (c Config) Train(ctx context.Context, d recommender.Dataset) (recommender.Model, error) {
	c, options, err := c.check()
	if err != nil {
		return nil, err
	}
	m, err := c.train(ctx, d, options)
	if err != nil {
		return nil, fmt.Errorf("tfidf: train: %w", err)
	}
	return m, nil
}

func (c Config) train(ctx context.Context, d recommender.Dataset, options Options) (*Model, error) {
	table, err := recommender.Load(ctx, d, recommender.Filter{})
	if err != nil {
		return nil, err
	}
	f, _ := c.fields().check()
	corpus := newCorpus(options, len(f.weights()), min(par.Workers(c.Workers), len(table.Items)/batch+1))
	docs, err := f.read(ctx, d, table.Items, corpus)
	if err != nil {
		return nil, err
	}
	v := c.Vocabulary
	if v != nil {
		corpus.frozen(v)
	} else if v = corpus.vocabulary(options); len(v.terms) == 0 {
		return nil, fmt.Errorf("%w: no term is left of %d items", recommender.ErrInvalid, len(table.Items))
	}
	rows, err := v.rows(ctx, c.Workers, corpus, docs, f.weights())
	if err != nil {
		return nil, err
	}
	if len(rows.Column) == 0 {
		return nil, fmt.Errorf("%w: no item of %d has a term of the vocabulary", recommender.ErrInvalid, len(table.Items))
	}
	m, err := newModel(table.Items, v, f, float32(c.Centre), rows, recommender.NewHistories(opinions(table)))
	if err != nil {
		return nil, err
	}
	if c.Neighbours > 0 {
		m.k = min(c.Neighbours, len(table.Items)) // which a snapshot has room for
		m.near, err = m.Neighbours(ctx, m.k, c.Workers)
	}
	return m, err
}

// A doc is where a corpus has an item.
type doc struct {
	shard  int32 // -1: nowhere
	number int32
}

// read counts the terms of every item of the catalogue.
func (f fields) read(ctx context.Context, d recommender.Dataset, catalog []recommender.ItemID, corpus *corpus) ([]doc, error) {
	place := make(map[recommender.ItemID]int, len(catalog))
	docs := make([]doc, len(catalog))
	for i, id := range catalog {
		place[id] = i
		docs[i].shard = -1
	}
	shards := len(corpus.shards)
	items := make([]recommender.Item, 0, batch*shards)
	places := make([]int, 0, batch*shards)
	seen := make([]bool, len(catalog))
	flush := func() error {
		err := par.Do(ctx, shards, shards, func(s int) error {
			for i := s * len(items) / shards; i < (s+1)*len(items)/shards; i++ {
				docs[places[i]] = doc{int32(s), int32(f.add(corpus.shards[s], items[i]))}
			}
			return nil
		})
		items, places = items[:0], places[:0]
		return err
	}
	for it, err := range d.Items(ctx) {
		if err != nil {
			return nil, err
		}
		p, ok := place[it.ID]
		if !ok { // what arrived since the Table was read is not in it
			continue
		}
		if seen[p] {
			return nil, fmt.Errorf("%w: item %q comes twice", recommender.ErrInvalid, it.ID)
		}
		seen[p] = true
		if !described(it) { // an ID alone is no document
			continue
		}
		items, places = append(items, it), append(places, p)
		if len(items) == cap(items) {
			if err := flush(); err != nil {
				return nil, err
			}
		}
	}
	return docs, flush()
}

// rows returns one vector a doc, its terms by [Vectorizer.order].
func (v *Vectorizer) rows(ctx context.Context, workers int, corpus *corpus, docs []doc, weights []float64) (csr.Matrix, error) {
	type slab struct {
		lengths []int32
		column  []int32
		value   []float32
	}
	slabs := make([]slab, (len(docs)+batch-1)/batch)
	err := par.Do(ctx, workers, len(slabs), func(b int) error {
		var w weigher
		var out slab
		for _, d := range docs[b*batch : min(len(docs), (b+1)*batch)] {
			var parts []part
			if d.shard >= 0 {
				w.fields = corpus.shards[d.shard].document(w.fields, int(d.number))
				parts = w.unit(v, w.fields, weights)
			}
			for i := range parts {
				parts[i].term = v.order[parts[i].term]
			}
			sortParts(parts)
			for _, p := range parts {
				out.column, out.value = append(out.column, p.term), append(out.value, float32(p.value))
			}
			out.lengths = append(out.lengths, int32(len(parts)))
		}
		out.column, out.value = slices.Clone(out.column), slices.Clone(out.value) // without the room to grow
		slabs[b] = out
		return nil
	})
	if err != nil {
		return csr.Matrix{}, err
	}
	var all slab
	size := 0
	for _, s := range slabs {
		size += len(s.column)
	}
	all.column, all.value = make([]int32, 0, size), make([]float32, 0, size)
	for i, s := range slabs {
		all.lengths = append(all.lengths, s.lengths...)
		all.column = append(all.column, s.column...)
		all.value = append(all.value, s.value...)
		slabs[i] = slab{}
	}
	return csr.OfLengths(len(v.terms), all.lengths, all.column, all.value)
}
