package storage_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"github.com/osusume/osusume/internal/faultfs"
	"github.com/osusume/osusume/internal/rng"
	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/storage"
)

// size is small, or full where the environment has OSUSUME_PROOF=full:
//
//	OSUSUME_PROOF=full go test -run Proof -v -timeout 60m ./storage
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

// TestProofCrashes runs random histories, and crashes before every operation of
// theirs, with random parts of what was not synced lost: what is found again is
// the last acknowledged state or the next one, and takes writes.
func TestProofCrashes(t *testing.T) {
	o := storage.Options{CompactFiles: 2, Grace: -1, KeepVersions: 2}
	histories, length, subsets := size(1, 40), 8, size(1, 3)
	crashes := 0
	for h := range histories {
		steps := history(t, uint64(h), length)
		live := faultfs.NewMem()
		w, err := storage.OpenFS(live, dir, o)
		check(t, err)
		want := []string{state(t, w)}
		for _, step := range steps {
			check(t, step(w))
			want = append(want, state(t, w))
		}
		check(t, w.Close())
		coins := rng.New(uint64(h), 99)
		live = faultfs.NewMem()
		acked, ops := 0, 0
		live.Before = func(op faultfs.Op) error {
			if ops++; ops%stride(5) != 0 {
				return nil
			}
			for range subsets {
				after := live.CrashSome(coins.IntN)
				crashes++
				w, err := storage.OpenFS(after, dir, o)
				if err != nil {
					t.Fatalf("history %d, step %d, crash before %v: open: %v", h, acked, op, err)
				}
				got := state(t, w)
				if got != want[acked] && (acked == length || got != want[acked+1]) {
					t.Fatalf("history %d, step %d, crash before %v: got\n%s\nwant the acknowledged state\n%s", h, acked, op, got, want[acked])
				}
				if err := w.Put(t.Context(), recommender.Page{Next: "on"}, "another"); err != nil {
					t.Fatalf("history %d, step %d, crash before %v: the next write: %v", h, acked, op, err)
				}
				check(t, w.Close())
			}
			return nil
		}
		w, err = storage.OpenFS(live, dir, o)
		check(t, err)
		for _, step := range steps {
			check(t, step(w))
			acked++
		}
		check(t, w.Close())
	}
	if t.Logf("%d histories, %d crashes", histories, crashes); crashes < 50*histories/stride(5) {
		t.Errorf("got %d crashes of %d histories; want more, else the seam is not used", crashes, histories)
	}
}

// TestProofFaults fails every operation of random histories, once as a full
// disk and once as an I/O error.
func TestProofFaults(t *testing.T) {
	o := storage.Options{CompactFiles: 2, Grace: -1, KeepVersions: 2}
	faults := 0
	for h := range size(1, 60) {
		steps := history(t, uint64(1000+h), 6)
		clean := faultfs.NewMem()
		w, err := storage.OpenFS(clean, dir, o)
		check(t, err)
		want := []string{state(t, w)}
		for _, step := range steps {
			check(t, step(w))
			want = append(want, state(t, w))
		}
		for _, boom := range []error{errors.New("no space left on device"), errors.New("input/output error")} {
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
				w, err := storage.OpenFS(fs, dir, o)
				for err == nil && acked < len(steps) {
					if err = steps[acked](w); err == nil {
						acked++
					}
				}
				if failed == "" {
					break
				}
				faults++
				if err != nil && !errors.Is(err, boom) {
					t.Fatalf("history %d: %s failed: got error %v; want one that wraps it", h, failed, err)
				}
				left, err := storage.OpenFS(fs.Crash(faultfs.LoseAll), dir, o)
				check(t, err)
				if got := state(t, left); got != want[acked] && (acked == len(steps) || got != want[acked+1]) {
					t.Fatalf("history %d: %s failed after %d acknowledged steps: got\n%s\nwant\n%s", h, failed, acked, got, want[acked])
				}
			}
		}
	}
	t.Logf("%d faults", faults)
}

// TestProofCorruptions damages files and manifests at random: a read either
// fails with ErrCorrupt and the file's name, or gives the truth; and Check
// always finds the damage, with the file's name.
func TestProofCorruptions(t *testing.T) {
	fs := faultfs.NewMem()
	w := openFS(t, fs)
	for _, step := range history(t, 5, 20) {
		check(t, step(w))
	}
	check(t, w.Put(t.Context(), recommender.Page{Interactions: ratings(20_000, 100, 500), Next: "x"}, "src"))
	check(t, w.PutUsers(t.Context(), values(storage.User{ID: "ann"})))
	want := state(t, w)
	check(t, w.Close())
	manifests := named(fs, "manifest")
	newest := manifests[len(manifests)-1]
	names := append([]string{newest}, filesOf(t, fs, newest, "")...)
	files := fs.Files()
	r := rng.New(17)
	seen, unread := 0, 0
	for n := range size(60, 10_000) / stride(4) {
		name := names[r.IntN(len(names))]
		good := files[name]
		bad, what := damage(r, good)
		if string(bad) == string(good) {
			continue
		}
		left := fs.Crash(faultfs.LoseNone)
		left.Corrupt(name, bad)
		named := func(err error) bool {
			return errors.Is(err, recommender.ErrCorrupt) && strings.Contains(err.Error(), name)
		}
		report, err := storage.CheckFS(t.Context(), left, dir)
		check(t, err)
		if name == newest && len(strings.TrimSpace(string(bad))) == len(strings.TrimSpace(string(good))) && report.Err() == nil {
			continue // white space of a manifest
		}
		if !named(report.Err()) {
			t.Fatalf("corruption %d, %s in %s: Check says %v; want the file's name", n, what, name, report.Err())
		}
		err = readAll(t, left)
		switch {
		case err != nil && !named(err):
			t.Fatalf("corruption %d, %s in %s: got error %v; want ErrCorrupt with the file's name", n, what, name, err)
		case err != nil:
			seen++
		default: // it is in what nobody read
			unread++
			w, err := storage.OpenFS(left, dir, storage.Options{ReadOnly: true})
			check(t, err)
			if got := state(t, w); got != want {
				t.Fatalf("corruption %d, %s in %s was read as\n%s\nwant\n%s", n, what, name, got, want)
			}
		}
	}
	t.Logf("%d corruptions seen by reads, %d more in bytes that no read needs; Check named all", seen, unread)
}

// damage changes bytes in one of the ways that bytes change.
func damage(r *rand.Rand, b []byte) (bad []byte, what string) {
	bad = append([]byte(nil), b...)
	at := r.IntN(max(1, len(bad)))
	switch k := r.IntN(6); {
	case len(bad) == 0 || k == 0:
		return append(bad, byte(r.IntN(256))), "a byte more"
	case k == 1:
		return bad[:at], fmt.Sprintf("an end at byte %d of %d", at, len(b))
	case k == 2:
		end := min(len(bad), at+1+r.IntN(4096))
		clear(bad[at:end])
		return bad, fmt.Sprintf("zeros from byte %d to %d", at, end)
	case k == 3:
		bad[at] = byte(r.IntN(256))
		return bad, fmt.Sprintf("another byte %d", at)
	case k == 4:
		to := r.IntN(len(bad))
		copy(bad[at:], b[to:min(len(b), to+512)])
		return bad, fmt.Sprintf("bytes of %d at %d", to, at)
	default:
		bad[at] ^= 1 << r.IntN(8)
		return bad, fmt.Sprintf("a flipped bit in byte %d", at)
	}
}
