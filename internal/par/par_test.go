package par_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"

	"github.com/osusume/osusume/internal/par"
)

func TestDoCallsEveryIndexOnce(t *testing.T) {
	for _, workers := range []int{0, 1, 2, 7, 100} {
		calls := make([]atomic.Int32, 50)
		err := par.Do(t.Context(), workers, len(calls), func(i int) error {
			calls[i].Add(1)
			return nil
		})
		if err != nil {
			t.Fatalf("workers=%d: %v", workers, err)
		}
		for i := range calls {
			if got := calls[i].Load(); got != 1 {
				t.Errorf("workers=%d: index %d called %d times, want 1", workers, i, got)
			}
		}
	}
}

func TestDoReturnsTheErrorAndStops(t *testing.T) {
	bad := errors.New("bad")
	for _, workers := range []int{1, 4} {
		var calls atomic.Int32
		err := par.Do(t.Context(), workers, 1_000_000, func(int) error {
			calls.Add(1)
			return bad
		})
		if !errors.Is(err, bad) {
			t.Errorf("workers=%d: error %v, want %v", workers, err, bad)
		}
		if got := calls.Load(); got > 100 {
			t.Errorf("workers=%d: %d calls after the first error", workers, got)
		}
	}
}

func TestDoHonoursContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, workers := range []int{1, 4} {
		if err := par.Do(ctx, workers, 10, func(int) error { return nil }); !errors.Is(err, context.Canceled) {
			t.Errorf("workers=%d: error %v, want %v", workers, err, context.Canceled)
		}
	}
}
