package recommendertest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"testing"

	"github.com/osusume/osusume/recommender"
)

// TrainerOptions says what kind of model is under test. The zero value is the
// strictest: a personal model that keeps who had what.
type TrainerOptions struct {
	// Workers returns the trainer under test set to use n workers, so that the
	// suite can train at 1, 2 and 7 and compare; nil leaves that out.
	Workers func(n int) recommender.Trainer
	// UserIndependent: the model has an answer for anybody, as Popular does.
	// Otherwise a request that it knows nothing about must end in ErrColdStart.
	UserIndependent bool
	// NoHistory: the model does not keep who had what, so it cannot leave out
	// what a user has seen.
	NoHistory bool
	// Requests is the number of random requests of the property tests; 0 means 60.
	Requests int
}

// TestTrainer runs the contract of [recommender.Trainer] on tr, and that of
// [recommender.Model] (see [TestModel]) on the model it trains. A nil d means
// SmallWorld(1).
//
//  1. Training twice gives the same catalogue, scores and, for an io.WriterTo,
//     bytes; so does training at 1, 2 and 7 workers.
//  2. A cancelled ctx ends training with its error.
//  3. A Dataset without items and interactions is ErrInvalid.
//  4. The Dataset's Table is not changed.
func TestTrainer(t *testing.T, tr recommender.Trainer, d recommender.Dataset, o TrainerOptions) {
	t.Helper()
	if d == nil {
		d = SmallWorld(1)
	}
	t.Run("TrainsTheSameTwice", func(t *testing.T) { report(t, checkRepeatable(t.Context(), tr, tr, d)) })
	if o.Workers != nil {
		t.Run("TrainsTheSameAtAnyNumberOfWorkers", func(t *testing.T) {
			for _, n := range []int{2, 7} {
				if err := checkRepeatable(t.Context(), o.Workers(1), o.Workers(n), d); err != nil {
					t.Errorf("1 and %d workers: %v", n, err)
				}
			}
		})
	}
	t.Run("HonoursContext", func(t *testing.T) { report(t, checkCancelled(t.Context(), tr, d)) })
	t.Run("RefusesEmptyDataset", func(t *testing.T) { report(t, checkEmpty(t.Context(), tr)) })
	t.Run("LeavesTheTableAlone", func(t *testing.T) { report(t, checkUntouched(t.Context(), tr, d)) })

	m, err := tr.Train(t.Context(), d)
	if err != nil {
		t.Fatalf("train: %v", err)
	}
	TestModel(t, m, d, o)
}

func report(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Error(err)
	}
}

func checkRepeatable(ctx context.Context, one, two recommender.Trainer, d recommender.Dataset) error {
	a, err := one.Train(ctx, d)
	if err != nil {
		return fmt.Errorf("train: %w", err)
	}
	b, err := two.Train(ctx, d)
	if err != nil {
		return fmt.Errorf("train again: %w", err)
	}
	table, err := recommender.Load(ctx, d, recommender.Filter{})
	if err != nil {
		return err
	}
	if err := sameBytes(a, b); err != nil {
		return err
	}
	for _, user := range table.Users {
		req := recommender.Request{User: user, N: len(table.Items), IncludeSeen: true}
		if err := sameAnswers(ctx, a, b, req); err != nil {
			return fmt.Errorf("user %q: %w", user, err)
		}
	}
	return nil
}

// sameBytes compares the snapshots of two models that have them.
func sameBytes(a, b recommender.Model) error {
	wa, ok := a.(io.WriterTo)
	if !ok {
		return nil
	}
	var sa, sb bytes.Buffer
	if _, err := wa.WriteTo(&sa); err != nil {
		return fmt.Errorf("write snapshot: %w", err)
	}
	if _, err := b.(io.WriterTo).WriteTo(&sb); err != nil {
		return fmt.Errorf("write snapshot: %w", err)
	}
	if !bytes.Equal(sa.Bytes(), sb.Bytes()) {
		return errors.New("snapshots of two trainings differ")
	}
	return nil
}

// sameAnswers compares what two models say to req, to the last bit.
func sameAnswers(ctx context.Context, a, b recommender.Model, req recommender.Request) error {
	ra, erra := a.Recommend(ctx, req)
	rb, errb := b.Recommend(ctx, req)
	if (erra == nil) != (errb == nil) {
		return fmt.Errorf("errors differ: %v and %v", erra, errb)
	}
	if err := sameRanking(ra, rb); err != nil {
		return err
	}
	sa, ok := a.(recommender.Scorer)
	if !ok {
		return nil
	}
	sb := b.(recommender.Scorer)
	if !slices.Equal(sa.Catalog(), sb.Catalog()) {
		return errors.New("catalogues of two trainings differ")
	}
	da, erra := scores(ctx, sa, req, 0)
	db, errb := scores(ctx, sb, req, 0)
	if (erra == nil) != (errb == nil) {
		return fmt.Errorf("ScoreAll errors differ: %v and %v", erra, errb)
	}
	return sameScores(sa.Catalog(), da, db)
}

func sameRanking(a, b recommender.Ranking) error {
	if len(a.Items) != len(b.Items) {
		return fmt.Errorf("rankings of %d and %d items", len(a.Items), len(b.Items))
	}
	for i := range a.Items {
		if x, y := a.Items[i], b.Items[i]; x.Item != y.Item || !sameBits(x.Score, y.Score) {
			return fmt.Errorf("place %d: %q %v and %q %v", i, x.Item, x.Score, y.Item, y.Score)
		}
	}
	return nil
}

func sameScores(items []recommender.ItemID, a, b []float32) error {
	for i := range a {
		if !sameBits(a[i], b[i]) {
			return fmt.Errorf("scores of item %q differ: %v and %v", items[i], a[i], b[i])
		}
	}
	return nil
}

// sameBits takes all NaN for one.
func sameBits(a, b float32) bool {
	return math.Float32bits(a) == math.Float32bits(b) || a != a && b != b
}

// scores calls ScoreAll with a dst full of garbage.
func scores(ctx context.Context, s recommender.Scorer, req recommender.Request, garbage float32) ([]float32, error) {
	dst := make([]float32, len(s.Catalog()))
	for i := range dst {
		dst[i] = garbage
	}
	return dst, s.ScoreAll(ctx, req, dst)
}

func checkCancelled(ctx context.Context, tr recommender.Trainer, d recommender.Dataset) error {
	ctx, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := tr.Train(ctx, d); !errors.Is(err, context.Canceled) {
		return fmt.Errorf("training with a cancelled context: error %v, want context.Canceled", err)
	}
	return nil
}

func checkEmpty(ctx context.Context, tr recommender.Trainer) error {
	if _, err := tr.Train(ctx, recommender.ItemsOf(nil)); !errors.Is(err, recommender.ErrInvalid) {
		return fmt.Errorf("training on nothing: error %v, want ErrInvalid", err)
	}
	return nil
}

// checkUntouched trains on a Dataset whose bulk path hands out one and the same Table.
func checkUntouched(ctx context.Context, tr recommender.Trainer, d recommender.Dataset) error {
	table, err := recommender.Load(ctx, d, recommender.Filter{})
	if err != nil {
		return err
	}
	before := cloneTable(table)
	if _, err := tr.Train(ctx, oneTable{d, table}); err != nil {
		return fmt.Errorf("train by the bulk path: %w", err)
	}
	if !slices.Equal(table.Users, before.Users) || !slices.Equal(table.Items, before.Items) ||
		!slices.Equal(table.User, before.User) || !slices.Equal(table.Item, before.Item) ||
		!slices.Equal(table.Kind, before.Kind) || !slices.Equal(table.Value, before.Value) ||
		!slices.Equal(table.Unix, before.Unix) {
		return errors.New("training changed the Table that Load handed out")
	}
	return nil
}

func cloneTable(t *recommender.Table) *recommender.Table {
	return &recommender.Table{
		Users: slices.Clone(t.Users), Items: slices.Clone(t.Items),
		User: slices.Clone(t.User), Item: slices.Clone(t.Item), Kind: slices.Clone(t.Kind),
		Value: slices.Clone(t.Value), Unix: slices.Clone(t.Unix),
	}
}

type oneTable struct {
	recommender.Dataset
	table *recommender.Table
}

func (o oneTable) Table(ctx context.Context, f recommender.Filter) (*recommender.Table, error) {
	return o.table.Table(ctx, f)
}
