package storage_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/osusume/osusume/internal/faultfs"
	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/recommender/recommendertest"
	"github.com/osusume/osusume/storage"
)

func open(t *testing.T, dir string, o storage.Options) *storage.Warehouse {
	t.Helper()
	w, err := storage.Open(dir, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.Close() })
	return w
}

func TestWarehouseKeepsTheContractOfStores(t *testing.T) {
	recommendertest.TestStore(t, func(t *testing.T) recommender.Store { return open(t, t.TempDir(), storage.Options{}) })
}

func TestWarehouseThatMergesOftenKeepsTheContractOfStores(t *testing.T) {
	recommendertest.TestStore(t, func(t *testing.T) recommender.Store {
		w, err := storage.OpenFS(faultfs.NewMem(), dir, storage.Options{CompactFiles: 2, Workers: 3, Grace: -1})
		if err != nil {
			t.Fatal(err)
		}
		return w
	})
}

func TestWarehouseKeepsTheContractOfRegistries(t *testing.T) {
	recommendertest.TestRegistry(t, func(t *testing.T) recommender.Registry { return open(t, t.TempDir(), storage.Options{}) })
}

func TestAnErrorThatPassesIsNotKept(t *testing.T) {
	fs := filled(t)
	w := openFS(t, fs)
	name := named(fs, "dim_item")[0]
	b := fs.Files()[name]
	fs.Corrupt(name, nil) // as too many open files would
	if _, err := w.Item(t.Context(), "one"); !errors.Is(err, recommender.ErrCorrupt) {
		t.Fatalf("without %s: got error %v; want ErrCorrupt", name, err)
	}
	fs.Corrupt(name, b)
	if _, err := w.Item(t.Context(), "one"); err != nil {
		t.Errorf("the file is back: got error %v", err)
	}
}

func TestRefreshNeverGoesBack(t *testing.T) {
	fs := faultfs.NewMem()
	w := openFS(t, fs)
	reader, err := storage.OpenFS(fs, dir, storage.Options{ReadOnly: true})
	check(t, err)
	commits := uint64(200 / stride(4))
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for last := uint64(0); last < commits; {
				if err := reader.Refresh(t.Context()); err != nil {
					t.Error(err)
					return
				}
				now := reader.Version()
				if now < last {
					t.Errorf("got version %d after %d", now, last)
					return
				}
				last = now
			}
		})
	}
	for i := range commits {
		check(t, w.Put(t.Context(), recommender.Page{Next: recommender.Cursor(fmt.Sprint(i))}, "src"))
	}
	wg.Wait()
}

func TestAYearThatTheFileCannotHoldIsRefused(t *testing.T) {
	item := recommender.Item{ID: "a", Year: 1<<32 + 1999}
	for name, s := range map[string]recommender.Store{"memory": storage.NewMemory(), "warehouse": openFS(t, faultfs.NewMem())} {
		if err := s.Put(t.Context(), recommender.Page{Items: []recommender.Item{item}}, "src"); !errors.Is(err, recommender.ErrInvalid) {
			t.Errorf("%s: Put: got error %v; want ErrInvalid", name, err)
		}
		if err := s.Link(t.Context(), nil, []recommender.Item{item}); !errors.Is(err, recommender.ErrInvalid) {
			t.Errorf("%s: Link: got error %v; want ErrInvalid", name, err)
		}
	}
}
