package tfidf

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/osusume/osusume/recommender"
)

// longestTag is how many words in a row are looked up as one tag.
const longestTag = 4

// Search returns the k items whose vectors are nearest to that of a free text,
// best first, ties by place: terms of the text count wherever an item has them,
// and two to four words in a row that are a tag count as that tag alone. The error is
// recommender.ErrColdStart where no term is known.
func (m *Model) Search(ctx context.Context, text string, k int) ([]recommender.Scored, error) {
	c := newCorpus(m.words.options, 1, 1)
	s := c.shards[0]
	s.begin()
	rest := text
	if !m.fields.Joined {
		rest = m.tags(s, text)
	}
	s.text(rest)
	s.end()
	found, err := m.Nearest(ctx, m.words.only(c, []float64{1}), k)
	if err != nil {
		return nil, fmt.Errorf("tfidf: search %q: %w", text, err)
	}
	return found, nil
}

// tags counts what of a text is a tag of several words, the longest first, and
// returns the rest.
func (m *Model) tags(s *shard, text string) string {
	words := strings.Fields(fold(text))
	for i, w := range words {
		words[i] = strings.Trim(w, `.,;:!?"'()`)
	}
	var rest []string
	for len(words) > 0 {
		size := min(longestTag, len(words))
		for ; size > 1; size-- {
			tag := strings.Join(words[:size], " ")
			// A pair that is a term of the analysis is counted with the text.
			if _, known := m.words.index[tag]; known && size > m.words.options.MaxGram {
				s.count(tag)
				break
			}
		}
		if size == 1 {
			rest = append(rest, words[0])
		}
		words = words[size:]
	}
	return strings.Join(rest, " ")
}

// Vector returns the vector of an item, which need not be in the catalogue, as
// training would have made it with the vocabulary that there is. Its terms are
// places in m.Vectorizer().Terms(); it has none where nothing is known.
func (m *Model) Vector(it recommender.Item) Vector {
	weights := m.fields.weights()
	c := newCorpus(m.words.options, len(weights), 1)
	m.fields.add(c.shards[0], it)
	return m.words.only(c, weights)
}

// Nearest returns the k items with the largest product with a vector, such as
// that of a new item, best first, ties by place. The error is
// recommender.ErrColdStart for a vector without terms and recommender.ErrInvalid
// for one that cannot be of this model.
func (m *Model) Nearest(ctx context.Context, v Vector, k int) ([]recommender.Scored, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if k < 0 || len(v.Values) != len(v.Terms) {
		return nil, fmt.Errorf("%w: k %d, %d terms, %d values", recommender.ErrInvalid, k, len(v.Terms), len(v.Values))
	}
	if len(v.Terms) == 0 {
		return nil, fmt.Errorf("no known term: %w", recommender.ErrColdStart)
	}
	columns, values, err := m.columns(v)
	if err != nil {
		return nil, err
	}
	return m.scored(m.index.Nearest(columns, values, k, -1)), nil
}

// columns is v by the columns of the index.
func (m *Model) columns(v Vector) ([]int32, []float32, error) {
	parts := make([]part, len(v.Terms))
	for i, t := range v.Terms {
		if t < 0 || int(t) >= len(m.words.order) || i > 0 && t <= v.Terms[i-1] || !(v.Values[i] >= 0 && v.Values[i] <= 1.0001) {
			return nil, nil, fmt.Errorf("%w: term %d of %d has the value %v", recommender.ErrInvalid, t, len(m.words.order), v.Values[i])
		}
		parts[i] = part{m.words.order[t], float64(v.Values[i])}
	}
	sortParts(parts)
	columns, values := make([]int32, len(parts)), make([]float32, len(parts))
	for i, p := range parts {
		columns[i], values[i] = p.term, float32(p.value)
	}
	return columns, values, nil
}

// Extend returns a model that also has items, at the end of its catalogue, in
// the order given: their vectors are made with the vocabulary and the weights
// that there are, so that they can be recommended, searched and resembled before
// the next training. What was there keeps its vectors; new items
// take their places in the lists of Config.Neighbours and in what Config.Centre
// takes off. An item without an ID, or with
// one that is there already, is recommender.ErrInvalid. It costs one pass over
// the vectors.
func (m *Model) Extend(ctx context.Context, items ...recommender.Item) (*Model, error) {
	catalog := slices.Clone(m.Catalog())
	rows := m.rows
	rows.Offset, rows.Column, rows.Value = slices.Clone(rows.Offset), slices.Clone(rows.Column), slices.Clone(rows.Value)
	for i, it := range items {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if it.ID == "" {
			return nil, fmt.Errorf("tfidf: extend: %w: item %d has no ID", recommender.ErrInvalid, i)
		}
		columns, values, err := m.columns(m.Vector(it))
		if err != nil {
			return nil, fmt.Errorf("tfidf: extend: item %q: %w", it.ID, err)
		}
		catalog = append(catalog, it.ID)
		rows.Column, rows.Value = append(rows.Column, columns...), append(rows.Value, values...)
		rows.Offset = append(rows.Offset, len(rows.Column))
	}
	history, err := recommender.HistoriesOf(catalog, m.history.Columns())
	if err != nil {
		return nil, fmt.Errorf("tfidf: extend: %w", err)
	}
	out, err := newModel(catalog, m.words, m.fields, m.centre, rows, history)
	if err != nil {
		return nil, fmt.Errorf("tfidf: extend by %d items: %w", len(items), err)
	}
	if out.k = m.k; out.k > 0 {
		if out.near, err = out.Neighbours(ctx, out.k, 0); err != nil {
			return nil, fmt.Errorf("tfidf: extend: %w", err)
		}
	}
	return out, nil
}
