package synthetic_test

import (
	"testing"

	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/sources/synthetic"
)

func newWorld(t testing.TB, c synthetic.Config) *synthetic.World {
	t.Helper()
	w, err := synthetic.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// walk reads a source to its end.
func walk(t testing.TB, s recommender.Source) (items []recommender.Item, rows []recommender.Interaction) {
	t.Helper()
	for p, err := range s.Pages(t.Context(), "") {
		if err != nil {
			t.Fatal(err)
		}
		items = append(items, p.Items...)
		rows = append(rows, p.Interactions...)
	}
	return items, rows
}

func allRecords(t testing.TB, w *synthetic.World) []recommender.Item {
	t.Helper()
	var all []recommender.Item
	for _, s := range w.Catalogues() {
		items, _ := walk(t, s)
		all = append(all, items...)
	}
	return all
}
