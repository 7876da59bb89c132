package mf

import (
	"fmt"
	"slices"

	"github.com/osusume/osusume/recommender"
)

// ItemVector returns the vector and the bias that an item with these features has
// without any history: its product with a user's vector, plus the bias, is its
// score. What [Features.Reserve] takes off is off. Unknown features are passed
// over; where all are, or the model has learned none, it returns ErrColdStart.
// O(features · factors).
func (m *Model) ItemVector(features []string) (factors []float32, bias float32, err error) {
	if err := m.enter(); err != nil {
		return nil, 0, err
	}
	defer m.leave()
	row, ok := make([]float32, m.stride), false
	if m.vocabulary != nil {
		bias, ok = m.vectorOf(row, features)
	}
	if !ok {
		return nil, 0, fmt.Errorf("mf: vector of an item with %d features, none of them known: %w", len(features), recommender.ErrColdStart)
	}
	return row[:m.factors:m.factors], bias, nil
}

// UserVector returns the vector that a user with these features has without any
// history. Unknown features are passed over; where all are, or the model has
// learned none, it returns ErrColdStart. O(features · factors).
func (m *Model) UserVector(features []string) ([]float32, error) {
	if err := m.enter(); err != nil {
		return nil, err
	}
	defer m.leave()
	var row []float32
	ok := false
	if m.vocabulary != nil {
		row, ok = m.strangerBy(features)
	}
	if !ok {
		return nil, fmt.Errorf("mf: vector of a user with %d features, none of them known: %w", len(features), recommender.ErrColdStart)
	}
	return row[:m.factors:m.factors], nil
}

// ItemTerms and UserTerms return the features that the model has learned, sorted.
// Callers do not modify them.
func (m *Model) ItemTerms() []string {
	if m.vocabulary == nil {
		return nil
	}
	return m.vocabulary.item.names
}

// UserTerms: see [Model.ItemTerms].
func (m *Model) UserTerms() []string {
	if m.vocabulary == nil {
		return nil
	}
	return m.vocabulary.user.names
}

// WithUsers returns a model that asks features for the features of users whom it
// has no vector of, as [Features.Users] does in one that was just trained: a
// snapshot cannot hold a function. nil asks nobody. features must be safe for
// concurrent use. Both models share all else, and m itself stays as it is; where m
// comes from [OpenModel], closing either closes both.
func (m *Model) WithUsers(features func(recommender.UserID) []string) *Model {
	n := *m
	n.ask, n.origin = features, m
	return &n
}

// A NewItem is an item that came after training.
type NewItem struct {
	ID       recommender.ItemID
	Features []string // as Features.Items would have returned them
}

// WithItems returns a model that ranks some more items, by their features. Items
// of the catalogue that nobody had are given the vectors of these features, too.
// Items without a known feature are taken into the catalogue, and score NaN. m
// itself stays as it is.
//
// An item that the model has learned from interactions, an empty ID and one given
// twice are ErrInvalid: nothing is added then. It copies the model: O((users +
// items) · factors) time.
func (m *Model) WithItems(items ...NewItem) (*Model, error) {
	if err := m.enter(); err != nil {
		return nil, err
	}
	defer m.leave()
	n, err := m.withItems(items)
	if err != nil {
		return nil, fmt.Errorf("mf: add %d items: %w", len(items), err)
	}
	return n, nil
}

func (m *Model) withItems(items []NewItem) (*Model, error) {
	given := make(map[recommender.ItemID]bool, len(items))
	catalog := slices.Clone(m.Catalog())
	for _, it := range items {
		i, old := m.ranker.Place(it.ID)
		switch {
		case it.ID == "":
			return nil, fmt.Errorf("%w: an item has an empty ID", recommender.ErrInvalid)
		case given[it.ID]:
			return nil, fmt.Errorf("%w: item %q is given twice", recommender.ErrInvalid, it.ID)
		case old && m.known[i] && !m.isGuessed(i):
			return nil, fmt.Errorf("%w: item %q has a vector of its own", recommender.ErrInvalid, it.ID)
		case !old:
			catalog = append(catalog, it.ID)
		}
		given[it.ID] = true
	}
	h, err := recommender.HistoriesOf(catalog, m.history.Columns())
	if err != nil {
		return nil, err
	}
	n, err := newShell(m.factors, m.likes, catalog, h, m.liked)
	if err != nil {
		return nil, err
	}
	n.kind, n.folding, n.vocabulary, n.ask = m.kind, m.folding, m.vocabulary.clone(), m.ask
	n.folding.user.gram, n.folding.item.gram = slices.Clone(m.folding.user.gram), slices.Clone(m.folding.item.gram)
	n.user = slices.Clone(m.user)
	n.item = append(slices.Clone(m.item), make([]float32, (len(catalog)-len(m.bias))*m.stride)...)
	n.bias = append(slices.Clone(m.bias), make([]float32, len(catalog)-len(m.bias))...)
	users, marks := m.marks()
	if err := n.use(users, append(marks, make([]byte, len(catalog)-len(marks))...)); err != nil {
		return nil, err
	}
	for _, it := range items {
		if n.vocabulary != nil {
			i, _ := n.ranker.Place(it.ID)
			n.welcome(i, it.Features)
		}
	}
	n.training = m.training
	n.finish()
	return n, nil
}

func (m *Model) isGuessed(i int) bool { return m.guessed != nil && m.guessed[i] }

// What the marks of a snapshot say of a vector.
const (
	unused byte = iota
	learned
	guessed // of features alone
)

// marks returns the marks of users and items.
func (m *Model) marks() (users, items []byte) {
	users, items = make([]byte, len(m.Users())), make([]byte, len(m.known))
	for u, id := range m.Users() {
		if _, used := m.rows[id]; used {
			users[u] = learned
		}
	}
	for i, known := range m.known {
		switch {
		case known && m.isGuessed(i):
			items[i] = guessed
		case known:
			items[i] = learned
		}
	}
	return users, items
}
