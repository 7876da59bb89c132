package storage_test

import (
	"errors"
	"fmt"
	"iter"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/osusume/osusume/internal/faultfs"
	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/storage"
)

func all[T any](t *testing.T, walk iter.Seq2[T, error]) (list []T) {
	t.Helper()
	for x, err := range walk {
		check(t, err)
		list = append(list, x)
	}
	return list
}

func TestDerivedTablesReadBack(t *testing.T) {
	fs := faultfs.NewMem()
	w := openFS(t, fs)
	users := []storage.User{{ID: "ann", Cohort: "A", First: time.Unix(5, 0).UTC(), Last: time.Unix(9, 0).UTC(), Interactions: 3}, {ID: "bob"}}
	similar := []storage.Similarity{{"a", 1, "b", 0.5}, {"a", 2, "c", 0.25}, {"b", 1, "a", 0.5}}
	scores := []storage.Score{{"ann", 1, "a", 4}, {"ann", 2, "b", 3}, {"bob", 1, "c", 2}}
	feelings := []storage.Sentiment{{"a", "", 0.5, 3, 2, 1}, {"a", "plot", -1, 1, 0, 1}}
	put := func() {
		t.Helper()
		check(t, w.PutUsers(t.Context(), values(users...)))
		check(t, w.PutSimilarities(t.Context(), "tags", values(similar...)))
		check(t, w.PutScores(t.Context(), "m1", values(scores...)))
		check(t, w.PutSentiments(t.Context(), "lexicon", values(feelings...)))
	}
	put()
	put() // replaces
	check(t, w.PutSimilarities(t.Context(), "text", values(similar[:1]...)))
	check(t, w.Close())
	w = openFS(t, fs)
	for what, diff := range map[string]string{
		"dim_user":                            cmp.Diff(users, all(t, w.Users(t.Context()))),
		"fact_similarity":                     cmp.Diff(similar, all(t, w.Similarities(t.Context(), "tags", ""))),
		"fact_similarity of b":                cmp.Diff(similar[2:], all(t, w.Similarities(t.Context(), "tags", "b"))),
		"fact_similarity by text":             cmp.Diff(similar[:1], all(t, w.Similarities(t.Context(), "text", ""))),
		"fact_collaborative_score":            cmp.Diff(scores, all(t, w.Scores(t.Context(), "m1", ""))),
		"fact_collaborative_score of bob":     cmp.Diff(scores[2:], all(t, w.Scores(t.Context(), "m1", "bob"))),
		"fact_collaborative_score of another": cmp.Diff([]storage.Score(nil), all(t, w.Scores(t.Context(), "m2", ""))),
		"fact_sentiment":                      cmp.Diff(feelings, all(t, w.Sentiments(t.Context(), "lexicon", ""))),
		"fact_sentiment of b":                 cmp.Diff([]storage.Sentiment(nil), all(t, w.Sentiments(t.Context(), "lexicon", "b"))),
	} {
		if diff != "" {
			t.Errorf("%s (-want +got):\n%s", what, diff)
		}
	}
	check(t, w.PutScores(t.Context(), "m1", values[storage.Score]()))
	if got := all(t, w.Scores(t.Context(), "m1", "")); got != nil {
		t.Errorf("after a Put of nothing got %v", got)
	}
}

func TestDerivedRowsThatCannotBeAreRefusedAndChangeNothing(t *testing.T) {
	w := openFS(t, faultfs.NewMem())
	check(t, w.PutScores(t.Context(), "m", values(storage.Score{User: "ann", Rank: 1, Item: "a"})))
	before := w.Version()
	nan := float32(0)
	nan /= nan
	many := make([]storage.Similarity, 11)
	for i := range many {
		many[i] = storage.Similarity{Item: "a", Rank: i + 1, Other: recommender.ItemID(fmt.Sprint("b", i))}
	}
	boom := errors.New("the model ended")
	for name, c := range map[string]struct {
		err  error
		says string
		want error
	}{
		"a user twice":          {err: w.PutUsers(t.Context(), values(storage.User{ID: "a"}, storage.User{ID: "a"})), says: "row 1"},
		"no user":               {err: w.PutUsers(t.Context(), values(storage.User{})), says: "row 0"},
		"eleven similar":        {err: w.PutSimilarities(t.Context(), "x", values(many...)), says: "rank 11"},
		"an item like itself":   {err: w.PutSimilarities(t.Context(), "x", values(storage.Similarity{Item: "a", Rank: 1, Other: "a"})), says: "similar"},
		"no method":             {err: w.PutSimilarities(t.Context(), "", values(many[0])), says: "method"},
		"a rank left out":       {err: w.PutScores(t.Context(), "m", values(storage.Score{User: "u", Rank: 2, Item: "a"})), says: "rank 2 where 1 is due"},
		"users out of order":    {err: w.PutScores(t.Context(), "m", values(storage.Score{User: "v", Rank: 1, Item: "a"}, storage.Score{User: "u", Rank: 1, Item: "a"})), says: "sorted"},
		"a score that is none":  {err: w.PutScores(t.Context(), "m", values(storage.Score{User: "v", Rank: 1, Item: "a", Score: nan})), says: "NaN"},
		"a mean of two":         {err: w.PutSentiments(t.Context(), "m", values(storage.Sentiment{Item: "a", Mean: 2})), says: "mean"},
		"more than all reviews": {err: w.PutSentiments(t.Context(), "m", values(storage.Sentiment{Item: "a", Reviews: 1, Positive: 2})), says: "reviews"},
		"an error of the rows":  {err: w.PutScores(t.Context(), "m", func(yield func(storage.Score, error) bool) { yield(storage.Score{}, boom) }), says: "row 0", want: boom},
	} {
		if c.want == nil {
			c.want = recommender.ErrInvalid
		}
		if !errors.Is(c.err, c.want) || !strings.Contains(c.err.Error(), c.says) {
			t.Errorf("%s: got error %v; want %v that says %q", name, c.err, c.want, c.says)
		}
	}
	if got := all(t, w.Scores(t.Context(), "m", "")); len(got) != 1 || w.Version() != before {
		t.Errorf("got scores %v at version %d; want what was there at version %d", got, w.Version(), before)
	}
}
