package storage

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"math"
	"time"

	"github.com/osusume/osusume/recommender"
)

const (
	// TopSimilar is the greatest rank in fact_similarity.
	TopSimilar = 10
	// TopScores is the greatest rank in fact_collaborative_score.
	TopScores = 100
)

// A User is a row of dim_user.
type User struct {
	ID           recommender.UserID
	Cohort       string    // an arm, a segment; "": none
	First, Last  time.Time // of the user's interactions; zero: unknown
	Interactions int64
}

// A Similarity is a row of fact_similarity: by a method, Other is the Rank-th
// most similar to Item.
type Similarity struct {
	Item  recommender.ItemID
	Rank  int // from 1 to TopSimilar
	Other recommender.ItemID
	Score float32
}

// A Score is a row of fact_collaborative_score: what a model recommends to a
// user in the Rank-th place.
type Score struct {
	User  recommender.UserID
	Rank  int // from 1 to TopScores
	Item  recommender.ItemID
	Score float32
}

// A Sentiment is a row of fact_sentiment: how reviews speak of an item, or of
// one side of it.
type Sentiment struct {
	Item               recommender.ItemID
	Aspect             string  // "": the item as a whole
	Mean               float32 // from -1 to 1
	Reviews            int64   // that say something about it
	Positive, Negative int64   // of them
}

type (
	userRow struct {
		ID           string `parquet:"user_id"`
		Cohort       string `parquet:"cohort,dict"`
		First        int64  `parquet:"first_unix"`
		Last         int64  `parquet:"last_unix"`
		Interactions int64  `parquet:"interactions"`
	}
	similarityRow struct {
		Item   string  `parquet:"item_id,dict"`
		Method string  `parquet:"method,dict"`
		Rank   int32   `parquet:"rank"`
		Other  string  `parquet:"similar_item_id,dict"`
		Score  float32 `parquet:"score"`
	}
	scoreRow struct {
		User  string  `parquet:"user_id,dict"`
		Model string  `parquet:"version_id,dict"`
		Rank  int32   `parquet:"rank"`
		Item  string  `parquet:"item_id,dict"`
		Score float32 `parquet:"score"`
	}
	sentimentRow struct {
		Item     string  `parquet:"item_id,dict"`
		Model    string  `parquet:"version_id,dict"`
		Aspect   string  `parquet:"aspect,dict"`
		Mean     float32 `parquet:"mean"`
		Reviews  int64   `parquet:"reviews"`
		Positive int64   `parquet:"positive"`
		Negative int64   `parquet:"negative"`
	}
)

func userTable() *derivedTable[User, userRow] {
	return &derivedTable[User, userRow]{
		name: tableUser,
		row: func(u User) userRow {
			return userRow{string(u.ID), u.Cohort, unixOf(u.First), unixOf(u.Last), u.Interactions}
		},
		entry: func(r userRow) User {
			return User{recommender.UserID(r.ID), r.Cohort, timeOf(r.First), timeOf(r.Last), r.Interactions}
		},
		check: func(before *User, u User) error {
			switch {
			case u.ID == "":
				return fmt.Errorf("%w: empty user ID", recommender.ErrInvalid)
			case before != nil && before.ID >= u.ID:
				return fmt.Errorf("%w: user %q follows %q; users come sorted, once each", recommender.ErrInvalid, u.ID, before.ID)
			case u.Interactions < 0:
				return fmt.Errorf("%w: user %q has %d interactions", recommender.ErrInvalid, u.ID, u.Interactions)
			}
			return nil
		},
		user: func(r *userRow) string { return r.ID },
	}
}

func similarityTable(method string) *derivedTable[Similarity, similarityRow] {
	return &derivedTable[Similarity, similarityRow]{
		name: tableSimilarity,
		row: func(x Similarity) similarityRow {
			return similarityRow{string(x.Item), method, int32(x.Rank), string(x.Other), x.Score}
		},
		entry: func(r similarityRow) Similarity {
			return Similarity{recommender.ItemID(r.Item), int(r.Rank), recommender.ItemID(r.Other), r.Score}
		},
		check: func(before *Similarity, x Similarity) error {
			if x.Other == "" || x.Other == x.Item {
				return fmt.Errorf("%w: item %q is similar to %q", recommender.ErrInvalid, x.Item, x.Other)
			}
			if before == nil {
				before = &Similarity{}
			}
			return checkRank(string(before.Item), string(x.Item), before.Rank, x.Rank, TopSimilar, x.Score)
		},
	}
}

func scoreTable(model string) *derivedTable[Score, scoreRow] {
	return &derivedTable[Score, scoreRow]{
		name: tableScore,
		row: func(x Score) scoreRow {
			return scoreRow{string(x.User), model, int32(x.Rank), string(x.Item), x.Score}
		},
		entry: func(r scoreRow) Score {
			return Score{recommender.UserID(r.User), int(r.Rank), recommender.ItemID(r.Item), r.Score}
		},
		check: func(before *Score, x Score) error {
			if x.Item == "" {
				return fmt.Errorf("%w: empty item ID", recommender.ErrInvalid)
			}
			if before == nil {
				before = &Score{}
			}
			return checkRank(string(before.User), string(x.User), before.Rank, x.Rank, TopScores, x.Score)
		},
		user: func(r *scoreRow) string { return r.User },
	}
}

func sentimentTable(model string) *derivedTable[Sentiment, sentimentRow] {
	return &derivedTable[Sentiment, sentimentRow]{
		name: tableSentiment,
		row: func(x Sentiment) sentimentRow {
			return sentimentRow{string(x.Item), model, x.Aspect, x.Mean, x.Reviews, x.Positive, x.Negative}
		},
		entry: func(r sentimentRow) Sentiment {
			return Sentiment{recommender.ItemID(r.Item), r.Aspect, r.Mean, r.Reviews, r.Positive, r.Negative}
		},
		check: func(before *Sentiment, x Sentiment) error {
			switch {
			case x.Item == "":
				return fmt.Errorf("%w: empty item ID", recommender.ErrInvalid)
			case before != nil && cmp.Or(cmp.Compare(before.Item, x.Item), cmp.Compare(before.Aspect, x.Aspect)) >= 0:
				return fmt.Errorf("%w: aspect %q of item %q follows %q of %q; they come sorted, once each", recommender.ErrInvalid, x.Aspect, x.Item, before.Aspect, before.Item)
			case !(x.Mean >= -1 && x.Mean <= 1):
				return fmt.Errorf("%w: item %q has a mean of %v, outside [-1, 1]", recommender.ErrInvalid, x.Item, x.Mean)
			case x.Positive < 0 || x.Negative < 0 || x.Positive+x.Negative > x.Reviews:
				return fmt.Errorf("%w: item %q has %d reviews, of which %d positive and %d negative", recommender.ErrInvalid, x.Item, x.Reviews, x.Positive, x.Negative)
			}
			return nil
		},
	}
}

// checkRank wants keys sorted, each with the ranks 1, 2, 3 … up to most.
func checkRank(before, key string, rankBefore, rank, most int, score float32) error {
	want := 1
	if before == key {
		want = rankBefore + 1
	}
	switch {
	case key == "":
		return fmt.Errorf("%w: empty ID", recommender.ErrInvalid)
	case before > key:
		return fmt.Errorf("%w: %q follows %q; rows come sorted", recommender.ErrInvalid, key, before)
	case rank != want || rank > most:
		return fmt.Errorf("%w: %q has rank %d where %d is due, of at most %d", recommender.ErrInvalid, key, rank, want, most)
	case math.IsNaN(float64(score)) || math.IsInf(float64(score), 0):
		return fmt.Errorf("%w: %q has score %v", recommender.ErrInvalid, key, score)
	}
	return nil
}

func checkName(what, name string) error {
	if name == "" {
		return fmt.Errorf("storage: %w: empty %s", recommender.ErrInvalid, what)
	}
	return nil
}

// PutUsers writes dim_user anew, of users sorted by ID. One commit, or none:
// after an error of users, or a row that cannot be (ErrInvalid, which names
// it), what stood there stands. So it is with the other Put methods. They
// stream, in the memory of one row group, and other writes wait for them.
func (w *Warehouse) PutUsers(ctx context.Context, users iter.Seq2[User, error]) error {
	return userTable().put(ctx, w, "", users)
}

// Users yields dim_user, sorted by ID.
func (w *Warehouse) Users(ctx context.Context) iter.Seq2[User, error] {
	return userTable().walk(ctx, w, "", func(User) bool { return true })
}

// PutSimilarities writes what a method says in fact_similarity anew: rows sorted
// by item, each item with the ranks 1, 2, 3 … up to TopSimilar.
func (w *Warehouse) PutSimilarities(ctx context.Context, method string, rows iter.Seq2[Similarity, error]) error {
	if err := checkName("name of the method", method); err != nil {
		return err
	}
	return similarityTable(method).put(ctx, w, method, rows)
}

// Similarities yields what a method says in fact_similarity, by item and rank;
// of one item, unless that is "".
func (w *Warehouse) Similarities(ctx context.Context, method string, item recommender.ItemID) iter.Seq2[Similarity, error] {
	return similarityTable(method).part(method).walk(ctx, w, "", func(x Similarity) bool { return item == "" || x.Item == item })
}

// PutScores writes what a model version says in fact_collaborative_score anew:
// rows sorted by user, each user with the ranks 1, 2, 3 … up to TopScores.
func (w *Warehouse) PutScores(ctx context.Context, model string, rows iter.Seq2[Score, error]) error {
	if err := checkName("model version", model); err != nil {
		return err
	}
	return scoreTable(model).put(ctx, w, model, rows)
}

// Scores yields what a model version says in fact_collaborative_score, by user
// and rank; of one user, unless that is "".
func (w *Warehouse) Scores(ctx context.Context, model string, user recommender.UserID) iter.Seq2[Score, error] {
	return scoreTable(model).part(model).walk(ctx, w, string(user), func(Score) bool { return true })
}

// PutSentiments writes what a model version says in fact_sentiment anew: rows
// sorted by item and aspect.
func (w *Warehouse) PutSentiments(ctx context.Context, model string, rows iter.Seq2[Sentiment, error]) error {
	if err := checkName("model version", model); err != nil {
		return err
	}
	return sentimentTable(model).put(ctx, w, model, rows)
}

// Sentiments yields what a model version says in fact_sentiment, by item and
// aspect; of one item, unless that is "".
func (w *Warehouse) Sentiments(ctx context.Context, model string, item recommender.ItemID) iter.Seq2[Sentiment, error] {
	return sentimentTable(model).part(model).walk(ctx, w, "", func(x Sentiment) bool { return item == "" || x.Item == item })
}
