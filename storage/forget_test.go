package storage_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/parquet-go/parquet-go"

	"github.com/osusume/osusume/internal/faultfs"
	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/storage"
)

// values is a walk over a slice.
func values[T any](list ...T) func(yield func(T, error) bool) {
	return func(yield func(T, error) bool) {
		for _, x := range list {
			if !yield(x, nil) {
				return
			}
		}
	}
}

// secret is an ID that nothing else contains.
const secret = recommender.UserID("zz-secret-17")

// holding are the files that hold the ID: its bytes as they are, or in a value
// of a Parquet file, which compression would hide.
func holding(t *testing.T, fs *faultfs.Mem, id string) (names []string) {
	t.Helper()
	for name, b := range fs.Files() {
		hit := bytes.Contains(b, []byte(id))
		if strings.HasSuffix(name, ".parquet") {
			f, err := parquet.OpenFile(bytes.NewReader(b), int64(len(b)))
			check(t, err)
			for _, rg := range f.RowGroups() {
				rows := rg.Rows()
				buf := make([]parquet.Row, 64)
				for {
					n, err := rows.ReadRows(buf)
					for _, row := range buf[:n] {
						hit = hit || strings.Contains(fmt.Sprintf("%v", row), id)
					}
					if err == io.EOF {
						break
					}
					check(t, err)
				}
				check(t, rows.Close())
				for _, c := range rg.ColumnChunks() { // a dictionary may have what no row uses
					pages := c.Pages()
					for p, err := pages.ReadPage(); err == nil; p, err = pages.ReadPage() {
						if d := p.Dictionary(); d != nil {
							for i := range d.Len() {
								hit = hit || strings.Contains(d.Index(int32(i)).String(), id)
							}
						}
					}
					check(t, pages.Close())
				}
			}
		}
		if hit {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// remembered is a warehouse and a journal, in which every kind of file holds
// the secret, and others.
func remembered(t *testing.T, fs *faultfs.Mem) (*storage.Warehouse, *storage.Journal) {
	t.Helper()
	w, err := storage.OpenFS(fs, dir, storage.Options{CompactFiles: 3})
	check(t, err)
	j, err := storage.OpenJournalFS(fs, dir+"/journal", storage.JournalOptions{SegmentBytes: 300})
	check(t, err)
	for n := range 5 {
		var log []recommender.Interaction
		for i := range 30 {
			for _, u := range []recommender.UserID{"ann", secret, "zoe"} {
				log = append(log, recommender.Interaction{User: u, Item: recommender.ItemID(fmt.Sprint("i", i)), Kind: recommender.Rate, Value: float32(n)})
			}
		}
		check(t, w.Put(t.Context(), recommender.Page{Interactions: log, Next: recommender.Cursor(fmt.Sprint(n))}, "src"))
		check(t, j.Append(t.Context(), []recommender.Exposure{{ID: fmt.Sprint("e", n), User: secret}, {ID: fmt.Sprint("f", n), User: "ann"}}, []recommender.Event{{User: secret, Item: "i1"}, {User: "zoe", Item: "i1"}}))
	}
	check(t, w.PutUsers(t.Context(), values(storage.User{ID: "ann", Cohort: "A"}, storage.User{ID: secret, Cohort: "B"})))
	check(t, w.PutScores(t.Context(), "m1", values(storage.Score{User: "ann", Rank: 1, Item: "i1"}, storage.Score{User: secret, Rank: 1, Item: "i2"})))
	check(t, w.Publish(t.Context(), recommender.Version{ID: "personal", Kind: "bpr"}, text("factors of "+string(secret))))
	check(t, w.Publish(t.Context(), recommender.Version{ID: "content", Kind: "tfidf"}, text("terms")))
	check(t, w.Publish(t.Context(), recommender.Version{ID: "mixed", Kind: "hybrid", Parts: []string{"content", "personal"}}, text("weights")))
	check(t, w.Alias(t.Context(), "champion", "mixed"))
	return w, j
}

func TestForgetLeavesTheUserInNoFile(t *testing.T) {
	fs := faultfs.NewMem()
	w, j := remembered(t, fs)
	if got := holding(t, fs, string(secret)); len(got) < 8 {
		t.Fatalf("before: the ID is in %v only; the test tests little", got)
	}
	old, err := w.At(t.Context(), w.Version()-1)
	check(t, err)
	done, err := w.Forget(t.Context(), []recommender.UserID{secret}, storage.ForgetOptions{Journal: j})
	check(t, err)
	if got := holding(t, fs, string(secret)); got != nil {
		t.Errorf("after: the ID is in %v; want it in no file", got)
	}
	if done.Version != w.Version() || len(done.Versions) == 0 || len(done.Segments) == 0 {
		t.Errorf("got report %+v; want the commit, the versions that went and the segments", done)
	}
	done.Version, done.Versions, done.Segments = 0, nil, nil
	want := storage.Forgotten{
		Tables: []string{"dim_model", "dim_user", "fact_collaborative_score", "fact_rating", "model"}, Dropped: []string{"personal", "mixed"}, Aliases: map[string]string{"champion": "mixed"},
	}
	if diff := cmp.Diff(want, done); diff != "" {
		t.Errorf("report (-want +got):\n%s", diff)
	}
	// The others are as they were.
	rows := map[recommender.UserID]int{}
	for x, err := range w.Interactions(t.Context(), recommender.Filter{}) {
		check(t, err)
		rows[x.User]++
	}
	if diff := cmp.Diff(map[recommender.UserID]int{"ann": 30, "zoe": 30}, rows); diff != "" {
		t.Errorf("rows by user (-want +got):\n%s", diff)
	}
	exposures, events := 0, 0
	for _, err := range j.Exposures(t.Context()) {
		check(t, err)
		exposures++
	}
	for _, err := range j.Events(t.Context()) {
		check(t, err)
		events++
	}
	if exposures != 5 || events != 5 {
		t.Errorf("got %d exposures and %d events; want the 5 of each of others", exposures, events)
	}
	for _, err := range old.Interactions(t.Context(), recommender.Filter{}) {
		if err == nil || errors.Is(err, recommender.ErrCorrupt) {
			t.Errorf("a handle on a version that is gone: got error %v; want one that says so", err)
		}
		break
	}
	check(t, j.Close())
	check(t, w.Close())
	w, err = storage.OpenFS(fs, dir, storage.Options{})
	check(t, err)
	j, err = storage.OpenJournalFS(fs, dir+"/journal", storage.JournalOptions{})
	check(t, err)
	again, err := w.Forget(t.Context(), []recommender.UserID{secret}, storage.ForgetOptions{Journal: j})
	check(t, err)
	if again.Tables != nil || again.Segments != nil || again.Dropped != nil {
		t.Errorf("forgetting again: got %+v; want nothing left to do", again)
	}
}

func TestForgetRewritesASnapshotWhereTheCallerCan(t *testing.T) {
	fs := faultfs.NewMem()
	w, j := remembered(t, fs)
	done, err := w.Forget(t.Context(), []recommender.UserID{secret}, storage.ForgetOptions{
		Journal: j,
		Rewrite: func(_ context.Context, v recommender.Version, old io.Reader, dst io.Writer) error {
			b, err := io.ReadAll(old)
			check(t, err)
			_, err = dst.Write(bytes.ReplaceAll(b, []byte(secret), nil))
			return err
		},
	})
	check(t, err)
	if !slices.Equal(done.Rewritten, []string{"personal"}) || done.Dropped != nil {
		t.Errorf("got %+v; want the one snapshot rewritten and none dropped", done)
	}
	_, rc, err := w.Open(t.Context(), "personal")
	check(t, err)
	b, err := io.ReadAll(rc)
	check(t, errors.Join(err, rc.Close()))
	if string(b) != "factors of " {
		t.Errorf("got snapshot %q", b)
	}
	if got := holding(t, fs, string(secret)); got != nil {
		t.Errorf("the ID is in %v; want it in no file", got)
	}
}

func TestForgetNamesCursorsThatHoldTheUser(t *testing.T) {
	w := openFS(t, faultfs.NewMem())
	check(t, w.Put(t.Context(), recommender.Page{Next: "users/" + recommender.Cursor(secret)}, "lists"))
	done, err := w.Forget(t.Context(), []recommender.UserID{secret}, storage.ForgetOptions{})
	check(t, err)
	if !slices.Equal(done.Cursors, []string{"lists"}) {
		t.Errorf("got cursors %v; want that of lists", done.Cursors)
	}
	if _, err := w.Forget(t.Context(), []recommender.UserID{""}, storage.ForgetOptions{}); !errors.Is(err, recommender.ErrInvalid) {
		t.Errorf("forgetting nobody's ID: got error %v; want ErrInvalid", err)
	}
}

// At every operation of a Forget the power fails; opening again and forgetting
// again must end without the user, and with all of the others.
func TestForgetSurvivesACrashAtEveryOperation(t *testing.T) {
	base := faultfs.NewMem()
	w, j := remembered(t, base)
	check(t, j.Close())
	check(t, w.Close())
	forget := func(fs *faultfs.Mem) error {
		w, err := storage.OpenFS(fs, dir, storage.Options{})
		if err != nil {
			return err
		}
		j, err := storage.OpenJournalFS(fs, dir+"/journal", storage.JournalOptions{})
		if err != nil {
			return errors.Join(err, w.Close())
		}
		_, err = w.Forget(t.Context(), []recommender.UserID{secret}, storage.ForgetOptions{Journal: j})
		return errors.Join(err, j.Close(), w.Close())
	}
	crashes := 0
	for at := 0; ; at += stride(9) {
		live := base.Crash(faultfs.LoseNone)
		var left []*faultfs.Mem
		n := 0
		live.Before = func(faultfs.Op) error {
			if n++; n-1 == at {
				for _, loss := range faultfs.Losses {
					left = append(left, live.Crash(loss))
				}
			}
			return nil
		}
		check(t, forget(live))
		if left == nil {
			break
		}
		for i, fs := range left {
			if i != at%len(left) && size(0, 1) == 0 {
				continue // one kind of loss after another, else it takes its time
			}
			crashes++
			if err := forget(fs); err != nil {
				t.Fatalf("crash %d at operation %d: forgetting again: %v", i, at, err)
			}
			if got := holding(t, fs, string(secret)); got != nil {
				t.Fatalf("crash %d at operation %d: the ID is in %v", i, at, got)
			}
			j, err := storage.OpenJournalFS(fs, dir+"/journal", storage.JournalOptions{ReadOnly: true})
			check(t, err)
			events := 0
			for _, err := range j.Events(t.Context()) {
				check(t, err)
				events++
			}
			if events != 5 {
				t.Fatalf("crash %d at operation %d: got %d events of others; want 5", i, at, events)
			}
		}
	}
	if t.Logf("%d crashes", crashes); crashes < 20/stride(9) {
		t.Errorf("got %d crashes; want at least 20, else the seam is not used", crashes)
	}
}
