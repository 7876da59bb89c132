package tfidf

import (
	"context"
	"fmt"
	"strings"

	"github.com/osusume/osusume/internal/par"
	"github.com/osusume/osusume/recommender"
)

// batch is how many items are cut into terms, or made vectors, at a time.
const batch = 512

// Train makes a Model of d's items and of who liked what. It reads the items
// once and keeps their terms, not their texts. Without an item that has a term
// it returns an error that wraps recommender.ErrInvalid.
func (c Config) Train(ctx context.Context, d recommender.Dataset) (recommender.Model, error) {
	c, err := c.check()
	if err != nil {
		return nil, err
	}
	m, err := c.train(ctx, d)
	if err != nil {
		return nil, fmt.Errorf("tfidf: train: %w", err)
	}
	return m, nil
}

func (c Config) train(ctx context.Context, d recommender.Dataset) (*Model, error) {
	table, err := recommender.Load(ctx, d, recommender.Filter{})
	if err != nil {
		return nil, err
	}
	corpus, docOf, err := c.read(ctx, d, table.Items)
	if err != nil {
		return nil, err
	}
	options, _ := c.options().check()
	v := corpus.vocabulary(options)
	if len(v.terms) == 0 {
		return nil, fmt.Errorf("%w: no term is left of %d items", recommender.ErrInvalid, len(table.Items))
	}
	rows, err := c.vectors(ctx, v, corpus, docOf)
	if err != nil {
		return nil, err
	}
	m, err := newModel(table.Items, rows, recommender.NewHistories(opinions(table)))
	if err != nil {
		return nil, err
	}
	if c.Neighbours > 0 {
		m.k = min(c.Neighbours, len(table.Items)) // which a snapshot has room for
		m.near, err = m.Neighbours(ctx, m.k, c.Workers)
	}
	return m, err
}

// read counts the terms of every item. docOf says which document of the corpus
// an item of the catalogue is; -1: it has no terms.
func (c Config) read(ctx context.Context, d recommender.Dataset, catalog []recommender.ItemID) (*corpus, []int32, error) {
	place := make(map[recommender.ItemID]int, len(catalog))
	docOf := make([]int32, len(catalog))
	for i, id := range catalog {
		place[id] = i
		docOf[i] = -1
	}
	corpus := newCorpus(len(c.weights()))
	items := make([]recommender.Item, 0, batch)
	docs := make([][][]counted, batch)
	flush := func() error {
		err := par.Do(ctx, c.Workers, len(items), func(i int) error {
			docs[i] = c.document(items[i])
			return nil
		})
		if err != nil {
			return err
		}
		for i, it := range items {
			p, ok := place[it.ID]
			if !ok { // what arrived since the Table was read is not in it
				continue
			}
			if docOf[p] >= 0 {
				return fmt.Errorf("%w: item %q comes twice", recommender.ErrInvalid, it.ID)
			}
			if !empty(docs[i]) {
				docOf[p] = int32(corpus.docs)
				corpus.add(docs[i])
			}
		}
		items = items[:0]
		return nil
	}
	for it, err := range d.Items(ctx) {
		if err != nil {
			return nil, nil, err
		}
		if items = append(items, it); len(items) == batch {
			if err := flush(); err != nil {
				return nil, nil, err
			}
		}
	}
	return corpus, docOf, flush()
}

// document counts the terms of an item's fields, in the order of [Config.weights].
func (c Config) document(it recommender.Item) [][]counted {
	if c.Joined {
		text := it.Title + "\n" + strings.Join(it.Tags, "\n") + "\n" + it.Text
		return [][]counted{count(c.Analysis.Terms(nil, text))}
	}
	fields := make([][]counted, 4)
	if c.Title > 0 {
		terms := c.Analysis.Terms(nil, it.Title)
		for _, alias := range it.Aliases {
			terms = c.Analysis.Terms(terms, alias)
		}
		fields[0] = count(terms)
	}
	if c.Tags > 0 {
		fields[1] = count(whole(nil, "", it.Tags...))
	}
	if c.Text > 0 {
		fields[2] = count(c.Analysis.Terms(nil, it.Text))
	}
	if c.Attrs > 0 {
		var terms []string
		for _, name := range c.AttrNames {
			terms = whole(terms, name+"=", it.Attrs[name])
		}
		fields[3] = count(terms)
	}
	return fields
}

// whole appends each value as one term, whatever spaces it has: a tag "slice of
// life" says nothing about slices. A tag of one word is the same term as that
// word in a text.
func whole(dst []string, prefix string, values ...string) []string {
	for _, x := range values {
		if x = strings.Join(strings.Fields(fold(x)), " "); x != "" {
			dst = append(dst, prefix+x)
		}
	}
	return dst
}

func empty(fields [][]counted) bool {
	for _, f := range fields {
		if len(f) > 0 {
			return false
		}
	}
	return true
}

// vectors returns one row per item of the catalogue.
func (c Config) vectors(ctx context.Context, v *Vectorizer, corpus *corpus, docOf []int32) (*matrix, error) {
	weights := c.weights()
	parts := make([][]Vector, (len(docOf)+batch-1)/batch)
	err := par.Do(ctx, c.Workers, len(parts), func(p int) error {
		part := make([]Vector, min(batch, len(docOf)-p*batch))
		fields := make([][]entry, 0, len(weights))
		for i := range part {
			if doc := docOf[p*batch+i]; doc >= 0 {
				fields = corpus.document(fields, int(doc))
				part[i] = v.unit(fields, weights)
			}
		}
		parts[p] = part
		return nil
	})
	if err != nil {
		return nil, err
	}
	rows := &matrix{columns: len(v.terms), start: make([]int, 1, len(docOf)+1)}
	for _, part := range parts {
		for _, x := range part {
			rows.add(x)
		}
	}
	return rows, nil
}
