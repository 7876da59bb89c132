package storage_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/osusume/osusume/internal/faultfs"
	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/storage"
)

// countingReads counts the bytes that are read of files.
type countingReads struct {
	*faultfs.Mem
	bytes *int64
}

func (c countingReads) Open(name string) (faultfs.ReadFile, error) {
	f, err := c.Mem.Open(name)
	return countingFileReads{f, c.bytes}, err
}

type countingFileReads struct {
	faultfs.ReadFile
	bytes *int64
}

func (f countingFileReads) ReadAt(p []byte, off int64) (int, error) {
	*f.bytes += int64(len(p))
	return f.ReadFile.ReadAt(p, off)
}

func user(t *testing.T, w *storage.Warehouse, id string) (rows int, err error) {
	t.Helper()
	for _, err := range w.Interactions(t.Context(), recommender.Filter{User: recommender.UserID(id)}) {
		if err != nil {
			return rows, err
		}
		rows++
	}
	return rows, nil
}

// TestAColdHistoryReadsAndChecksAFewBlocks wants less than the whole read, and
// damage found in what is read, and only there.
func TestAColdHistoryReadsAndChecksAFewBlocks(t *testing.T) {
	fs := faultfs.NewMem()
	w := openFS(t, fs)
	log := ratings(280_000, 2800, 20_000)
	check(t, w.Put(t.Context(), recommender.Page{Interactions: log, Next: "x"}, "src"))
	check(t, w.Close())
	manifest := named(fs, "manifest")[0]
	name := filesOf(t, fs, manifest, "fact_rating")[0]
	size := int64(len(fs.Files()[name]))
	want := map[string]int{}
	for _, x := range log {
		want[string(x.User)+" "+string(x.Item)]++
	}
	var n int64
	w, err := storage.OpenFS(countingReads{fs, &n}, dir, storage.Options{ReadOnly: true})
	check(t, err)
	n = 0
	rows, err := user(t, w, "user:1717")
	check(t, err)
	distinct := 0
	for key := range want {
		if strings.HasPrefix(key, "user:1717 ") {
			distinct++
		}
	}
	if rows != distinct || n > size/2 {
		t.Errorf("got %d rows by reading %d bytes of %d; want %d rows by less than half", rows, n, size, distinct)
	}
	found, missed := 0, 0
	for block := int64(0); block*65536 < size; block += int64(stride(3)) {
		bad := fs.Crash(faultfs.LoseNone)
		b := bad.Files()[name]
		b[min(block*65536+100, size-1)] ^= 1
		bad.Corrupt(name, b)
		w, err := storage.OpenFS(bad, dir, storage.Options{ReadOnly: true})
		check(t, err)
		got, err := user(t, w, "user:1717")
		switch {
		case err == nil && got == rows:
			missed++
		case errors.Is(err, recommender.ErrCorrupt) && strings.Contains(fmt.Sprint(err), name):
			found++
		default:
			t.Errorf("block %d damaged: got %d rows, error %v; want %d, or ErrCorrupt that names the file", block, got, err, rows)
		}
	}
	if found == 0 || missed == 0 {
		t.Errorf("damage was found in %d blocks and not read in %d; want some of each", found, missed)
	}
}
