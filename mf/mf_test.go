package mf_test

import (
	"testing"

	"github.com/osusume/osusume/mf"
	"github.com/osusume/osusume/mf/internal/mftest"
	"github.com/osusume/osusume/recommender"
)

var (
	userID, itemID, view = mftest.UserID, mftest.ItemID, mftest.View
	dataset, longTailed  = mftest.Dataset, mftest.LongTailed
)

func train(tb testing.TB, c recommender.Trainer, d recommender.Dataset) *mf.Model {
	tb.Helper()
	m, err := c.Train(tb.Context(), d)
	if err != nil {
		tb.Fatal(err)
	}
	return m.(*mf.Model)
}

func save(tb testing.TB, m *mf.Model) []byte {
	tb.Helper()
	return mftest.Save(tb, m)
}

func scores(tb testing.TB, m *mf.Model, req recommender.Request) []float32 {
	tb.Helper()
	return mftest.Scores(tb, m, req)
}
