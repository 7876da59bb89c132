package ease_test

import (
	"io"
	"testing"

	"github.com/osusume/osusume/mf/ease"
	"github.com/osusume/osusume/mf/internal/mftest"
	"github.com/osusume/osusume/recommender"
)

var (
	userID, itemID, view = mftest.UserID, mftest.ItemID, mftest.View
	dataset, longTailed  = mftest.Dataset, mftest.LongTailed
	pattern, near        = mftest.Pattern, mftest.Near
)

func train(tb testing.TB, c ease.Config, d recommender.Dataset) *ease.Model {
	tb.Helper()
	m, err := c.Train(tb.Context(), d)
	if err != nil {
		tb.Fatal(err)
	}
	return m.(*ease.Model)
}

func save(tb testing.TB, m *ease.Model) []byte {
	tb.Helper()
	return mftest.Save(tb, m)
}

func scores(tb testing.TB, m *ease.Model, req recommender.Request) []float32 {
	tb.Helper()
	return mftest.Scores(tb, m, req)
}

var suite = mftest.Suite{
	Kind: ease.Kind,
	Trainer: func(minStars float32, keep int) recommender.Trainer {
		return ease.Config{MinStars: minStars, Keep: keep}
	},
	Read: func(r io.Reader) (mftest.Model, error) { return ease.ReadModel(r) },
}

func TestModelKeepsThePromisesOfModelsOfItems(t *testing.T) { suite.Run(t) }

func FuzzReadModel(f *testing.F) { suite.Fuzz(f) }
