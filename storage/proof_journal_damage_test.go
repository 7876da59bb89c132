package storage_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/osusume/osusume/internal/faultfs"
	"github.com/osusume/osusume/internal/rng"
	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/storage"
)

// TestProofJournalCorruptions damages the files of a journal at random: a reader
// and a writer each name the file, or read the truth. The one exception is in
// docs/formats.md: behind the last record that is whole, the last log ends.
func TestProofJournalCorruptions(t *testing.T) {
	base := filledJournal(t)
	check(t, forgetIn(base))
	truth := []string{"0", "1", "2", "3", "4", "51"}
	var tail []recommender.Exposure
	for n := range 40 {
		tail = append(tail, exposure(100+n)...)
	}
	j := openJournal(t, base, storage.JournalOptions{})
	check(t, j.Append(bg, tail, nil))
	check(t, j.Flush(bg))
	for n := range 40 {
		truth = append(truth, fmt.Sprint(100+n))
	}
	for n := range 5 {
		check(t, j.Append(bg, exposure(200+n), nil))
		truth = append(truth, fmt.Sprint(200+n))
	}
	whole := base.Crash(faultfs.LoseNone)
	check(t, j.Close())
	files := whole.Files()
	var names []string
	for name := range files {
		names = append(names, name)
	}
	slices.Sort(names)
	const shards = 2
	total := size(200, 10_000) / stride(4)
	var seen, unread, shorter atomic.Int64
	each(t, shards, func(t *testing.T, shard int) {
		r := rng.New(18, uint64(shard))
		for n := 0; n < total/shards; {
			name := names[r.IntN(len(names))]
			bad, what := damage(r, files[name])
			if bytes.Equal(bad, files[name]) || bytes.Equal(bytes.TrimSpace(bad), bytes.TrimSpace(files[name])) {
				continue
			}
			n++
			what = fmt.Sprintf("corruption %d of shard %d, %s in %s", n, shard, what, name)
			for _, o := range []storage.JournalOptions{{ReadOnly: true}, {}} {
				fs := whole.Crash(faultfs.LoseNone)
				fs.Corrupt(name, bad)
				j, err := storage.OpenJournalFS(fs, dir, o)
				var got []string
				if err == nil {
					for x, xerr := range j.Exposures(bg) {
						if err = xerr; err == nil {
							got = append(got, x.ID)
						}
					}
					for _, eerr := range j.Events(bg) {
						err = errors.Join(err, eerr)
					}
					check(t, j.Close())
				}
				wantClosed(t, fs, what)
				named := strings.Contains(fmt.Sprint(err), name) && (errors.Is(err, recommender.ErrCorrupt) || errors.Is(err, recommender.ErrInvalid))
				switch {
				case err != nil && !named:
					t.Fatalf("%s, %+v: got error %v; want ErrCorrupt with the file's name", what, o, err)
				case !slices.Equal(got, truth[:min(len(got), len(truth))]):
					t.Fatalf("%s, %+v: read\n%v\nwant\n%v, or a part from the beginning on", what, o, got, truth)
				case err != nil:
					seen.Add(1)
				case len(got) == len(truth):
					unread.Add(1)
				case strings.HasSuffix(name, ".log") && len(got) >= len(truth)-5:
					shorter.Add(1)
				default:
					t.Fatalf("%s, %+v: read %d of %d entries without an error", what, o, len(got), len(truth))
				}
			}
		}
	})
	t.Logf("%d times damage was named, %d times it was in bytes that say nothing, %d times the last log ended earlier", seen.Load(), unread.Load(), shorter.Load())
}

// forgetIn makes a generation: it appends an entry of a user and forgets it.
func forgetIn(fs *faultfs.Mem) error {
	j, err := storage.OpenJournalFS(fs, dir, storage.JournalOptions{})
	if err != nil {
		return err
	}
	x := exposure(50)
	x[0].User = "bob"
	if err = j.Append(context.Background(), append(exposure(51), x...), nil); err == nil {
		_, err = j.Forget(context.Background(), []recommender.UserID{"bob"})
	}
	return errors.Join(err, j.Close())
}
