package storage_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/osusume/osusume/internal/faultfs"
	"github.com/osusume/osusume/internal/rng"
	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/storage"
)

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
	const shards = 4
	total := size(60, 10_000) / stride(4)
	var seen, unread atomic.Int64
	each(t, shards, func(t *testing.T, shard int) {
		r := rng.New(17, uint64(shard))
		for n := 0; n < total/shards; {
			name := names[r.IntN(len(names))]
			good := files[name]
			bad, what := damage(r, good)
			if string(bad) == string(good) {
				continue
			}
			left := fs.Crash(faultfs.LoseNone)
			left.Corrupt(name, bad)
			what = fmt.Sprintf("corruption %d of shard %d, %s in %s", n, shard, what, name)
			named := func(err error) bool {
				return errors.Is(err, recommender.ErrCorrupt) && strings.Contains(err.Error(), name)
			}
			report, err := storage.CheckFS(t.Context(), left, dir)
			check(t, err)
			if name == newest && len(strings.TrimSpace(string(bad))) == len(strings.TrimSpace(string(good))) && report.Err() == nil {
				continue // white space of a manifest
			}
			n++
			if !named(report.Err()) {
				t.Fatalf("%s: Check says %v; want the file's name", what, report.Err())
			}
			err = readAll(t, left)
			switch {
			case err != nil && !named(err):
				t.Fatalf("%s: got error %v; want ErrCorrupt with the file's name", what, err)
			case err != nil:
				seen.Add(1)
			default: // it is in what nobody read
				unread.Add(1)
				w, err := storage.OpenFS(left, dir, storage.Options{ReadOnly: true})
				check(t, err)
				if got := state(t, w); got != want {
					t.Fatalf("%s was read as\n%s\nwant\n%s", what, got, want)
				}
				check(t, w.Close())
			}
			wantClosed(t, left, what)
		}
	})
	t.Logf("%d corruptions seen by reads, %d more in bytes that no read needs; Check named all", seen.Load(), unread.Load())
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
