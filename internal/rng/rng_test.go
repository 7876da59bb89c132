package rng_test

import (
	"testing"

	"github.com/osusume/osusume/internal/rng"
)

func TestStreamsAreReproducibleAndApart(t *testing.T) {
	first := func(seed uint64, path ...uint64) uint64 { return rng.New(seed, path...).Uint64() }
	if got, want := first(1, 2, 3), first(1, 2, 3); got != want {
		t.Errorf("same path: %x, then %x", got, want)
	}
	seen := map[uint64]string{}
	for seed := range uint64(30) {
		for a := range uint64(30) {
			for b := range uint64(30) {
				v := first(seed, a, b)
				if other, ok := seen[v]; ok {
					t.Fatalf("streams %d/%d/%d and %s start alike", seed, a, b, other)
				}
				seen[v] = "an earlier one"
			}
		}
	}
}

// The value is part of the contract: splits and cohorts must not move between versions.
func TestHashIsFixed(t *testing.T) {
	if rng.Hash(7, "alice") == rng.Hash(8, "alice") || rng.Hash(7, "alice") == rng.Hash(7, "bob") {
		t.Error("Hash ignores its salt or its string")
	}
	const want = 0xb496a75c116e09df
	if got := rng.Hash(7, "alice"); got != want {
		t.Errorf("Hash(7, alice) = %#x, want %#x", got, uint64(want))
	}
}
