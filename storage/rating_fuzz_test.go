package storage_test

import (
	"encoding/binary"
	"errors"
	"strings"
	"testing"

	"github.com/osusume/osusume/internal/faultfs"
	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/storage"
)

// FuzzRatings reads files of ratings whose checksums are right and whose content
// is not: every way of reading gives rows or ErrCorrupt with the file's name, and
// never a panic, nor more rows than the manifest says.
func FuzzRatings(f *testing.F) {
	const manifest = dir + "/manifest-00000001.json"
	base := faultfs.NewMem()
	w, err := storage.OpenFS(base, dir, storage.Options{})
	if err != nil {
		f.Fatal(err)
	}
	log := ratings(300, 12, 40)
	log[7].Kind, log[7].Text = recommender.Review, "a text"
	if err := errors.Join(w.Put(f.Context(), recommender.Page{Interactions: log, Next: "x"}, "src"), w.Close()); err != nil {
		f.Fatal(err)
	}
	var name string
	for n := range base.Files() {
		if strings.Contains(n, "fact_rating") {
			name = n
		}
	}
	whole := base.Files()[name]
	f.Add(whole)
	f.Add([]byte("PAR1PAR1"))
	foot := len(whole) - 8 - int(binary.LittleEndian.Uint32(whole[len(whole)-8:]))
	for at := 4; at < len(whole)-8; at += 1 + at/12 { // some of the pages and of what describes them
		bad := append([]byte(nil), whole...)
		bad[at] ^= byte(1 + at%255)
		f.Add(bad)
	}
	for at := foot; at < len(whole)-8; at += 9 * stride(4) {
		bad := append([]byte(nil), whole...)
		bad[at]++
		f.Add(bad)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		fs := base.Crash(faultfs.LoseNone)
		check(t, storage.Forge(fs, manifest, "fact_rating", b))
		w, err := storage.OpenFS(fs, dir, storage.Options{ReadOnly: true, Workers: 1})
		check(t, err)
		wantRows := func(how string, rows int, err error) {
			t.Helper()
			if err != nil && (!errors.Is(err, recommender.ErrCorrupt) || !strings.Contains(err.Error(), name)) {
				t.Errorf("%s: got error %v; want ErrCorrupt with the file's name", how, err)
			}
			if rows > len(log) {
				t.Errorf("%s: got %d rows; the manifest knows %d at most", how, rows, len(log))
			}
		}
		for _, filter := range []recommender.Filter{{}, {User: "user:7"}} {
			rows := 0
			var failed error
			for _, err := range w.Interactions(t.Context(), filter) {
				if failed = err; err == nil {
					rows++
				}
			}
			wantRows("Interactions", rows, failed)
			table, err := w.Table(t.Context(), filter)
			if err == nil {
				rows = table.Len()
			}
			wantRows("Table", rows, err)
		}
	})
}
