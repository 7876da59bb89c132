package storage_test

import (
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/osusume/osusume/internal/faultfs"
	"github.com/osusume/osusume/internal/rng"
	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/storage"
)

// size is small, or full where the environment has OSUSUME_PROOF=full:
//
//	OSUSUME_PROOF=full go test -run 'Proof|JournalSurvivesKill' -v -timeout 60m ./storage
func size(small, full int) int {
	if os.Getenv("OSUSUME_PROOF") == "full" {
		return full
	}
	return small
}

// stride is how many cases of a proof make a step: each is tried, but under the
// race detector every nth. It makes everything ten times as slow, and which
// operation fails is all the same to a race.
func stride(n int) int {
	if raced && os.Getenv("OSUSUME_PROOF") != "full" {
		return n
	}
	return 1
}

// history is a random sequence of writes.
func history(t *testing.T, seed uint64, n int) []func(w *storage.Warehouse) error {
	r := rng.New(seed)
	var steps []func(w *storage.Warehouse) error
	models := 0
	for i := range n {
		switch k := r.IntN(12); {
		case k < 6:
			steps = append(steps, func(w *storage.Warehouse) error {
				r := rng.New(seed, uint64(i)) // the same at every run of the step
				p := recommender.Page{Next: recommender.Cursor(fmt.Sprint(i))}
				for range r.IntN(4) {
					p.Items = append(p.Items, recommender.Item{ID: recommender.RecordID("src", fmt.Sprint(r.IntN(9))), Title: fmt.Sprint("t", i), Tags: []string{fmt.Sprint(i % 3)}})
				}
				for range 1 + r.IntN(6) {
					p.Interactions = append(p.Interactions, recommender.Interaction{
						User: recommender.UserID(fmt.Sprint("u", r.IntN(5))), Item: recommender.RecordID("src", fmt.Sprint(r.IntN(9))), Kind: recommender.Kind(r.IntN(6)), Value: float32(r.IntN(6)), Text: strings.Repeat("x", r.IntN(3)),
					})
				}
				return w.Put(t.Context(), p, "src")
			})
		case k == 6:
			steps = append(steps, func(w *storage.Warehouse) error { return w.Compact(t.Context()) })
		case k == 7:
			models++
			id := fmt.Sprint("m", models)
			steps = append(steps, func(w *storage.Warehouse) error {
				return w.Publish(t.Context(), recommender.Version{ID: id}, text("of u1"))
			})
		case k == 8 && models > 0:
			id := fmt.Sprint("m", models)
			steps = append(steps, func(w *storage.Warehouse) error {
				if err := w.Alias(t.Context(), "champion", id); !errors.Is(err, recommender.ErrNotFound) {
					return err
				}
				return nil // it was forgotten
			})
		case k == 9:
			steps = append(steps, func(w *storage.Warehouse) error {
				_, err := w.Forget(t.Context(), []recommender.UserID{"u1"}, storage.ForgetOptions{})
				return err
			})
		case k == 10:
			steps = append(steps, func(w *storage.Warehouse) error {
				return w.PutScores(t.Context(), "m", values(storage.Score{User: "u1", Rank: 1, Item: recommender.ItemID(fmt.Sprint(i))}, storage.Score{User: "u2", Rank: 1, Item: "a"}))
			})
		default:
			steps = append(steps, func(w *storage.Warehouse) error {
				var r recommender.Resolution
				var canonical []recommender.Item
				for it, err := range w.Records(t.Context()) {
					if err != nil {
						return err
					}
					r.Links = append(r.Links, recommender.Link{Record: it.ID, Canonical: recommender.ItemID(fmt.Sprint("c", i)), Confidence: 1})
				}
				if r.Links != nil {
					canonical = []recommender.Item{{ID: recommender.ItemID(fmt.Sprint("c", i))}}
				}
				return w.Link(t.Context(), &r, canonical)
			})
		}
	}
	return steps
}

// state is a fingerprint, derived tables and aliases too, without what depends
// on time.
func state(t *testing.T, w *storage.Warehouse) string {
	t.Helper()
	return fingerprint(t, w) + fmt.Sprint(all(t, w.Scores(t.Context(), "m", "")))
}

// proofOptions let random histories merge, collect and forget as often as can be.
var proofOptions = storage.Options{CompactFiles: 2, Grace: -1, KeepVersions: 2}

// each runs a proof for 0 to n-1, as many at once as there are processors. They
// open thousands of small warehouses, so the collector would run all the time.
func each(t *testing.T, n int, proof func(t *testing.T, i int)) {
	t.Helper()
	percent := debug.SetGCPercent(200)
	defer debug.SetGCPercent(percent)
	t.Run("each", func(t *testing.T) {
		for i := range n {
			t.Run(fmt.Sprint(i), func(t *testing.T) {
				t.Parallel()
				proof(t, i)
			})
		}
	})
}

// wantClosed wants that no file and no lock is open.
func wantClosed(t *testing.T, fs *faultfs.Mem, when string) {
	t.Helper()
	if open := fs.OpenHandles(); open != nil {
		t.Fatalf("%s: left open: %v", when, open)
	}
}

// acknowledged are the states after none, one, two … steps.
func acknowledged(t *testing.T, steps []func(w *storage.Warehouse) error) []string {
	t.Helper()
	w, err := storage.OpenFS(faultfs.NewMem(), dir, proofOptions)
	check(t, err)
	want := []string{state(t, w)}
	for _, step := range steps {
		check(t, step(w))
		want = append(want, state(t, w))
	}
	check(t, w.Close())
	return want
}

// TestProofCrashes runs random histories, and crashes before every operation of
// theirs, with random parts of what was not synced lost: what is found again is
// the last acknowledged state or the next one, and takes writes.
func TestProofCrashes(t *testing.T) {
	histories, subsets := size(1, 100), size(1, 3)
	var crashes, different atomic.Int64
	each(t, histories, func(t *testing.T, h int) {
		steps := history(t, uint64(h), 8)
		want := acknowledged(t, steps)
		coins := rng.New(uint64(h), 99)
		live := faultfs.NewMem()
		acked, ops := 0, 0
		seen := map[string]bool{}
		live.Before = func(op faultfs.Op) error {
			if ops++; ops%stride(5) != 0 {
				return nil
			}
			for range subsets {
				after := live.CrashSome(coins.IntN)
				crashes.Add(1)
				key := fmt.Sprint(acked, contents(after))
				if seen[key] {
					continue
				}
				seen[key] = true
				different.Add(1)
				when := fmt.Sprintf("history %d, step %d, crash before %v", h, acked, op)
				w, err := storage.OpenFS(after, dir, proofOptions)
				if err != nil {
					t.Fatalf("%s: open: %v", when, err)
				}
				got := state(t, w)
				if got != want[acked] && (acked == len(steps) || got != want[acked+1]) {
					t.Fatalf("%s: got\n%s\nwant the acknowledged state\n%s", when, got, want[acked])
				}
				if err := w.Put(t.Context(), recommender.Page{Next: "on"}, "another"); err != nil {
					t.Fatalf("%s: the next write: %v", when, err)
				}
				check(t, w.Close())
				wantClosed(t, after, when)
			}
			return nil
		}
		w, err := storage.OpenFS(live, dir, proofOptions)
		check(t, err)
		for _, step := range steps {
			check(t, step(w))
			acked++
		}
		check(t, w.Close())
	})
	t.Logf("%d histories, %d crashes, %d of them different", histories, crashes.Load(), different.Load())
	if n := crashes.Load(); n < int64(50*histories/stride(5)) {
		t.Errorf("got %d crashes of %d histories; want more, else the seam is not used", n, histories)
	}
}

// TestProofFaults fails every operation of random histories, once as a full
// disk and once as an I/O error: what was acknowledged is there, and no file or
// lock is left open.
func TestProofFaults(t *testing.T) {
	histories := size(1, 60)
	var faults atomic.Int64
	each(t, histories, func(t *testing.T, h int) {
		steps := history(t, uint64(1000+h), 6)
		want := acknowledged(t, steps)
		for _, boom := range []error{syscall.ENOSPC, syscall.EIO} {
			for at := 0; ; at += stride(5) {
				fs := faultfs.NewMem()
				n, failed := 0, ""
				fs.Before = func(op faultfs.Op) error {
					if n++; n-1 == at {
						failed = op.String()
						return boom
					}
					return nil
				}
				acked := 0
				w, err := storage.OpenFS(fs, dir, proofOptions)
				opened := err == nil
				for err == nil && acked < len(steps) {
					if err = steps[acked](w); err == nil {
						acked++
					}
				}
				if failed == "" {
					err = w.Close()
				}
				if failed == "" {
					check(t, err)
					break
				}
				faults.Add(1)
				if err != nil && !errors.Is(err, boom) {
					t.Fatalf("history %d: %s failed: got error %v; want one that wraps it", h, failed, err)
				}
				left, err := storage.OpenFS(fs.Crash(faultfs.LoseAll), dir, proofOptions)
				check(t, err)
				if got := state(t, left); got != want[acked] && (acked == len(steps) || got != want[acked+1]) {
					t.Fatalf("history %d: %s failed after %d acknowledged steps: got\n%s\nwant\n%s", h, failed, acked, got, want[acked])
				}
				check(t, left.Close())
				if opened {
					_ = w.Close() // again, or with the fault again
				}
				wantClosed(t, fs, fmt.Sprintf("history %d: %s failed, and the warehouse was closed", h, failed))
			}
		}
	})
	if t.Logf("%d histories, %d faults", histories, faults.Load()); faults.Load() < int64(50*histories/stride(5)) {
		t.Errorf("got %d faults of %d histories; want more, else the seam is not used", faults.Load(), histories)
	}
}
