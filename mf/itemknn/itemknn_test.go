package itemknn_test

import (
	"io"
	"testing"

	"github.com/osusume/osusume/mf/internal/mftest"
	"github.com/osusume/osusume/mf/itemknn"
	"github.com/osusume/osusume/recommender"
)

var (
	userID, itemID, view = mftest.UserID, mftest.ItemID, mftest.View
	dataset, longTailed  = mftest.Dataset, mftest.LongTailed
	pattern, near        = mftest.Pattern, mftest.Near
)

func train(tb testing.TB, c itemknn.Config, d recommender.Dataset) *itemknn.Model {
	tb.Helper()
	m, err := c.Train(tb.Context(), d)
	if err != nil {
		tb.Fatal(err)
	}
	return m.(*itemknn.Model)
}

func save(tb testing.TB, m *itemknn.Model) []byte {
	tb.Helper()
	return mftest.Save(tb, m)
}

func scores(tb testing.TB, m *itemknn.Model, req recommender.Request) []float32 {
	tb.Helper()
	return mftest.Scores(tb, m, req)
}

var suite = mftest.Suite{
	Kind: itemknn.Kind,
	Trainer: func(minStars float32, keep int) recommender.Trainer {
		return itemknn.Config{MinStars: minStars, Neighbours: keep}
	},
	Read: func(r io.Reader) (mftest.Model, error) { return itemknn.ReadModel(r) },
}

func TestModelKeepsThePromisesOfModelsOfItems(t *testing.T) { suite.Run(t) }

func FuzzReadModel(f *testing.F) { suite.Fuzz(f) }
