package storage_test

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/parquet-go/parquet-go"

	"github.com/osusume/osusume/internal/faultfs"
	"github.com/osusume/osusume/internal/rng"
	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/storage"
)

// prose is a text that does not compress to nothing.
func prose(r *rand.Rand, size int) string {
	at := r.IntN(len(words()) - size)
	return words()[at : at+size]
}

var words = sync.OnceValue(func() string {
	r := rng.New(3)
	var b strings.Builder
	for b.Len() < 1<<20 {
		fmt.Fprint(&b, "word", r.IntN(5000), " ")
	}
	return b.String()
})

// divided is how many files of ratings there are, and how many row groups, as
// the general reader sees them.
func divided(t *testing.T, fs *faultfs.Mem) (files, groups int) {
	t.Helper()
	for _, name := range named(fs, "fact_rating") {
		b := fs.Files()[name]
		f, err := parquet.OpenFile(bytes.NewReader(b), int64(len(b)))
		check(t, err)
		files, groups = files+1, groups+len(f.RowGroups())
	}
	return files, groups
}

// A border is interactions that cross what files of ratings are divided by.
type border struct {
	log           []recommender.Interaction
	files, groups int
}

func borders() map[string]border {
	pages := ratings(1<<17+5000, 300, 200_000)
	for i := range pages {
		pages[i].Kind = recommender.Click // nothing is replaced
		if i%1000 == 0 {
			pages[i].Kind, pages[i].Text = recommender.Review, fmt.Sprint("text ", i)
		}
	}
	var users, weights []recommender.Interaction
	for i := range 40_000 {
		users = append(users, recommender.Interaction{User: recommender.UserID(fmt.Sprint("user:", i)), Item: recommender.ItemID(fmt.Sprint("i", i%7)), Kind: recommender.Like})
	}
	for i := range 150_000 {
		weights = append(weights, recommender.Interaction{User: recommender.UserID(fmt.Sprint("u", i/1000)), Item: recommender.ItemID(fmt.Sprint("i", i%1000)), Kind: recommender.View, Value: float32(i), Time: time.Unix(int64(i), 0)})
	}
	r := rng.New(1)
	var texts []recommender.Interaction
	for i := range 8500 {
		x := recommender.Interaction{User: "b", Item: recommender.ItemID(fmt.Sprintf("i%04d", i)), Kind: recommender.Review, Value: 3, Text: prose(r, 1+r.IntN(25_000))}
		switch {
		case i < 2800:
			x.User = "a"
		case i >= 8400:
			x.User, x.Text = "c", strings.Repeat("x", i%3) // some of a page have none
		}
		texts = append(texts, x)
	}
	return map[string]border{"pages": {pages, 1, 1}, "users of a row group": {users, 1, 3}, "values of a row group": {weights, 1, 3}, "texts of a file": {texts, 2, 3}}
}

// TestRatingsReadBackAcrossAllBorders compares a walk, a user's history and a
// Table with those of Memory, also without the index of pages.
func TestRatingsReadBackAcrossAllBorders(t *testing.T) {
	next := func(s recommender.Store, f recommender.Filter) (list []recommender.Interaction) {
		for x, err := range s.Interactions(t.Context(), f) {
			check(t, err)
			list = append(list, x)
		}
		return list
	}
	for name, b := range borders() {
		if raced && len(b.log[len(b.log)/2].Text) > 1000 {
			continue // for the time it takes
		}
		t.Run(name, func(t *testing.T) {
			fs := faultfs.NewMem()
			m, w := storage.NewMemory(), openFS(t, fs)
			for _, s := range []recommender.Store{m, w} {
				check(t, s.Put(t.Context(), recommender.Page{Interactions: b.log}, "site"))
			}
			if files, groups := divided(t, fs); files != b.files || groups != b.groups {
				t.Errorf("got %d files of %d row groups; want %d of %d", files, groups, b.files, b.groups)
			}
			all := next(m, recommender.Filter{})
			if got := next(w, recommender.Filter{}); !slices.Equal(got, all) {
				t.Errorf("got %d interactions; want the %d that Memory has", len(got), len(all))
			}
			filters := []recommender.Filter{{User: "nobody"}, {User: "zz"}, {}}
			for _, at := range []int{0, len(all) / 3, len(all) / 2, len(all) - 1} {
				filters = append(filters, recommender.Filter{User: all[at].User})
			}
			for _, index := range []bool{true, false} {
				if !index {
					check(t, storage.DropPageIndex(w))
				}
				for _, f := range filters {
					if f.User != "" {
						if got, want := next(w, f), next(m, f); !slices.Equal(got, want) {
							t.Errorf("user %q, index=%t: got %d interactions; want the %d that Memory has", f.User, index, len(got), len(want))
						}
					}
					got, err := w.Table(t.Context(), f)
					check(t, err)
					want, err := m.Table(t.Context(), f)
					check(t, err)
					if !sameTable(got, want) {
						t.Errorf("user %q: got another table, of %d rows; want the %d rows that Memory has", f.User, got.Len(), want.Len())
					}
				}
			}
		})
	}
}

// TestAHistoryOfReviewsReadsTheirPagesOnly wants the texts of one user, not
// those of the thousands beside them.
func TestAHistoryOfReviewsReadsTheirPagesOnly(t *testing.T) {
	fs := faultfs.NewMem()
	w := openFS(t, fs)
	r := rng.New(2)
	var log []recommender.Interaction
	for i := range 4000 {
		log = append(log, recommender.Interaction{User: recommender.UserID(fmt.Sprintf("u%03d", i/10)), Item: recommender.ItemID(fmt.Sprint("i", i%10)), Kind: recommender.Review, Value: 3, Text: prose(r, 2500)})
	}
	check(t, w.Put(t.Context(), recommender.Page{Interactions: log, Next: "x"}, "src"))
	check(t, w.Close())
	size := int64(len(fs.Files()[filesOf(t, fs, named(fs, "manifest")[0], "fact_rating")[0]]))
	var n int64
	w, err := storage.OpenFS(countingReads{fs, &n}, dir, storage.Options{ReadOnly: true})
	check(t, err)
	n = 0
	rows, err := user(t, w, "u123")
	check(t, err)
	if most := int64(6 * 65536); rows != 10 || n > most || size < 2*most {
		t.Errorf("got %d rows by reading %d bytes of %d; want 10 by at most %d", rows, n, size, most)
	}
}

// TestAHandleForgetsFilesThatAreGone lives through many commits.
func TestAHandleForgetsFilesThatAreGone(t *testing.T) {
	fs := faultfs.NewMem()
	w, err := storage.OpenFS(fs, dir, storage.Options{Grace: -1, KeepVersions: 1})
	check(t, err)
	r, err := storage.OpenFS(fs, dir, storage.Options{ReadOnly: true})
	check(t, err)
	for i := range 96 {
		check(t, w.Put(t.Context(), recommender.Page{Interactions: []recommender.Interaction{{User: "u", Item: "i", Kind: recommender.Like}}, Next: recommender.Cursor(fmt.Sprint(i))}, "src"))
		check(t, r.Refresh(t.Context()))
		rows, err := user(t, r, "u")
		check(t, err)
		if rows != 1 {
			t.Fatalf("commit %d: got %d rows; want 1", i, rows)
		}
	}
	if writer, reader := storage.KnownFiles(w), storage.KnownFiles(r); writer > 64 || reader > 32 {
		t.Errorf("after 96 commits the writer remembers %d files and the reader %d; want no more than are left of them", writer, reader)
	}
}

// TestUsersOutOfOrderAreReported is a file that a writer with a fault has left:
// its checksums are right, its row groups are not in order.
func TestUsersOutOfOrderAreReported(t *testing.T) {
	type row struct {
		User  string  `parquet:"user_id,dict"`
		Item  string  `parquet:"item_id,dict"`
		Kind  string  `parquet:"kind,dict"`
		Value float32 `parquet:"value,dict"`
		Unix  int64   `parquet:"unix,delta"`
		Text  string  `parquet:"text,delta"`
		Seq   int64   `parquet:"seq,dict"`
	}
	for order, want := range map[string]error{"abcd": nil, "cdab": recommender.ErrCorrupt} {
		fs := faultfs.NewMem()
		w := openFS(t, fs)
		var rows []row
		var log []recommender.Interaction
		for _, user := range strings.Split(order, "") {
			rows = append(rows, row{User: user, Item: "i", Kind: "like", Text: "t"})
			log = append(log, recommender.Interaction{User: recommender.UserID(user), Item: "i", Kind: recommender.Like})
		}
		check(t, w.Put(t.Context(), recommender.Page{Interactions: log}, "src"))
		check(t, w.Close())
		var b bytes.Buffer
		pw := parquet.NewGenericWriter[row](&b, parquet.MaxRowsPerRowGroup(2), parquet.Compression(&parquet.Zstd))
		_, err := pw.Write(rows)
		check(t, err)
		check(t, pw.Close())
		check(t, storage.Forge(fs, dir+"/manifest-00000001.json", "fact_rating", b.Bytes()))
		w = openFS(t, fs)
		table, err := w.Table(t.Context(), recommender.Filter{})
		if !errors.Is(err, want) || err != nil && !strings.Contains(err.Error(), "fact_rating-") || err == nil && table.Len() != 4 {
			t.Errorf("order %s: got %v, error %v; want %v, which names the file", order, table, err, want)
		}
	}
}
